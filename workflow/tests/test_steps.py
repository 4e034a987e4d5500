"""`take` and `take_many`: rule, change, history and audit in one transaction."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.tests import factories as people
from audit import clock
from audit.events import EventKind
from audit.models import Event
from policy.tests.factories import ParameterFactory
from workflow import actions, guards
from workflow.models import Case, MonthlyRound, StatusChange
from workflow.outcomes import StepRefused
from workflow.states import Status
from workflow.tests import factories
from workflow.tests.factories import moment

pytestmark = pytest.mark.django_db


@pytest.fixture
def cadre():
    return people.village_cadre()


@pytest.fixture
def cadre_of_2021():
    with clock.at(moment(1)):
        return people.village_cadre()


@pytest.fixture
def reviewer():
    return people.township_reviewer()


def lead_with_visit(**kwargs):
    case = factories.case_in(Status.LEAD, **kwargs)
    factories.VisitFactory(case=case)
    return case


def test_screening_moves_the_case_with_history_and_audit(cadre):
    case = lead_with_visit()

    change = actions.take(case=case, step="screen", by=cadre, facts={"risks": ["因病", "因残"]})

    assert (case.status, case.version, case.risks) == (Status.SCREENED, 2, ["因病", "因残"])
    assert (change.source, change.target, change.by) == (Status.LEAD, Status.SCREENED, cadre)
    assert change.round == MonthlyRound.objects.get(month=clock.today().replace(day=1))
    event = Event.objects.get(kind=EventKind.CASE_SCREENED)
    assert (event.object_id, event.area_code) == (str(case.pk), case.village_id)
    assert event.detail["target"] == Status.SCREENED


def test_the_income_of_the_register_is_taken_over(cadre):
    case = lead_with_visit(per_capita_income=None)
    case.household.per_capita_income, case.household.income_year = Decimal("4321.50"), 2020
    case.household.save()

    actions.take(case=case, step="screen", by=cadre)

    assert case.per_capita_income == Decimal("4321.50")


def test_a_typed_income_goes_before_the_register(cadre):
    case = lead_with_visit()

    actions.take(
        case=case, step="screen", by=cadre, facts={"per_capita_income": Decimal("3999.99")}
    )

    assert case.per_capita_income == Decimal("3999.99")


def test_facts_that_are_not_of_the_step_are_not_written(cadre):
    case = factories.case_in(Status.LEAD)

    actions.take(
        case=case,
        step="refuse",
        by=cadre,
        reason="facts_untrue",
        facts={"category": "1", "per_capita_income": 1, "status": "MONITORED", "risks": ["因学"]},
    )

    assert (case.category, case.per_capita_income) == ("2", Decimal("5200.00"))
    assert (case.status, case.risks) == (Status.NOT_ADMITTED, ["因病"])
    assert case.not_admitted_reason == "facts_untrue"


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ({"step": "refuse"}, "必须选择原因"),
        ({"step": "refuse", "reason": "no_such_reason"}, "必须选择原因"),
        ({"step": "screen"}, "走访记录"),
        ({"step": "fly"}, "没有这个办理步骤"),
        ({"step": "determine"}, "不能办理"),
        ({"step": "refuse", "reason": "other", "comment": "字" * 501}, "最多 500 字"),
        ({"step": "refuse", "reason": "other", "version": 7}, "请刷新"),
    ],
)
def test_a_refused_step_says_why_and_leaves_nothing(cadre, words, text):
    case = factories.case_in(Status.LEAD)

    with pytest.raises(StepRefused, match=text):
        actions.take(case=case, by=cadre, **words)

    case.refresh_from_db()
    assert (case.status, case.version) == (Status.LEAD, 1)
    assert not StatusChange.objects.exists()


def test_sending_back_asks_for_words(reviewer):
    case = factories.case_in(Status.REVIEWED)

    with pytest.raises(StepRefused, match="必须填写意见"):
        actions.take(case=case, step="send_back", by=reviewer, comment="  ")

    actions.take(case=case, step="send_back", by=reviewer, comment="补充住院票据")
    assert (case.status, case.on_list) == (Status.SCREENED, None)


def test_what_the_county_sends_back_is_on_the_villages_list_again(reviewer):
    case = factories.case_in(Status.REVIEWED)
    village_list = case.on_list
    factories.RecheckVisitFactory(case=case)
    actions.take(case=case, step="endorse", by=reviewer)
    assert case.on_list is None
    factories.put_on_list(case)

    actions.take(case=case, step="send_back", by=people.county_officer(), comment="复核意见不清")

    assert (case.status, case.on_list) == (Status.REVIEWED, village_list)
    assert not case.is_waiting_for_list


@pytest.mark.parametrize("deed", ["step", "visit", "list"])
def test_nobody_checks_their_own_work(reviewer, deed):
    case = factories.case_in(Status.REVIEWED)
    factories.RecheckVisitFactory(case=case)
    if deed == "step":
        factories.StatusChangeFactory(case=case, by=reviewer)
    elif deed == "visit":
        factories.VisitFactory(case=case, recorded_by=reviewer)
    else:
        case.on_list = factories.ReportedListFactory(
            round=case.round, case_ids=[case.pk], reported_by=reviewer
        )
        case.save()

    with pytest.raises(StepRefused, match="自己经办"):
        actions.take(case=case, step="endorse", by=reviewer)


def test_a_clearing_asks_for_a_visit_after_it_was_proposed(reviewer):
    case = factories.case_in(Status.CLEARING_REVIEWED)
    factories.ClearingVisitFactory(case=case)
    with clock.at(clock.now() + clock.now().resolution * 1000):
        factories.StatusChangeFactory(
            case=case,
            step="propose_clearing",
            source=Status.MONITORED,
            target=Status.CLEARING_REVIEWED,
        )

        with pytest.raises(StepRefused, match="走访记录"):
            actions.take(case=case, step="endorse_clearing", by=reviewer)
        factories.ClearingVisitFactory(case=case)
        actions.take(case=case, step="endorse_clearing", by=reviewer)

    assert case.status == Status.CLEARING_RECHECKED


def test_the_third_category_is_off_unless_switched_on(cadre):
    case = lead_with_visit()
    with pytest.raises(StepRefused, match="未启用"):
        actions.take(case=case, step="screen", by=cadre, facts={"category": "3"})

    ParameterFactory(
        key="third_category_enabled", given=True, valid_from=date(2021, 5, 1), clause="S6"
    )
    actions.take(case=case, step="screen", by=cadre, facts={"category": "3"})
    assert case.category == "3"


def test_clearing_keeps_its_kind_and_undoing_takes_it_away():
    case = factories.case_in(Status.CLEARING_RECHECKED)
    group = people.leading_group_officer()
    meeting = factories.decided("clear_risk", case, people.COUNTY)
    actions.take(
        case=case,
        step="clear_risk",
        by=group,
        meeting=meeting,
        facts={"clearing_kind": "natural"},
    )
    assert (case.cleared_on, case.clearing_kind) == (clock.today(), "natural")
    actions.mark_in_national_system(case=case, on=clock.today(), by=group)

    actions.take(
        case=case, step="undo_clearing", by=group, reason="facts_untrue", comment="收入不实"
    )

    assert (case.status, case.cleared_on, case.clearing_kind) == (Status.MONITORED, None, "")
    assert case.clearing_marked_on is None


def test_a_clearing_is_not_undone_beside_a_newer_case():
    case = factories.case_in(Status.RISK_CLEARED)
    newer = actions.open_case(
        household=case.household, source="SCREENING", by=people.village_cadre()
    )
    assert newer.previous_case == case

    with pytest.raises(StepRefused, match="再识别"):
        actions.take(
            case=case,
            step="undo_clearing",
            by=people.leading_group_officer(),
            reason="facts_untrue",
            comment="不实",
        )


def test_a_guard_of_an_upper_app_is_asked(cadre):
    case = lead_with_visit()

    def never(cases):
        return {case.pk: ["甲条件未满足", "乙条件未满足"] for case in cases}

    guards.guard("screen")(never)
    try:
        with pytest.raises(StepRefused, match="甲条件未满足；乙条件未满足"):
            actions.take(case=case, step="screen", by=cadre)
    finally:
        guards.unregister("screen", never)
    actions.take(case=case, step="screen", by=cadre)
    assert case.status == Status.SCREENED


@pytest.mark.parametrize(
    ("at", "is_late"),
    [
        (moment(20, 23).replace(minute=59, second=59, microsecond=900_000), False),
        (moment(21, 0), True),
    ],
)
def test_lateness_is_decided_by_the_moment_of_the_transaction(cadre_of_2021, at, is_late):
    with clock.at(moment(5)):
        case = lead_with_visit()

    with clock.at(at):
        change = actions.take(case=case, step="screen", by=cadre_of_2021)

    assert change.is_late is is_late
    assert case.due_on == date(2021, 3, 25)


def test_late_work_is_due_at_the_next_months_gate(cadre_of_2021):
    with clock.at(moment(5)):
        case = lead_with_visit()
    with clock.at(moment(27)):
        actions.take(case=case, step="screen", by=cadre_of_2021)

    assert case.due_on == date(2021, 4, 25)


def test_a_batch_tells_done_from_refused(cadre):
    ready = [lead_with_visit() for _ in range(3)]
    unvisited = factories.case_in(Status.LEAD)
    foreign = lead_with_visit(village=people.NEIGHBOUR)
    gone = factories.case_in(Status.MONITORED)

    outcome = actions.take_many(cases=[*ready, unvisited, foreign, gone], step="screen", by=cadre)

    assert {change.case_id for change in outcome.done} == {case.pk for case in ready}
    assert {case.pk for case, _ in outcome.refused} == {unvisited.pk, foreign.pk, gone.pk}
    assert outcome.summary == "已办理 3 户，3 户未办理"
    assert Event.objects.filter(kind=EventKind.CASE_SCREENED).count() == 3


def test_one_reason_refuses_leads_and_ledger_rows_together(cadre):
    cases = [factories.case_in(Status.LEAD), factories.case_in(Status.SCREENED)]

    outcome = actions.take_many(cases=cases, step="refuse", by=cadre, reason="income_above_line")

    assert len(outcome.done) == 2
    assert set(Case.objects.values_list("status", flat=True)) == {Status.NOT_ADMITTED}


def test_many_cost_as_many_queries_as_few(cadre):
    few = [lead_with_visit() for _ in range(2)]
    many = [lead_with_visit() for _ in range(12)]
    actions.take_many(cases=[lead_with_visit()], step="screen", by=cadre)  # warms what is kept

    with CaptureQueriesContext(connection) as first:
        actions.take_many(cases=few, step="screen", by=cadre)
    with CaptureQueriesContext(connection) as second:
        actions.take_many(cases=many, step="screen", by=cadre)

    assert len(first) == len(second)
    assert len(second) <= 12


def test_a_failing_audit_takes_the_step_back(cadre, monkeypatch):
    case = lead_with_visit()

    def fail(*args, **kwargs):
        raise RuntimeError("no audit, no step")

    monkeypatch.setattr("workflow.actions.steps.record_many", fail)
    with pytest.raises(RuntimeError):
        actions.take(case=case, step="screen", by=cadre)

    case.refresh_from_db()
    assert case.status == Status.LEAD
    assert not StatusChange.objects.exists()


@pytest.mark.parametrize(
    ("status", "target"),
    [(Status.REVIEWED, Status.SCREENED), (Status.CLEARING_REVIEWED, Status.MONITORED)],
)
def test_the_village_takes_back_what_it_has_not_reported(cadre, status, target):
    case = factories.CaseFactory(status=status)

    change = actions.take(case=case, step="withdraw", by=cadre, comment="公示期间群众有异议")

    assert (case.status, change.comment, change.by) == (target, "公示期间群众有异议", cadre)
    assert not change.is_late
    event = Event.objects.get(kind=EventKind.CASE_WITHDRAWN)
    assert (event.actor_id, event.object_id) == (cadre.pk, str(case.pk))


def test_a_reported_case_is_not_withdrawn_but_sent_back(cadre):
    case = factories.case_in(Status.REVIEWED)

    with pytest.raises(StepRefused, match="名单已经上报，不能撤回"):
        actions.take(case=case, step="withdraw", by=cadre, comment="有异议")

    assert not StatusChange.objects.filter(case=case).exists()


def test_a_withdrawal_says_why(cadre):
    case = factories.CaseFactory(status=Status.REVIEWED)

    with pytest.raises(StepRefused, match="“撤回”必须填写意见"):
        actions.take(case=case, step="withdraw", by=cadre)


def test_a_withdrawn_case_stands_on_the_next_agenda(cadre):
    case = factories.CaseFactory(status=Status.REVIEWED)
    factories.decided("put_forward", case, people.VILLAGE)
    actions.take(case=case, step="withdraw", by=cadre, comment="再议一次")

    meeting = actions.hold_meeting(
        area=case.village, round=case.round, held_on=clock.today(), place="村委会", host="郑西关",
        recorder="赵驻村", expected_count=12, present_count=10, by=cadre,
    )  # fmt: skip

    assert [d.case_id for d in meeting.decisions.all()] == [case.pk]
