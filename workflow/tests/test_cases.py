"""Opening cases, extending them, marking them, and the questions asked of them."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.tests import factories as people
from audit import clock
from audit.events import EventKind
from audit.models import Event
from households.models import Household
from households.tests.factories import HouseholdFactory, LiftedHouseholdFactory
from workflow import actions
from workflow.models import Case
from workflow.outcomes import StepRefused
from workflow.states import Status
from workflow.tests import factories
from workflow.tests.factories import moment

pytestmark = pytest.mark.django_db


@pytest.fixture
def cadre():
    return people.village_cadre()


def household(**kwargs) -> Household:
    return HouseholdFactory(village=people.area_at(people.VILLAGE), **kwargs)


def test_a_new_case_is_a_lead_due_at_the_gate(cadre):
    with clock.at(moment(5)):
        case = actions.open_case(
            household=household(), source="APPLICATION", risks=["因病"], by=cadre, is_urgent=True
        )

    assert (case.status, case.due_on, case.category) == (Status.LEAD, date(2021, 3, 20), "2")
    assert (case.sources, case.risks, case.is_urgent) == (["APPLICATION"], ["因病"], True)
    assert case.round.month == date(2021, 3, 1)
    event = Event.objects.get(kind=EventKind.CASE_OPENED)
    assert (event.object_id, event.detail["source"]) == (str(case.pk), "APPLICATION")


def test_the_category_follows_the_register(cadre):
    lifted = LiftedHouseholdFactory(village=people.area_at(people.VILLAGE))

    assert actions.open_case(household=lifted, source="SYSTEM", by=None).category == "1"


def test_a_lead_after_the_gate_is_due_next_month(cadre):
    with clock.at(moment(21)):
        case = actions.open_case(household=household(), source="SCREENING", by=cadre)

    assert case.due_on == date(2021, 4, 20)


def test_a_second_hint_extends_the_open_case(cadre):
    home = household()
    first = actions.open_case(household=home, source="APPLICATION", risks=["因病"], by=cadre)

    second = actions.open_case(
        household=home, source="DEPARTMENT", risks=["因残", "因病"], by=cadre, is_urgent=True
    )

    assert second.pk == first.pk
    assert second.sources == ["APPLICATION", "DEPARTMENT"]
    assert (second.risks, second.is_urgent) == (["因病", "因残"], True)
    assert Event.objects.filter(kind=EventKind.CASE_OPENED).count() == 1


def test_rows_of_one_household_are_merged(cadre):
    home = household()
    rows = [
        {"household_id": home.pk, "risks": ["因病"], "due_on": date(2026, 12, 20)},
        {"household_id": home.pk, "risks": ["因残"], "due_on": date(2026, 12, 1), "remark": "残联"},
    ]

    case = Case.objects.get(pk=actions.open_cases(rows, source="DEPARTMENT", by=cadre)[home.pk])

    assert (case.risks, case.due_on, case.remark) == (["因病", "因残"], date(2026, 12, 1), "残联")


def test_a_household_that_is_gone_gets_no_case(cadre):
    gone, home = household(), household()
    Household.objects.filter(pk=gone.pk).update(
        state=Household.State.REMOVED, removed_on=date(2021, 3, 1), removed_reason="整户死亡"
    )

    with pytest.raises(StepRefused, match="销户"):
        actions.open_case(household=gone, source="APPLICATION", by=cadre)
    rows = [{"household_id": gone.pk}, {"household_id": home.pk}]
    opened = actions.open_cases(rows, source="DEPARTMENT", by=cadre)

    assert list(opened) == [home.pk]
    assert Case.objects.get().household == home


def test_opening_many_costs_as_much_as_opening_few(cadre):
    def queries(count):
        rows = [{"household_id": household().pk} for _ in range(count)]
        with CaptureQueriesContext(connection) as seen:
            actions.open_cases(rows, source="DEPARTMENT", by=cadre)
        return len(seen)

    queries(1)
    assert queries(2) == queries(30)


def test_a_cleared_household_is_identified_again(cadre):
    cleared = factories.case_in(Status.RISK_CLEARED)

    again = actions.open_case(household=cleared.household, source="SCREENING", by=cadre)

    assert (again.pk != cleared.pk, again.previous_case) == (True, cleared)


def test_an_unknown_source_is_refused(cadre):
    with pytest.raises(StepRefused, match="来源"):
        actions.open_case(household=household(), source="RUMOUR", by=cadre)


def test_the_database_allows_one_open_case_and_no_half_truths():
    case = factories.case_in(Status.LEAD)
    for wrong in (
        {"household": case.household},
        {"status": Status.NOT_ADMITTED, "not_admitted_reason": ""},
        {"status": Status.CLOSED, "closed_reason": ""},
        {"status": Status.MONITORED, "identified_on": None},
        {"status": Status.RISK_CLEARED, "cleared_on": None},
        {"status": Status.LEAD, "cleared_on": date(2021, 3, 1)},
        {"in_national_system_on": date(2021, 3, 1)},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            factories.CaseFactory(**wrong)


@pytest.mark.parametrize(
    ("status", "field"),
    [
        (Status.MONITORED, "in_national_system_on"),
        (Status.CLEARING_REVIEWED, "in_national_system_on"),
        (Status.RISK_CLEARED, "clearing_marked_on"),
    ],
)
def test_the_national_system_is_marked_by_state(status, field):
    case = factories.case_in(status)
    office = people.county_officer()

    actions.mark_in_national_system(case=case, on=clock.today(), by=office)

    assert getattr(case, field) == clock.today()
    event = Event.objects.get(kind=EventKind.CASE_MARKED_IN_NATIONAL_SYSTEM)
    assert event.detail["field"] == field


@pytest.mark.parametrize(
    ("status", "days", "text"),
    [
        (Status.LEAD, 0, "只有审定纳入"),
        (Status.MONITORED, 1, "不能晚于今天"),
        (Status.MONITORED, -1, "不能早于"),
    ],
)
def test_an_impossible_mark_is_refused(status, days, text):
    case = factories.case_in(status)

    with pytest.raises(StepRefused, match=text):
        actions.mark_in_national_system(
            case=case, on=clock.today() + timedelta(days=days), by=people.county_officer()
        )


@pytest.mark.parametrize(
    ("person", "expected"),
    [
        (people.village_cadre, {Status.LEAD, Status.SCREENED}),
        (people.township_reviewer, {Status.REVIEWED, Status.CLEARING_REVIEWED}),
        (people.county_officer, {Status.RECHECKED, Status.CLEARING_RECHECKED}),
        (people.leading_group_officer, {Status.RECHECKED, Status.CLEARING_RECHECKED}),
        (people.supervisor, set()),
        (people.system_admin, set()),
        (people.neighbour_cadre, set()),
    ],
)
def test_the_to_do_follows_from_the_table(person, expected):
    for status in Status:
        factories.case_in(status)

    assert set(Case.objects.awaiting(person()).values_list("status", flat=True)) == expected


def test_who_has_no_post_sees_nothing():
    factories.case_in(Status.LEAD)
    stranger = people.UserFactory(is_superuser=True)

    assert not Case.objects.visible_to(stranger).exists()
    assert not Case.objects.awaiting(stranger).exists()


def test_overdue_is_past_the_gate_of_its_state():
    late = factories.case_in(Status.LEAD, due_on=clock.today() - timedelta(days=1))
    factories.case_in(Status.SCREENED, due_on=clock.today())
    factories.case_in(Status.MONITORED, due_on=clock.today() - timedelta(days=1))

    assert list(Case.objects.overdue()) == [late]
    assert late.is_overdue
