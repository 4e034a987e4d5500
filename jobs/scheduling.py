"""Starting what the clock asks for, and installing the calendar into the database."""

from django.conf import settings
from django.db import transaction
from django_celery_beat.models import CrontabSchedule, IntervalSchedule, PeriodicTask, PeriodicTasks

from jobs import schedule
from jobs.actions import enqueue
from jobs.models import Job
from jobs.schedule import Entry

SWEEP = "清理中断的任务"
SWEEP_SECONDS = 30
START = "jobs.start_scheduled"


def start(kind: str) -> Job:
    """Start the job of the present period, once however many beats ask."""
    entry = schedule.find(kind)
    period = schedule.period_of(entry)
    return enqueue(
        kind,
        by=None,
        title=f"{entry.title} {period}",
        args={"period": period},
        key=f"{kind}:{period}",
    )


@transaction.atomic
def install() -> dict[str, int]:
    """Put every declared entry into beat's tables; times an administrator changed are kept."""
    every = times_row(IntervalSchedule, every=SWEEP_SECONDS, period=IntervalSchedule.SECONDS)
    PeriodicTask.objects.update_or_create(
        name=SWEEP,
        defaults={
            "task": "jobs.sweep",
            "interval": every,
            "queue": "periodic",
            # Sweeps that nobody was there to take are not made up for.
            "expire_seconds": SWEEP_SECONDS,
        },
    )
    declared = schedule.entries()
    created = sum(_install(entry) for entry in declared)
    gone = PeriodicTask.objects.filter(task=START).exclude(name__in=[e.kind for e in declared])
    removed, _ = gone.delete()
    PeriodicTasks.update_changed()
    return {"entries": len(declared), "created": created, "removed": removed}


def _install(entry: Entry) -> bool:
    times = times_row(
        CrontabSchedule,
        minute=entry.minute,
        hour=entry.hour,
        day_of_week="*",
        day_of_month=entry.day_of_month,
        month_of_year=entry.month_of_year,
        timezone=settings.TIME_ZONE,
    )
    # get_or_create: an entry that exists keeps its time and whether it is switched on.
    task, created = PeriodicTask.objects.get_or_create(
        name=entry.kind,
        defaults={"task": START, "crontab": times, "queue": "periodic"},
    )
    task.args, task.description = f'["{entry.kind}"]', entry.title
    task.save(update_fields=["args", "description"])
    return created


def times_row(model, **fields):
    """The row of these times; the library allows equal ones, so there may be several."""
    return model.objects.filter(**fields).order_by("pk").first() or model.objects.create(**fields)
