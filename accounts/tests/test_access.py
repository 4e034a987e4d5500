from datetime import date, datetime

import pytest

from accounts import access
from accounts.models import Department, Post
from accounts.permissions import Permission
from accounts.tests import factories
from accounts.tests.factories import COUNTY, NEIGHBOUR, TOWNSHIP, VILLAGE
from areas.models import Area
from audit import clock

pytestmark = pytest.mark.django_db


def test_sixteen_departments_stand_in_the_order_of_the_document():
    departments = list(Department.objects.values_list("key", "name", "clause"))
    assert len(departments) == 16
    assert departments[0] == ("yibao", "县医保局", "附件1-1")
    assert departments[11] == ("fupin", "县扶贫办", "附件1-12")


def test_a_post_reaches_down_but_not_sideways():
    reviewer = factories.township_reviewer()
    assert access.codes(reviewer, Permission.CASE_RECHECK) == [TOWNSHIP]
    assert access.may(reviewer, Permission.CASE_RECHECK, area=VILLAGE)
    assert not access.may(reviewer, Permission.CASE_RECHECK, area="410922101201")
    assert not access.may(reviewer, Permission.CASE_RECHECK, area=COUNTY)
    assert not access.may(reviewer, Permission.CASE_SCREEN, area=VILLAGE)


def test_the_neighbour_sees_nothing():
    cadre, neighbour = factories.village_cadre(), factories.neighbour_cadre()
    village = Area.objects.filter(pk=VILLAGE)
    assert village.filter(access.scope(cadre, Permission.CASE_VIEW, field="code")).exists()
    assert not village.filter(access.scope(neighbour, Permission.CASE_VIEW, field="code")).exists()
    assert access.codes(neighbour, Permission.CASE_VIEW) == [NEIGHBOUR]


def test_an_empty_place_is_no_place():
    cadre = factories.village_cadre()
    assert access.may(cadre, Permission.CASE_VIEW)
    assert not access.may(cadre, Permission.CASE_VIEW, area="")
    assert not access.may(factories.department_clerk(), Permission.LEADFILE_UPLOAD, department="")


def test_a_clerk_has_only_the_own_department():
    clerk = factories.department_clerk("canlian")
    assert access.departments(clerk, Permission.LEADFILE_UPLOAD) == ["canlian"]
    assert access.may(clerk, Permission.LEADFILE_UPLOAD, department="canlian")
    assert not access.may(clerk, Permission.LEADFILE_UPLOAD, department="yibao")
    assert not access.may(clerk, Permission.LEADFILE_UPLOAD, area=COUNTY)


TERMS = {
    "in force": {},
    "first day": {"starts_on": date(2021, 3, 20)},
    "last day": {"ends_on": date(2021, 3, 20)},
    "over since yesterday": {"ends_on": date(2021, 3, 19)},
    "from tomorrow": {"starts_on": date(2021, 3, 21)},
    "ended": {"ended_at": datetime.fromisoformat("2021-03-20T01:00+08:00"), "end_reason": "调离"},
}


@pytest.mark.parametrize("term", TERMS)
def test_the_posts_are_those_in_force_with_their_places(term, django_assert_num_queries):
    user = factories.village_cadre()
    factories.PostFactory(user=user, area=factories.area_at(NEIGHBOUR))
    clerk = {"area": None, "department": Department.objects.get(pk="canlian")}
    factories.PostFactory(user=user, role="department_clerk", **clerk)
    Post.objects.update(starts_on=date(2021, 1, 1))
    user.posts.filter(area=VILLAGE).update(**TERMS[term])
    access.forget(user)
    with clock.at(datetime(2021, 3, 20, 12)):
        in_force = list(user.posts.in_force().select_related("area", "department"))
        with django_assert_num_queries(1):
            here = access.standing(user)
            said = [(str(post), post.user, post.place) for post in here.posts]
    assert list(here.posts) == in_force
    assert said == [(str(post), user, post.place) for post in in_force]
    is_in_force = term in ("in force", "first day", "last day")
    places = [VILLAGE] * is_in_force + [NEIGHBOUR]
    assert sorted(here.codes[Permission.CASE_SCREEN]) == places
    assert here.departments[Permission.LEADFILE_UPLOAD] == ["canlian"]
