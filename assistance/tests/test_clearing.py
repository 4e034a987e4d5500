"""Clearing many cases: every condition is asked for the whole list at once (四（六）)."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.tests import factories as people
from assistance import clearing
from assistance.models import Measure
from assistance.tests.factories import HelperAssignmentFactory, MeasureFactory
from audit import clock
from households.models import Safeguard
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
    MeasureFactory(case=case, state=Measure.State.DONE)
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
    assert cost(lambda: clearing.red_conditions(few)) == 5
    assert cost(lambda: clearing.red_conditions(many)) == 5


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
        cases = [factories.case_in(status) for _ in range(count)]
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
