"""Questions about the months: which is current, what each area has handed in. Set-based."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db.models import Count, Q

from areas.models import Area
from audit import clock
from policy import parameters
from workflow import months
from workflow.models.case import Case
from workflow.models.reported_list import ReportedList
from workflow.models.round import COUNTY_DIGITS, MonthlyRound
from workflow.states import OPEN, Level, Status
from workflow.transitions import GATE, LISTED

DIGITS = {Level.COUNTY: COUNTY_DIGITS, Level.TOWNSHIP: 9, Level.VILLAGE: 12}


def gate_days(county: str, on: date) -> dict[str, int]:
    """The four gates' days of the month from the policy parameters (四（二）to 四（五）)."""
    return {
        gate: int(parameters.value(f"gate_{gate.value}", on=on, county=county))
        for gate in months.ORDER
    }


def county_of(code: str) -> str:
    """The county a division code lies in."""
    return code[:COUNTY_DIGITS]


def current(county: str) -> MonthlyRound | None:
    """This month's round of the county; the latest open one if this month's is missing."""
    this_month = months.first_day(clock.today())
    found = MonthlyRound.objects.filter(county_id=county)
    return (
        found.filter(month=this_month).first()
        or found.open().filter(month__lte=this_month).order_by("-month").first()
    )


def next_due(status: str, county: str, today: date | None = None) -> date | None:
    """By when a case entering this state today must leave it; None = it has no gate."""
    if status not in GATE:
        return None
    today = today or clock.today()
    return months.next_gate(GATE[status], today, gate_days(county, today))


@dataclass
class AreaState:
    """The month of one village or township: what is handed in, what waits, what is late."""

    code: str
    name: str
    level: str
    parent_code: str
    screening: ReportedList | None = None  # 排查台账, the latest; villages only
    admission: ReportedList | None = None  # 初步名单 / 上报名单, the latest
    clearing: ReportedList | None = None
    counts: Counter = field(default_factory=Counter)  # open cases by status
    waiting: int = 0  # cases this level must act on
    overdue: int = 0  # of them past their gate
    to_report: int = 0  # passed here, not yet on a reported list
    unlisted: Counter = field(default_factory=Counter)  # of them by status: admission or clearing
    villages: int = 0  # of a township
    villages_screened: int = 0
    villages_reported: int = 0
    late: list[str] = field(default_factory=list)  # Chinese words for what is late

    @property
    def is_late(self) -> bool:
        return bool(self.late)

    @property
    def screening_at(self) -> datetime | None:
        return self.screening and self.screening.reported_at

    @property
    def reported_at(self) -> datetime | None:
        return self.admission and self.admission.reported_at


def area_states(round: MonthlyRound, area_codes: list[str]) -> list[AreaState]:
    """The month's state of each village or township asked for, late ones first. Four queries."""
    areas = Area.objects.filter(code__in=area_codes).select_related("parent")
    states = {
        a.code: AreaState(a.code, a.short_name or a.name, a.level, a.parent_id or "") for a in areas
    }
    townships = [code for code, s in states.items() if s.level == Level.TOWNSHIP]
    inside = Q(area_id__in=list(states))
    for code in townships:
        inside |= Q(area_id__startswith=code)
    lists = (
        ReportedList.objects.filter(inside, round=round)
        .defer("rows", "figures", "case_ids")
        .order_by("sequence")
    )
    _put_lists(states, lists)
    _count_villages(states, townships)
    _count_cases(states)
    for state in states.values():
        state.late = _late_words(state, round)
    return sorted(states.values(), key=lambda s: (not s.late, -len(s.late), -s.overdue, s.code))


def _put_lists(states, lists) -> None:
    done, screening = defaultdict(set), {}
    names = {"SCREENING": "screening", "ADMISSION": "admission", "CLEARING": "clearing"}
    for found in lists:
        if found.area_id in states:
            setattr(states[found.area_id], names[found.kind], found)
        if found.level == Level.VILLAGE:
            done[found.area_id[:9], found.kind].add(found.area_id)
            if found.kind == ReportedList.Kind.SCREENING:
                screening[found.area_id] = found
    for code, last in screening.items():
        if last.is_zero:
            done[code[:9], "ADMISSION"].add(code)
    for code, state in states.items():
        if state.level == Level.TOWNSHIP:
            state.villages_screened = len(done[code, "SCREENING"])
            state.villages_reported = len(done[code, "ADMISSION"])


def _count_villages(states, townships) -> None:
    villages = (
        Area.objects.filter(parent_id__in=townships, level=Level.VILLAGE, is_active=True)
        .values("parent_id")
        .annotate(n=Count("pk"))
        if townships
        else []
    )
    for row in villages:
        states[row["parent_id"]].villages = row["n"]


def _count_cases(states) -> None:
    """Open cases by village and status in one query, summed up to whatever was asked for."""
    inside = Q(pk__in=[])
    for code in states:
        inside |= Q(village_id__startswith=code) if len(code) < 12 else Q(pk__in=[])
    inside |= Q(village_id__in=[code for code in states if len(code) == 12])
    ready = Q(on_list__isnull=False) | ~Q(status__in=LISTED)
    rows = (
        Case.objects.filter(inside, status__in=OPEN)
        .values("village_id", "status")
        .annotate(
            n=Count("pk"),
            overdue=Count("pk", filter=Q(due_on__lt=clock.today()) & ready),
            unlisted=Count("pk", filter=Q(on_list__isnull=True)),
        )
        .order_by()
    )
    at_level = {
        Level.VILLAGE: (
            (Status.LEAD, Status.SCREENED),
            (Status.REVIEWED, Status.CLEARING_REVIEWED),
        ),
        Level.TOWNSHIP: (
            (Status.REVIEWED, Status.CLEARING_REVIEWED),
            (Status.RECHECKED, Status.CLEARING_RECHECKED),
        ),
        Level.COUNTY: ((Status.RECHECKED, Status.CLEARING_RECHECKED), ()),
    }
    for row in rows:
        for width in set(DIGITS.values()):
            state = states.get(row["village_id"][:width])
            if state is None:
                continue
            held, passed = at_level[state.level]
            state.counts[row["status"]] += row["n"]
            unlisted = row["unlisted"] if row["status"] in LISTED else 0
            state.waiting += row["n"] - unlisted if row["status"] in held else 0
            state.overdue += row["overdue"] if row["status"] in held else 0
            if row["status"] in passed:
                state.to_report += row["unlisted"]
                state.unlisted[row["status"]] += row["unlisted"]


def _late_words(state: AreaState, round: MonthlyRound) -> list[str]:
    """What the area has not handed in although the gate has passed (四（二）to 四（四）)."""
    today, words = clock.today(), []
    if state.level == Level.VILLAGE:
        if state.screening is None and today > round.screening_on:
            words.append("排查台账未上报")
        # A zero hand-in leaves nothing to review or to report 四（三）: the month is done.
        is_zero = state.screening is not None and state.screening.is_zero
        if state.admission is None and not is_zero and today > round.review_on:
            words.append("初步名单未上报")
    elif state.level == Level.TOWNSHIP:
        words += _late_villages(state, round)
        if state.admission is None and today > round.recheck_on:
            words.append("上报名单未上报")
    gate = {Level.VILLAGE: round.review_on, Level.TOWNSHIP: round.recheck_on}.get(state.level)
    if state.to_report and state.admission and today > gate:
        words.append(f"待上报 {state.to_report} 户")
    if state.overdue:
        words.append(f"逾期 {state.overdue} 户")
    return words


def _late_villages(state: AreaState, round: MonthlyRound) -> list[str]:
    """A township is as late as its villages (四（二）, 四（三）)."""
    asked = (
        (round.screening_on, state.villages_screened, "排查台账"),
        (round.review_on, state.villages_reported, "初步名单"),
    )
    return [
        f"{state.villages - done} 个村{paper}未上报"
        for gate, done, paper in asked
        if clock.today() > gate and done < state.villages
    ]
