"""后台任务: one's own jobs, their live progress and their files."""

import mimetypes

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from accounts import access
from accounts.access import signed_in
from accounts.permissions import Permission
from audit.events import EventKind
from audit.record import record
from jobs import actions
from jobs.models import Job, State

PAGE_SIZE = 30
TONES = {
    State.QUEUED: "plain",
    State.RUNNING: "info",
    State.DONE: "good",
    State.FAILED: "late",
    State.CANCELLED: "plain",
}


def _visible(user):
    """Schedule managers see that every job exists and how it went, but open only their own."""
    return Job.objects.visible_to(user, is_manager=access.may(user, Permission.SCHEDULE_MANAGE))


@signed_in
def job_list(request):
    found = _visible(request.user).select_related("created_by")
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    for job in page:
        job.tone = TONES[job.state]
        job.is_mine = job.created_by_id == request.user.pk
    return render(request, "portal/job_list.html", {"page_obj": page})


@signed_in
def job_detail(request, pk):
    job = get_object_or_404(_visible(request.user).select_related("created_by"), pk=pk)
    return render(request, "portal/job_detail.html", _context(request, job))


@signed_in
def job_progress(request, pk):
    """The fragment that the page asks for every two seconds while the job runs."""
    job = get_object_or_404(_visible(request.user), pk=pk)
    response = render(request, "components/progress.html", _context(request, job))
    if job.is_finished:
        response["HX-Refresh"] = "true"  # the result and the file appear with the whole page
    return response


def _context(request, job) -> dict:
    is_mine = job.created_by_id == request.user.pk
    # A manager who is not the owner sees titles only: results may name people.
    summary = [(k, v) for k, v in job.result.items() if not isinstance(v, dict | list)]
    return {
        "job": job,
        "job_tone": TONES[job.state],
        "is_mine": is_mine,
        "summary": [(RESULT_WORDS.get(k, k), v) for k, v in summary] if is_mine else [],
    }


# The keys of the one-line JSON summaries, in words.
RESULT_WORDS = {
    "rows": "行数",
    "created": "新增",
    "updated": "修改",
    "unchanged": "没有变化",
    "rejected": "未导入",
    "households": "户数",
    "ok": "是线索",
    "below_threshold": "未达标准",
    "matched": "已对上",
    "doubtful": "待认定",
    "unmatched": "未对上",
    "files": "文件数",
    "printed": "重新打印",
    "completeness": "完整度（%）",
    "refused": "没有取到",
    "rounds": "月份",
    "villages": "村数",
    "sent": "已发送",
    "seconds": "用时（秒）",
    "leads": "线索数",
    "removed": "减少",
    "reminders": "提醒人数",
}


@signed_in
@transaction.atomic
def job_file(request, pk):
    """The file a job made, for the person who asked for it only; each download is on record."""
    job = get_object_or_404(Job.objects.visible_to(request.user), pk=pk)
    if not job.file or job.state != State.DONE:
        raise Http404("这个任务没有文件")
    record(EventKind.JOB_FILE_DOWNLOADED, by=request.user, obj=job, detail={"title": job.title})
    name = job.file_name or job.title
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    try:
        opened = job.file.open("rb")
    except FileNotFoundError:
        raise Http404("文件已过保存期，请重新生成") from None
    return FileResponse(opened, as_attachment=True, filename=name, content_type=kind)


@signed_in
@require_POST
def job_cancel(request, pk):
    job = get_object_or_404(Job.objects.visible_to(request.user), pk=pk)
    if actions.cancel(job=job, by=request.user):
        messages.success(request, f"已取消：{job.title}")
    else:
        messages.info(request, "这个任务已经结束，不用取消")
    return redirect("job_detail", pk=pk)
