"""Background work on leads."""

import tempfile
from datetime import date

from accounts.models import Department
from areas.models import Area
from audit import clock
from jobs.registry import JobRefused, handler
from jobs.schedule import scheduled
from screening import actions, checking, monitoring, returning
from screening.models import LeadFile, LeadRow, Source
from screening.pulling import PlaceRefused, Protocol, open_place
from workflow import months

AGAIN_AT_MOST = 20_000
PULL_SECONDS = 3000  # sixteen places that hang, one after the other


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


@handler("screening.return_lead_file", queue="export")
def return_lead_file(job):
    """A long workbook back to its department."""
    file = LeadFile.objects.select_related("kind").get(pk=job.args["lead_file"])
    only_bad = job.args["only_bad"]
    job.progress(0, file.figures["rows"], "正在写入结果")
    with tempfile.TemporaryDirectory() as folder:
        path = f"{folder}/a.xlsx"
        rows = returning.write(file, path, only_bad=only_bad)
        job.save_file(path, returning.name_of(file, only_bad=only_bad))
    job.result = {"rows": rows}


@handler("screening.pull_now", queue="import", seconds=PULL_SECONDS)
def pull_now(job):
    """Somebody does not want to wait for tomorrow morning."""
    county = Area.objects.get(pk=job.args["county"])
    departments = Department.objects.filter(pk__in=job.args["departments"])
    pulled = []
    for department in departments.order_by("order"):
        job.progress(0, 0, f"正在取{department.name}的名单")
        pulled += actions.pull_leads(
            month=date.fromisoformat(job.args["month"]), by=job.by, department=department,
            county=county,
        )  # fmt: skip
    taken = sum(found.lead_file is not None for found in pulled)
    job.result = {"files": taken, "refused": len(pulled) - taken}
    told = "；".join(found.message for found in pulled if found.message)
    job.progress(1, 1, f"取到 {taken} 份新名单" + (f"；{told}" if told else ""))


@handler("screening.try_source", queue="interactive", seconds=PULL_SECONDS)
def try_source(job):
    """The administrator looks whether a place answers; nothing is taken."""
    source = Source.objects.select_related("department").get(pk=job.args["source"])
    job.progress(0, 1, "正在连接")
    month = months.first_day(clock.today())
    try:
        with open_place(source.place) as opened:
            names = opened.names(month)
            if names and source.protocol == Protocol.WEB:
                opened.fetch(names[0])
    except PlaceRefused as refused:
        raise JobRefused(str(refused)) from refused
    told = "、".join(names[:5]) + ("等" if len(names) > 5 else "")
    job.result = {"files": len(names)}
    job.progress(
        1, 1, f"能连上，本月有 {len(names)} 个文件：{told}" if names else "能连上，还没有本月的文件"
    )


@scheduled("screening.pull_leads", title="接收部门名单", period="day", hour="6", minute="30")
@handler("screening.pull_leads", queue="periodic", seconds=PULL_SECONDS)
def pull_leads(job):
    """Fetch what departments have put into their folders for this month, every morning 五（一）三."""
    month = date.fromisoformat(f"{job.args['period'][:7]}-01")
    pulled = actions.pull_leads(month=month, progress=job.progress)
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
