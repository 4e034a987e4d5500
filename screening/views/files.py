"""部门名单: sent in, followed live, looked through row by row, dispatched, given back."""

import tempfile

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts import access
from accounts.access import require
from accounts.permissions import Permission
from audit import clock
from audit.events import EventKind
from audit.record import record
from households.forms.as_written import plain_words
from screening import actions, naming, presenters, returning
from screening.actions.files import OPEN_TO_SENDER, county_named
from screening.forms import LeadFileFilterForm, LeadFileForm, NamingForm
from screening.models import LeadFile, LeadKind, LeadRow
from screening.refusals import LeadRefused
from workflow import months

PAGE_ROWS = 50
AT_ONCE = 1000  # more leads than this are dispatched by a worker
WRITTEN_AT_ONCE = 2000  # a longer workbook is written by a worker
READERS = (Permission.LEADFILE_UPLOAD, Permission.LEAD_SETTLE, Permission.SUPERVISION_VIEW)
State = LeadFile.State
SHOWN = {
    "bad": ("有误", LeadRow.objects.filter(verdict=LeadRow.Verdict.BAD)),
    "ok": ("是线索", LeadRow.objects.leads()),
    "below": ("未达标准", LeadRow.objects.filter(verdict=LeadRow.Verdict.BELOW)),
    "doubtful": ("待认定", LeadRow.objects.doubtful()),
    "unmatched": ("未对上", LeadRow.objects.unclaimed()),
}
OF_FILE = {"bad": "rejected", "ok": "ok", "below": "below_threshold", "doubtful": "doubtful",
           "unmatched": "unmatched"}  # fmt: skip


def find_file(request, pk) -> LeadFile:
    """The file, or 404 when it is not there for this viewer."""
    files = LeadFile.objects.visible_to(request.user)
    related = ("kind", "department", "county", "job", "received_by", "dispatched_by")
    return get_object_or_404(files.select_related(*related), pk=pk)


@require(*READERS)
def lead_file_list(request):
    """Every file the viewer may see, what waits for somebody marked."""
    form = LeadFileFilterForm(request.GET)
    files = LeadFile.objects.visible_to(request.user)
    if form.is_valid():
        data = form.cleaned_data
        files = files.filter(state=data["state"]) if data["state"] else files
        files = files.filter(month=data["month"]) if data["month"] else files
        if data["doubtful"]:
            files = files.filter(Exists(LeadRow.objects.doubtful().filter(file=OuterRef("pk"))))
    files = files.select_related("kind", "department", "received_by")
    page = Paginator(files, PAGE_ROWS).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page_obj": page,
        "rows": [{"file": file, "tone": presenters.FILE_TONES[file.state]} for file in page],
        "can_send": access.holds(request.user, Permission.LEADFILE_UPLOAD),
        "can_send_many": LeadKind.objects.several_for(request.user),
        "can_settle": access.holds(request.user, Permission.LEAD_SETTLE),
        "month": form.cleaned_data.get("month") if form.is_valid() else None,
    }
    return render(request, "screening/lead_file_list.html", context)


@require(Permission.LEADFILE_UPLOAD)
def lead_file_new(request):
    """Choose the list, drop the file."""
    kinds = LeadKind.objects.uploadable_by(request.user)
    initial = {"month": f"{clock.today():%Y-%m}", "kind": _only(kinds, request.GET.get("kind", ""))}
    form = LeadFileForm(request.POST or None, request.FILES or None, kinds=kinds, initial=initial)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        department = data["kind"].department
        try:
            counties = actions.counties_of(request.user, department)
            file = actions.receive_file(
                file=data["file"], department=department, kind=data["kind"], month=data["month"],
                county=county_named(counties[0] if counties else ""), by=request.user,
            )  # fmt: skip
        except actions.AlreadyReceived as known:
            messages.warning(request, str(known))
            return redirect("lead_file_detail", pk=known.lead_file.pk)
        except LeadRefused as refused:
            form.add_error("file", str(refused))
        else:
            return redirect("lead_file_detail", pk=file.pk)
    several = LeadKind.objects.several_for(request.user)
    return render(request, "screening/lead_file_new.html", {"form": form, "can_send_many": several})


@require(*READERS)
def lead_file_detail(request, pk):
    """How far the check is; then counts, rows, and what to do with the file."""
    file = find_file(request, pk)
    show = request.GET.get("show", "")
    rows = LeadRow.objects.visible_to(request.user).filter(file=file)
    if show in SHOWN:
        rows = rows.filter(pk__in=SHOWN[show][1].filter(file=file).values("pk"))
    rows = rows.select_related("lead", "household").prefetch_related("matters")
    rows = rows.order_by("sheet_row")
    page = Paginator(rows, PAGE_ROWS).get_page(request.GET.get("page"))
    can_settle = access.may(request.user, Permission.LEAD_SETTLE, area=file.county_id)
    can_send = file.county_id in actions.counties_of(request.user, file.department)
    context = {
        "file": file,
        "tone": presenters.FILE_TONES[file.state],
        "month": months.label(file.month),
        "is_busy": file.state == State.RECEIVED,
        "is_read": file.state in (State.CHECKED, State.HELD, State.DISPATCHED),
        "figures": _figures(file),
        "show": show,
        "show_label": SHOWN[show][0] if show in SHOWN else "",
        "page_obj": page,
        "rows": [_row(row, can_settle, can_send) for row in page],
        "waiting": LeadRow.objects.to_dispatch().filter(file=file).count() if can_settle else 0,
        "can_settle": can_settle,
        "sent": file.state == State.DISPATCHED
        and LeadRow.objects.filter(
            Q(lead__answer="") | Q(matters__closed_at=None, matters__isnull=False), file=file
        ).exists(),
        "can_discard": can_send and file.state in OPEN_TO_SENDER,
        "can_name": can_send and file.state in OPEN_TO_SENDER and "top" in (file.header or {}),
    }
    return render(request, "screening/lead_file_detail.html", context)


@require_POST
@require(Permission.LEAD_SETTLE)
def lead_file_dispatch(request, pk):
    """The matched leads become tasks of their villages."""
    file = find_file(request, pk)
    if LeadRow.objects.to_dispatch().filter(file=file).count() > AT_ONCE:
        job = actions.dispatch_later(file=file, by=request.user)
        return redirect("job_detail", pk=job.pk)
    try:
        file = actions.dispatch_leads(file=file, by=request.user)
    except LeadRefused as refused:
        messages.error(request, str(refused))
    else:
        unit = "个村" if file.kind.names_areas else "户"
        messages.success(request, f"已下发，涉及 {file.figures['households']} {unit}，由各村核实。")
    return redirect("lead_file_detail", pk=pk)


@require_POST
@require(Permission.LEAD_SETTLE)
def lead_file_confirm(request, pk):
    """A held file is the right one."""
    reason = plain_words(request.POST, "reason")
    return _do(request, pk, actions.confirm_file, "已确认，可以下发。", reason=reason)


@require_POST
@require(Permission.LEAD_SETTLE)
def lead_file_recall(request, pk):
    """Take back what nobody has begun with."""
    try:
        recalled = actions.recall_file(file=find_file(request, pk), by=request.user)
    except LeadRefused as refused:
        messages.error(request, str(refused))
    else:
        kept = f"；{recalled.kept} 条已经核实或办理，没有撤回" if recalled.kept else ""
        messages.success(request, f"已撤回 {recalled.leads} 条线索{kept}。")
    return redirect("lead_file_detail", pk=pk)


@require_POST
@require(Permission.LEADFILE_UPLOAD)
def lead_file_discard(request, pk):
    """A wrong file is given up."""
    return _do(request, pk, actions.discard_file, "已作废，可以重新上传。")


@require(Permission.LEADFILE_UPLOAD)
def lead_file_columns(request, pk):
    """The sheet's columns with some values each; the clerk picks ours for them, once for all."""
    file = find_file(request, pk)
    if file.county_id not in actions.counties_of(request.user, file.department):
        raise Http404
    if file.state not in OPEN_TO_SENDER or not file.header or "top" not in file.header:
        messages.error(request, f"这份文件现在是“{file.get_state_display()}”，不能指认列名。")
        return redirect("lead_file_detail", pk=pk)
    row = _header_row(request, file)
    columns = naming.offered(file, row)
    form = NamingForm(request.POST or None, kind=file.kind, columns=columns, initial={"row": row})
    if request.method == "POST" and form.is_valid():
        try:
            actions.name_columns(file=file, names=form.names(), by=request.user)
        except LeadRefused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, "已记住列名，正在重新核对。")
            return redirect("lead_file_detail", pk=pk)
    context = {"file": file, "form": form, "row": row, "header_rows": naming.header_rows(file)}
    return render(request, "screening/lead_file_columns.html", context)


def _header_row(request, file) -> int:
    """The header's row as chosen by the viewer, else as found."""
    asked = (request.POST or request.GET).get("row", "")
    if asked.isdecimal() and len(asked) < 3 and int(asked) < len(file.header["top"]):
        return int(asked)
    return file.header["row_index"]


@require_safe
@require(*READERS)
def lead_file_returned(request, pk):
    """The department's own workbook with result columns; `only=bad` just the rows to correct."""
    file = find_file(request, pk)
    only_bad = request.GET.get("only") == "bad"
    if not file.figures.get("rows"):
        raise Http404
    if file.figures["rows"] > WRITTEN_AT_ONCE:
        job = actions.return_later(file=file, only_bad=only_bad, by=request.user)
        return redirect("job_detail", pk=job.pk)
    with transaction.atomic():
        record(
            EventKind.LEAD_FILE_RETURNED,
            by=request.user,
            obj=file,
            area=file.county_id,
            detail={"only": "bad" if only_bad else "all"},
        )
    out = tempfile.TemporaryFile()  # noqa: SIM115 (the response closes it)
    returning.write(file, out, only_bad=only_bad)
    out.seek(0)
    name = returning.name_of(file, only_bad=only_bad)
    return FileResponse(out, as_attachment=True, filename=name)


def _do(request, pk, action, words, **more):
    file = find_file(request, pk)
    try:
        action(file=file, by=request.user, **more)
    except LeadRefused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, words)
    return redirect("lead_file_detail", pk=pk)


def _only(kinds, asked: str):
    """The kind asked for by the address, or the only one there is."""
    ids = list(kinds.values_list("pk", flat=True))
    if asked.isdecimal() and len(asked) < 19 and int(asked) in ids:
        return int(asked)
    return ids[0] if len(ids) == 1 else None


def _figures(file) -> list[dict]:
    words = [("", "全部", "rows"), *((key, SHOWN[key][0], name) for key, name in OF_FILE.items())]
    return [
        {"key": key, "label": label, "number": file.figures.get(name, 0)}
        for key, label, name in words
    ]


def _row(row, can_settle, can_send) -> dict:
    is_open = (
        row.verdict == LeadRow.Verdict.OK
        and row.match != LeadRow.Match.AREA
        and row.household_id is None
        and not row.settled_at
    )
    return {
        "row": row,
        "id_number": presenters.id_shown(row),
        "verdict_tone": presenters.VERDICT_TONES[row.verdict],
        "match": presenters.match_words(row),
        "match_tone": presenters.MATCH_TONES.get(row.match, "plain"),
        "answer": presenters.row_answer(row),
        "can_settle": can_settle and (is_open or bool(row.recalled_for)),
        "can_recall": can_settle and row.lead is not None and not row.lead.answer,
        "can_correct": can_send and row.verdict == LeadRow.Verdict.BAD,
    }
