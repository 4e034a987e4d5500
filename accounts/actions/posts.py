"""Appointing people to posts and ending posts: the only place where grants are written."""

from datetime import date

from django.db import transaction
from guardian.shortcuts import get_perms_for_model, remove_perm
from guardian.utils import get_user_obj_perms_model

from accounts import access, roles
from accounts.models import Department, Post, User
from accounts.permissions import Permission
from accounts.rules import clash, place_refused
from areas.models import Area
from audit import clock
from audit.events import EventKind
from audit.record import record, record_many

EXPIRED = "任期届满"


class PostRefused(Exception):
    """The appointment or its end is not allowed; the message is one Chinese sentence."""


@transaction.atomic
def appoint(
    *,
    user: User,
    role: str,
    area: Area | None = None,
    department: Department | None = None,
    starts_on: date | None = None,
    ends_on: date | None = None,
    by: User | None,
) -> Post:
    """Give a person a role over an area or in a department, from today without end by default.

    `role` is a key of roles.BY_KEY; `by` is None only for the system (first set-up, demo).
    Raises PostRefused.
    """
    starts_on = starts_on or clock.today()
    _lock(user)
    _refuse_appointer(by, user, area, department)
    if (area is None) == (department is None):
        raise PostRefused("请选择一个地区或一个部门")
    if why := place_refused(role, area.level if area else None):
        raise PostRefused(why)
    if ends_on and ends_on < starts_on:
        raise PostRefused("结束日期早于开始日期，请改正任期")
    _refuse_clashes(user, role, area, department, starts_on, ends_on)
    post = Post.objects.create(
        user=user, role=role, area=area, department=department, starts_on=starts_on,
        ends_on=ends_on, appointed_by=by, appointed_at=clock.now(),
    )  # fmt: skip
    _grant(post)
    record(EventKind.POST_APPOINTED, by=by, obj=post, area=_area_of(post), detail=_told(post))
    access.forget(user)
    return post


@transaction.atomic
def end_post(*, post: Post, by: User, reason: str) -> Post:
    """End a post today, with a reason; its grants go at once. Raises PostRefused."""
    post = Post.objects.select_for_update(of=("self",)).get(pk=post.pk)
    if post.ended_at:
        raise PostRefused(f"这个岗位已于 {clock.local(post.ended_at):%Y-%m-%d} 结束，无需再次结束")
    if not reason.strip():
        raise PostRefused("请填写结束原因")
    if not _covers(by, post.area, post.department):
        raise PostRefused("该岗位不在您管理的地区，请联系上级安全管理员")
    if post.role == roles.SecurityAdmin.key and not _other_security_admin(post):
        raise PostRefused("这是该地区最后一名安全管理员，请先任命新的安全管理员再结束")
    Post.objects.filter(pk=post.pk).update(
        ended_at=clock.now(), ended_by=by, end_reason=reason.strip()
    )
    _withdraw(post)
    detail = _told(post) | {"reason": reason.strip()}
    record(EventKind.POST_ENDED, by=by, obj=post, area=_area_of(post), detail=detail)
    access.forget(post.user)
    return post


@transaction.atomic
def end_expired_posts() -> int:
    """End every post whose term is over and take its grants back; how many there were.

    Such posts give nothing since the day after their term anyway; this clears up behind them.
    """
    posts = Post.objects.expired().select_for_update(of=("self",), skip_locked=True)
    posts = list(posts.select_related("user", "area", "department"))
    Post.objects.filter(pk__in=[post.pk for post in posts]).update(
        ended_at=clock.now(), end_reason=EXPIRED
    )
    for post in posts:  # guardian takes grants back one person and place at a time
        _withdraw(post)
    rows = [
        {"obj": post, "area": _area_of(post), "detail": _told(post) | {"reason": EXPIRED}}
        for post in posts
    ]
    record_many(EventKind.POST_ENDED, by=None, rows=rows)
    return len(posts)


def _lock(user: User) -> None:
    """Two appointments of one person follow each other, so that neither overlooks the other."""
    User.objects.select_for_update().get(pk=user.pk)


def _refuse_appointer(by, user, area, department) -> None:
    if by is None:
        return
    if by.pk == user.pk:
        raise PostRefused("不能给自己任命岗位，请由另一名安全管理员办理")
    if not _covers(by, area, department):
        raise PostRefused("该地区或部门不在您的管理范围，请联系上级安全管理员")


def _covers(by: User, area: Area | None, department: Department | None) -> bool:
    """May this person give and end posts there? A department without county is everyone's."""
    code = area.pk if area else (department.county_id if department else None)
    return access.may(by, Permission.POST_MANAGE, area=code)


def _refuse_clashes(user, role, area, department, starts_on, ends_on) -> None:
    held = Post.objects.overlapping(starts_on, ends_on).filter(user=user)
    for other in held.select_related("area", "department"):
        if (other.role, other.area_id, other.department_id) == (
            role,
            area.pk if area else None,
            department.pk if department else None,
        ):
            raise PostRefused("此人已担任这个岗位，如需改任期请先结束原岗位")
        if why := clash(role, area.pk if area else "", other.role, other.area_id or ""):
            raise PostRefused(why)


def _other_security_admin(post: Post) -> bool:
    """Will somebody still be able to appoint people over this area, with no end in sight?"""
    outer = [post.area_id[:length] for length in range(2, len(post.area_id) + 1)]
    others = Post.objects.in_force().filter(
        role=roles.SecurityAdmin.key, area__in=outer, ends_on=None, user__is_active=True
    )
    return others.exclude(pk=post.pk).exclude(user=post.user_id).exists()


def _grant(post: Post) -> None:
    """All grants of the post in one statement; guardian's own way is one for each."""
    held = get_user_obj_perms_model(post.place)
    held.objects.bulk_create(
        [
            held(user=post.user, permission=permission, content_object=post.place)
            for permission in _grantable(post)
        ],
        ignore_conflicts=True,  # another post there gives it already
    )


def _grantable(post: Post):
    """Django's permission rows of the role, as guardian wants them."""
    codenames = roles.BY_KEY[post.role].permissions
    found = list(get_perms_for_model(type(post.place)).filter(codename__in=codenames))
    if len(found) != len(codenames):
        raise LookupError(f"permissions of {post.role} are not all in the database; run migrate")
    return found


def _withdraw(post: Post) -> None:
    """Take back the grants of an ended post, except what another open post there still gives."""
    same_place = Post.objects.open().filter(
        user=post.user_id, area=post.area_id, department=post.department_id
    )
    kept = frozenset().union(
        *(roles.BY_KEY[role].permissions for role in same_place.values_list("role", flat=True))
    )
    for permission in _grantable(post):
        if permission.codename not in kept:
            remove_perm(permission, post.user, post.place)


def _area_of(post: Post) -> str:
    return post.area_id or post.department.county_id or ""


def _told(post: Post) -> dict:
    return {
        "user_id": post.user_id,
        "user": str(post.user),
        "role": post.get_role_display(),
        "place": str(post.place),
        "starts_on": str(post.starts_on),
        "ends_on": str(post.ends_on or ""),
    }
