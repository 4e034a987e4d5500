"""帮扶责任人: who helps a monitored household (六（三）)."""

from datetime import timedelta

from django.db import transaction

from accounts import access
from accounts.permissions import Permission
from assistance.models import Helper, HelperAssignment
from assistance.refusals import AssistanceRefused
from audit import clock
from audit.events import EventKind
from audit.record import record


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
def assign_helper(*, case, helper, starts_on, by) -> HelperAssignment:
    """Make `helper` responsible for the case; the former helper's term ends the day before (六（三）)."""
    if not access.may(by, Permission.ASSISTANCE_EDIT, area=case.village_id):
        raise AssistanceRefused("您不能为该户明确帮扶责任人。")
    if starts_on > clock.today():
        raise AssistanceRefused("结对开始时间不能晚于今天，请核对。")
    current = (
        HelperAssignment.objects.select_for_update()
        .filter(case=case, ends_on__isnull=True)
        .select_related("helper")
        .first()
    )
    if current and current.helper_id == helper.pk:
        return current
    if current:
        if starts_on <= current.starts_on:
            raise AssistanceRefused(
                f"现任帮扶责任人 {current.helper.name} 自 {current.starts_on} 起结对，新结对时间应晚于该日期。"
            )
        current.ends_on = starts_on - timedelta(days=1)
        current.save(update_fields=["ends_on"])
    assignment = HelperAssignment.objects.create(
        case=case, helper=helper, starts_on=starts_on, assigned_by=by, assigned_at=clock.now()
    )
    record(
        EventKind.HELPER_ASSIGNED,
        by=by,
        obj=case,
        area=case.village_id,
        detail={"helper": helper.pk},
    )
    return assignment
