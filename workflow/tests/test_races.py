"""Two people at the same moment, on the real database; each race is first shown to be real."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from accounts.tests import factories as people
from audit.events import EventKind
from audit.models import Event
from workflow import actions, guards, lists
from workflow.actions import checks, moving
from workflow.models import Case, ReportedList, StatusChange
from workflow.outcomes import StepRefused
from workflow.states import Status
from workflow.tests import factories

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def meeting_point():
    """Both threads have checked everything before either of them writes."""
    barrier = threading.Barrier(2, timeout=10)

    def wait(cases):
        barrier.wait()
        return {}

    for key in ("endorse", "send_back"):
        guards.guard(key)(wait)
    yield
    for key in ("endorse", "send_back"):
        guards.unregister(key, wait)


def at_once(*calls):
    """Results of the calls run in threads at the same time; a refusal is a result."""

    def run(call):
        try:
            return call()
        except StepRefused as refused:
            return refused
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def two_reviewers(case):
    """Two steps by two people of one township on one case."""
    first = people.user_at("township_office", people.TOWNSHIP, full_name="孙甲")
    second = people.user_at("township_office", people.TOWNSHIP, full_name="孙乙")
    return (
        lambda: actions.take(case=Case.objects.get(pk=case.pk), step="endorse", by=first),
        lambda: actions.take(
            case=Case.objects.get(pk=case.pk), step="send_back", by=second, comment="再核一次"
        ),
    )


@pytest.fixture
def case():
    case = factories.case_in(Status.REVIEWED)
    factories.RecheckVisitFactory(case=case)
    return case


def test_without_the_condition_both_would_win(case, meeting_point, monkeypatch):
    monkeypatch.setattr(moving, "CONDITION", "")

    results = at_once(*two_reviewers(case))

    assert not [r for r in results if isinstance(r, StepRefused)]
    assert StatusChange.objects.filter(case=case).count() == 2


def test_endorsing_against_sending_back_has_one_winner(case, meeting_point):
    results = at_once(*two_reviewers(case))

    refused = [r for r in results if isinstance(r, StepRefused)]
    assert len(refused) == 1
    change = StatusChange.objects.get(case=case)
    case.refresh_from_db()
    assert (case.status, case.version) == (change.target, 2)
    assert change.by.full_name in str(refused[0])
    kinds = (EventKind.CASE_ENDORSED, EventKind.CASE_SENT_BACK)
    assert Event.objects.filter(kind__in=kinds).count() == 1


def test_two_batches_in_opposite_order_do_not_block_each_other():
    reviewer = people.township_reviewer()
    cases = [factories.case_in(Status.REVIEWED) for _ in range(8)]
    words = {"step": "send_back", "by": reviewer, "comment": "再核一次"}

    first, second = at_once(
        lambda: actions.take_many(cases=cases, **words),
        lambda: actions.take_many(cases=cases[::-1], **words),
    )

    assert len(first.done) + len(second.done) == 8
    assert StatusChange.objects.count() == 8


def test_one_household_gets_one_case_from_two_sources():
    household = factories.HouseholdFactory(village=people.area_at(people.VILLAGE))
    cadre = people.village_cadre()

    first, second = at_once(
        lambda: actions.open_case(household=household, source="APPLICATION", by=cadre),
        lambda: actions.open_case(household=household, source="SCREENING", by=cadre),
    )

    assert first.pk == second.pk
    assert Case.objects.count() == 1
    assert Event.objects.filter(kind=EventKind.CASE_OPENED).count() == 1
    assert set(Case.objects.get().sources) == {"APPLICATION", "SCREENING"}


def test_a_double_click_reports_one_list():
    case = factories.CaseFactory(status=Status.REVIEWED)
    cadre = people.village_cadre()

    def report():
        return actions.report_list(area=case.village, round=case.round, kind="ADMISSION", by=cadre)

    first, second = at_once(report, report)

    assert first.pk == second.pk
    assert ReportedList.objects.get().case_ids == [case.pk]


@pytest.fixture
def withdrawn_while_reporting(monkeypatch):
    """The withdrawal has checked everything before the report locks, and writes after it."""
    checked, reported = threading.Event(), threading.Event()
    snapshot = lists.snapshot

    def waits(step, moves, by, meeting):
        checked.set()
        reported.wait(timeout=2)
        return {}

    def slowly(ids):
        checked.wait(timeout=10)
        return snapshot(ids)

    monkeypatch.setattr(lists, "snapshot", slowly)
    monkeypatch.setattr(checks, "_guards", waits)
    return reported


def withdraws_while_reporting(case, reported):
    cadre, colleague = people.village_cadre(), people.village_cadre()

    def report():
        found = actions.report_list(
            area=case.village, round=case.round, kind="ADMISSION", by=colleague
        )
        reported.set()
        return found

    def withdraw():
        return actions.take(case=case, step="withdraw", by=cadre, comment="群众有异议")

    return at_once(report, withdraw)


@pytest.mark.parametrize("is_guarded", [True, False])
def test_a_case_on_a_list_just_reported_is_not_withdrawn(
    withdrawn_while_reporting, monkeypatch, is_guarded
):
    if not is_guarded:
        condition = moving.CONDITION.replace("c.on_list_id IS NULL OR", "TRUE OR")
        monkeypatch.setattr(moving, "CONDITION", condition)
    case = factories.CaseFactory(status=Status.REVIEWED)

    found, result = withdraws_while_reporting(case, withdrawn_while_reporting)

    case.refresh_from_db()
    assert found.case_ids == [case.pk]
    assert isinstance(result, StepRefused) == is_guarded
    assert (case.status == Status.REVIEWED) == is_guarded
