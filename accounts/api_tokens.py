"""Recognising the key of a request to the API; apart from api.py, since the settings name it."""

from rest_framework import exceptions
from rest_framework.authentication import TokenAuthentication

from accounts import actions
from accounts.models import ApiToken
from audit import clock


class DayToken(TokenAuthentication):
    """`Authorization: Token <key>`; the key ends after settings.API_TOKEN_HOURS."""

    def authenticate_credentials(self, key):
        valid = ApiToken.objects.filter(expires_at__gt=clock.now(), user__is_active=True)
        token = valid.filter(digest=actions.digest_of(key)).select_related("user").first()
        if token is None:
            raise exceptions.AuthenticationFailed("令牌无效或已过期，请重新获取")
        return token.user, token
