"""A department's work list as a workbook: written out, read again, judged row by row.

Reading goes through the guarded child reader; a killed run leaves nothing, the next starts anew.
"""

from dataclasses import dataclass, field

import xlsxwriter
from django.db import connection, transaction

from assistance.budgets import Budgets
from assistance.models import Measure, MeasureSheet, MeasureSheetRow
from assistance.models.measure import DROPPED
from assistance.refusals import AssistanceRefused
from assistance.soundness import check_change
from jobs.workbooks import cells
from jobs.workbooks.columns import Column
from jobs.workbooks.limits import LEAD_FILE
from jobs.workbooks.refusals import CellRefused, FileRefused
from jobs.workbooks.returned import plain_text
from jobs.workbooks.table import open_table
from policy import codes

State, Verdict = MeasureSheet.State, MeasureSheetRow.Verdict
COLUMNS = (
    Column("task", "任务编号", required=True),
    Column("township", "乡镇"),
    Column("village", "行政村"),
    Column("head", "户主"),
    Column("person", "受益人"),
    Column("kind", "措施"),
    Column("description", "措施内容"),
    Column("planned", "计划金额（元）"),
    Column("due_on", "计划完成日期"),
    Column("state", "状态", required=True),
    Column("done_on", "完成日期", required=True),
    Column("amount_paid", "落实金额（元）", required=True),
    Column("effect", "成效", required=True),
)
WIDTHS = (14, 12, 12, 10, 10, 20, 26, 13, 14, 10, 14, 14, 30)
ANSWERS = ("state", "done_on", "amount_paid", "effect")
STATES = {Measure.State(s).label: s for s in ("planned", "active", "done")}
OPTIONS = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
OF_ANOTHER = "不是本部门的任务，或任务编号被改动，请用本部门下载的表"
CHANGED = "下载后已被他人修改，请重新下载后填写这一行"


def write_list(measures, out) -> int:
    """Write the measures to `out` (path or stream), the cells to fill in coloured; returns how many."""
    with xlsxwriter.Workbook(out, OPTIONS) as book:
        sheet = book.add_worksheet("措施进展")
        head = book.add_format({"bold": True, "border": 1, "text_wrap": True})
        text = book.add_format({"num_format": "@"})
        fill = book.add_format({"num_format": "@", "bg_color": "#FFF2CC"})
        for place, (column, width) in enumerate(zip(COLUMNS, WIDTHS, strict=True)):
            sheet.set_column(place, place, width)
            sheet.write_string(0, place, column.label, head)
        sheet.freeze_panes(1, 0)
        first = len(COLUMNS) - len(ANSWERS)
        row = 0
        for row, measure in enumerate(measures, start=1):
            for place, value in enumerate(_line(measure)):
                sheet.write_string(row, place, plain_text(value), fill if place >= first else text)
        sheet.data_validation(
            1, first, max(row, 1), first, {"validate": "list", "source": list(STATES)}
        )
    return row


def _line(measure) -> tuple:
    village = measure.case.village
    return (
        f"{measure.pk}-{measure.version}",
        village.parent.short_name,
        village.short_name,
        measure.case.household.head_name,
        measure.person.name if measure.person_id else "全户",
        codes.label("measure_kind", measure.kind),
        measure.description,
        _blank(measure.amount_planned),
        _blank(measure.due_on),
        measure.get_state_display(),
        _blank(measure.done_on),
        _blank(measure.amount_paid),
        measure.effect,
    )


def _blank(value):
    return "" if value is None else value


@dataclass
class _Told:
    """What one row says."""

    sheet_row: int
    pk: int | None = None
    version: int | None = None
    values: dict = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)


def check(sheet) -> None:
    """Read the workbook and give every row its verdict; past this point nothing happens."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = 0")
            # Reading happens in a child process while this transaction waits for it.
            cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
        sheet = MeasureSheet.objects.select_for_update(of=("self",)).get(pk=sheet.pk)
        if sheet.state != State.RECEIVED:
            return
        try:
            rows = _read(sheet)
        except FileRefused as refusal:
            sheet.state, sheet.message = State.REFUSED, refusal.reason_zh[:300]
        else:
            MeasureSheetRow.objects.bulk_create(_judged(sheet, rows), batch_size=1000)
            sheet.state = State.CHECKED
        sheet.save(update_fields=["state", "message"])


def _read(sheet) -> list[_Told]:
    with open_table(sheet.file.path, COLUMNS, LEAD_FILE, name=sheet.name) as table:
        rows = [_told(number, given) for number, given in table.rows()]
    if not rows:
        raise FileRefused("表头下面没有数据行，请填写后重新上传")
    return rows


def _told(number, given) -> _Told:
    told = _Told(number)
    task = _cell(told, "任务编号", cells.text, given.get("task", ""))
    pk, _, version = (task or "").partition("-")
    if pk.isdecimal() and version.isdecimal() and len(pk) < 18 and len(version) < 9:
        told.pk, told.version = int(pk), int(version)
    elif not told.problems:
        told.problems.append("任务编号不完整，请用本部门下载的表，不要改动这一列")
    state = _cell(told, "状态", cells.text, given.get("state", ""))
    if state and state not in STATES:
        told.problems.append(
            f"状态“{state[:10]}”不能识别，应为{'、'.join(STATES)}；不予办理的请在网页上答复"
        )
    told.values = {
        "state": STATES.get(state or "", ""),
        "done_on": _cell(told, "完成日期", cells.date_, given.get("done_on", "")),
        "amount_paid": _cell(told, "落实金额", cells.amount, given.get("amount_paid", "")),
        "effect": _cell(told, "成效", cells.text, given.get("effect", "")) or "",
    }
    amount = told.values["amount_paid"]
    if amount is not None and amount < 0:
        told.problems.append("落实金额不能为负数")
    if len(told.values["effect"]) > 300:
        told.problems.append("成效超过 300 字，请缩短")
    return told


def _cell(told, label, take, cell):
    try:
        return take(cell)
    except CellRefused as refusal:
        told.problems.append(f"{label}{refusal.reason_zh}")
        return None


def _judged(sheet, rows) -> list[MeasureSheetRow]:
    """Verdicts against the department's measures of now; the same queries for any number of rows."""
    own = Measure.objects.tasks_of(sheet.received_by).filter(
        department=sheet.department_id, pk__in=[row.pk for row in rows if row.pk]
    )
    found = {m.pk: m for m in own.select_related("case__household", "person")}
    budgets = Budgets(measure.case_id for measure in found.values())
    seen, judged = {}, []
    for row in rows:
        measure = found.get(row.pk)
        verdict, reason, values = _verdict(row, measure, seen, budgets)
        judged.append(
            MeasureSheetRow(
                sheet=sheet,
                sheet_row=row.sheet_row,
                measure=measure,
                version=row.version,
                head_name=measure.case.household.head_name if measure else "",
                values=_as_json(values),
                verdict=verdict,
                reason=reason[:300],
            )
        )
    return judged


def _verdict(row, measure, seen, budgets) -> tuple:
    if row.problems:
        return Verdict.BAD, "；".join(row.problems), {}
    if measure is None:
        return Verdict.BAD, OF_ANOTHER, {}
    if measure.pk in seen:
        return Verdict.BAD, f"与第 {seen[measure.pk]} 行是同一任务，请只留一行", {}
    seen[measure.pk] = row.sheet_row
    if measure.state in DROPPED:
        return Verdict.BAD, f"该任务{measure.get_state_display()}，不用再填", {}
    row.values["state"] = row.values["state"] or measure.state
    changed = {k: v for k, v in row.values.items() if v != getattr(measure, k)}
    if not changed:
        return Verdict.SAME, "", {}
    if measure.version != row.version:
        return Verdict.BAD, CHANGED, {}
    try:
        check_change(measure, changed, budgets)
    except AssistanceRefused as refusal:
        return Verdict.BAD, str(refusal), {}
    return Verdict.GOOD, "", changed


def _as_json(values) -> dict:
    return {key: value if value is None else str(value) for key, value in values.items()}


def changes_of(sheet) -> dict:
    """The good rows as `update_measures` wants them."""
    field_of = {name: Measure._meta.get_field(name) for name in ANSWERS}
    return {
        row.measure_id: (
            row.version,
            {k: None if v is None else field_of[k].to_python(v) for k, v in row.values.items()},
        )
        for row in sheet.rows.filter(verdict=Verdict.GOOD)
    }
