"""风险等级: set by the county; the due list of visits follows from it."""

from django.db import transaction

from accounts import access
from accounts.permissions import Permission
from assistance.models import Attention
from assistance.refusals import AssistanceRefused
from audit import clock
from audit.events import EventKind
from audit.record import record


@transaction.atomic
def set_attention(*, case, level, by, reason="") -> Attention:
    """Set how closely a case on the register is followed."""
    if not access.may(by, Permission.MEASURE_SET, area=case.village_id):
        raise AssistanceRefused("风险等级由县级设定，您没有该权限。")
    if not case.is_open:
        raise AssistanceRefused(f"该户现为“{case.get_status_display()}”，不再设定风险等级。")
    if level not in Attention.Level.values:
        raise AssistanceRefused("没有这个风险等级，请重新选择。")
    before = Attention.objects.filter(case=case).values_list("level", flat=True).first()
    values = {"level": level, "reason": reason.strip(), "set_by": by, "set_at": clock.now()}
    attention, _ = Attention.objects.update_or_create(case=case, defaults=values)
    record(
        EventKind.ATTENTION_SET,
        by=by,
        obj=case,
        area=case.village_id,
        detail={"before": before, "after": level},
    )
    return attention
