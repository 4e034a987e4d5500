import pytest

from accounts import roles
from accounts.permissions import LABELS, ON_DEPARTMENT, Permission
from accounts.rules import clash, place_refused
from accounts.tests.factories import COUNTY, NEIGHBOUR, OTHER_TOWNSHIP, TOWNSHIP, VILLAGE

PLACE = {
    "village_cadre": VILLAGE,
    "township_office": TOWNSHIP,
    "county_office": COUNTY,
    "leading_group_office": COUNTY,
    "department_clerk": "",
    "supervisor": COUNTY,
    "system_admin": COUNTY,
    "security_admin": COUNTY,
    "audit_admin": COUNTY,
}
# Along one line of areas these may be one person; every other pair is refused.
TOGETHER = {
    frozenset({"village_cadre", "department_clerk"}),
    frozenset({"township_office", "department_clerk"}),
    frozenset({"county_office", "department_clerk"}),
    frozenset({"leading_group_office", "department_clerk"}),
}


@pytest.mark.parametrize("one", PLACE)
@pytest.mark.parametrize("other", PLACE)
def test_which_posts_exclude_each_other(one, other):
    if one == other:
        assert clash(one, PLACE[one], other, PLACE[other]) == ""
        return
    why = clash(one, PLACE[one], other, PLACE[other])
    assert bool(why) is (frozenset({one, other}) not in TOGETHER)
    assert clash(other, PLACE[other], one, PLACE[one]) != "" if why else True


@pytest.mark.parametrize(
    ("one", "code", "other", "other_code"),
    [
        ("village_cadre", VILLAGE, "village_cadre", NEIGHBOUR),  # two villages of one cadre
        ("village_cadre", VILLAGE, "township_office", OTHER_TOWNSHIP),  # not the same line
        ("county_office", COUNTY, "county_office", "410923"),
    ],
)
def test_posts_off_the_line_go_together(one, code, other, other_code):
    assert clash(one, code, other, other_code) == ""


@pytest.mark.parametrize(
    ("role", "level", "words"),
    [
        ("village_cadre", "village", ""),
        ("village_cadre", "township", "只能任命在村一级"),
        ("village_cadre", None, "按地区任命"),
        ("department_clerk", None, ""),
        ("department_clerk", "county", "按部门任命"),
        ("supervisor", "township", ""),
        ("supervisor", "village", "只能任命在"),
        ("audit_admin", "city", ""),
        ("mayor", "county", "没有这种岗位"),
    ],
)
def test_where_a_role_can_be_given(role, level, words):
    why = place_refused(role, level)
    assert words in why
    assert bool(why) is bool(words)


def test_every_permission_has_words_and_somebody_who_holds_it():
    assert set(LABELS) == set(Permission)
    assert frozenset().union(*(role.permissions for role in roles.ALL)) == set(Permission)


def test_administrators_hold_nothing_of_the_work():
    work = frozenset().union(*(role.permissions for role in roles.CASE_HANDLERS))
    for role in roles.ADMINISTRATORS:
        assert not role.permissions & work


def test_a_department_gives_only_what_departments_can_give():
    assert roles.DepartmentClerk.permissions <= ON_DEPARTMENT


def test_a_supervisor_changes_nothing():
    assert {
        p for p in roles.Supervisor.permissions if not p.endswith(("_view", "_export"))
    } == set()
