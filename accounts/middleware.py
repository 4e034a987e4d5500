"""Closed by default, and how long a sign-in lasts."""

import logging
import time

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import JsonResponse
from django.shortcuts import redirect

from accounts import access, passwords, roles, second_factor
from audit.context import set_post
from audit.events import EventKind
from audit.record import record

logger = logging.getLogger(__name__)

# Views of other people's packages cannot carry our mark; each with the reason why it is harmless.
THIRD_PARTY = {
    "api_schema": "the description of the API holds no data",
}

# Open while a password or code is still due: otherwise nobody could ever comply.
ALWAYS_OPEN = {
    "sign_in", "sign_out", "password_change", "second_factor", "second_factor_qr", "text_size",
    "healthz", "help_index", "help_page", *THIRD_PARTY,
}  # fmt: skip

# A page that asks by itself is not a person at work.
ASKS_BY_ITSELF = {"job_progress", "healthz"}

STARTED = "signed_in_at"
SEEN = "seen_at"
IDLE = "idle_seconds"
SEEN_EVERY = 60  # seconds: the session row is not written at every click


class ClosedByDefaultMiddleware:
    """A view that says nothing about who may call it is called by nobody; refusals are on record."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if response.status_code in (403, 404) and request.user.is_authenticated:
            self._record_refusal(request, response.status_code)
        return response

    def process_view(self, request, view, args, kwargs):
        if request.user.is_authenticated:
            set_post(access.describe(request.user))
        name = request.resolver_match.url_name
        if name not in THIRD_PARTY and access.mark_of(view) is None:
            logger.error("view without access mark refused: %s", name)
            raise PermissionDenied("这个页面还没有开放")
        return

    def _record_refusal(self, request, status: int) -> None:
        """Which address was refused to whom; a mistyped address without an id is no matter."""
        match = request.resolver_match
        if match is None or (status == 404 and not match.kwargs):
            return
        detail = {
            "page": match.url_name,
            "method": request.method,
            "status": status,
            "asked": {key: str(value)[:64] for key, value in match.kwargs.items()},
        }
        with transaction.atomic():
            record(EventKind.ACCESS_REFUSED, by=request.user, detail=detail, outcome="refused")


class SignInRulesMiddleware:
    """Ends idle and old sign-ins (GB/T 22239 8.1.4.1); asks for a due password or code first."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.user.is_authenticated:
            self._end_if_over(request)
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        user = request.user
        if not user.is_authenticated:
            return None
        name = request.resolver_match.url_name
        if name not in ASKS_BY_ITSELF:
            self._seen(request)
        if name in ALWAYS_OPEN:
            return None
        if user.must_change_password or passwords.is_expired(user):
            return self._first(request, "password_change", "请先修改密码，再办理业务")
        if second_factor.is_due(user):
            return self._first(request, "second_factor", "请先输入动态口令，再办理业务")
        return None

    def _end_if_over(self, request) -> None:
        session, now = request.session, int(time.time())
        idle = session.get(IDLE, settings.IDLE_SECONDS)
        if now - session.get(STARTED, now) >= settings.SESSION_COOKIE_AGE:
            why = "登录已满 12 小时，请重新登录"
        elif now - session.get(SEEN, now) >= idle:
            why = f"您已超过 {idle // 60} 分钟没有操作，为安全起见已退出，请重新登录"
        else:
            return
        with transaction.atomic():
            record(EventKind.USER_SIGNED_OUT, by=request.user, detail={"reason": why})
        logout(request)
        messages.info(request, why)

    def _seen(self, request) -> None:
        now = int(time.time())
        session = request.session
        if now - session.get(SEEN, 0) >= SEEN_EVERY:
            session[SEEN] = now
            session.setdefault(STARTED, now)

    def _first(self, request, name: str, why: str):
        if request.path.startswith("/api/"):
            return JsonResponse({"detail": why}, status=403)
        if request.htmx:
            response = JsonResponse({"detail": why}, status=403)
            response["HX-Redirect"] = "/"
            return response
        return redirect(name)


def begin_session(request) -> None:
    """Start both clocks of a new sign-in; administrators have the shorter idle time."""
    now = int(time.time())
    administrators = {role.key for role in roles.ADMINISTRATORS}
    is_admin = any(post.role in administrators for post in access.posts(request.user))
    request.session[STARTED] = request.session[SEEN] = now
    request.session[IDLE] = settings.ADMIN_IDLE_SECONDS if is_admin else settings.IDLE_SECONDS
