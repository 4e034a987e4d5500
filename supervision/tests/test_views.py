"""看板 and 提醒 pages: right role, wrong role, wrong area, drill-down, constant queries."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.tests import factories as people
from audit import clock
from households.tests.factories import HouseholdFactory
from policy.memory import forget
from screening.tests.factories import AnsweredLeadFactory, LeadFactory
from supervision import board as figures
from supervision.models import Reminder
from supervision.tests.factories import ReminderFactory
from workflow.models import MonthlyRound
from workflow.states import Status
from workflow.tests.factories import CaseFactory, MonthlyRoundFactory, StatusChangeFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def late_march():
    with clock.at(datetime.datetime(2021, 3, 22, 10)):
        MonthlyRoundFactory()
        yield


@pytest.fixture
def supervisor(client):
    user = people.supervisor()
    client.force_login(user)
    return user


def case_in(status, village=people.VILLAGE, **facts):
    household = HouseholdFactory(village=people.area_at(village))
    return CaseFactory(status=status, household=household, **facts)


def numbers(lines):
    return {line.key: line.number for line in lines}


@pytest.mark.parametrize("persona", [people.village_cadre, people.system_admin, people.audit_admin])
@pytest.mark.parametrize(
    "address", ["/board/", "/board/data/", "/board/overdue/", "/board/leads-by-cause/"]
)
def test_wrong_role_is_refused(client, persona, address):
    client.force_login(persona())
    assert client.get(address).status_code == 403


def test_board_shows_the_month(client, supervisor):
    case_in(Status.LEAD)
    screened = case_in(Status.SCREENED)
    StatusChangeFactory(case=screened)
    case_in(Status.MONITORED, identified_on=datetime.date(2020, 6, 1))
    context = client.get(reverse("board")).context
    assert numbers(context["funnel"]) == {
        "leads": 3, "screen": 1, "put_forward": 0, "endorse": 0, "determine": 0, "refuse": 0,
        "clear_risk": 0,
    }  # fmt: skip
    assert numbers(context["pressing"]) == {
        "overdue": 2, "incomplete": 1, "clearing_due": 1, "unmarked": 1, "urgent": 0,
        "lacks_person_measure": 0,
        "lacks_development": 0,
        "planned_not_set": 0,
        "late_measure": 1,
        "measure_overdue": 0,
        "for_gone": 0,
        "paid_no_proof": 0,
        "visit_overdue": 1,
    }  # fmt: skip
    assert context["on_register"] == 1
    assert context["trend"][-1]["leads"] == 3


@pytest.mark.parametrize("key", [*figures.PRESSING, *figures.LABELS])
def test_every_figure_drills_down_to_as_many_rows(client, supervisor, key):
    case_in(Status.LEAD, is_urgent=True)
    StatusChangeFactory(case=case_in(Status.SCREENED))
    case_in(Status.MONITORED, identified_on=datetime.date(2020, 6, 1))
    context = client.get(reverse("board")).context
    number = (numbers(context["funnel"]) | numbers(context["pressing"]))[key]
    rows = client.get(reverse("board_rows", args=[key])).context["page_obj"]
    assert rows.paginator.count == number


def test_every_figure_by_cause_drills_down_to_as_many_leads(client, supervisor):
    LeadFactory()
    AnsweredLeadFactory(answered_by=supervisor)
    LeadFactory(kind=None, source="application")
    LeadFactory(month=datetime.date(2021, 2, 1))

    causes = client.get(reverse("board")).context["causes"]

    assert sorted(number for row in causes for *_, number in row["figures"]) == [
        0,
        0,
        0,
        1,
        1,
        1,
        1,
        2,
    ]
    for row in causes:
        for _, part, number in row["figures"]:
            page = client.get(f"{reverse('board_leads')}?part={part}&{row['query']}")
            assert page.context["page_obj"].paginator.count == number
    for bad in ("part=x", "source=x", "kind=x&source=department", f"kind={'9' * 30}"):
        assert client.get(f"{reverse('board_leads')}?{bad}").status_code == 404


def test_leads_of_another_township_are_not_behind_a_figure(client):
    client.force_login(people.township_reviewer())
    LeadFactory(case=case_in(Status.LEAD, village=f"{people.OTHER_TOWNSHIP}201"))

    assert client.get(reverse("board_leads")).context["page_obj"].paginator.count == 0
    assert client.get(reverse("board_leads"), {"area": people.COUNTY}).status_code == 404


def test_charts_get_the_same_numbers_as_the_tables(client, supervisor):
    case_in(Status.LEAD)
    data = client.get(reverse("board_data")).json()
    context = client.get(reverse("board")).context
    assert [row["number"] for row in data["funnel"]] == [line.number for line in context["funnel"]]
    assert [row["leads"] for row in data["trend"]] == [r["leads"] for r in context["trend"]]


def test_township_sees_its_own_and_nothing_else(client):
    client.force_login(people.township_reviewer())
    case_in(Status.LEAD)
    case_in(Status.LEAD, village=f"{people.OTHER_TOWNSHIP}201")
    context = client.get(reverse("board")).context
    assert context["area"].code == people.TOWNSHIP
    assert numbers(context["funnel"])["leads"] == 1
    assert client.get(reverse("board"), {"area": people.OTHER_TOWNSHIP}).status_code == 404
    assert client.get(reverse("board"), {"area": people.COUNTY}).status_code == 404


@pytest.mark.parametrize("month", ["2021-13", "abc", "2019-01", "２０２１-03", "2021-3\x00"])
def test_unknown_months_are_404(client, supervisor, month):
    assert client.get(reverse("board"), {"month": month}).status_code == 404


def test_unknown_figure_is_404(client, supervisor):
    assert client.get(reverse("board_rows", args=["nothing"])).status_code == 404


def test_without_a_month_the_page_says_so(client, supervisor):
    MonthlyRound.objects.all().delete()
    page = client.get(reverse("board"))
    assert page.status_code == 200
    assert "还没有月度监测" in page.content.decode()
    assert client.get(reverse("board_data")).status_code == 404
    assert client.get(reverse("board_rows", args=["leads"])).status_code == 404


def test_board_and_rows_cost_the_same_at_10_and_at_50_rows(client, supervisor):
    for _ in range(5):
        case_in(Status.LEAD)
    few = [_queries(client, "board"), _queries(client, "board_rows", "leads")]
    for number in range(45):
        case_in(Status.LEAD, village=f"4109221002{number + 10}")
    many = [_queries(client, "board"), _queries(client, "board_rows", "leads")]
    assert many == few
    assert few[0] <= 15


def _queries(client, name, *args):
    address = reverse(name, args=args)
    forget()  # parameters are remembered for some seconds: read them just before
    client.get(address)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def test_inbox_is_ones_own_and_reading_it_counts(client):
    cadre = people.village_cadre()
    client.force_login(cadre)
    mine, other = ReminderFactory(user=cadre), ReminderFactory()
    page = client.get(reverse("inbox"))
    assert [r.pk for r in page.context["reminders"]] == [mine.pk]
    assert Reminder.objects.get(pk=mine.pk).read_at is not None
    assert Reminder.objects.get(pk=other.pk).read_at is None
