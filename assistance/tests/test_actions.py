"""Actions of assistance: who may, what is refused and why, what is left on record."""

import datetime

import pytest
from django.db import DatabaseError

from accounts.tests.factories import COUNTY, NEIGHBOUR, TOWNSHIP, VILLAGE, user_at
from assistance import actions, clearing, completeness
from assistance.models import HelperAssignment, Measure, Plan
from assistance.refusals import AssistanceRefused
from assistance.tests.factories import (
    HelperAssignmentFactory,
    HelperFactory,
    MeasureFactory,
    PlanFactory,
)
from audit import clock
from audit.events import EventKind
from audit.models import Event
from workflow.models import Case, Status
from workflow.tests.factories import CaseFactory, case_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def case():
    return CaseFactory(status=Status.MONITORED)


@pytest.fixture
def cadre():
    return user_at("village_cadre", VILLAGE)


@pytest.fixture
def leader():
    return user_at("leading_group_office", COUNTY)


def days_ago(days):
    return clock.today() - datetime.timedelta(days=days)


def test_a_new_helper_takes_over_and_the_former_term_ends_the_day_before(case, cadre):
    first = actions.assign_helper(
        case=case, helper=HelperFactory(), starts_on=days_ago(30), by=cadre
    )
    second = {"case": case, "helper": HelperFactory(), "starts_on": days_ago(2), "by": cadre}
    with pytest.raises(AssistanceRefused, match="交接原因"):
        actions.assign_helper(**second)
    actions.assign_helper(**second, reason="轮换驻村")
    first.refresh_from_db()
    assert (first.ends_on, first.handover_reason) == (days_ago(3), "轮换驻村")
    assert HelperAssignment.objects.filter(case=case, ends_on__isnull=True).count() == 1
    assert Event.objects.filter(kind="helper_assigned", object_id=str(case.pk)).count() == 2


def test_the_same_helper_again_changes_nothing(case, cadre):
    helper = HelperFactory()
    first = actions.assign_helper(case=case, helper=helper, starts_on=days_ago(3), by=cadre)
    assert actions.assign_helper(case=case, helper=helper, starts_on=days_ago(1), by=cadre) == first


def test_a_helper_is_put_right_and_leaves_office_after_the_hand_over(case, cadre):
    helper = HelperFactory(name="王帮扶", unit="县直单位", phone="13900000001")
    told = {"name": "王帮扶", "unit": "县水利局", "phone": "13900000009"}
    assignment = HelperAssignmentFactory(case=case, helper=helper)
    found = actions.correct_helper(helper=helper, by=cadre, **told)
    assert (found.unit, found.phone) == ("县水利局", "13900000009")
    event = Event.objects.get(kind=EventKind.HELPER_CORRECTED)
    assert event.detail == {"fields": ["unit", "post_title", "phone"], "is_active": True}
    with pytest.raises(AssistanceRefused, match="名下还有 1 户结对，请先移交"):
        actions.correct_helper(helper=helper, by=cadre, is_active=False, **told)
    assignment.ends_on = clock.today()
    assignment.save()
    actions.correct_helper(helper=helper, by=cadre, is_active=False, **told)
    with pytest.raises(AssistanceRefused, match="已不在岗"):
        # the page still holds the helper as they were
        actions.assign_helper(case=case, helper=helper, starts_on=clock.today(), by=cadre)
    neighbour = user_at("village_cadre", NEIGHBOUR)
    with pytest.raises(AssistanceRefused, match="不能修改"):
        actions.correct_helper(helper=helper, by=neighbour, **told)


def test_a_cleared_household_keeps_a_contact_who_may_change(cadre):
    cleared = case_in(Status.RISK_CLEARED)
    HelperAssignmentFactory(case=cleared, starts_on=days_ago(30))
    other = HelperFactory(name="李接任")
    actions.assign_helper(
        case=cleared, helper=other, starts_on=clock.today(), by=cadre, reason="轮换"
    )
    assert cleared.helper_assignments.get(ends_on=None).helper == other
    closed = case_in(Status.CLOSED)
    with pytest.raises(AssistanceRefused, match="不再明确帮扶责任人"):
        actions.assign_helper(case=closed, helper=other, starts_on=clock.today(), by=cadre)


@pytest.mark.parametrize("place", [NEIGHBOUR])
def test_a_neighbour_villages_cadre_may_not_touch_assistance(case, place):
    stranger = user_at("village_cadre", place)
    with pytest.raises(AssistanceRefused):
        actions.assign_helper(case=case, helper=HelperFactory(), starts_on=days_ago(1), by=stranger)
    with pytest.raises(AssistanceRefused):
        actions.make_plan(case=case, needs="缺技术", by=stranger)
    with pytest.raises(AssistanceRefused):
        actions.set_measure(
            case=case,
            by=stranger,
            kind="labour_training",
            description="培训",
            starts_on=clock.today(),
        )
    assert not HelperAssignment.objects.exists()
    assert not Plan.objects.exists()
    assert not Measure.objects.exists()


def test_measures_come_after_determination_unless_urgent(leader):
    case = CaseFactory(status=Status.SCREENED)
    given = {"kind": "labour_training", "description": "技能培训", "starts_on": clock.today()}
    with pytest.raises(AssistanceRefused, match="先行帮扶"):
        actions.set_measure(case=case, by=leader, **given)
    Case.objects.filter(pk=case.pk).update(is_urgent=True)
    case.refresh_from_db()
    measure = actions.set_measure(case=case, by=leader, **given)
    assert measure.is_ahead_of_procedure
    assert (measure.group, measure.is_development) == ("employment", True)


def test_a_measure_for_somebody_who_left_is_refused(case, leader):
    person = case.household.members.first()
    person.is_active = False
    with pytest.raises(AssistanceRefused, match="现有成员"):
        actions.set_measure(
            case=case,
            by=leader,
            person=person,
            kind="labour_training",
            description="培训",
            starts_on=clock.today(),
        )


def test_two_people_editing_one_measure_the_second_is_told(case, leader):
    measure = MeasureFactory(case=case)
    actions.update_measure(measure=measure, version=1, by=leader, effect="已开工")
    with pytest.raises(AssistanceRefused, match="刚被他人修改"):
        actions.update_measure(measure=measure, version=1, by=leader, effect="另一种说法")
    measure.refresh_from_db()
    assert measure.effect == "已开工"


def test_done_needs_its_date_and_withdrawn_its_reason(case, leader):
    measure = MeasureFactory(case=case)
    with pytest.raises(AssistanceRefused, match="完成日期"):
        actions.update_measure(measure=measure, version=1, by=leader, state=Measure.State.DONE)
    with pytest.raises(AssistanceRefused, match="取消的原因"):
        actions.withdraw_measure(measure=measure, reason=" ", by=leader)
    actions.withdraw_measure(measure=measure, reason="已享受同类政策", by=leader)
    with pytest.raises(AssistanceRefused, match="已取消"):
        actions.update_measure(measure=measure, version=2, by=leader, effect="晚了")


def test_a_failed_audit_row_takes_the_measure_back(case, leader, monkeypatch):
    def broken(*args, **kwargs):
        raise DatabaseError("audit down")

    monkeypatch.setattr("assistance.actions.measures.record", broken)
    with pytest.raises(DatabaseError):
        actions.set_measure(
            case=case,
            by=leader,
            kind="labour_training",
            description="培训",
            starts_on=clock.today(),
        )
    assert not Measure.objects.exists()


def test_completeness_lists_only_the_neglected(case):
    other = CaseFactory(status=Status.MONITORED)
    HelperAssignmentFactory(case=other)
    PlanFactory(case=other)
    MeasureFactory(case=other, kind="public_post", is_development=True)
    assert list(completeness.incomplete(Case.objects.all())) == [case]
    assert completeness.gaps(case) == ["未明确帮扶责任人", "未制定帮扶计划", "未安排帮扶措施"]
    assert completeness.gaps(other) == []


def test_red_conditions_name_what_is_missing_for_a_bare_case(case):
    red = "；".join(clearing.red_conditions([case])[case.pk])
    assert "至少一项帮扶措施" in red
    assert "帮扶责任人" in red
    assert "核实走访" in red


def test_the_township_sees_the_plan_of_its_village(case):
    PlanFactory(case=case)
    assert Plan.objects.visible_to(user_at("township_office", TOWNSHIP)).count() == 1
    assert Plan.objects.visible_to(user_at("village_cadre", NEIGHBOUR)).count() == 0
