"""帮扶计划: made in the village or township, checked by the township, approved by the county (四（六）)."""

from django.db import transaction

from accounts import access
from accounts.permissions import Permission
from assistance import rules
from assistance.budgets import set_beyond
from assistance.clearing import LABOUR_SKILLS
from assistance.models import Measure, Plan, PlanItem
from assistance.refusals import CASE_GONE, AssistanceRefused, PlanStale
from audit import clock
from audit.events import EventKind
from audit.record import record
from households.models import Person
from policy import codes
from workflow.actions import hold_case


@transaction.atomic
def make_plan(
    *, case, needs, by, goal="", items=(), no_development_reason="", based_on=None
) -> Plan:
    """Write the next version; a version is never changed.

    `items` are dicts with kind and any of cause, content, amount. `based_on` is the version that
    the writer had before their eyes (0 = none); if somebody wrote another one meanwhile, PlanStale
    carries it so that both can be shown.
    """
    if not access.may(by, Permission.ASSISTANCE_EDIT, area=case.village_id):
        raise AssistanceRefused("您不能为该户制定帮扶计划。")
    if not case.is_open:
        raise AssistanceRefused(f"该户现为“{case.get_status_display()}”，不再制定帮扶计划。")
    items = [_item(item) for item in items]
    if not hold_case(case):  # two writers of one plan take turns
        raise AssistanceRefused(CASE_GONE)
    latest = Plan.objects.filter(case=case).prefetch_related("items").first()
    if latest and not latest.returned_at and _says(latest) == _told(
        needs, goal, no_development_reason, items
    ):  # fmt: skip
        return latest
    if based_on is not None and based_on != (latest.version if latest else 0):
        raise PlanStale(latest)
    plan = Plan.objects.create(
        case=case,
        version=latest.version + 1 if latest else 1,
        needs=needs,
        goal=goal,
        no_development_reason=no_development_reason.strip(),
        made_by=by,
        made_at=clock.now(),
    )
    PlanItem.objects.bulk_create(PlanItem(plan=plan, **item) for item in items)
    _record(EventKind.PLAN_SAVED, plan, by, measures=len(items))
    return plan


@transaction.atomic
def check_plan(*, plan, by) -> Plan:
    """乡镇审核: the township agrees with the current version and hands it to the county."""
    _may_check(plan, by)
    _is_current(plan)
    _development(plan)
    _money(plan)
    changed = Plan.objects.filter(
        pk=plan.pk, checked_at=None, returned_at=None, approved_at=None
    ).update(checked_at=clock.now(), checked_by=by)
    if not changed:
        raise AssistanceRefused("该计划已审核或已退回，无需重复操作。")
    plan.refresh_from_db()
    _record(EventKind.PLAN_CHECKED, plan, by)
    return plan


@transaction.atomic
def return_plan(*, plan, reason, by) -> Plan:
    """退回修改: by the township before its check, by the county after it; with a reason."""
    if plan.checked_at is None:
        _may_check(plan, by)
    else:
        _may_approve(plan, by)
    if not reason.strip():
        raise AssistanceRefused("请写明退回原因和要改什么。")
    _is_current(plan)
    changed = Plan.objects.filter(
        pk=plan.pk, checked_at=plan.checked_at, returned_at=None, approved_at=None
    ).update(returned_at=clock.now(), returned_by=by, returned_reason=reason.strip())
    if not changed:
        raise AssistanceRefused("该计划刚被他人办理，请刷新后查看。")
    plan.refresh_from_db()
    _record(EventKind.PLAN_RETURNED, plan, by)
    return plan


@transaction.atomic
def approve_plan(*, plan, by) -> Plan:
    """县级审批 of a version that the township has checked; nobody approves their own work."""
    _may_approve(plan, by)
    _is_current(plan)
    if plan.checked_at is None and not plan.approved_at:
        raise AssistanceRefused("该计划还没有经乡镇审核，请先由乡镇审核。")
    if not hold_case(plan.case):  # no measure is set meanwhile
        raise AssistanceRefused(CASE_GONE)
    _development(plan)
    _money(plan)
    changed = Plan.objects.filter(
        pk=plan.pk, approved_at=None, returned_at=None, checked_at__isnull=False
    ).update(approved_at=clock.now(), approved_by=by)
    if not changed:
        raise AssistanceRefused("该计划已审批或已退回，无需重复操作。")
    plan.refresh_from_db()
    _record(EventKind.PLAN_APPROVED, plan, by)
    return plan


def development_problem(plan) -> str:
    """Why the plan lacks a 开发式 measure that it should have; empty when it need not or has one."""
    has_labour = (
        not plan.case.household.has_no_labour
        and Person.objects.filter(
            household_id=plan.case.household_id, is_active=True, skill__in=LABOUR_SKILLS
        ).exists()
    )
    kinds = [
        *plan.items.values_list("kind", flat=True),
        *Measure.objects.live().filter(case_id=plan.case_id).values_list("kind", flat=True),
    ]
    return rules.lacks_development(
        has_labour=has_labour,
        kinds_are_development=[is_development(kind) for kind in kinds],
        reason=plan.no_development_reason,
    )


def is_development(kind: str) -> bool:
    """开发式帮扶: work, skill, production; shares and hand-outs are not (domain facts §4)."""
    return bool(codes.extra("measure_kind", kind).get("is_development"))


def _development(plan):
    if problem := development_problem(plan):
        raise AssistanceRefused(problem)


def _money(plan):
    if problem := set_beyond(plan.items.all(), Measure.objects.filter(case=plan.case_id)):
        raise AssistanceRefused(problem)


def _may_check(plan, by):
    if not access.may(by, Permission.CASE_RECHECK, area=plan.case.village_id):
        raise AssistanceRefused("帮扶计划由乡镇扶贫办审核，您没有该权限。")
    if plan.made_by_id == by.pk:
        raise AssistanceRefused("不能审核自己制定的帮扶计划，请由乡镇其他人员审核。")


def _may_approve(plan, by):
    if not access.may(by, Permission.MEASURE_SET, area=plan.case.village_id):
        raise AssistanceRefused("帮扶计划由县级审批，您没有该权限。")
    if by.pk in (plan.made_by_id, plan.checked_by_id):
        raise AssistanceRefused("不能审批自己制定或审核的帮扶计划，请由其他人员审批。")


def _is_current(plan):
    if Plan.objects.filter(case_id=plan.case_id, version__gt=plan.version).exists():
        raise AssistanceRefused("该计划已有新版本，请办理新版本。")


def _item(given) -> dict:
    kind = given["kind"]
    if not codes.extra("measure_kind", kind):
        raise AssistanceRefused("没有这种帮扶措施，请从措施名称中选择。")
    return {
        "kind": kind,
        "cause": given.get("cause", ""),
        "content": given.get("content", "").strip(),
        "amount": given.get("amount"),
    }


def _says(plan) -> tuple:
    items = [
        {key: getattr(item, key) for key in ("kind", "cause", "content", "amount")}
        for item in plan.items.all()
    ]
    return _told(plan.needs, plan.goal, plan.no_development_reason, items)


def _told(needs, goal, reason, items) -> tuple:
    return needs, goal, reason.strip(), sorted(items, key=lambda item: item["kind"])


def _record(kind, plan, by, **more):
    record(
        kind,
        by=by,
        obj=plan.case,
        area=plan.case.village_id,
        detail={"version": plan.version, **more},
    )
