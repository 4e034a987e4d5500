"""帮扶计划: versions, the township's check, the county's approval, what a plan must hold."""

from decimal import Decimal

import pytest
from django.urls import reverse

from accounts.tests.factories import COUNTY, TOWNSHIP, VILLAGE, user_at
from assistance import actions, needs
from assistance.models import Plan
from assistance.refusals import AssistanceRefused, PlanStale
from assistance.tests.factories import (
    ApprovedPlanFactory,
    CheckedPlanFactory,
    MeasureFactory,
    PlanFactory,
    PlanItemFactory,
)
from audit import clock
from audit.models import Event
from households.tests.factories import SafeguardFactory
from workflow.models import Status
from workflow.tests.factories import CaseFactory

pytestmark = pytest.mark.django_db
POST = {"kind": "public_post", "cause": "因病", "amount": Decimal(3600)}


@pytest.fixture
def case():
    return CaseFactory(status=Status.MONITORED)


@pytest.fixture
def cadre():
    return user_at("village_cadre", VILLAGE)


@pytest.fixture
def township():
    return user_at("township_office", TOWNSHIP)


@pytest.fixture
def leader():
    return user_at("leading_group_office", COUNTY)


def able(case):
    """One member who can work, whatever the factory rolled."""
    case.household.members.update(skill="普通劳动力")
    return case


def disabled(case):
    case.household.members.update(skill="无劳动力")
    return case


def test_a_plan_is_made_checked_and_approved_by_three_people(case, cadre, township, leader):
    plan = actions.make_plan(case=case, needs="缺资金", items=[POST], by=cadre)
    with pytest.raises(AssistanceRefused, match="乡镇审核"):
        actions.approve_plan(plan=plan, by=leader)
    actions.check_plan(plan=plan, by=township)
    with pytest.raises(AssistanceRefused, match="无需重复"):
        actions.check_plan(plan=plan, by=township)
    actions.approve_plan(plan=plan, by=leader)
    assert plan.state_label == "已审批"
    with pytest.raises(AssistanceRefused, match="已审批"):
        actions.approve_plan(plan=plan, by=leader)
    kinds = list(Event.objects.order_by("pk").values_list("kind", flat=True))
    assert kinds[-3:] == ["plan_saved", "plan_checked", "plan_approved"]


def test_an_older_version_is_dead(case, cadre, township):
    plan = actions.make_plan(case=case, needs="缺资金", items=[POST], by=cadre)
    assert actions.make_plan(case=case, needs="缺资金", items=[POST], by=cadre) == plan
    assert actions.make_plan(case=case, needs="缺技术", items=[POST], by=cadre).version == 2
    with pytest.raises(AssistanceRefused, match="新版本"):
        actions.check_plan(plan=plan, by=township)


def test_two_people_edit_one_plan_and_the_second_sees_both(case, cadre, township):
    actions.make_plan(case=case, needs="缺资金", by=cadre, based_on=0)
    with pytest.raises(PlanStale) as stale:
        actions.make_plan(case=case, needs="缺劳力", by=township, based_on=0)
    assert stale.value.latest.needs == "缺资金"
    assert Plan.objects.count() == 1
    actions.make_plan(case=case, needs="缺劳力", by=township, based_on=1)
    assert Plan.objects.count() == 2


def test_nobody_checks_or_approves_their_own_work(case, township, leader):
    with pytest.raises(AssistanceRefused, match="自己制定"):
        actions.check_plan(plan=PlanFactory(case=case, made_by=township), by=township)
    own = CheckedPlanFactory(case=case, version=2, made_by=leader)
    with pytest.raises(AssistanceRefused, match="自己制定"):
        actions.approve_plan(plan=own, by=leader)


def test_who_may_check_and_who_may_approve(case, cadre, township, leader):
    plan = PlanFactory(case=disabled(case))
    for stranger in (cadre, leader, user_at("township_office", "410922101")):
        with pytest.raises(AssistanceRefused, match="没有该权限"):
            actions.check_plan(plan=plan, by=stranger)
    actions.check_plan(plan=plan, by=township)
    with pytest.raises(AssistanceRefused, match="没有该权限"):
        actions.approve_plan(plan=plan, by=cadre)


def test_a_returned_plan_says_why_and_is_written_anew(case, cadre, township, leader):
    plan = actions.make_plan(case=disabled(case), needs="缺资金", by=cadre)
    with pytest.raises(AssistanceRefused, match="退回原因"):
        actions.return_plan(plan=plan, reason=" ", by=township)
    with pytest.raises(AssistanceRefused, match="没有该权限"):
        actions.return_plan(plan=plan, reason="不细", by=leader)
    actions.return_plan(plan=plan, reason="请写明金额", by=township)
    assert list(Plan.objects.returned()) == [plan]
    with pytest.raises(AssistanceRefused):
        actions.check_plan(plan=plan, by=township)
    again = actions.make_plan(case=case, needs="缺资金", by=cadre)
    assert again.version == 2
    actions.check_plan(plan=again, by=township)
    actions.return_plan(plan=again, reason="金额过高", by=leader)
    assert again.state_label == "已退回"


@pytest.mark.parametrize(
    ("kinds", "reason", "passes"),
    [
        ([], "", False),
        (["subsistence"], "", False),
        (["share_dividend", "donation"], "", False),  # 入股分红、直接发钱发物不算
        (["public_post"], "", True),
        (["subsistence", "labour_training"], "", True),
        (["subsistence"], "照料重病家人，暂不能务工", True),
    ],
)
def test_a_household_with_labour_needs_a_development_measure(
    case, township, leader, kinds, reason, passes
):
    plan = CheckedPlanFactory(case=able(case), no_development_reason=reason)
    for kind in kinds:
        PlanItemFactory(plan=plan, kind=kind)
    if passes:
        assert actions.approve_plan(plan=plan, by=leader).approved_at
    else:
        with pytest.raises(AssistanceRefused, match="开发式"):
            actions.approve_plan(plan=plan, by=leader)


def test_a_household_without_labour_needs_none(case, leader):
    assert actions.approve_plan(plan=CheckedPlanFactory(case=disabled(case)), by=leader)


def test_money_beyond_the_approved_plan_asks_for_a_revision(case, leader):
    plan = ApprovedPlanFactory(case=case)
    PlanItemFactory(plan=plan, kind="public_post", amount=3600)
    PlanItemFactory(plan=plan, kind="medical_aid", amount=None)
    given = {"case": case, "by": leader, "description": "岗位", "starts_on": clock.today()}
    with pytest.raises(AssistanceRefused, match="超过已审批"):
        actions.set_measure(**given, kind="public_post", amount_planned=Decimal(3601))
    first = actions.set_measure(**given, kind="public_post", amount_planned=Decimal(3000))
    with pytest.raises(AssistanceRefused, match="修订帮扶计划"):
        actions.set_measure(**given, kind="public_post", amount_planned=Decimal(700))
    with pytest.raises(AssistanceRefused, match="超过已审批"):
        actions.update_measure(measure=first, version=1, by=leader, amount_paid=Decimal(4000))
    actions.set_measure(**given, kind="medical_aid", amount_planned=Decimal(99999))
    with pytest.raises(AssistanceRefused, match="第 1 版计划里没有该类措施"):
        actions.set_measure(**given, kind="housing", amount_planned=Decimal(1))


def test_a_plan_with_less_money_than_is_set_does_not_pass(case, cadre, township, leader):
    """Else every measure of the kind would be beyond the plan from its approval on."""
    first = ApprovedPlanFactory(case=disabled(case))
    PlanItemFactory(plan=first, kind="public_post", amount=3600)
    given = {"case": case, "by": leader, "description": "岗位", "starts_on": clock.today()}
    post = actions.set_measure(**given, kind="public_post", amount_planned=Decimal(3000))
    less = [{"kind": "public_post", "amount": Decimal(2000)}]
    plan = actions.make_plan(case=case, needs="缺资金", items=less, by=cadre)
    told = "公益岗位已安排 3,000.00 元，计划只有 2,000.00 元。请先调减或取消"
    with pytest.raises(AssistanceRefused, match=told):
        actions.check_plan(plan=plan, by=township)
    assert Plan.objects.get(pk=plan.pk).checked_at is None
    post = actions.update_measure(measure=post, version=1, by=leader, amount_planned=Decimal(2000))
    actions.check_plan(plan=plan, by=township)
    actions.update_measure(measure=post, version=2, by=leader, amount_planned=Decimal(2500))
    with pytest.raises(AssistanceRefused, match="计划只有 2,000"):  # set after the check
        actions.approve_plan(plan=plan, by=leader)
    actions.withdraw_measure(measure=post, reason="改由村级安排", by=leader)
    assert actions.approve_plan(plan=plan, by=leader).approved_at


@pytest.mark.parametrize(
    ("items", "more", "is_told"),
    [
        ([{"kind": "housing", "amount": Decimal(1)}], {}, True),  # the kind is gone from the plan
        ([{"kind": "housing", "amount": Decimal(1)}], {"state": "done"}, False),  # an earlier one's
        ([{"kind": "public_post", "amount": Decimal(1)}], {"state": "done"}, True),
        ([{"kind": "public_post", "amount": None}], {}, False),  # no amount, no limit
        ([], {}, False),  # names no measures at all
        ([{"kind": "public_post", "amount": Decimal(900)}], {"amount_paid": 901}, True),
        ([{"kind": "public_post", "amount": Decimal(1)}], {"is_ahead_of_procedure": True}, False),
        ([{"kind": "public_post", "amount": Decimal(1)}], {"state": "withdrawn"}, False),
    ],
)
def test_the_writer_of_a_plan_sees_at_once_what_is_set_beyond_it(
    client, case, cadre, items, more, is_told
):
    given = {"kind": "public_post", "amount_planned": 800} | more
    MeasureFactory(case=case, **given)
    actions.make_plan(case=case, needs="缺资金", items=items, by=cadre)
    client.force_login(cadre, backend="django.contrib.auth.backends.ModelBackend")
    page = client.get(reverse("plan_detail", args=[case.pk])).content.decode()
    assert ("请先调减或取消已安排的措施" in page) == is_told


def test_needs_come_from_risks_and_the_latest_look_at_the_safeguards(case):
    SafeguardFactory(household=case.household, housing_problem=True)
    found = needs.of_case(case)
    assert [need.label for need in found] == ["因病", "住房有安全问题"]
    assert needs.proposed(found)["housing"] == "housing_problem"
    assert "medical_aid" in needs.proposed(found)


def test_a_dropped_measure_does_not_count_as_development(case, leader):
    MeasureFactory(case=able(case), kind="public_post", state="withdrawn")
    with pytest.raises(AssistanceRefused, match="开发式"):
        actions.approve_plan(plan=CheckedPlanFactory(case=case), by=leader)
