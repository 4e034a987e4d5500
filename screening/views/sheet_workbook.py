"""The monthly sheet as a workbook: taken away, brought back, compared, applied or not."""

import json
import tempfile
from pathlib import Path

from django.db import transaction
from django.http import FileResponse, HttpResponseBadRequest
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.access import require
from accounts.permissions import Permission
from audit.events import EventKind
from audit.record import record
from jobs.workbooks.refusals import FileRefused
from screening.sheet import actions, forms, presenters, preview, rows, workbook
from screening.sheet.actions import Status
from screening.sheet.refusals import SheetRefused
from screening.views.sheet import own_village, round_or_404

SHOWN_LINES = 300


@require(Permission.CASE_SCREEN)
@never_cache
@require_safe
def sheet_workbook(request):
    """The month's sheet of one village, pre-filled; on record."""
    village, _ = own_village(request)
    round = round_or_404(village)
    found = rows.of_village(round, village.pk)
    out = tempfile.TemporaryFile()  # noqa: SIM115 (the response closes it)
    workbook.write(round=round, village=village, rows=found, out=out)
    detail = {"month": f"{round.month:%Y-%m}", "households": len(found)}
    with transaction.atomic():
        record(EventKind.SHEET_EXPORTED, by=request.user, area=village.pk, detail=detail)
    out.seek(0)
    name = f"{village.short_name}{round.month:%Y-%m}排查表.xlsx"
    return FileResponse(out, as_attachment=True, filename=name)


@require(Permission.CASE_SCREEN)
@never_cache
def sheet_upload(request):
    """A workbook comes back: what it would change, cell by cell. Nothing is written here."""
    village, _ = own_village(request)
    round = round_or_404(village)
    form = forms.WorkbookForm(request.POST or None, request.FILES or None)
    context = {"village": village, "round": round, "form": form}
    if request.method == "POST" and form.is_valid():
        try:
            returned = _read(form.cleaned_data["file"], round, village)
        except FileRefused as refused:
            form.add_error("file", refused.reason_zh)
        else:
            context |= _compared(returned, rows.of_village(round, village.pk))
    return render(request, "screening/sheet_upload.html", context)


@require(Permission.CASE_SCREEN)
@require_POST
def sheet_apply(request):
    """Write what the person has seen and confirmed; what was not taken is told line by line."""
    village, _ = own_village(request)
    round = round_or_404(village)
    try:
        sent = json.loads(request.POST.get("changes", "[]"))
        sent += [json.loads(one) for one in request.POST.getlist("change")]
        changes = forms.changes_of_json(sent)
        wrong = [str(line) for line in json.loads(request.POST.get("wrong", "[]"))]
    except (ValueError, KeyError, TypeError):
        return HttpResponseBadRequest("内容不完整，请重新上传排查表")
    context = {"village": village, "round": round, "wrong": wrong[:SHOWN_LINES]}
    try:
        outcome = actions.save_cells(round=round, changes=changes, by=request.user)
    except SheetRefused as refused:
        return render(request, "screening/sheet_applied.html", context | {"refused": str(refused)})
    good = [r for r in outcome.results if r.status in (Status.SAVED, Status.DRAFT)]
    context |= {
        "done": len(good),
        "waiting": sum(1 for r in good if r.status is Status.DRAFT),
        "wrong": [
            presenters.told(result, outcome.rows.get(result.change.household_id))
            for result in outcome.results
            if result not in good
        ] + context["wrong"],
    }  # fmt: skip
    return render(request, "screening/sheet_applied.html", context)


def _read(upload, round, village) -> workbook.Returned:
    if upload.size > workbook.LIMITS.file_bytes:
        raise FileRefused("文件超过 5 MB，请核对是不是本系统下载的排查表")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "upload"
        with path.open("wb") as kept:
            for chunk in upload.chunks():
                kept.write(chunk)
        return workbook.read(str(path), upload.name, round=round, village=village)


def _compared(returned: workbook.Returned, found) -> dict:
    """Three lists: what can go in, what somebody else has changed, what is wrong."""
    differences = preview.compare(found, returned.wanted, returned.seen)
    good = [d for d in differences if not d.error and not d.is_conflict]
    conflicts = [d for d in differences if d.is_conflict]
    known = {row.household.pk for row in found}
    wrong = returned.wrong + [
        f"第 {line} 行：这户已不在本村本月的排查表里，没有读取"
        for pk, line in returned.lines.items()
        if pk not in known
    ]
    wrong += [
        f"第 {returned.lines[d.household_id]} 行 {d.row.household.head_name}户，"
        f"{d.label}“{d.new}”：{d.error}"
        for d in differences
        if d.error
    ]
    return {
        "is_compared": True,
        "good": good,
        "good_json": json.dumps([presenters.change_json(d) for d in good]),
        "conflicts": [(d, json.dumps(presenters.change_json(d))) for d in conflicts],
        "wrong": wrong,
        "wrong_json": json.dumps(wrong[:SHOWN_LINES], ensure_ascii=False),
        "read": len(returned.lines),
    }
