"""Celery's entry points: a number comes in, one call goes out."""

from celery import shared_task

from audit import chain
from jobs import cleaning, running, scheduling, sweeping
from jobs.registry import handler
from jobs.schedule import scheduled


@shared_task(name="jobs.run", bind=True)
def run(self, job_id):
    running.run(job_id, is_watched=not self.request.is_eager)


@shared_task(name="jobs.sweep")
def sweep():
    sweeping.sweep()


@shared_task(name="jobs.start_scheduled")
def start_scheduled(kind):
    scheduling.start(kind)


# The audit app lies below the jobs, so its hourly seal is declared here.
@scheduled("audit.seal", title="审计日志封存", period="hour", minute="5")
@handler("audit.seal", queue="periodic")
def seal_audit(job):
    job.result = {"sealed": chain.seal()}


@scheduled("jobs.clean", title="清理过期任务文件", period="day", hour="3", minute="20")
@handler("jobs.clean", queue="periodic")
def clean(job):
    job.result = cleaning.clean()
