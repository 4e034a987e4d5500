"""Coming in and going out: password, code from the telephone, own password."""

import io

import segno
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import authenticate, login, logout, update_session_auth_hash
from django.db import transaction
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe
from django_otp import login as otp_login
from django_otp import verify_token

from accounts import actions
from accounts import second_factor as factor
from accounts.access import public, signed_in
from accounts.forms import CodeForm, PasswordForm, SignInForm
from accounts.middleware import begin_session
from accounts.models import User
from audit.events import EventKind
from audit.record import record

WRONG = "登录名或密码不对，请重新输入；连续错 5 次将锁定 15 分钟"
LOCKED = "连续输错 5 次，已锁定 15 分钟，请稍后再试；忘记密码请联系系统管理员重置"


@public
@never_cache
@sensitive_post_parameters("password")
def sign_in(request):
    back = _back(request)
    if request.user.is_authenticated:
        return redirect(back)
    form = SignInForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        user = authenticate(request, **form.cleaned_data)
        if user is not None:
            return _come_in(request, user, back)
        record_failure(form.cleaned_data["username"])
        form.add_error(None, WRONG)
    return render(request, "accounts/sign_in.html", {"form": form, "next": back})


@transaction.atomic
def _come_in(request, user, back: str):
    login(request, user)
    begin_session(request)
    record(EventKind.USER_SIGNED_IN, by=user)
    return redirect(back)


@transaction.atomic
def record_failure(username: str) -> None:
    """A name nobody has may be a password typed in the wrong field, so it is not kept."""
    known = User.objects.filter(username=username).first()
    detail = {"username": known.username} if known else {"username_known": False}
    record(EventKind.SIGN_IN_REFUSED, by=None, obj=known, detail=detail, outcome="refused")


def locked_out(request, response, credentials):
    """What django-axes shows instead of the sign-in form after too many failures."""
    if request.path.startswith("/api/"):
        return JsonResponse({"detail": LOCKED}, status=429)
    form = SignInForm()
    context = {"form": form, "errors": [LOCKED], "next": _back(request)}
    return render(request, "accounts/sign_in.html", context, status=429)


@public
@require_POST
@transaction.atomic
def sign_out(request):
    if request.user.is_authenticated:
        record(EventKind.USER_SIGNED_OUT, by=request.user)
        logout(request)
        messages.success(request, "您已退出登录")
    response = redirect("sign_in")
    # Drafts of this person must not wait for the next one at the same computer.
    response["Clear-Site-Data"] = '"cache", "storage"'
    return response


@signed_in
@never_cache
@sensitive_post_parameters()
def password_change(request):
    form = PasswordForm(request.POST if request.method == "POST" else None, user=request.user)
    if request.method == "POST" and form.is_valid():
        actions.change_password(user=request.user, password=form.cleaned_data["password"])
        update_session_auth_hash(request, request.user)
        messages.success(request, "密码已修改")
        return redirect("home")
    return render(request, "accounts/password_change.html", {"form": form})


@signed_in
@never_cache
def second_factor(request):
    """Give the code of the enrolled telephone, or enrol one first."""
    known = factor.device_of(request.user)
    if known and request.user.is_verified():
        return render(request, "accounts/second_factor_done.html", {"device": known})
    device = known or factor.device_to_enrol(request.user)
    form = CodeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        if verify_token(request.user, device.persistent_id, form.cleaned_data["code"]):
            if not known:
                actions.enrol_second_factor(device=device, by=request.user)
            otp_login(request, device)
            request.session.cycle_key()
            messages.success(request, "动态口令正确")
            return redirect("home")
        form.add_error("code", "动态口令不对或已用过，请等手机上换出下一个再输入")
    secret = "" if known else _grouped(device)
    context = {"form": form, "is_new": not known, "secret": secret}
    return render(request, "accounts/second_factor.html", context)


@signed_in
@never_cache
@require_safe
def second_factor_qr(request):
    """The picture that the telephone reads; only while enrolling, it is the secret itself."""
    if factor.device_of(request.user):
        return HttpResponse(status=410)
    picture = io.BytesIO()
    device = factor.device_to_enrol(request.user)
    segno.make(device.config_url, error="m").save(picture, kind="svg", scale=5, border=3)
    return HttpResponse(picture.getvalue(), content_type="image/svg+xml")


def _grouped(device) -> str:
    """The secret for typing by hand, in groups of four."""
    secret = device.config_url.split("secret=")[1].split("&")[0]
    return " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))


def _back(request) -> str:
    """Where the person wanted to go, if it is one of our own addresses."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    is_ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, request.is_secure())
    return wanted if is_ours else settings.LOGIN_REDIRECT_URL
