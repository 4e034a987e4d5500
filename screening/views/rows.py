"""疑似匹配和待认领: who a row means is settled side by side; bad cells are put right in place."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render

from accounts import access
from accounts.access import require
from accounts.permissions import Permission
from households.actions import look_up
from households.models import Person
from households.refusals import TooMany
from screening import actions, comparing, presenters
from screening.actions.rows import may_correct, may_settle
from screening.forms import CorrectionForm
from screening.models import LeadRow
from screening.refusals import LeadRefused

PAGE_ROWS = 50
SETTLERS = (Permission.LEAD_SETTLE, Permission.CASE_RECHECK)


def find_row(request, pk) -> LeadRow:
    """The row, or 404 when it is not there for this viewer."""
    rows = LeadRow.objects.visible_to(request.user)
    related = ("file__kind", "file__department", "village", "township", "household", "lead")
    return get_object_or_404(rows.select_related(*related), pk=pk)


@require(*SETTLERS)
def lead_pool(request):
    """What waits for somebody to say who is meant: doubtful rows (county) and the 待认领 pool."""
    rows = LeadRow.objects.visible_to(request.user)
    county = access.scope(request.user, Permission.LEAD_SETTLE, field="file__county_id")
    own = access.scope(request.user, Permission.CASE_RECHECK, field="township_id")
    waiting = rows.doubtful().filter(county) | rows.unclaimed().filter(county | own)
    waiting = waiting.select_related("file__department", "file__kind", "township", "village")
    page = Paginator(waiting.order_by("township", "file", "sheet_row"), PAGE_ROWS)
    page = page.get_page(request.GET.get("page"))
    shown = [
        {
            "row": row,
            "id_number": presenters.id_shown(row),
            "match": presenters.match_words(row),
            "tone": presenters.MATCH_TONES.get(row.match, "plain"),
        }
        for row in page
    ]
    return render(request, "screening/lead_pool.html", {"page_obj": page, "rows": shown})


@require(*SETTLERS)
def lead_row_settle(request, pk):
    """The row beside everybody it may mean, differences marked; choose, or none of them."""
    row = find_row(request, pk)
    if not may_settle(row, request.user):
        raise Http404
    if row.lead_id is None and row.household_id is None and actions.rematch(rows=[row]):
        messages.success(request, "花名册已更正，这一行已经自动对上，不用再认定。")
        return _next(row)
    if request.method == "POST":
        return _settle(request, row)
    found, refusal = _found(request)
    candidates = comparing.candidates(row, found, request.user)
    context = {
        "row": row,
        "file": row.file,
        "said": comparing.said(row),
        "candidates": candidates,
        "is_doubtful": row.match == LeadRow.Match.NAME_ONLY,
        "is_settled": bool(row.settled_at or row.household_id) and not row.recalled_for,
        "match": presenters.match_words(row),
        "q": request.GET.get("q", ""),
        "refusal": refusal,
    }
    return render(request, "screening/lead_row_settle.html", context)


@require(Permission.LEADFILE_UPLOAD)
def lead_row_correct(request, pk):
    """One row's cells, to be put right without sending the file again."""
    row = find_row(request, pk)
    if not may_correct(row, request.user):
        raise Http404
    form = CorrectionForm(request.POST or None, row=row)
    if request.method == "POST" and form.is_valid():
        try:
            row = actions.correct_row(row=row, cells=form.cells(), by=request.user)
        except LeadRefused as refused:
            form.add_error(None, str(refused))
        else:
            if row.verdict != LeadRow.Verdict.BAD:
                messages.success(request, f"第 {row.sheet_row} 行已改正：{row.reason}")
                return redirect("lead_file_detail", pk=row.file_id)
            form.add_error(None, row.reason)
    context = {"row": row, "file": row.file, "form": form}
    return render(request, "screening/lead_row_correct.html", context)


def _settle(request, row):
    person = None
    chosen = request.POST.get("person", "")
    if chosen:
        if not chosen.isdecimal() or len(chosen) > 18:
            raise Http404
        persons = Person.objects.visible_to(request.user).select_related("household")
        person = get_object_or_404(persons, pk=int(chosen))
    try:
        row = actions.settle_row(row=row, person=person, by=request.user)
    except LeadRefused as refused:
        messages.error(request, str(refused))
        return redirect("lead_row_settle", pk=row.pk)
    messages.success(request, _words(row))
    return _next(row)


def _words(row) -> str:
    if row.household_id:
        return f"{row.name}：已认定为{row.household.head_name}户，{row.reason}"
    if row.settled_at:
        return f"{row.name}：查无此人，结果会反馈给部门。"
    return f"{row.name}：已转到乡镇待认领。"


def _next(row):
    """The next row of the same file that waits for the county; else the file's own page."""
    following = LeadRow.objects.doubtful().filter(file=row.file_id).exclude(pk=row.pk).first()
    if following:
        return redirect("lead_row_settle", pk=following.pk)
    return redirect("lead_pool")


def _found(request):
    """Persons the viewer looks for by hand."""
    text = request.GET.get("q", "").strip()
    if not text:
        return [], ""
    try:
        return look_up(text=text, by=request.user).persons, ""
    except TooMany as refused:
        return [], str(refused)
