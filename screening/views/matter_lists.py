"""Lists of a department's matters: made for all monitored households, taken away, brought back."""

import tempfile
from pathlib import Path

from django.contrib import messages
from django.db import transaction
from django.http import FileResponse, Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from accounts.access import require
from accounts.permissions import Permission
from audit.events import EventKind
from audit.record import record
from jobs.workbooks.refusals import FileRefused
from screening import actions
from screening.duties import desks, kinds, workbook
from screening.duties.forms import MatterWorkbookForm
from screening.duties.kinds import DEPARTMENT, LIST
from screening.models import LeadKind, Matter
from screening.refusals import LeadRefused

MAKERS = (Permission.LEADFILE_UPLOAD, Permission.LEAD_SETTLE)
SHOWN_ERRORS = 50


def list_url(kind) -> str:
    return f"{reverse('matter_list')}?kind={kind.key}"


@require_POST
@require(*MAKERS)
def matter_list_make(request, kind):
    """One matter for every household on the register of the county."""
    kind = _listable(request.user, kind)
    try:
        made = actions.make_list(kind=kind, county=desks.county_of(request.user), by=request.user)
    except LeadRefused as refused:
        messages.error(request, str(refused))
    else:
        words = f"新增 {made} 户" if made else "没有新增的户"
        messages.success(request, f"{kind.label}清单已更新，{words}。")
    return redirect(list_url(kind))


@require_POST
@require(*MAKERS)
def matter_list_export(request, kind):
    """The list with whole ID numbers, for the department to compare; on record with its purpose."""
    kind = _listable(request.user, kind)
    matters = Matter.objects.visible_to(request.user).filter(kind=kind.key, is_listed=True)
    matters = matters.open().select_related("household", "village__parent")
    out = tempfile.TemporaryFile()  # noqa: SIM115 (the response closes it)
    count = workbook.write_list(kind, matters.order_by("village_id", "household_id"), out)
    with transaction.atomic():
        record(
            EventKind.MATTER_LIST_EXPORTED, by=request.user, area=desks.county_of(request.user),
            detail={"kind": kind.key, "households": count, "purpose": f"{kind.label}，{kind.clause}"},
        )  # fmt: skip
    out.seek(0)
    return FileResponse(out, as_attachment=True, filename=f"{kind.label}清单.xlsx")


@require(Permission.LEADFILE_UPLOAD)
def matter_upload(request, kind):
    """A filled list, or a workbook of the department's own records; bad rows are told by number."""
    kind = kinds.KINDS.get(kind)
    may = kind is not None and kind.department in desks.desks(request.user)
    if not may or kind.raised_by not in (LIST, DEPARTMENT):
        raise Http404("没有这种事项，或不由您办理")
    if kind.has_area:  # it comes as a list, so that its rows are answered
        asked = LeadKind.objects.filter(department=kind.department, key=kind.key).first()
        return redirect(f"{reverse('lead_file_new')}?kind={asked.pk if asked else ''}")
    form, wrong = MatterWorkbookForm(request.POST or None, request.FILES or None), []
    if request.method == "POST" and form.is_valid():
        try:
            done, wrong = _read(request, kind, form.cleaned_data["file"])
        except FileRefused as refused:
            form.add_error("file", refused.reason_zh)
        except LeadRefused as refused:
            form.add_error("file", str(refused))
        else:
            (messages.success if done else messages.warning)(request, f"已办理 {done} 行。")
            if not wrong:
                return redirect(list_url(kind))
    context = {
        "kind": kind, "form": form, "wrong": wrong[:SHOWN_ERRORS], "wrong_count": len(wrong),
        "is_list": kind.raised_by == LIST,
        "columns": [] if kind.raised_by == LIST else [c.label for c in workbook.columns_of(kind)],
    }  # fmt: skip
    return render(request, "screening/matter_upload.html", context)


def _read(request, kind, upload) -> tuple[int, list[str]]:
    if upload.size > workbook.LIMITS.file_bytes:
        raise FileRefused("文件超过 5 MB，请拆成几个文件后分别上传")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "upload"
        with path.open("wb") as kept:
            for chunk in upload.chunks():
                kept.write(chunk)
        if kind.raised_by == LIST:
            answers, wrong = workbook.read_answers(kind, str(path), upload.name)
            return _answer(request, kind, answers, wrong)
        rows, wrong = workbook.read_records(kind, str(path), upload.name)
    pairs = [(row["facts"], row["happened_on"]) for row in rows]
    return actions.raise_many(kind=kind, rows=pairs, by=request.user), wrong


def _answer(request, kind, answers, wrong):
    found = Matter.objects.visible_to(request.user).filter(kind=kind.key, pk__in=answers)
    matters = list(found.select_related("household", "department"))
    missing = len(answers) - len(matters)
    if missing:
        wrong = [*wrong, f"有 {missing} 个事项编号不在本部门清单里，请用本系统导出的表填写"]
    # What came back before and is closed is no error: the same workbook again changes nothing.
    is_open = [matter for matter in matters if matter.holder]
    refused = actions.take_steps(matters=is_open, by=request.user, answers=answers)
    wrong += [f"{matter.household.head_name}户：{why}" for matter, why in refused]
    return len(is_open) - len(refused), wrong


def _listable(user, key):
    kind = next((k for k in desks.listable(user) if k.key == key), None)
    if kind is None:
        raise Http404("没有这种清单，或不由您办理")
    return kind
