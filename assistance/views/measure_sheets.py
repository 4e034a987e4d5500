"""A department's work list as a workbook: download, upload, look, confirm."""

import io

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Count
from django.http import FileResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from accounts import access
from accounts.access import require
from accounts.models import Department
from accounts.permissions import Permission
from assistance import actions, measure_sheets
from assistance.forms import MeasureSheetForm
from assistance.models import Measure, MeasureSheet, MeasureSheetRow
from assistance.refusals import AssistanceRefused
from audit import clock
from audit.events import EventKind
from audit.record import record

PAGE_SIZE = 50
TONES = {"received": "info", "checked": "wait", "applied": "good", "refused": "late"}


def _departments(user):
    return Department.objects.filter(pk__in=access.departments(user, Permission.LEADFILE_UPLOAD))


@require(Permission.LEADFILE_UPLOAD)
def measure_sheet_list(request):
    """The way out and in, and what came in so far."""
    departments = _departments(request.user)
    form = MeasureSheetForm(request.POST or None, request.FILES or None, departments=departments)
    if request.method == "POST" and form.is_valid():
        try:
            sheet = actions.receive_measure_sheet(by=request.user, **form.cleaned_data)
        except AssistanceRefused as refused:
            form.add_error("file", str(refused))
        else:
            return redirect("measure_sheet_detail", pk=sheet.pk)
    sheets = MeasureSheet.objects.visible_to(request.user).select_related("received_by")[:20]
    context = {
        "form": form,
        "sheets": [(sheet, TONES.get(sheet.state, "plain")) for sheet in sheets],
        "unfinished": Measure.objects.tasks_of(request.user).unfinished().count(),
    }
    return render(request, "assistance/measure_sheet_list.html", context)


@require_POST
@require(Permission.LEADFILE_UPLOAD)
def measure_sheet_download(request):
    """The unfinished measures of the viewer's department, ready to be filled in."""
    measures = (
        Measure.objects.tasks_of(request.user)
        .unfinished()
        .select_related("case__household", "case__village__parent", "person")
        .order_by("case__village_id", "due_on", "pk")
    )
    out = io.BytesIO()
    count = measure_sheets.write_list(measures.iterator(chunk_size=2000), out)
    with transaction.atomic():
        record(
            EventKind.MEASURE_SHEET_EXPORTED,
            by=request.user,
            detail={"rows": count},
        )
    out.seek(0)
    name = f"措施进展表_{clock.today():%Y%m%d}.xlsx"
    return FileResponse(out, as_attachment=True, filename=name)


def _sheet(request, pk):
    sheets = MeasureSheet.objects.visible_to(request.user)
    return get_object_or_404(sheets.select_related("received_by", "job"), pk=pk)


@require(Permission.LEADFILE_UPLOAD)
def measure_sheet_detail(request, pk):
    """What every row would do, before it is written."""
    sheet = _sheet(request, pk)
    counts = dict(sheet.rows.values_list("verdict").annotate(n=Count("pk")).order_by())
    Verdict = MeasureSheetRow.Verdict
    rows = sheet.rows.exclude(verdict=Verdict.SAME).select_related("measure")
    page = Paginator(rows.order_by("verdict", "sheet_row"), PAGE_SIZE)
    context = {
        "sheet": sheet,
        "tone": TONES.get(sheet.state, "plain"),
        "good": counts.get(Verdict.GOOD, 0),
        "same": counts.get(Verdict.SAME, 0),
        "bad": counts.get(Verdict.BAD, 0),
        "page_obj": page.get_page(request.GET.get("page")),
    }
    return render(request, "assistance/measure_sheet_detail.html", context)


@require_POST
@require(Permission.LEADFILE_UPLOAD)
def measure_sheet_apply(request, pk):
    """Confirm what the preview showed, or give it up."""
    sheet = _sheet(request, pk)
    try:
        if request.POST.get("decision") == "drop":
            actions.drop_measure_sheet(sheet=sheet, by=request.user)
            messages.success(request, "已放弃这份表，措施没有变化。")
        else:
            refused = actions.apply_measure_sheet(sheet=sheet, by=request.user)
            left = f"；有 {len(refused)} 行核对后又有变化，没有更新" if refused else ""
            messages.success(request, f"已按表更新措施{left}。")
    except AssistanceRefused as refused:
        messages.error(request, str(refused))
    return redirect("measure_sheet_detail", pk=sheet.pk)
