"""监测看板: the month in figures, each a query over what the viewer may see. Set-based throughout."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date
from functools import partial

from django.db.models import Avg, Count, F, Q
from django.utils.http import urlencode

from areas.containment import within
from assistance import completeness
from policy import codes
from screening.models import Lead
from supervision import clearing_due
from supervision.counting import counts
from workflow import months
from workflow.models import Case, MonthlyRound, StatusChange
from workflow.states import ON_REGISTER, Status

TREND_MONTHS = 6

# The funnel counts what reached a stage in the month, by the step that leads into it. 四（一）–（六）
STAGES = (
    ("leads", "线索", None),
    ("screen", "排查入台账", "screen"),
    ("put_forward", "村级评议通过", "put_forward"),
    ("endorse", "乡镇复核通过", "endorse"),
    ("determine", "县级审定纳入", "determine"),
    ("refuse", "不予纳入", "refuse"),
    ("clear_risk", "风险消除", "clear_risk"),
)
LABELS = {key: label for key, label, _ in STAGES}


@dataclass(frozen=True)
class Line:
    """One row of a table on the board."""

    key: str
    label: str
    number: int
    more: str = ""


def cases_of(user, area: str):
    """The viewer's cases inside one area."""
    return Case.objects.visible_to(user).in_area(area)


@dataclass(frozen=True)
class Flow:
    """What was opened and which steps were taken, by month, over the months of the trend."""

    opened: dict[date, int]
    taken: dict[date, Counter]


def flow(user, area: str, month: date) -> Flow:
    """Cases opened and cases that took each step, by month. Two queries for funnel and trend."""
    since = trend_months(month)[0]
    opened = (
        cases_of(user, area)
        .filter(round__month__range=(since, month))
        .values("round__month")
        .annotate(n=Count("pk"))
        .values_list("round__month", "n")
        .order_by()
    )
    steps = (
        StatusChange.objects.visible_to(user)
        .filter(within([area], field="case__village_id"), round__month__range=(since, month))
        .values("round__month", "step")
        .annotate(n=Count("case", distinct=True))
        .values_list("round__month", "step", "n")
        .order_by()
    )
    taken = defaultdict(Counter)
    for day, step, n in steps:
        taken[day][step] = n
    return Flow(dict(opened), taken)


def funnel(found: Flow, month: date) -> list[Line]:
    """How many cases reached each stage in this month."""
    reached = found.taken[month] | Counter(leads=found.opened.get(month, 0))
    return [Line(key, label, reached[key]) for key, label, _ in STAGES]


def funnel_cases(user, round, area: str, key: str):
    """The cases behind one figure of the funnel."""
    found = cases_of(user, area)
    if key == "leads":
        return found.filter(round=round)
    return found.filter(changes__round=round, changes__step=key).distinct()


def leads_of(user, round, area: str):
    """The leads of one month that the viewer may see inside one area."""
    return Lead.objects.visible_to(user).filter(within([area]), month=round.month)


PARTS = {
    "total": ("线索", Q()),
    "answered": ("已核实", ~Q(answer="")),
    "open": ("未核实", Q(answer="")),
    "true": ("属实", Q(answer=Lead.Answer.TRUE)),
}


def leads_by_cause(user, round, area: str) -> list[dict]:
    """Leads of the month by department kind or source: how many, answered, true, days to answer."""
    rows = (
        leads_of(user, round, area)
        .values("source", "kind", "kind__label", "kind__department__name", "kind__risk")
        .annotate(
            wait=Avg(F("answered_at__date") - F("raised_on"), filter=~Q(answer="")),
            **{part: Count("pk", filter=where) for part, (_, where) in PARTS.items()},
        )
        .order_by("-total", "source")
    )
    return [
        {
            "label": row["kind__label"] or Lead.Source(row["source"]).label,
            "department": row["kind__department__name"] or Lead.Source(row["source"]).label,
            "risk": codes.label("risk", row["kind__risk"]) if row["kind__risk"] else "",
            "query": urlencode({"source": row["source"], "kind": row["kind"] or ""}),
            "figures": [(label, part, row[part]) for part, (label, _) in PARTS.items()],
            "days": None if row["wait"] is None else max(row["wait"].days, 0),
        }
        for row in rows
    ]


def standing(user, round, area: str) -> tuple[int, list[Line]]:
    """在册监测对象, and 要督促的事: past a gate, without measures, due for clearing … One query."""
    found = cases_of(user, area)
    asked = {key: query(found) for key, (_, query) in PRESSING.items()}
    here = MonthlyRound.objects.filter(pk=round.pk)
    answered = counts(here, on_register=found.on_register(), **asked)
    lines = [Line(key, label, answered[key]) for key, (label, _) in PRESSING.items()]
    return answered["on_register"], lines


def unmarked(cases):
    """四（五）录入 and 四（六）消除标注 in the national system, still to be done."""
    admitted = Q(status__in=ON_REGISTER, in_national_system_on=None)
    return cases.filter(admitted | Q(status=Status.RISK_CLEARED, clearing_marked_on=None))


PRESSING = {
    "overdue": ("办理逾期", lambda cases: cases.overdue()),
    "incomplete": ("帮扶责任人、计划、措施不全", completeness.incomplete),
    **{
        key: (completeness.CHECKS[key].label, partial(completeness.failing, key=key))
        for key in (
            "lacks_person_measure",
            "lacks_development",
            "planned_not_set",
            "late_measure",
            "measure_overdue",
            "for_gone",
            "paid_no_proof",
            "visit_overdue",
        )
    },
    "clearing_due": ("监测满期，可评议消除", clearing_due.cases),
    "unmarked": ("未标注全国系统", unmarked),
    "urgent": (
        "先行帮扶，手续未完",
        lambda cases: cases.open().filter(is_urgent=True, identified_on=None),
    ),
}


def trend_months(month: date) -> list[date]:
    """The last six months, the oldest first."""
    wanted = [month]
    while len(wanted) < TREND_MONTHS:
        wanted.append(_before(wanted[-1]))
    return wanted[::-1]


def trend(found: Flow, month: date) -> list[dict]:
    """The last six months: leads opened, cases determined, risks cleared."""
    return [
        {
            "month": day,
            "label": months.label(day),
            "leads": found.opened.get(day, 0),
            "determined": found.taken[day]["determine"],
            "cleared": found.taken[day]["clear_risk"],
        }
        for day in trend_months(month)
    ]


def _before(month: date) -> date:
    return date(month.year - (month.month == 1), month.month - 1 or 12, 1)
