"""The API obeys the same scope and the same actions as the pages."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from accounts.tests import factories as people
from audit import clock
from workflow.models import StatusChange, Visit
from workflow.states import Status
from workflow.tests import factories

pytestmark = pytest.mark.django_db
CASES = "/api/v1/cases/"


def calls(user) -> APIClient:
    client = APIClient()
    client.force_authenticate(user)
    return client


@pytest.fixture
def cadre():
    return calls(people.village_cadre())


def test_only_the_own_areas_cases_exist(cadre):
    own = factories.case_in(Status.LEAD)
    foreign = factories.case_in(Status.LEAD, village=people.NEIGHBOUR)

    listed = cadre.get(CASES).json()

    assert [row["id"] for row in listed["results"]] == [own.pk]
    assert listed["results"][0]["status_label"] == "线索待核实"
    assert cadre.get(f"{CASES}{foreign.pk}/").status_code == 404
    assert cadre.get(f"{CASES}{10**30}/").status_code == 404
    step = {"step": "refuse", "reason": "facts_untrue"}
    assert cadre.post(f"{CASES}{foreign.pk}/steps/", step).status_code == 404


@pytest.mark.parametrize("person", [people.system_admin, people.department_clerk])
def test_who_may_not_see_cases_is_refused(person):
    client = calls(person())

    assert client.get(CASES).status_code == 403
    assert client.get("/api/v1/rounds/").status_code == 403


def test_a_stranger_is_refused():
    assert APIClient().get(CASES).status_code in (401, 403)


def test_a_step_is_offered_then_taken(cadre):
    case = factories.case_in(Status.LEAD)
    url = f"{CASES}{case.pk}/steps/"
    offers = {offer["step"]: offer["obstacle"] for offer in cadre.get(url).json()}
    assert "走访记录" in offers["screen"]
    assert offers["refuse"] == ""

    refused = cadre.post(url, {"step": "screen"})
    assert (refused.status_code, "走访" in refused.json()["detail"]) == (409, True)

    visit = {"kind": "home", "visited_on": clock.today(), "people": "郑西关"}
    assert cadre.post(f"{CASES}{case.pk}/visits/", visit, format="json").status_code == 201
    taken = cadre.post(url, {"step": "screen", "risks": ["因病"], "version": 1}, format="json")

    assert (taken.status_code, taken.json()["target"]) == (201, Status.SCREENED)
    assert len(cadre.get(f"{CASES}{case.pk}/visits/").json()) == 1


def test_many_are_done_or_refused_one_by_one(cadre):
    cases = [factories.case_in(Status.LEAD), factories.case_in(Status.MONITORED)]
    foreign = factories.case_in(Status.LEAD, village=people.NEIGHBOUR)
    data = {"cases": [c.pk for c in [*cases, foreign]], "step": "refuse", "reason": "declined"}

    answer = cadre.post(f"{CASES}steps/", data, format="json").json()

    assert answer["done"] == [cases[0].pk]
    assert [row["case"] for row in answer["refused"]] == [cases[1].pk]


def test_a_supervisor_reads_only():
    case = factories.case_in(Status.LEAD)
    client = calls(people.supervisor())

    assert client.get(f"{CASES}{case.pk}/").status_code == 200
    step = {"step": "refuse", "reason": "declined"}
    assert client.post(f"{CASES}{case.pk}/steps/", step).status_code == 409
    batch = {"cases": [case.pk], **step}
    assert client.post(f"{CASES}steps/", batch, format="json").status_code == 403
    assert not StatusChange.objects.exists()


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"step": "fly"},
        {"step": "screen", "comment": "字" * 501},
        {"step": "screen", "per_capita_income": "-3"},
        {"step": "screen", "per_capita_income": "NaN"},
        {"step": "screen", "version": 10**12},
        {"step": "screen", "risks": "因病"},
        {"step": ["screen"]},
    ],
)
def test_bad_input_is_named_never_a_crash(cadre, data):
    case = factories.case_in(Status.LEAD)

    response = cadre.post(f"{CASES}{case.pk}/steps/", data, format="json")

    assert response.status_code == 400


@pytest.mark.parametrize(
    "data",
    [
        {"kind": "letter", "visited_on": "2021-03-05", "people": "甲"},
        {"kind": "home", "visited_on": "昨天", "people": "甲"},
        {"kind": "home", "visited_on": "2021-03-05", "people": ""},
        {"kind": "home", "visited_on": "2021-03-05", "people": "甲", "findings": "x"},
    ],
)
def test_a_bad_visit_is_refused(cadre, data):
    case = factories.case_in(Status.LEAD)

    assert cadre.post(f"{CASES}{case.pk}/visits/", data, format="json").status_code == 400
    assert not Visit.objects.exists()


def test_filters_narrow_the_list(cadre):
    factories.case_in(Status.LEAD)
    factories.case_in(Status.MONITORED)

    def count(**query):
        return cadre.get(CASES, query).json()["count"]

    assert count(status="MONITORED") == 1
    assert count(awaiting="true") == 1
    assert count(overdue="true") == (1 if clock.today().day > 20 else 0)
    assert count(area=people.NEIGHBOUR) == 0
    assert cadre.get(CASES, {"status": "NONSENSE"}).status_code == 400


def test_the_list_costs_the_same_at_any_length(cadre):
    def queries(count):
        for _ in range(count):
            factories.case_in(Status.LEAD)
        with CaptureQueriesContext(connection) as seen:
            cadre.get(CASES)
        return len(seen)

    queries(1)
    assert queries(5) == queries(20)


def test_the_months_are_the_countys(cadre):
    round = factories.MonthlyRoundFactory()
    factories.MonthlyRoundFactory(county=people.area_at(people.OTHER_COUNTY))

    assert [row["id"] for row in cadre.get("/api/v1/rounds/").json()["results"]] == [round.pk]
