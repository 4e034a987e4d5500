"""What supervision does by the clock."""

from jobs.registry import handler
from jobs.schedule import scheduled
from supervision import reminding


@scheduled("supervision.remind", title="期限提醒", period="day", minute="30", hour="7")
@handler("supervision.remind", queue="periodic")
def remind(job):
    reminding.remind(job)
