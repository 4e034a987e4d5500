"""Assistance of the demo's monitored households, through the application's own actions."""

import datetime
from decimal import Decimal

from accounts.models import Department
from areas.models import Area
from assistance import actions
from assistance.models import Helper, Measure
from audit import clock
from demo import relief
from workflow.actions import record_visit
from workflow.models import Visit

# What the first plan of every household names.
PLANNED = (
    {"kind": "public_post", "cause": "因病", "content": "村级保洁岗位", "amount": Decimal(3600)},
    {"kind": "subsistence", "cause": "因病", "content": "申请低保", "amount": Decimal(1200)},
)
# What helpers note at their monthly visits.
SEEN = (
    {"income": "公益岗工资按月到账", "expense": "本月买药自付约 200 元"},
    {"basics": "家中人口、劳动力没有变化", "policies": "慢病签约医生已上门随访"},
    {"income": "在县内务工，收入比上月略有增加", "safeguards": "住房、饮水没有问题"},
    {"expense": "复查一次，报销后自付不多", "policies": "已告知防贫保报案电话和程序"},
)


def assist(line, case, *, is_delivered: bool) -> None:
    """Helper, approved plan and two measures for one household (六（三）)."""
    today = clock.today()
    helper = Helper.objects.filter(area_id=line.village).first() or actions.add_helper(
        name="钱帮扶", unit="县直帮扶单位", post_title="驻村队员", phone="13900000001",
        area=Area.objects.get(code=line.village), by=line.cadre,
    )  # fmt: skip
    actions.assign_helper(case=case, helper=helper, starts_on=today, by=line.cadre)
    plan = actions.make_plan(
        case=case, by=line.cadre, needs="主要劳动力患病，医疗支出大，务工收入减少",
        goal="落实医疗救助减轻负担，安排公益岗位稳定增收",
        items=PLANNED,
    )  # fmt: skip
    actions.check_plan(plan=plan, by=line.reviewer)
    actions.approve_plan(plan=plan, by=line.leading_group)
    _measure(
        line,
        case,
        "public_post",
        "村级保洁公益岗位，每月600元",
        "renshe",
        Decimal(3600),
        today,
        is_delivered,
    )
    _measure(
        line, case, "subsistence", "对照条件申请农村低保", "minzheng", Decimal(1200), today, False
    )


def go_on(line, case, *, level: str) -> None:
    """What is open in the current month: a level, a plan followed by the next, a late task of a department."""
    actions.set_attention(case=case, level=level, reason="每月研判", by=line.leading_group)
    plan = actions.make_plan(
        case=case, by=line.cadre, needs="住院费用自付仍然较多", goal="增加医疗救助，其他继续落实",
        items=[*PLANNED, {"kind": "medical_aid", "cause": "因病", "content": "住院费用医疗救助"}],
    )  # fmt: skip
    actions.check_plan(plan=plan, by=line.reviewer)
    actions.approve_plan(plan=plan, by=line.leading_group)
    today = clock.today()
    actions.set_measure(
        case=case, by=line.leading_group, kind="medical_aid", description="住院费用医疗救助",
        department=Department.objects.get(key="yibao"), starts_on=today,
        due_on=today + datetime.timedelta(days=10),
    )  # fmt: skip


def visit(line, case, *, place: int, next_in: int | None = None) -> None:
    """The helper's monthly visit, one in four by telephone; here and there the next day is agreed."""
    today, is_call = clock.today(), place % 4 == 3
    record_visit(
        case=case, by=line.cadre, kind=Visit.Kind.TELEPHONE if is_call else Visit.Kind.HOME,
        visited_on=today, people=case.helper_name, contacted="户主本人" if is_call else "",
        purpose=Visit.Purpose.HELP, findings=SEEN[(place + today.month) % len(SEEN)],
        opinion="继续落实帮扶措施",
        next_on=today + datetime.timedelta(days=next_in) if next_in else None,
    )  # fmt: skip


def hand_over(line, case) -> None:
    """The helper of one household leaves office; the next one takes over with a reason."""
    successor = actions.add_helper(
        name="孙接任", unit="县直帮扶单位", post_title="驻村队员", phone="13900000002",
        area=Area.objects.get(code=line.village), by=line.cadre,
    )  # fmt: skip
    actions.assign_helper(
        case=case, helper=successor, starts_on=clock.today(), reason="原责任人轮换回原单位",
        by=line.cadre,
    )  # fmt: skip


def leave_open(line, cases) -> None:
    """Plans at each desk: one waiting for the township, one for the county, one sent back."""
    for place, case in enumerate(cases[:3]):
        plan = actions.make_plan(
            case=case, by=line.cadre, needs="医疗支出大，缺少稳定收入",
            goal="继续公益岗位，增加医疗救助",
            items=[
                {"kind": "public_post", "cause": "因病", "amount": Decimal(7200)},
                {"kind": "medical_aid", "cause": "因病", "content": "住院救助"},
                {"kind": "subsistence", "cause": "因病", "amount": Decimal(1200)},
            ],
        )  # fmt: skip
        if place == 1:
            actions.check_plan(plan=plan, by=line.reviewer)
        if place == 2:
            actions.return_plan(plan=plan, reason="请写明岗位起止时间", by=line.reviewer)


def _measure(line, case, kind, description, department, amount, today, is_delivered):
    done = {
        "state": Measure.State.DONE,
        "done_on": today,
        "amount_paid": amount,
        "effect": "收入增加",
    }
    actions.set_measure(
        case=case, by=line.leading_group, kind=kind, description=description,
        department=Department.objects.get(key=department), starts_on=today,
        due_on=today + datetime.timedelta(days=230), amount_planned=amount,
        proofs=relief.paper("发放表.jpg", village=case.village, by=line.leading_group) if is_delivered else (),
        **(done if is_delivered else {}),
    )  # fmt: skip
