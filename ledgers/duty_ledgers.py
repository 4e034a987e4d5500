"""The departments' papers of 六（二）: 部门比对台账, 履职台账 with 研判会议记录, what was handled."""

from collections.abc import Iterator

from accounts.models import Department
from ledgers.annex2 import visible
from ledgers.sheets import Block, Column, Filters, Kind, Ledger, numbered, register
from screening import presenters
from screening.duties.presenting import MatterLine
from screening.models import DutyReport, LeadFile, LeadRow, Matter

AT_ONCE = 2000
COMPARISON = (
    Column("序号", 6, Kind.INT),
    Column("部门", 11),
    Column("名单类型", 20),
    Column("原表行号", 9, Kind.INT),
    Column("姓名", 10),
    Column("证件号码", 22, Kind.ID),
    Column("乡镇", 11),
    Column("核对结果", 10),
    Column("说明", 34),
    Column("查找结果", 14),
    Column("核实结果", 22),
    Column("核实日期", 12, Kind.DATE),
)
MATTERS = (
    Column("序号", 6, Kind.INT),
    Column("部门", 11),
    Column("事项", 18),
    Column("乡镇", 11),
    Column("行政村", 13),
    Column("户主", 10),
    Column("内容", 36),
    Column("上报日期", 12, Kind.DATE),
    Column("办到哪里", 13),
    Column("办理情况", 30),
    Column("办结日期", 12, Kind.DATE),
    Column("提示", 22),
)
REPORTS = (
    Column("序号", 6, Kind.INT),
    Column("部门", 13),
    Column("依据", 11),
    Column("报送情况", 12),
    Column("报送日期", 12, Kind.DATE),
    Column("报送人", 10),
    Column("系统数字", 40),
    Column("本月履职情况", 44),
    Column("研判会议日期", 13, Kind.DATE),
    Column("研判会议记录", 44),
    Column("图片、印证材料（件）", 12, Kind.INT),
)


def comparison_blocks(filters: Filters, user) -> Iterator[Block]:
    """Every line of the month's department lists that belongs to the area, with its end."""
    rows = visible(LeadRow.objects.all(), user).filter(
        file__month=filters.month, file__county__code=filters.area.pk[:6]
    )
    rows = rows.exclude(file__state=LeadFile.State.REFUSED)
    if len(filters.area.pk) > 6:
        rows = rows.filter(township_id__startswith=filters.area.pk[:9])
    rows = rows.select_related("file__kind__department", "township", "lead")
    found = rows.order_by("file__department__order", "file_id", "sheet_row")
    return numbered([_comparison(row)] for row in found.iterator(chunk_size=AT_ONCE))


def _comparison(row: LeadRow) -> tuple:
    kind, lead = row.file.kind, row.lead
    return (
        kind.department.name, kind.label, row.sheet_row, row.name,
        bytes(row.id_cipher) if row.id_cipher else None,
        row.township.short_name if row.township else "", row.get_verdict_display(), row.reason,
        presenters.match_words(row), presenters.row_answer(row),
        lead.answered_at if lead else None,
    )  # fmt: skip


def matter_blocks(filters: Filters, user) -> Iterator[Block]:
    """What departments handled: raised or closed in the month, or open since before."""
    year, month = filters.month.year, filters.month.month
    found = visible(Matter.objects.all(), user).filter(county__code=filters.area.pk[:6])
    if len(filters.area.pk) > 6:
        found = found.filter(village_id__startswith=filters.area.pk)
    raised = found.filter(raised_at__year=year, raised_at__month=month)
    closed = found.filter(closed_at__year=year, closed_at__month=month)
    left = found.filter(raised_at__date__lt=filters.month).open()
    found = (raised | closed | left).select_related("department", "village__parent", "household")
    found = found.order_by("department__order", "kind", "village_id", "pk")
    return numbered([_matter(matter)] for matter in found.iterator(chunk_size=AT_ONCE))


def _matter(matter: Matter) -> tuple:
    line, village = MatterLine(matter), matter.village
    return (
        matter.department.name, matter.get_kind_display(),
        village.parent.short_name if village else "", village.short_name if village else "",
        matter.household.head_name if matter.household else "", line.told, matter.raised_at,
        line.holder, line.answer, matter.closed_at, line.late,
    )  # fmt: skip


def report_blocks(filters: Filters, user) -> Iterator[Block]:
    """The sixteen departments, each with its report of the month or the word that it is missing."""
    reports = visible(DutyReport.objects.all(), user).filter(
        month=filters.month, county__code=filters.area.pk[:6]
    )
    found = {r.department_id: r for r in reports.handed_in().select_related("handed_in_by")
             .prefetch_related("files")}  # fmt: skip
    return numbered([_report(d, found.get(d.pk))] for d in Department.objects.all())


def _report(department: Department, report: DutyReport | None) -> tuple:
    if report is None:
        return (department.name, department.clause, "未报", None, "", "", "", None, "", 0)
    state = ("零报告" if report.is_zero else "已报送") + ("，迟报" if report.is_late else "")
    figures = "，".join(f"{label}{number}" for label, number in report.figures if number)
    return (
        department.name, department.clause, state, report.handed_in_at,
        report.handed_in_by.full_name, figures, report.work, report.session_on, report.minutes,
        len(report.files.all()),
    )  # fmt: skip


register(
    Ledger(
        key="department_comparison", name="部门比对台账", columns=COMPARISON,
        blocks=comparison_blocks, clause="六（二）", smallest="township", is_departmental=True,
        note="当月部门名单逐行的核对、查找和核实结果",
    )
)  # fmt: skip
register(
    Ledger(
        key="matters", name="部门事项台账", columns=MATTERS, blocks=matter_blocks,
        clause="附件1", is_departmental=True,
        note="危房、停水、红黄灯、小额信贷、兜底比对、滞销等事项的上报和办理",
    )
)  # fmt: skip
register(
    Ledger(
        key="duty_reports", name="部门履职台账", columns=REPORTS, blocks=report_blocks,
        clause="六（二）", smallest="county", is_departmental=True,
        note="十六个部门当月履职情况和研判会议记录，未报的也列出",
    )
)  # fmt: skip
