"""Acts on the clock's entries; everything else that pages here change has its own app's action."""

from django.db import transaction
from django_celery_beat.models import CrontabSchedule, PeriodicTask

from audit.events import EventKind
from audit.record import record
from jobs import schedule
from jobs.actions import enqueue
from jobs.models import Job
from jobs.scheduling import times_row

DAYS = ("day_of_week", "day_of_month", "month_of_year", "timezone")


@transaction.atomic
def switch_schedule(*, entry: PeriodicTask, is_enabled: bool, by) -> None:
    """Let an entry run by the clock, or not."""
    if entry.enabled == is_enabled:
        return
    entry.enabled = is_enabled
    entry.save()  # tells beat that its table changed
    record(
        EventKind.SCHEDULE_CHANGED,
        by=by,
        obj=entry,
        detail={"kind": entry.name, "enabled": is_enabled},
    )


@transaction.atomic
def move_schedule(*, entry: PeriodicTask, hour: int | None, minute: int, by) -> None:
    """Let an entry run at another time of day, an hourly one (hour None) at another minute.

    The days on which it runs stay: the month opens on its first day, whatever the hour (四).
    """
    old = entry.crontab
    time = {"minute": str(minute), "hour": old.hour if hour is None else str(hour)}
    if (old.minute, old.hour) == (time["minute"], time["hour"]):
        return
    days = {name: getattr(old, name) for name in DAYS}
    # Entries share rows of times: this one goes to the row of its new time, the others stay.
    entry.crontab = times_row(CrontabSchedule, **time, **days)
    entry.save()  # tells beat that its table changed
    record(
        EventKind.SCHEDULE_CHANGED,
        by=by,
        obj=entry,
        detail={"kind": entry.name, "before": _clock(old), "after": _clock(entry.crontab)},
    )


@transaction.atomic
def run_schedule_now(*, entry: PeriodicTask, by) -> Job:
    """Do now what the clock would do in this period. Handlers are idempotent, so twice is harmless.

    Raises KeyError for an entry that no app declares any more.
    """
    declared = schedule.find(entry.name)
    period = schedule.period_of(declared)
    return enqueue(
        declared.kind, by=by, title=f"{declared.title} {period}（手动）", args={"period": period}
    )


def _clock(crontab) -> str:
    """7:30, of an hourly entry *:30."""
    return f"{crontab.hour}:{crontab.minute:0>2}"
