"""What a killed worker or an emptied queue leaves behind is found here and sent again."""

from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now

from jobs import queue, registry
from jobs.models import Job, State

ON_ITS_WAY = timedelta(seconds=5)  # the commit that wrote the row sends it itself
SILENT_AFTER = timedelta(seconds=120)  # a run without heartbeat is dead
UNHEARD_AFTER = timedelta(seconds=60)  # a message nobody took is lost
BATCH = 500


@dataclass(frozen=True)
class Swept:
    """How many jobs were freed, given up, and sent again."""

    freed: int
    given_up: int
    sent: int


def sweep() -> Swept:
    """Free the jobs of dead workers, give up those that failed too often, send what waits."""
    freed, given_up = _free_silent()
    return Swept(freed, given_up, queue.send(_unheard()))


@transaction.atomic
def _free_silent() -> tuple[int, int]:
    """Two sweepers at once do not meet: rows taken by the other are skipped."""
    silent = list(
        Job.objects.select_for_update(skip_locked=True, of=("self",))
        .filter(state=State.RUNNING, heartbeat_at__lt=Now() - SILENT_AFTER)
        .order_by("created_at")[:BATCH]
    )
    handlers = registry.known()
    spent = [job for job in silent if _is_spent(job, handlers.get(job.kind))]
    again = [job.pk for job in silent if job not in spent]
    Job.objects.filter(pk__in=again).update(state=State.QUEUED, sent_at=None)
    for attempts in {job.attempts for job in spent}:
        Job.objects.filter(pk__in=[job.pk for job in spent if job.attempts == attempts]).update(
            state=State.FAILED,
            finished_at=Now(),
            message=f"已尝试 {attempts} 次，每次都中途中断；请联系系统管理员后重新提交",
        )
    return len(again), len(spent)


def _is_spent(job: Job, handler: registry.Handler | None) -> bool:
    return handler is None or job.attempts >= handler.attempts


def _unheard() -> list[Job]:
    """Jobs whose message never left, or left and was not taken up."""
    waiting = Job.objects.filter(
        Q(sent_at=None, created_at__lt=Now() - ON_ITS_WAY)
        | Q(sent_at=None, attempts__gt=0)
        | Q(sent_at__lt=Now() - UNHEARD_AFTER),
        state=State.QUEUED,
        kind__in=registry.known(),
    )
    return list(waiting.order_by("created_at")[:BATCH])
