"""Register imports: upload, live progress, preview, confirmation, rejected rows."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from accounts.access import require
from accounts.permissions import Permission
from audit.events import EventKind
from audit.record import record
from households import actions, previews
from households.forms import RegisterFileForm
from households.models import ImportRow, RegisterImport
from households.refusals import Refused

PAGE_ROWS = 30
REJECTED_SHOWN = 50
TONES = {
    RegisterImport.State.RECEIVED: "info",
    RegisterImport.State.CHECKED: "wait",
    RegisterImport.State.APPLYING: "info",
    RegisterImport.State.APPLIED: "good",
    RegisterImport.State.REFUSED: "late",
    RegisterImport.State.DROPPED: "plain",
}


def _find(request, pk):
    imports = RegisterImport.objects.visible_to(request.user).select_related("received_by", "job")
    return get_object_or_404(imports, pk=pk)


@require(Permission.REGISTER_IMPORT)
def register_import_list(request):
    """Workbooks received so far."""
    imports = RegisterImport.objects.visible_to(request.user).select_related("received_by")
    page = Paginator(imports, PAGE_ROWS).get_page(request.GET.get("page"))
    rows = [{"imported": imported, "tone": TONES[imported.state]} for imported in page]
    return render(request, "households/register_import_list.html", {"page_obj": page, "rows": rows})


@require(Permission.REGISTER_IMPORT)
def register_import_new(request):
    """Upload a workbook; nothing is written before it has been looked at and confirmed."""
    form = RegisterFileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            imported = actions.receive_register(file=form.cleaned_data["file"], by=request.user)
        except Refused as refusal:
            form.add_error("file", str(refusal))
        else:
            return redirect("register_import_detail", pk=imported.pk)
    return render(request, "households/register_import_new.html", {"form": form})


@require(Permission.REGISTER_IMPORT)
def register_import_detail(request, pk):
    """How far the work is; what would change; what was rejected and why."""
    imported = _find(request, pk)
    rejected = imported.rows.filter(verdict=ImportRow.Verdict.REJECTED).order_by("sheet_row")
    context = {
        "imported": imported,
        "tone": TONES[imported.state],
        "figures": previews.figures(imported),
        "reasons": previews.reasons(imported),
        "rejected": previews.rejected_rows(rejected[:REJECTED_SHOWN]),
        "samples": previews.samples(imported) if imported.state == "checked" else [],
        "rejected_shown": REJECTED_SHOWN,
        "is_waiting": imported.state == RegisterImport.State.CHECKED,
        "has_work": any(imported.figures.get(key) for key in ("created", "updated")),
    }
    return render(request, "households/register_import_detail.html", context)


@require_POST
@require(Permission.REGISTER_IMPORT)
def register_import_apply(request, pk):
    """Confirm what the preview showed, or give it up."""
    imported = _find(request, pk)
    try:
        if request.POST.get("decision") == "drop":
            actions.drop_register(imported=imported, by=request.user)
            messages.success(request, "已放弃这次导入，档案没有变化。")
        else:
            actions.apply_register(imported=imported, by=request.user)
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("register_import_detail", pk=imported.pk)


@require(Permission.REGISTER_IMPORT)
def register_import_rejected(request, pk):
    """The rejected rows as a workbook of the same shape with a reason column."""
    imported = _find(request, pk)
    if not imported.rejected_file:
        raise Http404
    with transaction.atomic():
        record(
            EventKind.JOB_FILE_DOWNLOADED,
            by=request.user,
            obj=imported,
            detail={"file": "rejected"},
        )
    name = f"退回的行_{imported.pk}.xlsx"
    return FileResponse(imported.rejected_file.open("rb"), as_attachment=True, filename=name)
