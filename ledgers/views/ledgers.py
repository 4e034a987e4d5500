"""Ledgers and archives: shown, and given away as files."""

import tempfile
from itertools import islice
from pathlib import Path

from django.contrib import messages
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from accounts import access
from accounts.access import require
from accounts.permissions import Permission
from jobs.actions import enqueue
from ledgers import exporting, exports, meeting_papers, papers, pdf, sheets
from ledgers.forms import FiltersForm
from ledgers.limits import limited
from ledgers.models import MonthlyExport
from ledgers.views.files import as_file
from workflow.models import Meeting

PAGE_BLOCKS = 50
DEEPEST_PAGE = 10_000
READERS = (Permission.LEDGER_EXPORT, Permission.LEADFILE_UPLOAD)


@require(*READERS)
def ledger_list(request):
    """Every ledger of a month and area, and what was kept when the month ended."""
    form = _form(request)
    can_archive = access.holds(request.user, Permission.LEDGER_EXPORT)
    context = {"form": form, "can_archive": can_archive}
    if form.is_valid():
        filters = form.filters()
        context |= {
            "filters": filters,
            "query": _query(filters),
            "ledgers": [
                (ledger, exports.forms_of(ledger))
                for ledger in sheets.every()
                if ledger.is_of(filters.area) and _may_see(ledger, request.user)
            ],
            "kept": MonthlyExport.objects.visible_to(request.user).filter(
                month=filters.month, area=filters.area
            ),
        }
    return render(request, "ledgers/ledger_list.html", context)


@require(*READERS)
def ledger_show(request, key):
    """A ledger as a table, ID numbers masked, fifty households a page."""
    ledger, form = _ledger(request, key), _form(request)
    context = {"form": form, "ledger": ledger, "forms": exports.forms_of(ledger)}
    if form.is_valid():
        filters, page = form.filters(), _page(request)
        start = (page - 1) * PAGE_BLOCKS
        found = list(islice(ledger.blocks(filters, request.user), start, start + PAGE_BLOCKS + 1))
        context |= {
            "filters": filters,
            "query": _query(filters),
            "title": ledger.title(filters),
            "columns": ledger.signed_columns,
            "blocks": pdf.body_rows(ledger, found[:PAGE_BLOCKS], is_masked=True),
            "page": page,
            "has_next": len(found) > PAGE_BLOCKS,
        }
    return render(request, "ledgers/ledger_show.html", context)


@require(*READERS)
@require_POST
@limited
def ledger_export(request, key):
    """A ledger as a file: at once when it is short, as a job when it is long."""
    ledger, asked = _ledger(request, key), _form(request)
    form = exports.FORMS.get(request.POST.get("form", ""))
    if form not in exports.forms_of(ledger) or not asked.is_valid():
        raise Http404("没有这种台账样式")
    filters = asked.filters()
    blocks, is_short = exports.beginning(ledger, filters, request.user, form)
    name = exports.file_name(ledger, filters, form)
    if not is_short:
        job = enqueue(
            "ledgers.export_ledger",
            by=request.user,
            title=f"导出 {name}",
            args=exporting.as_args(filters, ledger=ledger.key, form=form.key),
        )
        return redirect("job_detail", pk=job.pk)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "ledger"
        try:
            lines = exports.write(ledger, filters, blocks, form, path)
        except pdf.FontMissing as missing:
            messages.error(request, str(missing))
            return redirect(f"{request.path.removesuffix('export/')}?{_query(filters)}")
        exports.record_export(ledger, filters, form, lines, by=request.user)
        return as_file(path.read_bytes(), name, form.content_type)


@require(Permission.LEDGER_EXPORT)
def monthly_export_file(request, pk):
    """A ledger kept when its month ended, byte for byte."""
    kept = get_object_or_404(
        MonthlyExport.objects.visible_to(request.user).select_related("area__parent"), pk=pk
    )
    form, ledger = exports.FORMS[kept.form], sheets.find(kept.ledger)
    filters = sheets.Filters(kept.month, kept.area)
    try:
        stored = kept.file.open("rb")
    except FileNotFoundError:
        raise Http404("文件已不在服务器上") from None
    exports.record_export(ledger, filters, form, kept.line_count, by=request.user)
    return FileResponse(
        stored, as_attachment=True, filename=kept.name, content_type=form.content_type
    )


@require(Permission.LEDGER_EXPORT)
@require_POST
@limited
def meeting_paper(request, pk, paper):
    """A paper of a meeting as PDF: sign-in sheet, minutes, public notice."""
    found = Meeting.objects.visible_to(request.user).select_related("area", "round")
    meeting, asked = get_object_or_404(found, pk=pk), meeting_papers.PAPERS.get(paper)
    if asked is None or not exports.may_export(request.user, meeting.area_id):
        raise Http404("没有这份会议材料")
    try:
        content = meeting_papers.pdf_of(meeting, asked)
    except pdf.FontMissing as missing:
        messages.error(request, str(missing))
        return redirect("meeting_detail", pk=pk)
    if content is None:
        raise Http404("没有这份会议材料")
    meeting_papers.record_export(meeting, asked, by=request.user)
    return as_file(content, f"{meeting.area.short_name}{meeting}{asked.name}.pdf")


@require(Permission.LEDGER_EXPORT)
@limited
def archive_new(request):
    """The papers of a month and area: which are there, which are missing; packed as a job."""
    form = _form(request)
    context = {"form": form}
    if form.is_valid():
        filters = form.filters()
        if request.method == "POST":
            return redirect("job_detail", pk=_ordered(request, filters).pk)
        items = papers.checklist(filters, request.user)
        context |= {
            "filters": filters,
            "query": _query(filters),
            "items": items,
            "completeness": papers.completeness_of(items),
            "missing_count": sum(len(item.missing) for item in items),
        }
    return render(request, "ledgers/archive_new.html", context)


def _ordered(request, filters):
    """The job that packs the archive, or the area's booklets or cards when those were asked for."""
    what, title = exporting.PACKED.get(request.POST.get("what"), exporting.PACKED["archive"])
    return enqueue(
        what,
        by=request.user,
        title=f"{sheets.full_name(filters.area)}{filters.month:%Y年%m月}{title}",
        args=exporting.as_args(filters),
    )


def _ledger(request, key):
    try:
        ledger = sheets.find(key)
    except KeyError:
        raise Http404("没有这种台账") from None
    if not _may_see(ledger, request.user):
        raise Http404("没有这种台账")
    return ledger


def _may_see(ledger, user) -> bool:
    """A department sees its own papers only 六（二）."""
    return ledger.is_departmental or access.holds(user, Permission.LEDGER_EXPORT)


def _form(request) -> FiltersForm:
    """The filters asked for; an area outside the viewer's own does not exist."""
    form = FiltersForm(request.POST or request.GET, user=request.user)
    if form.is_foreign:
        raise Http404("没有这个区划")
    return form


def _query(filters) -> str:
    return f"month={filters.month:%Y-%m}&area={filters.area.pk}"


def _page(request) -> int:
    asked = request.GET.get("page", "1")
    return min(max(int(asked), 1), DEEPEST_PAGE) if asked.isdecimal() and len(asked) < 7 else 1
