"""Acts on the clock's entries; everything else that pages here change has its own app's action."""

from django.db import transaction
from django_celery_beat.models import PeriodicTask

from audit.events import EventKind
from audit.record import record
from jobs import schedule
from jobs.actions import enqueue
from jobs.models import Job


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
def run_schedule_now(*, entry: PeriodicTask, by) -> Job:
    """Do now what the clock would do in this period. Handlers are idempotent, so twice is harmless.

    Raises KeyError for an entry that no app declares any more.
    """
    declared = schedule.find(entry.name)
    period = schedule.period_of(declared)
    return enqueue(
        declared.kind, by=by, title=f"{declared.title} {period}（手动）", args={"period": period}
    )
