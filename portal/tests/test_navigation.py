"""The menu shows what a post may open, and nothing else."""

import pytest
from django.test import RequestFactory
from django.urls import get_resolver, resolve, reverse

from accounts.access import mark_of
from accounts.tests import factories as people
from portal.help_texts import HELP
from portal.navigation import GROUPS, PERSONAL, Navigation

pytestmark = pytest.mark.django_db


def menu_of(user):
    request = RequestFactory().get("/")
    request.user, request.resolver_match = user, resolve("/")
    return Navigation(request)


def labels(user):
    return [item.label for group in menu_of(user).groups for item in group["items"]]


@pytest.mark.parametrize(
    ("persona", "sees", "never"),
    [
        (people.village_cadre, "线索核实", "监测看板"),
        (people.township_reviewer, "监测看板", "部门名单"),
        (people.county_officer, "档案导入", "审计日志"),
        (people.department_clerk, "部门名单", "查户查人"),
        (people.supervisor, "监测看板", "受理农户申请"),
        (people.system_admin, "行政区划", "监测办理"),
        (people.audit_admin, "审计日志", "行政区划"),
    ],
)
def test_menu_follows_the_post(persona, sees, never):
    found = labels(persona())
    assert sees in found
    assert never not in found


def test_somebody_without_a_post_sees_no_work():
    assert labels(people.UserFactory()) == ["本月任务", "后台任务"]


def test_every_page_of_the_menu_exists_and_asks_for_what_the_menu_promises():
    for page in (p for _, pages in GROUPS for p in pages):
        mark = mark_of(resolve(reverse(page.url_name)).func)
        if page.needs:
            assert set(page.needs) <= set(mark.permissions), page.url_name
        else:
            assert mark.kind == "signed_in", page.url_name


def test_personal_pages_exist():
    assert [reverse(page.url_name) for page in PERSONAL]


def test_help_is_about_pages_that_exist():
    assert set(HELP) <= {name for name in get_resolver().reverse_dict if isinstance(name, str)}


def test_menu_costs_nothing_until_it_is_drawn(django_assert_num_queries):
    user = people.village_cadre()
    with django_assert_num_queries(0):
        menu_of(user)
