"""Ringing the bell: telling a worker that a job's row is waiting. May fail without harm."""

import logging
from collections.abc import Iterable

from celery import current_app
from django.db.models.functions import Now
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from jobs import registry
from jobs.models import Job, State

logger = logging.getLogger(__name__)

TASK = "jobs.run"
GRACE_SECONDS = 60  # between asking a run to stop and killing it
# The web request waits no longer than this for a queue that does not answer.
PATIENCE = {"socket_timeout": 2, "socket_connect_timeout": 2, "max_retries": 0}


def send(jobs: Iterable[Job]) -> int:
    """Send each job's number; returns how many arrived. The sweeper sends the rest later."""
    jobs = list(jobs)
    arrived = []
    try:
        with current_app.connection_for_write(transport_options=PATIENCE) as connection:
            for job in jobs:
                _send_one(job, connection)
                arrived.append(job.pk)
    except (OperationalError, RedisError, OSError) as error:
        logger.warning("queue not reachable, %d jobs wait: %s", len(jobs) - len(arrived), error)
    Job.objects.filter(pk__in=arrived, state=State.QUEUED).update(sent_at=Now())
    return len(arrived)


def _send_one(job: Job, connection) -> None:
    handler = registry.find(job.kind)
    current_app.tasks[TASK].apply_async(
        args=[str(job.pk)],
        queue=handler.queue,
        connection=connection,
        retry=False,
        soft_time_limit=handler.seconds,
        time_limit=handler.seconds + GRACE_SECONDS,
    )
