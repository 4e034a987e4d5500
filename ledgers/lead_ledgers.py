"""预警线索清单: what came in, from whom, and what was found at the door (六（二）)."""

from collections.abc import Iterator

from ledgers.annex2 import visible
from ledgers.sheets import Block, Column, Filters, Kind, Ledger, numbered, register
from policy import codes
from screening.models import Lead

LEADS_AT_ONCE = 2000

COLUMNS = (
    Column("序号", 6, Kind.INT),
    Column("乡镇", 11),
    Column("行政村", 13),
    Column("户主", 10),
    Column("当事人", 10),
    Column("来源", 11),
    Column("部门及类型", 20),
    Column("线索说明", 40),
    Column("依据", 11),
    Column("风险", 13),
    Column("线索日期", 12, Kind.DATE),
    Column("核实结果", 11),
    Column("核实说明", 22),
    Column("核实日期", 12, Kind.DATE),
)
APPLICATION_COLUMNS = (
    Column("序号", 6, Kind.INT),
    Column("乡镇", 12),
    Column("行政村", 14),
    Column("申请人（户主）", 14),
    Column("申请日期", 12, Kind.DATE),
    Column("申请事由", 46),
    Column("风险", 16),
    Column("书面申请", 12),
    Column("核实结果", 12),
    Column("核实说明", 26),
)


def leads(filters: Filters, user):
    """The month's leads inside the area, in the order of the ledger."""
    return (
        visible(Lead.objects.all(), user)
        .filter(month=filters.month, village_id__startswith=filters.area.pk)
        .select_related("household", "village__parent", "person", "kind__department")
        .order_by("village_id", "household__number", "pk")
    )


def blocks(filters: Filters, user) -> Iterator[Block]:
    """One line a lead, by village."""
    found = leads(filters, user).iterator(chunk_size=LEADS_AT_ONCE)
    return numbered([_line(lead)] for lead in found)


def _line(lead: Lead) -> tuple:
    kind = lead.kind
    return (
        lead.village.parent.short_name if lead.village.parent_id else "",
        lead.village.short_name,
        lead.household.head_name,
        lead.person.name if lead.person_id else "",
        lead.get_source_display(),
        f"{kind.department.name} {kind.label}" if kind else "",
        lead.explanation,
        lead.clause,
        "、".join(codes.labels("risk", lead.risks)),
        lead.raised_on,
        lead.get_answer_display() if lead.answer else "待核实",
        _reason(lead),
        lead.answered_at,
    )


def _reason(lead: Lead) -> str:
    return codes.label("lead_answer_reason", lead.answer_reason) if lead.answer_reason else ""


def application_blocks(filters: Filters, user) -> Iterator[Block]:
    """Farmers' own applications 四（一）."""
    found = leads(filters, user).filter(source=Lead.Source.APPLICATION)
    return numbered(
        [
            (
                lead.village.parent.short_name if lead.village.parent_id else "",
                lead.village.short_name,
                lead.household.head_name,
                lead.raised_on,
                lead.facts.get("statement") or lead.explanation,
                "、".join(codes.labels("risk", lead.risks)),
                "有扫描件" if lead.scan_id else "纸质留存",
                lead.get_answer_display() if lead.answer else "待核实",
                _reason(lead),
            )
        ]
        for lead in found.iterator(chunk_size=LEADS_AT_ONCE)
    )


LEADS = register(
    Ledger(
        key="leads",
        name="防贫预警线索清单",
        columns=COLUMNS,
        blocks=blocks,
        clause="六（二）",
        note="当月农户申请、干部摸排、部门比对和系统监测的全部线索及核实结果",
    )
)
APPLICATIONS = register(
    Ledger(
        key="applications",
        name="农户申请登记表",
        columns=APPLICATION_COLUMNS,
        blocks=application_blocks,
        clause="四（一）",
        note="当月农户书面申请",
    )
)
