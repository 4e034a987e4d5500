"""风险消失: a risk that is gone of itself is put on record before clearing (四（六）)."""

from django.db import IntegrityError, transaction

from accounts import access
from accounts.permissions import Permission
from assistance.models import RiskEnded
from assistance.refusals import AssistanceRefused
from audit import clock
from audit.events import EventKind
from audit.record import record
from workflow.states import ON_REGISTER


@transaction.atomic
def end_risk(*, case, risk, found_on, note, by) -> RiskEnded:
    """Record that one of the case's risks is gone, when that was found and how."""
    if not access.may(by, Permission.ASSISTANCE_EDIT, area=case.village_id):
        raise AssistanceRefused("您不能为该户登记风险消失。")
    if case.status not in ON_REGISTER:
        raise AssistanceRefused("该户不在监测帮扶中，无需登记。")
    if risk not in case.risks:
        raise AssistanceRefused("该户没有这项风险，请重新选择。")
    if found_on > clock.today() or found_on < case.identified_on:
        raise AssistanceRefused(f"核实日期应在审定日期 {case.identified_on} 之后、不晚于今天。")
    if not note.strip():
        raise AssistanceRefused("请写明核实到的情况。")
    try:
        with transaction.atomic():
            ended = RiskEnded.objects.create(
                case=case, risk=risk, found_on=found_on, note=note.strip(), recorded_by=by,
                recorded_at=clock.now(),
            )  # fmt: skip
    except IntegrityError:
        raise AssistanceRefused("这项风险已登记消失，无需重复登记。") from None
    record(EventKind.RISK_ENDED, by=by, obj=case, area=case.village_id, detail={"risk": risk})
    return ended
