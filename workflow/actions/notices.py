"""What a county may ask for before a village reports: the notice, the signed authorisation."""

from datetime import timedelta

from django.db import transaction

from accounts import access
from accounts.permissions import Permission
from audit import clock
from audit.events import EventKind
from audit.record import record
from workflow import reporting
from workflow.models import Case, Meeting, PublicNotice
from workflow.outcomes import StepRefused
from workflow.states import OPEN, Level


@transaction.atomic
def post_notice(*, meeting, posted_on, contact, by) -> PublicNotice:
    """Note that the meeting's results hang in the village from this day; again corrects it."""
    locked = Meeting.objects.select_for_update().get(pk=meeting.pk)
    days = reporting.notice_days(locked.area_id)
    if locked.level != Level.VILLAGE or not days:
        raise StepRefused("本县不要求村内公示，不用登记。")
    if not access.may(by, Permission.CASE_SCREEN, area=locked.area_id):
        raise StepRefused("公示由本村经办岗位登记，您没有这个岗位。")
    if not locked.is_concluded:
        raise StepRefused("会议还没有结束，请先结束会议，再公示评议结果。")
    if posted_on > clock.today():
        raise StepRefused("公示开始日期不能晚于今天，请张贴以后再登记。")
    if posted_on < locked.held_on:
        raise StepRefused(f"公示开始日期不能早于会议日期 {locked.held_on}，请核对。")
    notice, _ = PublicNotice.objects.update_or_create(
        meeting=locked,
        defaults={
            "posted_on": posted_on,
            "ends_on": posted_on + timedelta(days=days - 1),
            "contact": contact.strip(),
            "recorded_at": clock.now(),
            "recorded_by": by,
        },
    )
    record(
        EventKind.NOTICE_POSTED,
        by=by,
        obj=notice,
        area=locked.area_id,
        detail={"meeting": locked.pk, "posted_on": posted_on.isoformat(), "days": days},
    )
    return notice


@transaction.atomic
def file_authorisation(*, case, attachment, by) -> Case:
    """Keep the household's signed 承诺授权书 with its case; several pages may follow each other."""
    if not access.may(by, Permission.CASE_SCREEN, area=case.village_id):
        raise StepRefused("承诺授权书由本村经办岗位上传，您没有这个岗位。")
    if case.status not in OPEN:
        raise StepRefused("该户已办结，不再上传承诺授权书。")
    case.authorisations.add(attachment)
    record(
        EventKind.CASE_CHANGED,
        by=by,
        obj=case,
        area=case.village_id,
        detail={"authorisation": attachment.pk},
    )
    return case
