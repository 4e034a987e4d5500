"""May this person do that, and where? The one place that reads grants.

A right needs both: a post whose term covers today, and the grant that the post was given on its
area or department. What a person may do is read once and kept on the user object, which lives
as long as one request.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from functools import cache, wraps
from itertools import islice

from django.core.exceptions import PermissionDenied
from django.db import connection
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode

from accounts import roles
from accounts.permissions import Permission
from areas.containment import contains, outermost, within
from audit import clock
from audit.context import set_post


@dataclass(frozen=True)
class Standing:
    """Everything one person may do on one day."""

    day: date
    posts: tuple  # of Post, in force
    codes: dict[str, list[str]]
    departments: dict[str, list[str]]


def codes(user, permission: Permission) -> list[str]:
    """Codes of the areas where the person holds the permission; everything inside is included."""
    return outermost(standing(user).codes.get(permission, ()))


def departments(user, permission: Permission) -> list[str]:
    """Keys of the departments in which the person holds the permission by a post there."""
    return sorted(standing(user).departments.get(permission, ()))


def holds(user, permission: Permission) -> bool:
    """Does the person hold the permission anywhere at all?"""
    here = standing(user)
    return permission in here.codes or permission in here.departments


def may(
    user, permission: Permission, area: str | None = None, department: str | None = None
) -> bool:
    """Does the person hold the permission over this area (a code) or in this department (a key)?

    Without either: anywhere. An empty code or key is no place, so the answer is no.
    """
    if area is None and department is None:
        return holds(user, permission)
    if department is not None and department in departments(user, permission):
        return True
    return area is not None and any(contains(code, area) for code in codes(user, permission))


def scope(user, permission: Permission, field: str = "village_id") -> Q:
    """The rows whose area lies where the person holds the permission; no right, no rows."""
    return within(codes(user, permission), field=field)


def posts(user) -> tuple:
    """The person's posts in force today, with area and department loaded."""
    return standing(user).posts


def describe(user) -> str:
    """The person's posts in words, e.g. 西街村 村级."""
    return "、".join(str(post) for post in posts(user))


def standing(user) -> Standing:
    """What the person may do today; one query once, however many posts."""
    kept = getattr(user, "_standing", None)
    if kept is None or kept.day != clock.today():
        kept = user._standing = _read(user)
    return kept


def forget(user) -> None:
    """Read anew at the next question; called when a post of this user object changed."""
    user.__dict__.pop("_standing", None)


def _read(user) -> Standing:
    here = Standing(day=clock.today(), posts=(), codes={}, departments={})
    if not user.is_authenticated or not user.is_active:
        return here
    posts = []
    for post, granted in _in_force(user, here.day):
        posts.append(post)
        found = here.codes if post.area_id else here.departments
        for permission in roles.BY_KEY[post.role].permissions.intersection(granted):
            found.setdefault(permission, []).append(post.place.pk)
    return replace(here, posts=tuple(posts))


# Asked at every request, so written out: Django takes five times longer to compose such a
# question than PostgreSQL to answer it. `held` is guardian's table; no groups exist.
IN_FORCE = """
    SELECT ARRAY(
           SELECT permission.codename FROM guardian_userobjectpermission held
             JOIN auth_permission permission ON permission.id = held.permission_id
             JOIN django_content_type kind ON kind.id = held.content_type_id
            WHERE held.user_id = post.user_id
              AND (kind.app_label, kind.model, held.object_pk) IN (
                  ('areas', 'area', post.area_id), ('accounts', 'department', post.department_id))),
           {columns}
      FROM accounts_post post
      LEFT JOIN areas_area area ON area.code = post.area_id
      LEFT JOIN accounts_department department ON department.key = post.department_id
     WHERE post.user_id = %s AND post.ended_at IS NULL
       AND %s BETWEEN post.starts_on AND coalesce(post.ends_on, 'infinity')
     ORDER BY post.starts_on DESC, post.id DESC
"""


def _in_force(user, day: date) -> list[tuple]:
    """The person's posts in force that day, each with the codenames granted on its place."""
    question, parts = _question(user.posts.model)
    found = []
    with connection.cursor() as cursor:
        for granted, *values in cursor.execute(question, [user.pk, day]):
            rest = iter(values)
            post, area, department = (
                model.from_db(connection.alias, names, list(islice(rest, len(names))))
                for model, names in parts
            )
            post.user = user
            post.area, post.department = (area, None) if post.area_id else (None, department)
            found.append((post, granted))
    return found


@cache
def _question(post) -> tuple[str, list]:
    """The statement with the columns of the three models, and which of them are whose."""
    models = {"post": post}
    models |= {name: post._meta.get_field(name).related_model for name in ("area", "department")}
    columns = ", ".join(
        f"{name}.{field.column}"
        for name, model in models.items()
        for field in model._meta.concrete_fields
    )
    parts = [(m, [f.attname for f in m._meta.concrete_fields]) for m in models.values()]
    return IN_FORCE.format(columns=columns), parts


# --- marks on views -----------------------------------------------------------------------------


@dataclass(frozen=True)
class Mark:
    """Who may call a view: everybody, anyone signed in, or holders of any of the permissions."""

    kind: str  # public, signed_in, require
    permissions: tuple[Permission, ...] = ()


PUBLIC = Mark("public")
SIGNED_IN = Mark("signed_in")


def public(view: Callable) -> Callable:
    """Everybody may call this view, also without signing in."""
    return _marked(view, PUBLIC)


def signed_in(view: Callable) -> Callable:
    """Anyone signed in may call this view; what it shows is its own business."""

    @wraps(view)
    def guarded(request, *args, **kwargs):
        if not request.user.is_authenticated:
            return to_sign_in(request)
        return view(request, *args, **kwargs)

    return _marked(guarded, SIGNED_IN)


def require(*permissions: Permission) -> Callable:
    """Only holders of any of these permissions, anywhere; others get 403, strangers sign in.

    Which rows they then see is for `visible_to`: outside their area a thing does not exist.
    """
    if not permissions:
        raise TypeError("require() needs a permission")
    mark = Mark("require", tuple(Permission(permission) for permission in permissions))

    def decorate(view):
        @wraps(view)
        def guarded(request, *args, **kwargs):
            if not request.user.is_authenticated:
                return to_sign_in(request)
            if not any(holds(request.user, permission) for permission in mark.permissions):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return _marked(guarded, mark)

    return decorate


class Requires:
    """The same for API views: permission_classes = [Requires], required_permission = P.CASE_VIEW.

    `required_permission` is one permission or a tuple (any of them); an @action may bring its own.
    """

    def has_permission(self, request, view) -> bool:
        if not request.user.is_authenticated:
            return False
        set_post(describe(request.user))
        return any(
            holds(request.user, permission) for permission in _several(view.required_permission)
        )

    def has_object_permission(self, request, view, obj) -> bool:
        return True  # querysets are already narrowed by visible_to


def mark_of(view: Callable) -> Mark | None:
    """Who may call this view; None if nobody has said so, and then nobody may."""
    cls = getattr(view, "cls", None)
    own = getattr(view, "initkwargs", {})  # what an @action says for itself
    if Requires in own.get("permission_classes", getattr(cls, "permission_classes", ())):
        wanted = _several(own.get("required_permission") or getattr(cls, "required_permission", ()))
        return Mark("require", wanted) if wanted else None
    return getattr(view, "access", None) or getattr(cls, "access", None)


def to_sign_in(request) -> HttpResponse:
    """To the sign-in page and back; a script gets 401, so that typed text stays on its page."""
    is_script = request.headers.get("X-Requested-With") == "XMLHttpRequest"
    if is_script or getattr(request, "htmx", False) or not request.accepts("text/html"):
        return HttpResponse("登录已过期，请重新登录", status=401)
    back = request.get_full_path() if request.method == "GET" else "/"
    return redirect(f"{reverse('sign_in')}?{urlencode({'next': back})}")


def _marked(view: Callable, mark: Mark) -> Callable:
    view.access = mark
    return view


def _several(permissions) -> tuple[Permission, ...]:
    return (permissions,) if isinstance(permissions, Permission) else tuple(permissions)
