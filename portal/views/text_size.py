"""大字版: kept in a cookie, so it also holds on the sign-in page. qingfeng.js does the same in place."""

from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from accounts.access import public

TEXT_SIZE_COOKIE = "qf_text"
ONE_YEAR = 31536000


@public
@require_POST
def text_size(request):
    is_large = request.COOKIES.get(TEXT_SIZE_COOKIE) == "large"
    back = request.headers.get("referer", "")
    is_ours = url_has_allowed_host_and_scheme(back, {request.get_host()}, request.is_secure())
    response = redirect(back if is_ours else "home")
    response.set_cookie(
        TEXT_SIZE_COOKIE, "normal" if is_large else "large", max_age=ONE_YEAR, samesite="Lax"
    )
    return response
