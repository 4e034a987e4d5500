"""Pages of assistance: right role, wrong role, wrong area, constant query counts."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.tests.factories import COUNTY, NEIGHBOUR, VILLAGE, user_at
from assistance.models import HelperAssignment, Measure
from assistance.tests.factories import HelperAssignmentFactory, MeasureFactory, PlanFactory
from policy import memory
from workflow.models import Status
from workflow.tests.factories import CaseFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def case():
    return CaseFactory(status=Status.MONITORED)


def signed_in(client, role, place):
    client.force_login(user_at(role, place))
    return client


@pytest.mark.parametrize(
    "name", ["plan_detail", "plan_edit", "helper_assign", "measure_new", "clearing_check"]
)
def test_pages_open_for_the_village_and_do_not_exist_next_door(client, case, name):
    url = reverse(name, args=[case.pk])
    assert signed_in(client, "village_cadre", VILLAGE).get(url).status_code == 200
    assert signed_in(client, "village_cadre", NEIGHBOUR).get(url).status_code == 404


@pytest.mark.parametrize("name", ["plan_edit", "helper_assign", "measure_new"])
def test_supervisors_read_but_never_write(client, case, name):
    signed_in(client, "supervisor", COUNTY)
    assert client.get(reverse(name, args=[case.pk])).status_code == 403
    assert client.get(reverse("plan_detail", args=[case.pk])).status_code == 200


def test_a_new_helper_is_registered_and_assigned_in_one_step(client, case):
    signed_in(client, "village_cadre", VILLAGE)
    url = reverse("helper_assign", args=[case.pk])
    missing = client.post(url, {"starts_on": "2021-03-01"})
    assert "请填写姓名" in missing.content.decode()
    done = client.post(
        url, {"name": "李明", "unit": "西街村", "phone": "13900001111", "starts_on": "2021-03-01"}
    )
    assert done.status_code == 302
    assert HelperAssignment.objects.get(case=case).helper.name == "李明"


def test_a_stale_measure_page_keeps_what_was_typed(client, case):
    measure = MeasureFactory(case=case, version=3)
    signed_in(client, "leading_group_office", COUNTY)
    answer = client.post(
        reverse("measure_edit", args=[measure.pk]),
        {"version": 2, "description": "我写的内容", "state": "active", "effect": "见效"},
    )
    page = answer.content.decode()
    assert "刚被他人修改" in page
    assert "我写的内容" in page
    assert Measure.objects.get(pk=measure.pk).description == "医疗救助"


@pytest.mark.parametrize("name", ["measure_list", "gap_list"])
def test_lists_ask_the_same_number_of_queries_at_10_and_50_rows(client, name):
    signed_in(client, "leading_group_office", COUNTY)

    def queries():
        memory.forget()  # codes are read anew each time, so their cache cannot blur the count
        with CaptureQueriesContext(connection) as captured:
            assert client.get(reverse(name)).status_code == 200
        return len(captured)

    MeasureFactory.create_batch(10)
    client.get(reverse(name))  # content types are looked up once in a process
    at_10 = queries()
    MeasureFactory.create_batch(40)
    assert queries() == at_10 <= 12


def test_the_plan_page_shows_helper_plan_measures_and_nothing_missing(client, case):
    HelperAssignmentFactory(case=case, helper__name="王帮扶")
    PlanFactory(case=case)
    MeasureFactory(case=case, description="慢病签约")
    page = (
        signed_in(client, "village_cadre", VILLAGE)
        .get(reverse("plan_detail", args=[case.pk]))
        .content.decode()
    )
    assert "王帮扶" in page
    assert "慢病签约" in page
    assert "还缺" not in page
