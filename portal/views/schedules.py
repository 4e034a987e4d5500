"""定时任务: what runs by the clock; when, on, off, now."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST
from django_celery_beat.models import PeriodicTask

from accounts.access import require
from accounts.permissions import Permission
from jobs.models import Job
from jobs.scheduling import START
from portal import actions
from portal.forms import ScheduleTimeForm


def _entries():
    return PeriodicTask.objects.filter(task=START).select_related("crontab").order_by("description")


@require(Permission.SCHEDULE_MANAGE)
def schedule_list(request):
    entries = list(_entries())
    jobs = Job.objects.visible_to(request.user, is_manager=True)
    last = {job.kind: job for job in jobs.latest_of([entry.name for entry in entries])}
    for entry in entries:
        entry.when, entry.last = _in_words(entry.crontab), last.get(entry.name)
    return render(request, "portal/schedule_list.html", {"entries": entries})


def _in_words(crontab) -> str:
    """每月 1 日 06:30; what is not hourly, daily or monthly is shown in its cron fields."""
    minute, hour, day = crontab.minute, crontab.hour, crontab.day_of_month
    if _is_hourly(crontab):
        return f"每小时第 {minute} 分"
    time = _time(crontab)
    if not time:
        return f"{minute} {hour} {day} {crontab.month_of_year} {crontab.day_of_week}"
    if day == "*":
        return f"每天 {time}"
    return f"每月 {day} 日 {time}"


def _is_hourly(crontab) -> bool:
    return crontab.minute.isdigit() and crontab.hour == crontab.day_of_month == "*"


def _time(crontab) -> str:
    """06:30, empty when it runs at no single time of day."""
    if not (crontab.minute.isdigit() and crontab.hour.isdigit()):
        return ""
    return f"{int(crontab.hour):02d}:{int(crontab.minute):02d}"


@require(Permission.SCHEDULE_MANAGE)
@require_POST
def schedule_switch(request, pk):
    entry = get_object_or_404(_entries(), pk=pk)
    actions.switch_schedule(entry=entry, is_enabled=request.POST.get("on") == "1", by=request.user)
    messages.success(request, f"已{'启用' if entry.enabled else '停用'}：{entry.description}")
    return redirect("schedule_list")


@require(Permission.SCHEDULE_MANAGE)
def schedule_time(request, pk):
    entry = get_object_or_404(_entries(), pk=pk)
    start = {"at": _time(entry.crontab), "minute": entry.crontab.minute}
    form = ScheduleTimeForm(
        request.POST or None, initial=start, is_hourly=_is_hourly(entry.crontab)
    )
    if request.method == "POST" and form.is_valid():
        actions.move_schedule(entry=entry, by=request.user, **form.time())
        messages.success(request, f"{entry.description}改为{_in_words(entry.crontab)}执行")
        return redirect("schedule_list")
    context = {"form": form, "entry": entry, "when": _in_words(entry.crontab)}
    return render(request, "portal/schedule_time.html", context)


@require(Permission.SCHEDULE_MANAGE)
@require_POST
def schedule_run(request, pk):
    entry = get_object_or_404(_entries(), pk=pk)
    job = actions.run_schedule_now(entry=entry, by=request.user)
    messages.success(request, f"已交给后台执行：{entry.description}")
    return redirect("job_detail", pk=job.pk)
