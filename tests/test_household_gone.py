"""A whole household dies or moves away: its case, leads and helper follow in one transaction."""

import datetime
import threading
import time

import pytest
from django.db import connection, transaction

from accounts.tests import factories as people
from assistance.models import HelperAssignment
from assistance.tests.factories import HelperAssignmentFactory
from audit import clock
from audit.events import EventKind
from audit.models import Event
from households.actions import record_departure
from households.models import Household, NaturalChange
from screening.models import Lead
from screening.tests.factories import LeadFactory
from workflow import actions, household_gone
from workflow.models import Case, StatusChange
from workflow.states import OPEN, Status
from workflow.tests import factories

pytestmark = pytest.mark.django_db
Kind = NaturalChange.Kind
DAY = datetime.date(2021, 3, 5)


@pytest.fixture
def cadre():
    return people.village_cadre()


def last_member_leaves(case, cadre, kind=Kind.DEATH):
    members = case.household.members.active()
    staying = members.exclude(relation="户主")
    for person in staying:
        record_departure(person=person, kind=kind, changed_on=DAY, by=cadre)
    return record_departure(
        person=members.get(relation="户主"), kind=kind, changed_on=DAY, by=cadre
    )


def test_every_departure_has_a_reason_of_the_code_table():
    gone = (*NaturalChange.DEPARTURES, Kind.MERGE)
    assert set(household_gone.REASONS) == {kind.label for kind in gone}


@pytest.mark.parametrize("status", OPEN)
def test_an_open_case_is_closed_whoever_holds_it(cadre, status):
    case = factories.case_in(status)
    last_member_leaves(case, cadre)

    case.refresh_from_db()
    assert (case.status, case.closed_reason) == (Status.CLOSED, "deceased")
    change = StatusChange.objects.get(case=case, step="close")
    assert (change.source, change.by, change.reason) == (status, cadre, "deceased")
    assert change.comment == "整户死亡，随农户档案自然减少办结"
    assert Event.objects.filter(kind=EventKind.CASE_CLOSED, object_id=str(case.pk)).count() == 1


@pytest.mark.parametrize(
    ("kind", "reason"), [(Kind.DEATH, "deceased"), (Kind.MOVED_OUT, "moved_away")]
)
def test_open_leads_are_answered_and_the_helper_is_released(cadre, kind, reason):
    case = factories.case_in(Status.MONITORED)
    leads = [LeadFactory(case=case), LeadFactory(case=case)]
    assignment = HelperAssignmentFactory(case=case)
    last_member_leaves(case, cadre, kind)

    for lead in leads:
        lead.refresh_from_db()
        assert (lead.answer, lead.answer_reason) == (Lead.Answer.DECEASED_OR_MOVED, reason)
        assert lead.answered_by == cadre
    assignment.refresh_from_db()
    assert (assignment.ends_on, assignment.handover_reason) == (clock.today(), "个案自然减少办结")
    kinds = (EventKind.LEAD_ANSWERED, EventKind.HELPER_RELEASED, EventKind.CASE_CLOSED)
    assert [Event.objects.filter(kind=kind).count() for kind in kinds] == [2, 1, 1]


def test_while_somebody_stays_the_case_stays_open(cadre):
    case = factories.case_in(Status.MONITORED)
    record_departure(
        person=case.household.members.get(relation="配偶"), kind=Kind.DEATH, changed_on=DAY,
        by=cadre,
    )  # fmt: skip
    case.refresh_from_db()
    assert case.status == Status.MONITORED


@pytest.mark.parametrize("status", [Status.RISK_CLEARED, Status.NOT_ADMITTED])
def test_a_finished_case_stays_as_it_ended(cadre, status):
    case = factories.CaseFactory(status=status)
    assert last_member_leaves(case, cadre).is_household_gone
    case.refresh_from_db()
    assert case.status == status
    assert not StatusChange.objects.filter(case=case).exists()


def test_what_fails_at_the_end_undoes_all_of_it(cadre, monkeypatch):
    case = factories.case_in(Status.MONITORED)
    lead, assignment = LeadFactory(case=case), HelperAssignmentFactory(case=case)

    def fail(*_args, **_kwargs):
        raise ZeroDivisionError

    monkeypatch.setattr("screening.actions.leads.record_many", fail)
    with pytest.raises(ZeroDivisionError):
        last_member_leaves(case, cadre)

    case.refresh_from_db()
    assert case.status == Status.MONITORED
    assert not Household.objects.get(pk=case.household_id).is_removed
    assert not StatusChange.objects.filter(case=case, step="close").exists()
    assert Lead.objects.get(pk=lead.pk).answer == ""
    assert HelperAssignment.objects.get(pk=assignment.pk).ends_on is None
    assert not Event.objects.filter(
        kind__in=[EventKind.CASE_CLOSED, EventKind.HELPER_RELEASED, EventKind.HOUSEHOLD_REMOVED]
    ).exists()


def waits_for_the_case() -> bool:
    with connection.cursor() as cursor:
        # Inside a transaction the first answer would be given again and again.
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            " AND wait_event_type = 'Lock' AND query LIKE '%workflow_case%'"
        )
        return bool(cursor.fetchone()[0])


@pytest.mark.django_db(transaction=True)
def test_a_step_taken_at_the_same_moment_comes_first_and_the_closing_follows_it(cadre):
    case = factories.case_in(Status.REVIEWED)
    factories.RecheckVisitFactory(case=case)
    reviewer = people.township_reviewer()
    has_moved, has_waited = threading.Event(), []

    def endorse():
        with transaction.atomic():
            actions.take(case=Case.objects.get(pk=case.pk), step="endorse", by=reviewer)
            has_moved.set()
            deadline = time.monotonic() + 4
            while not waits_for_the_case() and time.monotonic() < deadline:
                time.sleep(0.05)
            has_waited.append(waits_for_the_case())
        connection.close()

    colleague = threading.Thread(target=endorse)
    colleague.start()
    assert has_moved.wait(20)
    last_member_leaves(case, cadre)
    colleague.join()

    assert has_waited == [True]
    case.refresh_from_db()
    assert case.status == Status.CLOSED
    steps = StatusChange.objects.filter(case=case).order_by("pk").values_list("step", "source")
    assert list(steps)[-2:] == [("endorse", Status.REVIEWED), ("close", Status.RECHECKED)]
    assert Household.objects.get(pk=case.household_id).is_removed
