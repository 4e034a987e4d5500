"""What this app does by the clock."""

from accounts import actions
from jobs.registry import handler
from jobs.schedule import scheduled


@scheduled("accounts.end_expired_posts", title="清理到期岗位", period="day", minute="10", hour="0")
@handler("accounts.end_expired_posts", queue="periodic")
def end_expired_posts(job):
    job.result = {"ended": actions.end_expired_posts()}
