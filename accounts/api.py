"""The key to the API: asked for with name and password, good for a working day."""

from django.contrib.auth import authenticate
from django.urls import path
from django_otp import verify_token
from drf_spectacular.utils import extend_schema
from rest_framework import exceptions, serializers
from rest_framework.response import Response
from rest_framework.throttling import AnonRateThrottle
from rest_framework.views import APIView

from accounts import access, actions, passwords
from accounts import second_factor as factor
from accounts.views.sign_in import LOCKED, record_failure


class TokenThrottle(AnonRateThrottle):
    """Per address, on top of the lock-out per name."""

    rate = "30/min"


class AskSerializer(serializers.Serializer):
    username = serializers.CharField(max_length=150)
    password = serializers.CharField(max_length=128, trim_whitespace=False)
    code = serializers.CharField(max_length=6, required=False, help_text="动态口令，岗位要求时必填")


class TokenSerializer(serializers.Serializer):
    token = serializers.CharField()
    expires_at = serializers.DateTimeField()


class TokenView(APIView):
    """POST name and password, get a token; earlier tokens of the person end."""

    access = access.PUBLIC
    authentication_classes = ()
    permission_classes = ()
    throttle_classes = (TokenThrottle,)

    @extend_schema(request=AskSerializer, responses=TokenSerializer)
    def post(self, request):
        asked = AskSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        username, password = asked.validated_data["username"], asked.validated_data["password"]
        here = request._request  # django-axes wants Django's own request
        user = authenticate(here, username=username, password=password)
        if getattr(here, "axes_locked_out", False):
            raise exceptions.Throttled(detail=LOCKED)
        if user is None:
            record_failure(username)
            raise exceptions.ValidationError({"detail": "登录名或密码不对"})
        if user.must_change_password or passwords.is_expired(user):
            raise exceptions.PermissionDenied("请先在网页上登录并修改密码，再获取令牌")
        if factor.is_asked_of(user) and not _code_is_right(user, asked.validated_data.get("code")):
            raise exceptions.ValidationError({"code": "请填写手机上现在显示的动态口令"})
        key, token = actions.issue_token(user=user)
        return Response({"token": key, "expires_at": token.expires_at})


def _code_is_right(user, code: str | None) -> bool:
    device = factor.device_of(user)
    return bool(code and device and verify_token(user, device.persistent_id, code))


urlpatterns = [path("token/", TokenView.as_view(), name="api_token")]
