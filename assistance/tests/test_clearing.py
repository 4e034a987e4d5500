"""Clearing many cases: every condition is asked for the whole list at once (四（六）)."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.tests import factories as people
from assistance import clearing
from assistance.actions.risks import end_risk
from assistance.models import Measure
from assistance.refusals import AssistanceRefused
from assistance.tests.factories import HelperAssignmentFactory, MeasureFactory
from assistance.tests.relief_factories import InsuranceClaimFactory, ReliefRequestFactory
from audit import clock
from households.models import Safeguard
from households.tests.factories import IncomeFactory
from workflow import actions
from workflow.models import Case, Visit
from workflow.outcomes import StepRefused
from workflow.states import Status
from workflow.tests import factories

pytestmark = pytest.mark.django_db


def ready_case(status=Status.MONITORED) -> Case:
    """A case whose every clearing condition is green."""
    long_ago = clock.today() - datetime.timedelta(days=800)
    case = factories.case_in(status, identified_on=long_ago)
    case.household.per_capita_income, case.household.income_year = 30_000, clock.today().year
    case.household.save(update_fields=["per_capita_income", "income_year"])
    case.household.members.update(skill="普通劳动力")
    Safeguard.objects.create(household=case.household, checked_on=clock.today())
    HelperAssignmentFactory(case=case)
    MeasureFactory(case=case, state=Measure.State.DONE, kind="medical_aid")
    IncomeFactory(household=case.household, wage=90_000)
    factories.VisitFactory(case=case, purpose=Visit.Purpose.CLEARING)
    return case


def meeting_of(area_code: str, by, cases, **kwargs):
    """A meeting of that area with the wish to clear every one of these cases on its agenda."""
    meeting = actions.hold_meeting(
        area=people.area_at(area_code), round=factories.MonthlyRoundFactory(),
        held_on=clock.today(), place="会议室", host="郑西关", recorder="赵驻村", expected_count=12,
        present_count=10, by=by, **kwargs,
    )  # fmt: skip
    return meeting, [
        {"case": case, "decision": "ADMIT", "votes_for": 10, "clearing_kind": "assisted"}
        for case in cases
    ]


def cost(act) -> int:
    with CaptureQueriesContext(connection) as seen:
        act()
    return len(seen)


def test_the_guard_of_ten_cases_asks_as_much_as_that_of_two():
    cases = [ready_case() for _ in range(10)]
    loaded = Case.objects.select_related("household")
    few, many = list(loaded.filter(pk__in=[c.pk for c in cases[:2]])), list(loaded)
    clearing.red_conditions(few)  # parameters are remembered from here on

    assert clearing.red_conditions(many) == {}
    assert cost(lambda: clearing.red_conditions(few)) == 10
    assert cost(lambda: clearing.red_conditions(many)) == 10


def test_each_case_is_told_its_own_reasons():
    good, helpless, unsafe = (ready_case() for _ in range(3))
    helpless.helper_assignments.update(ends_on=clock.today())
    Safeguard.objects.create(
        household=unsafe.household, checked_on=clock.today(), water_problem=True
    )

    red = clearing.red_conditions(list(Case.objects.select_related("household")))

    assert set(red) == {helpless.pk, unsafe.pk}
    assert red[helpless.pk] == ["已明确帮扶责任人（六（三））：尚未明确"]
    assert red[unsafe.pk] == ["“三保障”和饮水安全均有保障（三）：饮水仍有问题"]


def test_a_visit_before_the_case_was_determined_does_not_count():
    case = ready_case()
    case.visits.update(visited_on=case.identified_on - datetime.timedelta(days=1))

    assert "尚无消除核实走访记录" in clearing.red_conditions([case])[case.pk][0]


def test_a_clearing_meeting_costs_the_same_for_many_cases():
    cadre = people.village_cadre()

    def queries(count):
        cases = [ready_case() for _ in range(count)]
        meeting, rows = meeting_of(people.VILLAGE, cadre, cases, clearing_cases=cases)
        actions.decide_many(meeting=meeting, rows=rows, by=cadre)
        return cost(lambda: actions.conclude_meeting(meeting=meeting, by=cadre))

    queries(1)
    assert queries(2) == queries(10)


def test_recognising_many_costs_the_same_as_few():
    office, group = people.county_officer(), people.leading_group_officer()

    def queries(count):
        cases = [ready_case(Status.CLEARING_RECHECKED) for _ in range(count)]
        meeting, rows = meeting_of(people.COUNTY, office, cases, is_clearing=True)
        actions.prepare_meeting(meeting=meeting, by=office)
        actions.decide_many(meeting=meeting, rows=rows, by=group)
        return cost(lambda: actions.conclude_meeting(meeting=meeting, by=group))

    queries(1)
    assert queries(2) == queries(10)
    assert not Case.objects.filter(status=Status.CLEARING_RECHECKED).exists()


def test_determining_many_costs_the_same_as_few():
    office, group = people.county_officer(), people.leading_group_officer()

    def queries(count):
        cases = [factories.case_in(Status.RECHECKED) for _ in range(count)]
        meeting, rows = meeting_of(people.COUNTY, office, cases)
        prepared = cost(lambda: actions.prepare_meeting(meeting=meeting, by=office))
        decided = cost(lambda: actions.decide_many(meeting=meeting, rows=rows, by=group))
        return prepared, decided, cost(lambda: actions.conclude_meeting(meeting=meeting, by=group))

    queries(1)
    assert queries(2) == queries(10)


@pytest.mark.parametrize(
    ("step", "status", "visit"),
    [
        ("endorse", Status.REVIEWED, factories.RecheckVisitFactory),
        ("endorse_clearing", Status.CLEARING_REVIEWED, factories.ClearingVisitFactory),
    ],
)
def test_endorsing_many_costs_the_same_as_few(step, status, visit):
    reviewer = people.township_reviewer()

    def queries(count):
        make = ready_case if status == Status.CLEARING_REVIEWED else factories.case_in
        cases = [make(status) for _ in range(count)]
        for case in cases:
            visit(case=case)
        found = []
        asked = cost(lambda: found.append(actions.take_many(cases=cases, step=step, by=reviewer)))
        assert len(found[0].done) == count
        return asked

    queries(1)
    assert queries(2) == queries(10)


def test_one_red_case_keeps_the_whole_meeting_open():
    cadre = people.village_cadre()
    good, red = ready_case(), ready_case()
    red.measures.all().delete()
    meeting, rows = meeting_of(people.VILLAGE, cadre, [good, red], clearing_cases=[good, red])
    actions.decide_many(meeting=meeting, rows=rows, by=cadre)

    with pytest.raises(StepRefused, match="至少一项帮扶措施"):
        actions.conclude_meeting(meeting=meeting, by=cadre)

    assert set(Case.objects.values_list("status", flat=True)) == {Status.MONITORED}


def red(case) -> list[str]:
    found = Case.objects.select_related("household").get(pk=case.pk)
    return clearing.red_conditions([found]).get(case.pk, [])


def test_a_risk_is_answered_by_measure_payout_relief_or_its_recorded_end():
    case = ready_case()
    Case.objects.filter(pk=case.pk).update(risks=["因病", "因学", "因残"])
    assert "因残：没有落实的对应措施" in red(case)[0]
    InsuranceClaimFactory(household=case.household, state="paid", cause="injury")
    ReliefRequestFactory(household=case.household, state="paid", risk="因学")
    assert red(case) == []


def test_what_was_paid_before_this_case_answers_none_of_its_risks():
    case = ready_case()
    tomorrow = clock.now() + datetime.timedelta(days=1)
    Case.objects.filter(pk=case.pk).update(risks=["因突发事件"])
    InsuranceClaimFactory(household=case.household, state="paid", cause="traffic")
    assert red(case) == []
    Case.objects.update(opened_at=tomorrow, identified_on=clock.local(tomorrow).date())
    assert "因突发事件：没有落实的对应措施" in "".join(red(case))


def test_a_risk_that_ended_of_itself_is_recorded_by_the_village():
    case = ready_case()
    Case.objects.filter(pk=case.pk).update(risks=["因病", "因学"])
    case.refresh_from_db()
    assert "因学：没有落实的对应措施" in red(case)[0]
    facts = {"case": case, "risk": "因学", "found_on": clock.today(), "note": "已毕业就业"}
    with pytest.raises(AssistanceRefused, match="不能为该户"):
        end_risk(by=people.neighbour_cadre(), **facts)
    end_risk(by=people.village_cadre(), **facts)
    with pytest.raises(AssistanceRefused, match="已登记消失"):
        end_risk(by=people.village_cadre(), **facts)
    assert red(case) == []


def test_an_open_claim_and_help_without_its_procedure_keep_the_risk_open():
    case = ready_case()
    claim = InsuranceClaimFactory(household=case.household)
    ReliefRequestFactory(household=case.household, state="paid", is_ahead=True)
    assert "防贫保（已报案）、" in red(case)[0]
    assert "救助（程序待补）" in red(case)[0]
    claim.delete()
    case.household.reliefs.all().delete()
    assert red(case) == []


def test_the_api_refuses_while_a_condition_is_red_and_names_it(client):
    case = ready_case(Status.CLEARING_REVIEWED)
    factories.ClearingVisitFactory(case=case)
    InsuranceClaimFactory(household=case.household)
    client.force_login(people.township_reviewer())
    answer = client.post(
        f"/api/v1/cases/{case.pk}/steps/",
        {"step": "endorse_clearing", "comment": "同意消除"},
        content_type="application/json",
    )
    assert answer.status_code in (400, 409, 422)
    assert "没有未办结的防贫保理赔和救助" in answer.content.decode()
    case.refresh_from_db()
    assert case.status == Status.CLEARING_REVIEWED
