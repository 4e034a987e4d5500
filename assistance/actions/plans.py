"""帮扶计划: made in the village or township, approved by the leading group office (四（六）)."""

from django.db import transaction

from accounts import access
from accounts.permissions import Permission
from assistance.models import Plan
from assistance.refusals import AssistanceRefused
from audit import clock
from audit.events import EventKind
from audit.record import record
from workflow.models import Case


@transaction.atomic
def make_plan(*, case, needs, by, goal="") -> Plan:
    """Write the next version of the plan; an approved version is never changed, it is followed by a new one."""
    if not access.may(by, Permission.ASSISTANCE_EDIT, area=case.village_id):
        raise AssistanceRefused("您不能为该户制定帮扶计划。")
    Case.objects.select_for_update().get(pk=case.pk)  # two writers of one plan take turns
    latest = Plan.objects.filter(case=case).order_by("-version").first()
    if latest and (latest.needs, latest.goal) == (needs, goal):
        return latest
    plan = Plan.objects.create(
        case=case,
        version=latest.version + 1 if latest else 1,
        needs=needs,
        goal=goal,
        made_by=by,
        made_at=clock.now(),
    )
    record(
        EventKind.PLAN_SAVED,
        by=by,
        obj=case,
        area=case.village_id,
        detail={"version": plan.version},
    )
    return plan


@transaction.atomic
def approve_plan(*, plan, by) -> Plan:
    """Approve the current version; its maker cannot approve it, an older version cannot be approved."""
    if not access.may(by, Permission.MEASURE_SET, area=plan.case.village_id):
        raise AssistanceRefused("帮扶计划由县脱贫攻坚领导小组办公室审批，您没有该权限。")
    if plan.made_by_id == by.pk:
        raise AssistanceRefused("不能审批自己制定的帮扶计划，请由其他人员审批。")
    if Plan.objects.filter(case=plan.case, version__gt=plan.version).exists():
        raise AssistanceRefused("该计划已有新版本，请审批新版本。")
    changed = Plan.objects.filter(pk=plan.pk, approved_at__isnull=True).update(
        approved_at=clock.now(), approved_by=by
    )
    if not changed:
        raise AssistanceRefused("该计划已审批，无需重复操作。")
    plan.refresh_from_db()
    record(
        EventKind.PLAN_APPROVED,
        by=by,
        obj=plan.case,
        area=plan.case.village_id,
        detail={"version": plan.version},
    )
    return plan
