"""部门事项 over REST: the scope and the rules of the pages."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.tests.factories import COUNTY, NEIGHBOUR, TOWNSHIP, VILLAGE, area_at, user_at
from audit import clock
from audit.models import Event
from households.tests.factories import HouseholdFactory
from policy import memory
from screening import actions
from screening.duties.kinds import KINDS
from screening.models import Lead, Matter
from screening.tests.duty_factories import MatterFactory
from workflow.tests.factories import MonitoredCaseFactory, moment

pytestmark = pytest.mark.django_db
WATER = {"cause": "管道破损", "households": "40", "situation": "主管道爆裂"}
JSON = "application/json"


@pytest.fixture(autouse=True)
def march():
    with clock.at(moment(10)):
        yield


def signed_in(client, role, place):
    user = user_at(role, place)
    client.force_login(user)
    return user


def test_water_is_reported_passed_on_sent_back_and_closed(client):
    area_at(VILLAGE)
    signed_in(client, "village_cadre", VILLAGE)
    told = {"kind": "water", "facts": WATER, "happened_on": "2021-03-10", "village": VILLAGE}
    [made] = client.post(reverse("api_matter-enter"), told, JSON).json()
    assert (made["holder"], made["holder_label"]) == ("township", "乡镇办理")
    steps = reverse("api_matter-steps", args=[made["id"]])
    refused = client.post(steps, {"words": "修好了"}, JSON)
    assert (refused.status_code, "现在由乡镇办理" in refused.json()["detail"]) == (409, True)
    signed_in(client, "township_office", TOWNSHIP)
    assert client.post(steps, {"words": "每日送水两次"}, JSON).status_code == 201
    signed_in(client, "department_clerk", "shuili")
    assert client.post(steps, {"words": "户数不清", "send_back": True}, JSON).status_code == 201
    signed_in(client, "township_office", TOWNSHIP)
    client.post(steps, {"words": "40 户，每日送水两次"}, JSON)
    signed_in(client, "department_clerk", "shuili")
    closed = client.post(steps, {"words": "主管道已更换"}, JSON).json()
    assert (closed["holder"], closed["answer"]) == ("", "主管道已更换")
    assert [s["label"] for s in client.get(steps).json()] == [
        "已应急供水，报县水利局", "退回", "已应急供水，报县水利局", "已修复，办结",
    ]  # fmt: skip
    assert Event.objects.filter(kind="matter_closed").count() == 1


def test_an_area_becomes_a_task_of_each_village_whose_answer_makes_leads(client):
    village = area_at(VILLAGE)
    home = HouseholdFactory(village=village)
    signed_in(client, "department_clerk", "yingji")
    facts = {"disaster": "风雹", "situation": "大风"}
    told = {"kind": "disaster_area", "facts": facts, "happened_on": "2021-03-09",
            "areas": [VILLAGE]}  # fmt: skip
    [made] = client.post(reverse("api_matter-enter"), told, JSON).json()
    signed_in(client, "village_cadre", VILLAGE)
    steps = reverse("api_matter-steps", args=[made["id"]])
    assert client.post(steps, {"households": [home.pk]}, JSON).json()["outcome"] == "affected"
    assert Lead.objects.get().household == home


def test_a_list_is_answered_by_the_department_alone(client):
    cases = [MonitoredCaseFactory(household__village=area_at(VILLAGE)) for _ in range(3)]
    bank = user_at("department_clerk", "jinrong")
    actions.make_list(kind=KINDS["loan"], county=COUNTY, by=bank)
    first, second, third = Matter.objects.order_by("pk")
    answers = {"answers": [{"matter": first.pk, "outcome": "lent", "words": "5 万元"},
                           {"matter": second.pk, "outcome": "refused"}]}  # fmt: skip
    url = reverse("api_matter-answers")
    signed_in(client, "department_clerk", "yibao")
    assert client.post(url, answers, JSON).json() == {"done": [], "refused": []}
    client.force_login(bank)
    found = client.post(url, answers, JSON).json()
    assert found["done"] == [first.pk]
    assert "写明原因" in found["refused"][0]["why"]
    assert len(client.get(reverse("api_matter-list"), {"awaiting": True}).json()["results"]) == 2
    assert len(cases) == 3
    assert third.pk not in found["done"]


def test_a_neighbour_and_another_department_see_nothing(client):
    matter = MatterFactory(village=area_at(VILLAGE))
    for role, place in (("village_cadre", NEIGHBOUR), ("department_clerk", "yibao")):
        signed_in(client, role, place)
        assert client.get(reverse("api_matter-list")).json()["count"] == 0
        assert client.get(reverse("api_matter-detail", args=[matter.pk])).status_code == 404


def test_listing_costs_the_same_for_one_and_for_ten(client):
    signed_in(client, "county_office", COUNTY)
    url, counts = reverse("api_matter-list"), []
    for more in (1, 9):
        for _ in range(more):
            MatterFactory(village=area_at(VILLAGE))
        client.get(url)
        memory.forget()
        with CaptureQueriesContext(connection) as captured:
            client.get(url)
        counts.append(len(captured))
    assert counts[0] == counts[1]
