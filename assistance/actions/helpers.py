"""帮扶责任人: who helps a monitored household, and the hand-over to the next one (六（三）)."""

from datetime import timedelta

from django.db import transaction

from accounts import access
from accounts.permissions import Permission
from assistance.models import Helper, HelperAssignment, Measure
from assistance.refusals import CASE_GONE, AssistanceRefused
from audit import clock
from audit.events import EventKind
from audit.record import record, record_many
from workflow.actions import hold_case
from workflow.states import Status


@transaction.atomic
def add_helper(*, name, unit, area, by, post_title="", phone="", user=None) -> Helper:
    """Put a helper on the county's list; refused outside the actor's area."""
    if not access.may(by, Permission.ASSISTANCE_EDIT, area=area.pk):
        raise AssistanceRefused("您不能在该区划登记帮扶责任人。")
    helper = Helper.objects.create(
        name=name, unit=unit, area=area, post_title=post_title, phone=phone, user=user
    )
    record(EventKind.HELPER_ADDED, by=by, obj=helper, area=area.pk)
    return helper


@transaction.atomic
def correct_helper(*, helper, name, unit, by, post_title="", phone="", is_active=True) -> Helper:
    """Put right who the helper is and how to reach them, or note that they have left their post.

    Whoever still has households hands them over first: nobody stays without a helper (六（三）).
    """
    if not access.may(by, Permission.ASSISTANCE_EDIT, area=helper.area_id):
        raise AssistanceRefused("您不能修改该帮扶责任人的信息。")
    helper = Helper.objects.select_for_update().get(pk=helper.pk)
    running = HelperAssignment.objects.filter(helper=helper, ends_on__isnull=True).count()
    if helper.is_active and not is_active and running:
        raise AssistanceRefused(f"名下还有 {running} 户结对，请先移交，再登记离岗。")
    said = {
        "name": name.strip(), "unit": unit.strip(), "post_title": post_title.strip(),
        "phone": phone.strip(), "is_active": is_active,
    }  # fmt: skip
    changed = [key for key, value in said.items() if getattr(helper, key) != value]
    for key in changed:
        setattr(helper, key, said[key])
    if changed:
        helper.save(update_fields=changed)
        detail = {"fields": changed, "is_active": is_active}
        record(EventKind.HELPER_CORRECTED, by=by, obj=helper, area=helper.area_id, detail=detail)
    return helper


def may_have_helper(case) -> bool:
    """An open case has one; after clearing the helper stays as the contact (domain facts §3)."""
    return case.is_open or case.status == Status.RISK_CLEARED


@transaction.atomic
def assign_helper(*, case, helper, starts_on, by, reason="") -> HelperAssignment:
    """Make `helper` responsible for the case; the former helper's term ends the day before.

    A change of helper needs its reason. Open measures and visits hang on the case, so they follow.
    """
    if not access.may(by, Permission.ASSISTANCE_EDIT, area=case.village_id):
        raise AssistanceRefused("您不能为该户明确帮扶责任人。")
    if not hold_case(case):
        raise AssistanceRefused(CASE_GONE)
    if not may_have_helper(case):
        raise AssistanceRefused(f"该户现为“{case.get_status_display()}”，不再明确帮扶责任人。")
    _check_new(helper, starts_on)
    current = (
        HelperAssignment.objects.select_for_update(of=("self",))
        .filter(case=case, ends_on__isnull=True)
        .select_related("helper")
        .first()
    )
    if current and current.helper_id == helper.pk:
        return current
    if current:
        _end(current, starts_on, reason)
    assignment = HelperAssignment.objects.create(
        case=case, helper=helper, starts_on=starts_on, assigned_by=by, assigned_at=clock.now()
    )
    record(
        EventKind.HELPER_ASSIGNED,
        by=by,
        obj=case,
        area=case.village_id,
        detail={
            "helper": helper.pk,
            "before": current.helper_id if current else None,
            "reason": reason.strip(),
            "open_measures": Measure.objects.unfinished().filter(case=case).count(),
        },
    )
    return assignment


@transaction.atomic
def hand_over(*, helper, to, starts_on, reason, by) -> int:
    """Give all households of one helper that lie in the actor's area to another; returns how many.

    The same number of statements for any number of households.
    """
    _check_new(to, starts_on)
    if to.pk == helper.pk:
        raise AssistanceRefused("接手人与原责任人是同一人，请重新选择。")
    if not reason.strip():
        raise AssistanceRefused("请填写交接原因。")
    mine = access.scope(by, Permission.ASSISTANCE_EDIT, field="case__village_id")
    current = list(
        HelperAssignment.objects.select_for_update(of=("self",))
        .filter(mine, helper=helper, ends_on__isnull=True)
        .select_related("case__household")
    )
    if not current:
        raise AssistanceRefused("该责任人在您的范围内没有结对户，无需移交。")
    if too_new := [one for one in current if one.starts_on >= starts_on]:
        head = too_new[0].case.household.head_name
        raise AssistanceRefused(
            f"{head}户自 {too_new[0].starts_on} 起结对，交接日期应晚于该日期，请改正。"
        )
    HelperAssignment.objects.filter(pk__in=[one.pk for one in current]).update(
        ends_on=starts_on - timedelta(days=1), handover_reason=reason.strip()
    )
    HelperAssignment.objects.bulk_create(
        HelperAssignment(
            case=one.case, helper=to, starts_on=starts_on, assigned_by=by, assigned_at=clock.now()
        )
        for one in current
    )
    detail = {"from": helper.pk, "to": to.pk, "reason": reason.strip()}
    record_many(
        EventKind.HELPER_HANDED_OVER,
        by=by,
        rows=[{"obj": one.case, "area": one.case.village_id, "detail": detail} for one in current],
    )
    return len(current)


def _check_new(helper, starts_on):
    # Held until the end: nobody leaves office between this look and the assignment.
    in_office = Helper.objects.select_for_update(no_key=True).filter(pk=helper.pk, is_active=True)
    if not in_office.values_list("pk").first():
        raise AssistanceRefused(f"{helper.name}已不在岗，请选择在岗的责任人。")
    if starts_on > clock.today():
        raise AssistanceRefused("结对开始时间不能晚于今天，请核对。")


def _end(current, starts_on, reason):
    if starts_on <= current.starts_on:
        raise AssistanceRefused(
            f"现任帮扶责任人 {current.helper.name} 自 {current.starts_on} 起结对，新结对时间应晚于该日期。"
        )
    if not reason.strip():
        raise AssistanceRefused(f"更换现任责任人 {current.helper.name}，请填写交接原因。")
    current.ends_on = starts_on - timedelta(days=1)
    current.handover_reason = reason.strip()
    current.save(update_fields=["ends_on", "handover_reason"])
