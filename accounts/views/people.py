"""用户: who has an account and which posts; kept by the system administrator."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef, Prefetch
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from accounts import access, actions, second_factor
from accounts.access import require
from accounts.forms import ReasonForm, UserFilterForm, UserForm
from accounts.models import Post, User
from accounts.permissions import Permission

PAGE_SIZE = 30


@require(Permission.USER_MANAGE, Permission.POST_MANAGE)
def user_list(request):
    form = UserFilterForm(request.GET or None)
    held = Post.objects.open().select_related("area", "department")
    found = _narrowed(form, User.objects.visible_to(request.user)).order_by("full_name", "pk")
    found = found.prefetch_related(Prefetch("posts", queryset=held, to_attr="open_posts"))
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(
        request, "accounts/user_list.html", {"form": form, "page_obj": page} | _rights(request)
    )


def _narrowed(form, people):
    if not form.is_valid():
        return people
    asked = form.cleaned_data
    if asked["q"]:
        people = people.matching(asked["q"])
    if asked["state"]:
        people = people.filter(is_active=asked["state"] == "active")
    posted = Post.objects.open().filter(user=OuterRef("pk"))
    if asked["role"] == "none":
        return people.exclude(Exists(posted))
    return people.filter(Exists(posted.filter(role=asked["role"]))) if asked["role"] else people


@require(Permission.USER_MANAGE, Permission.POST_MANAGE)
def user_detail(request, pk):
    user = _person(request, pk)
    posts = user.posts.select_related("area", "department", "appointed_by", "ended_by")
    context = {
        "person": user,
        "posts": posts,
        "has_second_factor": second_factor.device_of(user) is not None,
        "form": ReasonForm(),
    }
    return render(request, "accounts/user_detail.html", context | _rights(request))


@require(Permission.USER_MANAGE)
@never_cache
def user_new(request):
    form = UserForm(request.POST if request.method == "POST" else None, by=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            user, password = actions.create_user(by=request.user, **form.cleaned_data)
        except actions.UserRefused as refused:
            form.add_error("username", str(refused))
        else:
            return _show_password(request, user, password)
    return render(request, "accounts/user_form.html", {"form": form})


@require(Permission.USER_MANAGE)
def user_form(request, pk):
    user = _person(request, pk)
    start = {name: getattr(user, name) for name in ("full_name", "unit", "phone", "area")}
    form = UserForm(
        request.POST if request.method == "POST" else None,
        by=request.user,
        user=user,
        initial=start,
    )
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_user(user=user, by=request.user, **form.cleaned_data)
        except actions.UserRefused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, f"已保存 {user}")
            return redirect("user_detail", pk=user.pk)
    return render(request, "accounts/user_form.html", {"form": form, "person": user})


@require(Permission.USER_MANAGE)
@require_POST
def user_switch(request, pk):
    user = _person(request, pk)
    form = ReasonForm(request.POST)
    is_active = request.POST.get("on") == "1"
    if not form.is_valid():
        messages.error(request, "请填写停用或启用的原因，不超过 200 字")
        return redirect("user_detail", pk=user.pk)
    return _try(
        request, user, f"已{'启用' if is_active else '停用'} {user}",
        actions.switch_user, is_active=is_active, reason=form.cleaned_data["reason"],
    )  # fmt: skip


@require(Permission.USER_MANAGE)
@require_POST
@never_cache
def user_reset(request, pk):
    user = _person(request, pk)
    try:
        password = actions.reset_password(user=user, by=request.user)
    except actions.UserRefused as refused:
        messages.error(request, str(refused))
        return redirect("user_detail", pk=user.pk)
    return _show_password(request, user, password)


@require(Permission.USER_MANAGE)
@require_POST
def user_second_factor(request, pk):
    user = _person(request, pk)
    return _try(request, user, f"{user} 下次登录须重新绑定手机", actions.remove_second_factor)


def _person(request, pk):
    return get_object_or_404(User.objects.visible_to(request.user), pk=pk)


def _rights(request) -> dict:
    return {
        "may_manage_users": access.holds(request.user, Permission.USER_MANAGE),
        "may_manage_posts": access.holds(request.user, Permission.POST_MANAGE),
    }


def _show_password(request, user, password):
    """Shown in this answer only: it is nowhere kept in clear."""
    return render(request, "accounts/user_password.html", {"person": user, "password": password})


def _try(request, user, done: str, action, **changes):
    try:
        action(user=user, by=request.user, **changes)
    except actions.UserRefused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, done)
    return redirect("user_detail", pk=user.pk)
