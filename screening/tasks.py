"""Background work on leads."""

from datetime import date

from jobs.registry import JobRefused, handler
from jobs.schedule import scheduled
from screening import actions, checking, monitoring
from screening.models import LeadFile, LeadRow

AGAIN_AT_MOST = 20_000


@handler("screening.check_lead_file", queue="import")
def check_lead_file(job):
    """Read, match and judge a department's file."""
    file = LeadFile.objects.get(pk=job.args["lead_file"])
    file = checking.check(file, progress=job.progress)
    if file.state == LeadFile.State.REFUSED:
        raise JobRefused(file.message)
    job.result = checking.summary_line(file)


@handler("screening.dispatch_lead_file", queue="import")
def dispatch_lead_file(job):
    """A large file goes out to the villages in the name of the person who asked."""
    file = LeadFile.objects.get(pk=job.args["lead_file"])
    job.progress(0, 1, "正在下发到村")
    try:
        file = actions.dispatch_leads(file=file, by=job.by)
    except actions.LeadRefused as refused:
        raise JobRefused(str(refused)) from refused
    job.progress(1, 1, "已下发")
    job.result = checking.summary_line(file)


@scheduled("screening.pull_leads", title="接收部门名单", period="day", hour="6", minute="30")
@handler("screening.pull_leads", queue="periodic")
def pull_leads(job):
    """Fetch what departments have put into their folders for this month, every morning 五（一）三."""
    pulled = actions.pull_leads(month=date.fromisoformat(f"{job.args['period'][:7]}-01"))
    job.result = {"files": sum(found.lead_file is not None for found in pulled)}


@scheduled(
    "screening.monitor_incomes", title="系统监测收入和支出", period="month", day_of_month="2",
    hour="1", minute="30",
)  # fmt: skip
@handler("screening.monitor_incomes", queue="periodic")
def monitor_incomes(job):
    """附件1-12: the system's own leads of the month."""
    job.result = monitoring.monitor(job.args["period"], job.progress)


@scheduled("screening.rematch", title="重新比对未对上的线索", period="day", hour="5", minute="30")
@handler("screening.rematch", queue="periodic")
def rematch(job):
    """Rows that nobody was found for look again, since the register is corrected daily."""
    rows = LeadRow.objects.leads().filter(household=None, settled_at=None, lead=None)
    job.result = {"matched": actions.rematch(rows=rows.order_by("-pk")[:AGAIN_AT_MOST])}
