"""One visit, one form: income, safeguards and the next day are told once."""

import datetime
import uuid

import pytest
from django.urls import reverse

from accounts.tests.factories import VILLAGE, user_at
from audit import clock
from audit.models import Event
from households.models import Income, Safeguard
from households.tests.factories import SafeguardFactory
from workflow.models import Status, Visit
from workflow.tests.factories import CaseFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def case():
    return CaseFactory(status=Status.MONITORED)


def answers(**more):
    return {
        "form_key": str(uuid.uuid4()),
        "visited_on": str(clock.today()),
        "kind": "home",
        "people": "郑西关",
        "purpose": "HELP",
        **more,
    }


def income(**more):
    end = clock.today().replace(day=1) - datetime.timedelta(days=1)
    start = end.replace(day=1) - datetime.timedelta(days=300)
    return {
        "with_income": "1",
        "income-period_start": str(start),
        "income-period_end": str(end),
        "income-wage": "24000",
        "income-member_count": "3",
        "income-source": "checked",
        **more,
    }


def test_a_visit_writes_income_safeguards_and_the_next_day(client, case):
    client.force_login(user_at("village_cadre", VILLAGE))
    next_on = clock.today() + datetime.timedelta(days=20)
    given = answers(next_on=str(next_on), housing_problem="on", **income())
    assert client.post(reverse("visit_new", args=[case.pk]), given).status_code == 302
    assert Visit.objects.get().next_on == next_on
    assert Income.objects.get(household=case.household).wage == 24000
    assert Safeguard.objects.get(household=case.household).housing_problem
    assert Event.objects.filter(kind="income_recorded").count() == 1


def test_bad_income_keeps_the_whole_visit_back(client, case):
    client.force_login(user_at("village_cadre", VILLAGE))
    url = reverse("visit_new", args=[case.pk])
    future = str(clock.today() + datetime.timedelta(days=40))
    for bad in ({"income-wage": "-1"}, {"income-period_end": future}):
        answer = client.post(url, answers(**income(**bad)))
        assert answer.status_code == 200
    assert not Visit.objects.exists()
    assert not Income.objects.exists()


def test_without_the_tick_income_is_left_alone(client, case):
    client.force_login(user_at("village_cadre", VILLAGE))
    given = answers(**income())
    del given["with_income"]
    client.post(reverse("visit_new", args=[case.pk]), given)
    assert Visit.objects.count() == 1
    assert not Income.objects.exists()


def test_the_next_visit_lies_after_this_one(client, case):
    client.force_login(user_at("village_cadre", VILLAGE))
    given = answers(next_on=str(clock.today()))
    page = client.post(reverse("visit_new", args=[case.pk]), given).content.decode()
    assert "晚于这次走访" in page
    assert not Visit.objects.exists()


def test_a_known_problem_stands_until_somebody_says_that_it_is_solved(client, case):
    SafeguardFactory(household=case.household, water_problem=True)
    client.force_login(user_at("village_cadre", VILLAGE))
    url = reverse("visit_new", args=[case.pk])
    ticked = client.get(url).context["form"].initial
    assert (ticked["water_problem"], ticked["housing_problem"]) == (True, False)
    client.post(url, answers(water_problem="on"))
    client.post(url, answers(people="赵驻村"))  # the tick was taken away
    found = Safeguard.objects.order_by("pk").values_list("water_problem", flat=True)
    assert list(found) == [True, True, False]
