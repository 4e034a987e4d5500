"""Celery's entry points: a number comes in, one call goes out."""

from celery import shared_task

from jobs import running, scheduling, sweeping


@shared_task(name="jobs.run", bind=True)
def run(self, job_id):
    running.run(job_id, is_watched=not self.request.is_eager)


@shared_task(name="jobs.sweep")
def sweep():
    sweeping.sweep()


@shared_task(name="jobs.start_scheduled")
def start_scheduled(kind):
    scheduling.start(kind)
