"""The API of measures: a department's own tasks, its answer, the same rules as the page."""

import pytest
from rest_framework.test import APIClient

from accounts.models import Department
from accounts.tests.factories import COUNTY, VILLAGE, user_at
from assistance.models import Measure
from assistance.tests.factories import MeasureFactory
from workflow.models import Status
from workflow.tests.factories import case_in

pytestmark = pytest.mark.django_db
URL = "/api/v1/measures/"


def caller(role, place) -> APIClient:
    client = APIClient()
    client.force_authenticate(user_at(role, place))
    return client


@pytest.fixture
def task():
    return MeasureFactory(
        case=case_in(Status.MONITORED), department=Department.objects.get(pk="yibao")
    )


def test_a_department_lists_its_own_tasks_and_answers(task):
    MeasureFactory(case=task.case, department=Department.objects.get(pk="renshe"))
    clerk = caller("department_clerk", "yibao")
    (shown,) = clerk.get(URL, {"unfinished": "true"}).json()["results"]
    assert (shown["id"], shown["head_name"]) == (task.pk, task.case.household.head_name)
    answer = clerk.post(
        f"{URL}{task.pk}/answer/",
        {"version": 1, "state": "active", "amount_paid": "300.50", "description": "别的"},
    )
    assert (answer.status_code, answer.json()["version"]) == (200, 2)
    task.refresh_from_db()
    assert (str(task.amount_paid), task.description) == ("300.50", "医疗救助")


@pytest.mark.parametrize(
    ("body", "status", "words"),
    [
        ({"version": 9, "state": "active"}, 409, "刚被他人修改"),
        ({"version": 1, "state": "done"}, 409, "完成日期"),
        ({"version": 1, "state": "withdrawn"}, 400, ""),
        ({"version": 1, "amount_paid": "-1"}, 400, ""),
        ({"state": "active"}, 400, ""),
    ],
)
def test_what_the_page_refuses_the_api_refuses(task, body, status, words):
    answer = caller("department_clerk", "yibao").post(
        f"{URL}{task.pk}/answer/", body, format="json"
    )
    assert answer.status_code == status
    assert words in answer.content.decode()
    assert Measure.objects.get().version == 1


def test_the_department_refuses_with_a_reason(task):
    clerk = caller("department_clerk", "yibao")
    assert clerk.post(f"{URL}{task.pk}/refuse/", {}).status_code == 400
    assert clerk.post(f"{URL}{task.pk}/refuse/", {"reason": "不符合条件"}).status_code == 200
    assert clerk.post(f"{URL}{task.pk}/refuse/", {"reason": "再答一次"}).status_code == 409
    task.refresh_from_db()
    assert (task.state, task.withdrawn_reason) == ("refused", "不符合条件")


def test_nobody_reaches_what_is_not_theirs(task):
    other = caller("department_clerk", "renshe")
    assert other.get(URL).json()["count"] == 0
    assert other.get(f"{URL}{task.pk}/").status_code == 404
    assert other.post(f"{URL}{task.pk}/answer/", {"version": 1}).status_code == 404
    watcher = caller("supervisor", COUNTY)
    assert watcher.get(f"{URL}{task.pk}/").status_code == 200
    assert watcher.post(f"{URL}{task.pk}/answer/", {"version": 1}).status_code == 403
    village = caller("village_cadre", VILLAGE)
    assert village.post(f"{URL}{task.pk}/refuse/", {"reason": "x"}).status_code == 403


def test_the_list_asks_the_same_number_of_queries(task, django_assert_max_num_queries):
    clerk = caller("department_clerk", "yibao")
    clerk.get(URL)
    with django_assert_max_num_queries(6) as few:
        clerk.get(URL)
    MeasureFactory.create_batch(20, department=task.department)
    with django_assert_max_num_queries(len(few)):
        assert clerk.get(URL).json()["count"] == 21
