"""One sum a person and day, of what waits where their posts are; sent once."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.tests import factories as people
from audit import clock
from audit.events import EventKind
from audit.models import Event
from households.tests.factories import HouseholdFactory
from jobs import running
from jobs.actions import enqueue
from jobs.models import Job
from policy.memory import forget
from supervision import channels
from supervision.models import Reminder
from workflow.models import ReportedList
from workflow.states import Status
from workflow.tests.factories import (
    CaseFactory,
    MonthlyRoundFactory,
    ReportedListFactory,
    put_on_list,
)
from workflow.transitions import LISTED

pytestmark = pytest.mark.django_db


@pytest.fixture
def eve():
    """18 March 2021: two days before the village's gate; reminders start three days before."""
    with clock.at(datetime.datetime(2021, 3, 18, 7, 30)):
        MonthlyRoundFactory()
        yield


def case_in(status, village=people.VILLAGE):
    household = HouseholdFactory(village=people.area_at(village))
    case = CaseFactory(status=status, household=household, due_on=datetime.date(2021, 3, 28))
    if status in LISTED:
        put_on_list(case)
    return case


def run() -> Job:
    forget()  # so that the parameters cost the same each time
    job = enqueue("supervision.remind", by=None, title="期限提醒")
    running.run(str(job.pk), is_watched=False)
    job.refresh_from_db()
    assert job.state == "done", job.message
    return job


def texts(user) -> list[str]:
    return [line["text"] for r in Reminder.objects.filter(user=user) for line in r.lines]


@pytest.mark.usefixtures("eve")
def test_village_is_told_what_waits_and_what_is_not_handed_in():
    cadre = people.village_cadre()
    case_in(Status.LEAD)
    assert run().result == {"reminders": 1, "sent": 0}
    assert texts(cadre) == [
        "线索待核实、排查：1 户，3月20日前办完",
        "排查台账没有上报：1 份，3月20日前办完",
    ]


@pytest.mark.usefixtures("eve")
def test_nobody_is_reminded_of_anothers_area():
    neighbour = people.neighbour_cadre()
    ReportedListFactory(kind=ReportedList.Kind.SCREENING, area=people.area_at(people.NEIGHBOUR))
    case_in(Status.LEAD)
    run()
    assert texts(neighbour) == []


@pytest.mark.usefixtures("eve")
def test_far_from_the_gate_nobody_is_bothered():
    people.village_cadre()
    case_in(Status.LEAD)
    with clock.at(datetime.datetime(2021, 3, 10, 7, 30)):
        assert run().result["reminders"] == 0


@pytest.mark.usefixtures("eve")
def test_township_hears_of_silent_villages_and_of_its_own_recheck():
    reviewer = people.township_reviewer()
    people.area_at(people.NEIGHBOUR)
    case_in(Status.REVIEWED)
    with clock.at(datetime.datetime(2021, 3, 26, 7, 30)):
        run()
    assert texts(reviewer) == [
        "待乡镇复核：1 户，3月28日前办完",
        "没有上报排查台账的村：2 个，3月20日已到期，请尽快办理",
        "上报名单没有上报：1 份，3月28日前办完",
    ]


@pytest.mark.usefixtures("eve")
def test_twice_a_day_is_once_and_it_is_on_record():
    cadre = people.village_cadre()
    case_in(Status.LEAD)
    run()
    assert run().result["reminders"] == 0
    assert Reminder.objects.filter(user=cadre).count() == 1
    assert Event.objects.filter(kind=EventKind.REMINDER_SENT).count() == 1


@pytest.mark.usefixtures("eve")
def test_queries_do_not_grow_with_people():
    people.village_cadre()
    case_in(Status.LEAD)
    with CaptureQueriesContext(connection) as few:
        run()
    Reminder.objects.all().delete()
    for number in range(10):
        people.user_at("village_cadre", f"4109221002{number + 10}")
        case_in(Status.LEAD, village=f"4109221002{number + 10}")
    with CaptureQueriesContext(connection) as many:
        run()
    assert Reminder.objects.count() == 11
    assert len(many) == len(few)


@pytest.mark.usefixtures("eve")
def test_a_reminder_no_channel_took_stays_unsent(settings):
    """A real apprise channel that nobody answers."""
    cadre = people.village_cadre()
    cadre.phone = "13800000000"
    cadre.save()
    case_in(Status.LEAD)
    settings.QF_REMINDER_CHANNELS = ["json://127.0.0.1:9/?to={phone}"]
    assert run().result["sent"] == 0
    assert Reminder.objects.get(user=cadre).sent_at is None


def test_addresses_are_told_apart(settings):
    settings.QF_REMINDER_CHANNELS = ["json://a/{phone}", "wecombot://k"]
    assert channels.addresses() == (["json://a/{phone}"], ["wecombot://k"])


@pytest.mark.usefixtures("eve")
def test_a_missing_list_is_asked_of_its_clerk_and_the_county_hears_the_sum():
    clerk, officer = people.department_clerk(), people.county_officer()
    run()
    assert "住院自付费用过高名单没有报送：1 份，3月20日前办完" in texts(clerk)
    assert any(text.startswith("部门名单没有报送：") for text in texts(officer))
    other = people.department_clerk("gongan")  # reports when something happens
    assert not any("名单没有报送" in text for text in texts(other))
