"""Some months of history and open work in every state, so that every demo account finds something to do."""

import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import F

from areas.models import Area
from audit import clock
from demo import accounts, department_lists, duties, help, relief, sources
from demo.month import Line, Month, candidates
from households.actions.facts import record_income
from workflow import actions, months
from workflow.models import Case, Status

HISTORY_MONTHS = (
    8  # long enough for the first households to be due for clearing (months_before_clearing)
)
ADMITTED_A_MONTH = 1
RECENT = 2  # months
SILENT = 3  # villages of a township that have not handed in
UNSEEN = 1  # the place of a helped household that nobody has visited for two months


@transaction.atomic
def tell(month: datetime.date, people: dict) -> dict[str, int]:
    """Walk the months before `month`, then leave work open in `month`; returns cases by status."""
    lines = [
        Line(village, people[cadre], people[reviewer], people["xian"], people["lingdao"])
        for village, cadre, reviewer in (
            (accounts.VILLAGE, "cun", "xiang"),
            (accounts.NEIGHBOUR, "cun2", "xiang"),
            (accounts.FAR_VILLAGE, "cun3", "xiang2"),
        )
    ]
    for back in range(HISTORY_MONTHS, 0, -1):
        _past_month(_months_before(month, back), lines, back)
    department_lists.send_in(months.first_day(month), people, settings.VAR / "demo_lists")
    _open_month(month, lines)
    _help_goes_on(month, lines[0])
    _visits(Month(months.first_day(month)), lines, day=9, is_recent=True)
    _zero_reports(month)
    duties.tell(months.first_day(month), people)
    sources.tell(months.first_day(month), people, settings.VAR / "demo_lists")
    return {status: Case.objects.filter(status=status).count() for status in Status.values}


def _months_before(month, back):
    year, index = divmod(month.year * 12 + month.month - 1 - back, 12)
    return datetime.date(year, index + 1, 1)


def _past_month(first, lines, back):
    walk = Month(first)
    county = Area.objects.get(code=accounts.COUNTY)
    with walk.on(1):
        round = actions.open_round(county=county, month=first)
    new = {}
    for line in lines:
        new[line] = walk.raise_leads(line, candidates(line.village, ADMITTED_A_MONTH))
        walk.screen(line, new[line])
        walk.hand_in(line)
        clearing = _ready_to_clear(walk, line) if back == 1 and line is lines[0] else ()
        walk.review(line, clearing_cases=clearing)
    for line in _one_each_township(lines):
        walk.recheck(line)
    walk.determine(lines[0])
    walk.mark(lines[0])
    _visits(walk, lines, day=24, is_recent=back == 1)
    with walk.on(28, hour=18):
        relief.insure(lines[0])
        for line in lines:
            for case in new[line]:
                case.refresh_from_db()
                if back > RECENT or line is not lines[-1]:  # a neglected one for the gap list
                    help.assist(line, case, is_delivered=True)
        actions.close_round(round=round, by=lines[0].leading_group)


def _visits(walk, lines, *, day, is_recent):
    """Helpers see their households once a month; of late some have been let slip."""
    with walk.on(day):
        for line in lines:
            for place, case in enumerate(_helped(line)):
                if not (is_recent and place == UNSEEN):
                    help.visit(line, case, place=place, next_in=25 if place % 3 == 2 else None)


def _helped(line):
    """The village's monitored households that have a helper, the longest on the register first."""
    found = Case.objects.in_area(line.village).filter(
        status=Status.MONITORED, helper_assignments__ends_on__isnull=True,
        helper_assignments__helper__isnull=False,
    )  # fmt: skip
    named = found.annotate(helper_name=F("helper_assignments__helper__name"))
    return named.select_related("household", "village").order_by("identified_on", "pk")


def _one_each_township(lines):
    return list({line.township: line for line in lines}.values())


def _open_month(month, lines):
    """One village still screening, one waiting for its township, one for the county; clearing likewise."""
    near, next_door, far = lines
    walk = Month(months.first_day(month))
    with walk.on(1):
        actions.open_round(county=Area.objects.get(code=accounts.COUNTY), month=walk.first)
    clearing = {line: _ready_to_clear(walk, line) for line in lines}
    # far village: everything done up to the county
    cases = walk.raise_leads(far, candidates(far.village, 2, risk="因学"), risk="因学")
    walk.screen(far, cases)
    walk.hand_in(far)
    walk.review(far, clearing_cases=clearing[far][:1])
    walk.recheck(far)
    # next door: reported to the township
    cases = walk.raise_leads(next_door, candidates(next_door.village, 2, risk="因残"), risk="因残")
    walk.screen(next_door, cases)
    walk.hand_in(next_door)
    walk.review(next_door, clearing_cases=clearing[next_door][:1])
    # near village: one refused, two screened and not yet reviewed, three leads unanswered
    cases = walk.raise_leads(near, candidates(near.village, 6))
    walk.screen(near, cases[:2])
    with walk.on(13):
        actions.take(
            case=cases[2],
            step="refuse",
            by=near.cadre,
            reason="facts_untrue",
            comment="入户核实，情况不属实",
        )


def _help_goes_on(month, line):
    """Levels, plans at every desk, tasks of departments, claims, relief and a hand-over in the first village."""
    monitored = list(
        Case.objects.in_area(line.village)
        .filter(status=Status.MONITORED)
        .select_related("household", "village")
        .order_by("identified_on", "pk")
    )
    first = months.first_day(month)
    walk, last = Month(first), Month(_months_before(first, 1))
    with walk.on(1):
        relief.insure(line)  # a new year asks anew
    others = monitored[1:]  # the oldest is on its way to clearing, which open money would stop
    relief.claims(last, line, [case for case in others if case.identified_on < last.first])
    relief.requests(last, line, others[::-1], accounts.clerks()["minzheng"])
    with walk.on(2):
        help.hand_over(line, monitored[0])
        for case, level in zip(monitored, ("red", "yellow", "green"), strict=False):
            help.go_on(line, case, level=level)
    with walk.on(14):
        help.leave_open(line, monitored[-3:])


def _zero_reports(month):
    """The other villages of the two townships have nothing new and said so, but for the last few."""
    walk = Month(months.first_day(month))
    told = [accounts.VILLAGE, accounts.NEIGHBOUR, accounts.FAR_VILLAGE]
    for township in (accounts.TOWNSHIP, accounts.FAR_TOWNSHIP):
        villages = (
            Area.objects.filter(parent=township, is_active=True)
            .exclude(code__in=told)
            .order_by("code")
        )
        for village in list(villages)[:-SILENT]:
            cadre = accounts.village_cadre(village)
            walk.hand_in(Line(village.code, cadre, None, None, None), day=17)


def _ready_to_clear(walk, line):
    """The village's oldest monitored household: income above the line again, clearing visit made."""
    oldest = (
        Case.objects.in_area(line.village)
        .filter(status=Status.MONITORED)
        .order_by("identified_on", "pk")[:1]
    )
    ready = list(oldest.select_related("household"))
    for case in ready:
        members = case.household.member_count
        with walk.on(10):
            end = clock.today().replace(day=1) - datetime.timedelta(days=1)
            record_income(
                household=case.household, period_start=end.replace(year=end.year - 1, day=28), period_end=end,
                by=line.cadre, wage=9200 * members, transfer=1100 * members,
            )  # fmt: skip
        walk.visit_for_clearing(line, case)
    return ready
