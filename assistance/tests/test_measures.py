"""帮扶措施: what a department may do, what is refused, and hand-over of helpers."""

import datetime
from decimal import Decimal

import pytest

from accounts.models import Department
from accounts.tests.factories import COUNTY, NEIGHBOUR, OTHER_COUNTY, VILLAGE, area_at, user_at
from areas.models import Area
from assistance import actions, completeness
from assistance.models import Attention, HelperAssignment, Measure
from assistance.refusals import AssistanceRefused
from assistance.tests.factories import HelperAssignmentFactory, HelperFactory, MeasureFactory
from audit import clock
from audit.models import Event
from policy.actions import set_parameter
from workflow.models import Case, Status
from workflow.tests.factories import CaseFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def case():
    return CaseFactory(status=Status.MONITORED)


@pytest.fixture
def leader():
    return user_at("leading_group_office", COUNTY)


@pytest.fixture
def clerk():
    return user_at("department_clerk", "yibao")


def task(**more):
    return MeasureFactory(department=Department.objects.get(pk="yibao"), **more)


def days_ago(days):
    return clock.today() - datetime.timedelta(days=days)


def test_a_clerk_answers_the_departments_own_tasks_only(case, clerk):
    mine, other = task(case=case), MeasureFactory(case=case)
    assert list(Measure.objects.visible_to(clerk)) == [mine]
    done = actions.update_measure(
        measure=mine, version=1, by=clerk, state="done", done_on=clock.today(),
        amount_paid=Decimal(800), description="改写", department=None,
    )  # fmt: skip
    assert (done.state, done.amount_paid) == ("done", 800)
    assert done.description == "医疗救助"  # not the department's business
    assert done.department_id == "yibao"
    with pytest.raises(AssistanceRefused, match="不能修改"):
        actions.update_measure(measure=other, version=1, by=clerk, effect="x")


def test_the_same_department_of_another_county_sees_nothing(case):
    task(case=case)
    elsewhere = user_at("department_clerk", "yibao", area=area_at(OTHER_COUNTY))
    assert not Measure.objects.visible_to(elsewhere).exists()


def test_a_department_refuses_with_reason_and_others_withdraw(case, clerk, leader):
    measure = task(case=case)
    with pytest.raises(AssistanceRefused, match="原因"):
        actions.refuse_measure(measure=measure, reason="", by=clerk)
    with pytest.raises(AssistanceRefused, match="责任部门"):
        actions.refuse_measure(measure=measure, reason="不符", by=leader)
    with pytest.raises(AssistanceRefused, match="不予办理"):
        actions.withdraw_measure(measure=measure, reason="不符", by=clerk)
    actions.refuse_measure(measure=measure, reason="不符合救助条件", by=clerk)
    assert not Measure.objects.live().exists()
    assert Event.objects.filter(kind="measure_refused").exists()


@pytest.mark.parametrize("status", [Status.CLOSED, Status.RISK_CLEARED, Status.NOT_ADMITTED])
def test_a_case_that_is_over_gets_no_new_measure(leader, status):
    case = CaseFactory(status=status, is_urgent=True)
    with pytest.raises(AssistanceRefused, match="不再安排"):
        actions.set_measure(
            case=case, by=leader, kind="housing", description="修缮", starts_on=clock.today()
        )


def test_a_measure_begins_after_determination_unless_it_went_ahead(case, leader):
    given = {"kind": "housing", "description": "修缮", "starts_on": days_ago(3), "by": leader}
    with pytest.raises(AssistanceRefused, match="早于审定日期"):
        actions.set_measure(case=case, **given)
    Case.objects.filter(pk=case.pk).update(is_urgent=True)
    case.refresh_from_db()
    assert actions.set_measure(case=case, **given).is_ahead_of_procedure
    given["starts_on"] = clock.today()
    assert not actions.set_measure(case=case, **given).is_ahead_of_procedure


def test_a_measure_without_a_due_day_gets_the_countys_and_falls_overdue(case, leader):
    """Nothing that was promised is open for ever: 及时 (六（三）)."""
    given = {"case": case, "by": leader, "kind": "public_post", "description": "保洁"}
    measure = actions.set_measure(**given, starts_on=clock.today())
    assert measure.due_on == clock.today() + datetime.timedelta(days=180)
    county = Area.objects.get(pk=COUNTY)
    set_parameter(
        key="measure_due_days", value=30, valid_from=days_ago(100), by=None, county=county
    )
    short = actions.set_measure(**given, starts_on=clock.today(), due_on=None)
    assert short.due_on == clock.today() + datetime.timedelta(days=30)
    kept = actions.set_measure(**given, starts_on=clock.today(), due_on=days_ago(-7))
    assert kept.due_on == days_ago(-7)
    cleared = actions.update_measure(measure=measure, version=1, by=leader, due_on=None)
    assert cleared.due_on == short.due_on
    with clock.at(clock.now() + datetime.timedelta(days=31)):
        assert completeness.failing(Case.objects.all(), "measure_overdue").get() == case
        assert Measure.objects.overdue().count() == 3


def test_a_measure_for_one_who_died_meanwhile_is_not_begun(case, clerk):
    person = case.household.members.exclude(relation="户主").first()
    measure = task(case=case, person=person)
    type(person).objects.filter(pk=person.pk).update(is_active=False, left_on=clock.today())
    measure = Measure.objects.get(pk=measure.pk)
    with pytest.raises(AssistanceRefused, match="已去世或迁出"):
        actions.update_measure(measure=measure, version=1, by=clerk, state="active")
    assert Measure.objects.get(pk=measure.pk).state == "planned"


def test_all_households_of_a_helper_are_handed_over_at_once(django_assert_max_num_queries):
    cadre = user_at("village_cadre", VILLAGE)
    old, new = HelperFactory(), HelperFactory()
    for _ in range(3):
        HelperAssignmentFactory(helper=old, starts_on=days_ago(40))
    elsewhere = HelperAssignmentFactory(
        helper=old,
        starts_on=days_ago(40),
        case__household__village=area_at(NEIGHBOUR),
        case__status=Status.MONITORED,
    )
    given = {"helper": old, "to": new, "starts_on": days_ago(1), "by": cadre}
    with pytest.raises(AssistanceRefused, match="交接原因"):
        actions.hand_over(**given, reason="")
    with pytest.raises(AssistanceRefused, match="同一人"):
        actions.hand_over(**given | {"to": old}, reason="调离")
    assert actions.hand_over(**given, reason="调离") == 3
    assert HelperAssignment.objects.filter(helper=new, ends_on=None).count() == 3
    ended = HelperAssignment.objects.filter(helper=old, ends_on=days_ago(2))
    assert [one.handover_reason for one in ended] == ["调离"] * 3
    elsewhere.refresh_from_db()
    assert elsewhere.ends_on is None
    assert Event.objects.filter(kind="helper_handed_over").count() == 3


def test_the_county_sets_the_level_and_the_village_does_not(case, leader):
    with pytest.raises(AssistanceRefused, match="没有该权限"):
        actions.set_attention(case=case, level="red", by=user_at("village_cadre", VILLAGE))
    with pytest.raises(AssistanceRefused, match="没有这个"):
        actions.set_attention(case=case, level="blue", by=leader)
    actions.set_attention(case=case, level="red", by=leader)
    actions.set_attention(case=case, level="green", reason="收入稳定", by=leader)
    assert Attention.objects.get(case=case).level == "green"
    assert Event.objects.filter(kind="attention_set").count() == 2
