"""岗位: given and ended by the security administrator."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render

from accounts import actions, roles
from accounts.access import require
from accounts.forms import PostForm, ReasonForm
from accounts.models import Post, User
from accounts.permissions import LABELS, Permission


@require(Permission.POST_MANAGE)
def post_form(request, pk):
    user = get_object_or_404(User.objects.visible_to(request.user), pk=pk)
    form = PostForm(request.POST if request.method == "POST" else None, by=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            post = actions.appoint(user=user, by=request.user, **form.cleaned_data)
        except actions.PostRefused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, f"已任命 {user} 为 {post}")
            return redirect("user_detail", pk=user.pk)
    context = {"form": form, "person": user, "areas": form.areas, "roles": _explained()}
    return render(request, "accounts/post_form.html", context)


@require(Permission.POST_MANAGE)
def post_end(request, pk):
    posts = Post.objects.visible_to(request.user).select_related("user", "area", "department")
    post = get_object_or_404(posts, pk=pk)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.end_post(post=post, by=request.user, reason=form.cleaned_data["reason"])
        except actions.PostRefused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, f"已结束 {post.user} 的岗位：{post}")
            return redirect("user_detail", pk=post.user_id)
    return render(request, "accounts/post_end.html", {"form": form, "post": post})


def _explained() -> list[dict]:
    """Each role in the words of a manager, with what it allows."""
    return [
        {"role": role, "allows": [LABELS[p] for p in Permission if p in role.permissions]}
        for role in roles.ALL
    ]
