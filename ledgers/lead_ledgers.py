"""预警线索清单: what came in, from whom, and what was found at the door (六（二）)."""

from collections.abc import Iterator

from django.db.models import OuterRef, Subquery

from ledgers.annex2 import visible
from ledgers.kept import kept
from ledgers.sheets import Block, Column, Filters, Kind, Ledger, numbered, register
from policy import codes
from screening.models import Lead
from workflow.models import Visit

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
VERIFICATION_COLUMNS = (
    Column("序号", 6, Kind.INT),
    Column("乡镇", 11),
    Column("行政村", 13),
    Column("户主", 10),
    Column("当事人", 10),
    Column("线索来源", 20),
    Column("线索说明", 36),
    Column("走访日期", 12, Kind.DATE),
    Column("走访方式", 10),
    Column("走访人员", 16),
    Column("核实结果", 11),
    Column("核实说明", 22),
    Column("核实人", 10),
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


@kept("leads")
def blocks(filters: Filters, user) -> Iterator[Block]:
    """One line a lead, by village."""
    found = leads(filters, user).iterator(chunk_size=LEADS_AT_ONCE)
    return numbered([_line(lead)] for lead in found)


def fed_back_blocks(filters: Filters, user) -> Iterator[Block]:
    """What departments and the system found, by village: the list that the county feeds back."""
    return numbered([_line(lead)] for lead in _fed_back(filters, user).iterator(LEADS_AT_ONCE))


def department_blocks(filters: Filters, user) -> Iterator[Block]:
    """The same for the county, by department in the order of 附件1."""
    found = _fed_back(filters, user).order_by(
        "kind__department__order", "kind_id", "village_id", "household__number", "pk"
    )
    return numbered([_line(lead)] for lead in found.iterator(LEADS_AT_ONCE))


def _fed_back(filters: Filters, user):
    return leads(filters, user).filter(source__in=(Lead.Source.DEPARTMENT, Lead.Source.SYSTEM))


def verification_blocks(filters: Filters, user) -> Iterator[Block]:
    """走访核实台账 五（一）三: each lead with the visit to its household and what was found."""
    visit = Visit.objects.filter(
        case=OuterRef("case"), purpose=Visit.Purpose.SCREENING
    ).order_by("-visited_on", "-pk")  # fmt: skip
    found = leads(filters, user).select_related("answered_by").annotate(
        visited_on=Subquery(visit.values("visited_on")[:1]),
        visited_by=Subquery(visit.values("visitors")[:1]),
        visit_kind=Subquery(visit.values("kind")[:1]),
    )  # fmt: skip
    return numbered([_verified(lead)] for lead in found.iterator(LEADS_AT_ONCE))


def _verified(lead: Lead) -> tuple:
    kinds = dict(Visit.Kind.choices)
    told = _line(lead)
    return (
        *told[:4], told[5] or told[4], lead.explanation, lead.visited_on,
        kinds.get(lead.visit_kind, ""), lead.visited_by or "", told[10],
        "，".join(filter(None, (_reason(lead), lead.answer_note))),
        lead.answered_by.full_name if lead.answered_by_id else "", lead.answered_at,
    )  # fmt: skip


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


@kept("applications")
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
DEPARTMENT_LEADS = register(
    Ledger(
        key="department_leads",
        name="各部门反馈预警线索清单",
        columns=COLUMNS,
        blocks=department_blocks,
        clause="六（二）",
        smallest="county",
        note="当月部门比对和系统监测的线索，按部门排列",
    )
)
TOWNSHIP_LEADS = register(
    Ledger(
        key="township_leads",
        name="反馈乡镇线索清单",
        columns=COLUMNS,
        blocks=fed_back_blocks,
        clause="六（二）",
        smallest="township",
        note="县里反馈到乡镇的疑似风险户，按村排列",
    )
)
VILLAGE_LEADS = register(
    Ledger(
        key="village_leads",
        name="县级反馈各部门预警监测名单",
        columns=COLUMNS,
        blocks=fed_back_blocks,
        clause="六（二）",
        note="县里反馈到村的各部门预警线索",
    )
)
VERIFICATION = register(
    Ledger(
        key="verification",
        name="走访核实台账",
        columns=VERIFICATION_COLUMNS,
        blocks=verification_blocks,
        clause="五（一）",
        note="每条线索的入户走访和核实结果",
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
