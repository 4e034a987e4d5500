"""监测看板: the month in figures, each a query over what the viewer may see. Set-based throughout."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date

from django.db.models import Avg, Count, F, Q

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


def funnel(user, round, area: str) -> list[Line]:
    """How many cases reached each stage in this month. Two queries."""
    steps = Counter(
        dict(
            StatusChange.objects.visible_to(user)
            .filter(round=round, case__village_id__startswith=area)
            .values("step")
            .annotate(n=Count("case", distinct=True))
            .values_list("step", "n")
            .order_by()
        )
    )
    steps["leads"] = cases_of(user, area).filter(round=round).count()
    return [Line(key, label, steps[key]) for key, label, _ in STAGES]


def funnel_cases(user, round, area: str, key: str):
    """The cases behind one figure of the funnel."""
    found = cases_of(user, area)
    if key == "leads":
        return found.filter(round=round)
    return found.filter(changes__round=round, changes__step=key).distinct()


def leads_by_cause(user, round, area: str) -> list[dict]:
    """Leads of the month by department kind or source: how many, answered, true, days to answer."""
    rows = (
        Lead.objects.visible_to(user)
        .filter(month=round.month, village_id__startswith=area)
        .values("source", "kind__label", "kind__department__name", "kind__risk")
        .annotate(
            total=Count("pk"),
            answered=Count("pk", filter=~Q(answer="")),
            true=Count("pk", filter=Q(answer=Lead.Answer.TRUE)),
            wait=Avg(F("answered_at__date") - F("raised_on"), filter=~Q(answer="")),
        )
        .order_by("-total", "source")
    )
    return [
        {
            "label": row["kind__label"] or Lead.Source(row["source"]).label,
            "department": row["kind__department__name"] or Lead.Source(row["source"]).label,
            "risk": codes.label("risk", row["kind__risk"]) if row["kind__risk"] else "",
            "total": row["total"],
            "answered": row["answered"],
            "open": row["total"] - row["answered"],
            "true": row["true"],
            "days": None if row["wait"] is None else max(row["wait"].days, 0),
        }
        for row in rows
    ]


def to_press(user, round, area: str) -> list[Line]:
    """要督促的事: past a gate, without measures, due for clearing, not marked. One query."""
    found = cases_of(user, area)
    asked = {key: query(found) for key, (_, query) in PRESSING.items()}
    answered = counts(MonthlyRound.objects.filter(pk=round.pk), **asked)
    return [Line(key, label, answered[key]) for key, (label, _) in PRESSING.items()]


def unmarked(cases):
    """四（五）录入 and 四（六）消除标注 in the national system, still to be done."""
    admitted = Q(status__in=ON_REGISTER, in_national_system_on=None)
    return cases.filter(admitted | Q(status=Status.RISK_CLEARED, clearing_marked_on=None))


PRESSING = {
    "overdue": ("办理逾期", lambda cases: cases.overdue()),
    "incomplete": ("帮扶责任人、计划、措施不全", completeness.incomplete),
    "clearing_due": ("监测满期，可评议消除", clearing_due.cases),
    "unmarked": ("未标注全国系统", unmarked),
    "urgent": (
        "先行帮扶，手续未完",
        lambda cases: cases.open().filter(is_urgent=True, identified_on=None),
    ),
}


def trend(user, area: str, month: date) -> list[dict]:
    """The last six months: leads opened, cases determined, risks cleared. Two queries."""
    wanted = [month]
    while len(wanted) < TREND_MONTHS:
        wanted.append(_before(wanted[-1]))
    wanted.reverse()
    opened = dict(
        cases_of(user, area)
        .filter(round__month__gte=wanted[0])
        .values("round__month")
        .annotate(n=Count("pk"))
        .values_list("round__month", "n")
        .order_by()
    )
    taken = defaultdict(Counter)
    rows = (
        StatusChange.objects.visible_to(user)
        .filter(
            case__village_id__startswith=area,
            round__month__gte=wanted[0],
            step__in=("determine", "clear_risk"),
        )
        .values("round__month", "step")
        .annotate(n=Count("case", distinct=True))
        .order_by()
    )
    for row in rows:
        taken[row["round__month"]][row["step"]] = row["n"]
    return [
        {
            "month": day,
            "label": months.label(day),
            "leads": opened.get(day, 0),
            "determined": taken[day]["determine"],
            "cleared": taken[day]["clear_risk"],
        }
        for day in wanted
        if day <= month
    ]


def _before(month: date) -> date:
    return date(month.year - (month.month == 1), month.month - 1 or 12, 1)


def on_register(user, area: str) -> int:
    """在册监测对象."""
    return cases_of(user, area).on_register().count()
