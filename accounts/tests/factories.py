"""Users, posts and the fixed personas. `user_at("village_cadre", "410922100201")` is enough."""

import csv
import functools
from pathlib import Path

import factory
from django.conf import settings

from accounts import actions, roles
from accounts.models import Department, Post, User
from areas.models import Area
from areas.rules import level_of, short_name
from audit import clock

COUNTY = "410922"
TOWNSHIP = "410922100"
VILLAGE = "410922100201"
NEIGHBOUR = "410922100202"  # the next village of the same township
OTHER_TOWNSHIP = "410922101"
OTHER_COUNTY = "410923"

PASSWORD = "Qingfeng-2021"


@functools.cache
def _names() -> dict[str, str]:
    path = Path(settings.BASE_DIR) / "areas/data/divisions_410922.csv"
    with path.open(encoding="utf-8-sig", newline="") as file:
        return {row["code"]: row["name"] for row in csv.DictReader(file)}


def area_at(code: str) -> Area:
    """The area of this code with everything around it, made where missing."""
    for found in Area.objects.raw("SELECT * FROM areas_area WHERE code = %s", [code]):
        return found  # asked thousands of times, so not through a queryset
    outer = {12: 9, 9: 6}.get(len(code))
    name = _names().get(code, f"地区{code}")
    return Area.objects.create(
        code=code,
        name=name,
        short_name=short_name(name),
        level=level_of(code),
        parent=area_at(code[:outer]) if outer else None,
    )


class UserFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = User
        skip_postgeneration_save = True

    username = factory.Sequence(lambda n: f"user{n}")
    full_name = factory.Sequence(lambda n: f"测试员{n}")
    unit = "测试单位"
    password = factory.django.Password(PASSWORD)
    password_changed_at = factory.LazyFunction(clock.now)


class PostFactory(factory.django.DjangoModelFactory):
    """A post with its grants, given by the system; `by`, terms and place may be passed."""

    class Meta:
        model = Post

    user = factory.SubFactory(UserFactory)
    role = roles.VillageCadre.key
    area = factory.LazyAttribute(lambda post: area_at(VILLAGE))
    by = None

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        return actions.appoint(**kwargs)


def user_at(role: str, place: str, **of_user) -> User:
    """A person posted over the area of this code (a department clerk: in the department)."""
    of_user.setdefault("area", area_at(place[:6] if place.isdigit() else COUNTY))
    user = UserFactory(**of_user)
    if role == roles.DepartmentClerk.key:
        PostFactory(user=user, role=role, area=None, department=Department.objects.get(pk=place))
    else:
        PostFactory(user=user, role=role, area=area_at(place))
    return user


# --- personas, the same for ever ----------------------------------------------------------------


def village_cadre() -> User:
    return user_at("village_cadre", VILLAGE, full_name="郑西关")


def neighbour_cadre() -> User:
    """Must see nothing of what the village cadre does."""
    return user_at("village_cadre", NEIGHBOUR, full_name="钱南关")


def township_reviewer() -> User:
    return user_at("township_office", TOWNSHIP, full_name="孙城关")


def county_officer() -> User:
    return user_at("county_office", COUNTY, full_name="李扶贫")


def leading_group_officer() -> User:
    return user_at("leading_group_office", COUNTY, full_name="周审定")


def department_clerk(key: str = "yibao") -> User:
    return user_at("department_clerk", key, full_name="吴医保")


def supervisor() -> User:
    return user_at("supervisor", COUNTY, full_name="王督导")


def system_admin() -> User:
    return user_at("system_admin", COUNTY, full_name="冯系统")


def security_admin() -> User:
    return user_at("security_admin", COUNTY, full_name="陈安全")


def audit_admin() -> User:
    return user_at("audit_admin", COUNTY, full_name="褚审计")
