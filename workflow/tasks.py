"""Background work of the month."""

from jobs.registry import handler
from jobs.schedule import scheduled
from workflow import opening


@scheduled(
    "workflow.open_month",
    title="开启月度监测",
    period="month",
    minute="5",
    hour="0",
    day_of_month="1",
)
@handler("workflow.open_month", queue="periodic")
def open_month(job):
    job.result = opening.open_month(job.args["period"], job.progress)
