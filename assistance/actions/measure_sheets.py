"""A department's filled-in work list: received, looked at, and then written or given up."""

from django.db import transaction

from accounts import access
from accounts.permissions import Permission
from assistance.actions.batches import update_measures
from assistance.measure_sheets import changes_of
from assistance.models import MeasureSheet, MeasureSheetRow
from assistance.refusals import AssistanceRefused
from audit import clock
from audit.events import EventKind
from audit.record import record
from jobs.actions import enqueue
from jobs.workbooks.limits import LEAD_FILE, MB

State = MeasureSheet.State


@transaction.atomic
def receive_measure_sheet(*, file, department, by) -> MeasureSheet:
    """Store the workbook and have it checked by a worker; nothing is written before it is confirmed."""
    if department.pk not in access.departments(by, Permission.LEADFILE_UPLOAD):
        raise AssistanceRefused("您的岗位不能填报这个部门的措施。")
    if not file.size:
        raise AssistanceRefused("这个文件是空的，请选择填好的表。")
    if file.size > LEAD_FILE.file_bytes:
        raise AssistanceRefused(f"文件超过 {LEAD_FILE.file_bytes // MB} MB，请只留要填报的行。")
    shown = "".join(
        c for c in str(file.name).replace("\\", "/").rpartition("/")[2] if c.isprintable()
    )
    sheet = MeasureSheet(department=department, name=shown[-200:] or "措施进展表", received_by=by)
    sheet.file.save("sheet.upload", file, save=False)
    sheet.save(force_insert=True)
    record(EventKind.MEASURE_SHEET_RECEIVED, by=by, obj=sheet, detail={"department": department.pk})
    sheet.job = enqueue(
        "assistance.check_measure_sheet",
        by=by,
        title=f"核对措施进展表：{sheet.name}",
        args={"measure_sheet": sheet.pk},
        key=f"measure_sheet:{sheet.pk}:check",
    )
    sheet.save(update_fields=["job"])
    return sheet


@transaction.atomic
def apply_measure_sheet(*, sheet, by) -> dict[int, str]:
    """Write the good rows; one that changed since the preview is left out and says so. Once only."""
    _take(sheet, State.APPLIED, by, applied_at=clock.now(), applied_by=by)
    refused = update_measures(changes=changes_of(sheet), by=by)
    rows = list(sheet.rows.filter(measure__in=refused, verdict=MeasureSheetRow.Verdict.GOOD))
    for row in rows:
        row.verdict, row.reason = MeasureSheetRow.Verdict.BAD, refused[row.measure_id][:300]
    MeasureSheetRow.objects.bulk_update(rows, ["verdict", "reason"])
    record(EventKind.MEASURE_SHEET_APPLIED, by=by, obj=sheet, detail={"left_out": len(refused)})
    return refused


@transaction.atomic
def drop_measure_sheet(*, sheet, by) -> None:
    """Give the workbook up; no measure changes."""
    _take(sheet, State.DROPPED, by)
    record(EventKind.MEASURE_SHEET_DROPPED, by=by, obj=sheet)


def _take(sheet, state, by, **more):
    if sheet.department_id not in access.departments(by, Permission.LEADFILE_UPLOAD):
        raise AssistanceRefused("您的岗位不能填报这个部门的措施。")
    taken = MeasureSheet.objects.filter(pk=sheet.pk, state=State.CHECKED).update(
        state=state, **more
    )
    if not taken:
        raise AssistanceRefused("这份表已经办理过了，请刷新后查看。")
    sheet.refresh_from_db()
