"""The daily sum: one reminder per person of what is due or late in their posts' areas.

Set-based: posts, rounds, cases and lists are each read once, whatever the number of people.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Count, Q
from django.urls import reverse

from accounts import roles
from accounts.models import Post
from areas.models import Area, Level
from audit import clock
from audit.events import EventKind
from audit.record import record
from policy import parameters
from supervision import channels, duties_due, help_due, missing_lists, rules
from supervision.models import Reminder
from supervision.rules import Waiting
from workflow import months
from workflow.models import Case, MonthlyRound, ReportedList
from workflow.states import Gate
from workflow.transitions import GATE, LISTED, STEPS

WIDTHS = (6, 9, 12)  # county, township, village
SENT_AT_ONCE = 50
Kind = ReportedList.Kind

# Which permissions let somebody act in a state: derived from the table, as the to-do list is.
ACTORS = {s: {p for step in STEPS if step.source == s for p in step.permissions} for s in GATE}


@dataclass
class Month:
    """What every reminder of today is made from."""

    rounds: dict[str, MonthlyRound]  # by county code
    waiting: Counter  # (area prefix, status) -> cases
    late: Counter
    silent: dict[tuple[str, str], int]  # (area prefix, list kind) -> areas that reported nothing
    days_before: int


def remind(job) -> None:
    """Write today's reminders and send them outside; running it again adds and sends nothing."""
    month = _month()
    lines = defaultdict(list)
    posts = Post.objects.in_force().filter(area__isnull=False, user__is_active=True)
    for post in posts.values_list("user_id", "role", "area_id"):
        lines[post[0]] += [line for line in _lines(month, *post[1:]) if line not in lines[post[0]]]
    for user, found in duties_due.lines_by_user(month.rounds, month.days_before).items():
        lines[user] += [line for line in found if line not in lines[user]]
    for user, found in help_due.lines_by_user(month.days_before).items():
        lines[user] += found
    for user, found in missing_lists.lines(month.rounds, month.days_before).items():
        lines[user] += found
    made = _write({user: found for user, found in lines.items() if found})
    sent = _send(job)
    job.result = {"reminders": made, "sent": sent}


def _month() -> Month:
    this_month = months.first_day(clock.today())
    opened = MonthlyRound.objects.open().filter(month=this_month)
    found = {round.county_id: round for round in opened}
    waiting, late = _cases()
    return Month(
        found, waiting, late, _silent(found), int(parameters.value("reminder_days_before"))
    )


def _cases() -> tuple[Counter, Counter]:
    ready = Q(status__in=[s for s in GATE if s not in LISTED])
    ready |= Q(status__in=LISTED, on_list__isnull=False)
    rows = (
        Case.objects.filter(ready)
        .values("village_id", "status")
        .annotate(n=Count("pk"), late=Count("pk", filter=Q(due_on__lt=clock.today())))
        .order_by()
    )
    waiting, late = Counter(), Counter()
    for row in rows:
        for width in WIDTHS:
            place = (row["village_id"][:width], row["status"])
            waiting[place] += row["n"]
            late[place] += row["late"]
    return waiting, late


def _silent(rounds) -> dict[tuple[str, str], int]:
    """Villages without a 排查台账, townships without a 上报名单, counted for each area above."""
    reported = set(
        ReportedList.objects.filter(round__in=rounds.values()).values_list("area_id", "kind")
    )
    asked = {Level.VILLAGE: Kind.SCREENING, Level.TOWNSHIP: Kind.ADMISSION}
    counts = Counter()
    areas = Area.objects.active().filter(level__in=asked).values_list("code", "level")
    for code, level in areas:
        kind = asked[level]
        if code[:6] in rounds and (code, kind) not in reported:
            for width in WIDTHS:
                if width <= len(code):
                    counts[code[:width], kind] += 1
    return counts


def _lines(month: Month, role_key: str, area: str) -> list[dict]:
    """What one post is reminded of today."""
    round = month.rounds.get(area[:6])
    if round is None:
        return []
    role, today, found = roles.BY_KEY[role_key], clock.today(), []
    for status, gate in GATE.items():
        count = month.waiting[area, status]
        gate_on = round.gate_on(gate)
        if not count or not ACTORS[status] & role.permissions:
            continue
        if rules.is_time(gate_on, today, month.days_before):
            waiting = Waiting(count, month.late[area, status])
            text = rules.line(rules.WORDS[gate], "户", waiting, gate_on, today)
            found.append({"text": text, "url": reverse("case_list")})
    return found + _hand_ins(month, round, role, area)


def _hand_ins(month: Month, round, role, area: str) -> list[dict]:
    """Papers not handed in: the village its own, the levels above those of the areas inside."""
    today, found = clock.today(), []
    asked = (
        (Level.VILLAGE, Kind.SCREENING, Gate.SCREENING, "排查台账没有上报", "份"),
        (Level.TOWNSHIP, Kind.SCREENING, Gate.SCREENING, "没有上报排查台账的村", "个"),
        (Level.TOWNSHIP, Kind.ADMISSION, Gate.RECHECK, "上报名单没有上报", "份"),
        (Level.COUNTY, Kind.ADMISSION, Gate.RECHECK, "没有上报名单的乡镇", "个"),
    )
    for level, kind, gate, what, unit in asked:
        count, gate_on = month.silent.get((area, kind), 0), round.gate_on(gate)
        if role.level == level and count and rules.is_time(gate_on, today, month.days_before):
            text = rules.line(what, unit, Waiting(count), gate_on, today)
            found.append({"text": text, "url": reverse("home")})
    return found


@transaction.atomic
def _write(lines: dict[int, list[dict]]) -> int:
    """One row a person and day; who was reminded today already keeps the first sum."""
    today = clock.today()
    before = Reminder.objects.filter(day=today).count()
    rows = [Reminder(user_id=user, day=today, lines=found) for user, found in lines.items()]
    Reminder.objects.bulk_create(rows, ignore_conflicts=True, batch_size=1000)
    made = Reminder.objects.filter(day=today).count() - before
    if made:
        record(EventKind.REMINDER_SENT, by=None, detail={"day": f"{today}", "people": made})
    return made


def _send(job) -> int:
    """Send what was not sent yet by the county's channels; one that fails is tried tomorrow."""
    personal, groups = channels.addresses()
    if not (personal or groups):
        return 0
    unsent = list(Reminder.objects.filter(day=clock.today(), sent_at=None).select_related("user"))
    title = f"{parameters.value('county_name')}防贫预警监测系统 今日提醒"
    sent = 0
    for start in range(0, len(unsent), SENT_AT_ONCE):
        chunk = unsent[start : start + SENT_AT_ONCE]
        taken = [r.pk for r in chunk if channels.send_personal(r.user.phone, title, _body(r))]
        # Marked chunk by chunk, so that a killed worker repeats few.
        sent += Reminder.objects.filter(pk__in=taken).update(sent_at=clock.now())
        job.progress(start + len(chunk), len(unsent), "正在发送提醒")
    if unsent and channels.send_group(
        title, f"今天有 {len(unsent)} 人有事项临近期限，请登录系统办理。"
    ):
        rest = Reminder.objects.filter(pk__in=[r.pk for r in unsent], sent_at=None)
        sent += rest.update(sent_at=clock.now())
    return sent


def _body(reminder: Reminder) -> str:
    return "\n".join(line["text"] for line in reminder.lines)
