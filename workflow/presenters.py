"""Words and colours of the pages: status tags, the step line, risks, what stands in the way."""

from dataclasses import dataclass

from policy import codes
from workflow.models import Case
from workflow.states import Category, Level, Source, Status
from workflow.transitions import Evidence, Step

TONES = {
    Status.LEAD: "wait",
    Status.SCREENED: "doing",
    Status.REVIEWED: "doing",
    Status.RECHECKED: "doing",
    Status.MONITORED: "primary",
    Status.CLEARING_REVIEWED: "doing",
    Status.CLEARING_RECHECKED: "doing",
    Status.RISK_CLEARED: "good",
    Status.NOT_ADMITTED: "plain",
    Status.CLOSED: "plain",
}
ADMISSION_LINE = (Status.LEAD, Status.SCREENED, Status.REVIEWED, Status.RECHECKED, Status.MONITORED)
CLEARING_LINE = (
    Status.MONITORED,
    Status.CLEARING_REVIEWED,
    Status.CLEARING_RECHECKED,
    Status.RISK_CLEARED,
)
# Who a step's button looks: one filled button, the others quiet.
BUTTONS = {"primary": "btn-primary", "warning": "btn-outline-primary", "danger": "btn-outline-danger",
           "secondary": "btn-outline-secondary"}  # fmt: skip


@dataclass(frozen=True)
class Offer:
    """A button of the case page: the step, and what still stands in its way."""

    step: Step
    obstacle: str = ""

    @property
    def css(self) -> str:
        return BUTTONS[self.step.tone]

    @property
    def needs_meeting(self) -> bool:
        return Evidence.MEETING in self.step.needs


def status_label(case: Case) -> str:
    """The status in words; what is passed but not reported says so."""
    label = Status(case.status).label
    return f"{label}（待上报）" if case.is_waiting_for_list else label


def status_tone(case: Case) -> str:
    """The colour of the status tag; overdue work is red."""
    return "late" if case.is_overdue else TONES[case.status]


def holder_label(case: Case) -> str:
    """In whose hands the case is: 西街村, 城关镇, 县扶贫办."""
    if case.holder is None:
        return "已办结"
    if case.status == Status.MONITORED:
        return "帮扶责任人、县扶贫办"
    if case.holder == Level.VILLAGE:
        return case.village.short_name
    if case.holder == Level.TOWNSHIP:
        return case.village.parent.short_name
    return "县级"


def risk_labels(risks) -> str:
    """Codes of the risk table in words."""
    return "、".join(codes.labels("risk", risks))


def source_labels(sources) -> str:
    """How the case came to be known, in words."""
    return "、".join(Source(source).label for source in sources)


def income_of(case: Case):
    """The case's own income per head, else the register's; None = nobody knows."""
    known = case.per_capita_income
    return case.household.per_capita_income if known is None else known


def one_line(case: Case) -> str:
    """What a meeting should know of a household: persons, income, category, risks."""
    income = income_of(case)
    words = [
        f"{case.household.member_count} 人",
        "人均纯收入未填" if income is None else f"人均 {income:,.0f} 元",
        Category(case.category).label,
        case.household.get_low_income_kind_display() if case.household.low_income_kind else "",
        risk_labels(case.risks),
        "先行帮扶" if case.is_urgent else "",
    ]
    return "，".join(word for word in words if word)


def facts(case: Case) -> list[tuple[str, object]]:
    """What the case page says about the case itself."""
    income = income_of(case)
    rows = [
        ("类别", Category(case.category).label),
        ("致贫/返贫风险", risk_labels(case.risks)),
        ("来源", source_labels(case.sources)),
        ("人均纯收入", None if income is None else f"{income:,.2f} 元"),
        ("登记月份", case.round.label),
        ("办理期限", case.due_on and f"{case.due_on:%Y-%m-%d}"),
        ("审定日期", case.identified_on and f"{case.identified_on:%Y-%m-%d}"),
        ("备注", case.remark),
    ]
    extra = [
        ("风险消除日期", case.cleared_on and f"{case.cleared_on:%Y-%m-%d}"),
        ("消除方式", case.clearing_kind and codes.label("clearing_kind", case.clearing_kind)),
        ("录入全国系统", case.in_national_system_on and f"{case.in_national_system_on:%Y-%m-%d}"),
        ("全国系统消除标注", case.clearing_marked_on and f"{case.clearing_marked_on:%Y-%m-%d}"),
        ("不予纳入原因", case.not_admitted_reason
         and codes.label("not_admitted_reason", case.not_admitted_reason)),
        ("自然减少原因", case.closed_reason and codes.label("closed_reason", case.closed_reason)),
    ]  # fmt: skip
    return rows + [row for row in extra if row[1]]


def step_line(case: Case) -> list[dict]:
    """Where the case stands in 四（一）to 四（六）, as the step line component wants it."""
    clearing = case.status in CLEARING_LINE and case.status != Status.MONITORED
    line = list(CLEARING_LINE if clearing else ADMISSION_LINE)
    if case.status in (Status.NOT_ADMITTED, Status.CLOSED):
        return [{"label": Status(case.status).label, "state": "here", "note": "已办结"}]
    here = line.index(case.status)
    return [
        {
            "label": Status(status).label,
            "state": "done" if at < here else "here" if at == here else "todo",
            "note": _note(case) if at == here else "",
        }
        for at, status in enumerate(line)
    ]


def _note(case: Case) -> str:
    if case.is_waiting_for_list:
        return f"待{case.holder.label}上报"
    if case.is_overdue:
        return f"已过期限 {case.due_on:%m-%d}"
    return f"{case.due_on:%m-%d} 前办理" if case.due_on and case.holder else ""


def reason_label(step: Step | None, reason: str) -> str:
    """The reason of a change in words."""
    return codes.label(step.reason_table, reason) if step and step.reason_table and reason else ""
