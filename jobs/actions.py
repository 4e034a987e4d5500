"""Asking for work, and taking the request back."""

from django.db import transaction
from django.db.models.functions import Now

from audit.events import EventKind
from audit.record import record
from jobs import queue, registry
from jobs.models import Job, State


@transaction.atomic
def enqueue(kind: str, *, by, title: str, args: dict | None = None, key: str | None = None) -> Job:
    """Write the job's row now and send it to a worker after the commit.

    `key` makes it happen once: while a job with that key exists, that one is returned.
    `args` is JSON with ids only, never personal data. Succeeds without the queue: the sweeper
    sends later. Raises KeyError for a kind without a handler.
    """
    registry.find(kind)
    job = Job(kind=kind, title=title[:120], args=args or {}, created_by=by, key=key)
    if key is None:
        job.save(force_insert=True)
    else:
        # One statement: of two beats at the same moment the second one finds the first one's row.
        Job.objects.bulk_create([job], ignore_conflicts=True)
        kept = Job.objects.get(key=key)
        if kept.pk != job.pk:
            return kept
        job = kept
    if by is not None:
        record(EventKind.JOB_QUEUED, by=by, obj=job, detail={"kind": kind, "title": job.title})
    transaction.on_commit(lambda: queue.send([job]), robust=True)
    return job


@transaction.atomic
def cancel(*, job: Job, by) -> bool:
    """Stop a job that is not finished; False if it finished first. Its file is not kept."""
    stopped = (
        Job.objects.unfinished()
        .filter(pk=job.pk)
        .update(state=State.CANCELLED, finished_at=Now(), message="已由提交人取消")
    )
    if stopped:
        record(EventKind.JOB_CANCELLED, by=by, obj=job, detail={"kind": job.kind})
    return bool(stopped)
