"""Papers of a household: 一户一册 on the page, as PDF and as .docx, and its 政策明白卡."""

from csp.constants import SELF
from csp.decorators import csp_replace
from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from accounts.access import require
from accounts.permissions import Permission
from ledgers import booklet, booklets, exports, pdf, policy_card
from ledgers.limits import limited
from ledgers.views.files import as_file
from workflow.models import Case


@require(Permission.CASE_VIEW)
def booklet_show(request, pk):
    """A household's booklet as it will be printed, ID numbers masked, with what is missing."""
    found = _booklet(request, pk, is_masked=True)
    can_print = exports.may_export(request.user, found.case.village_id)
    return render(
        request, "ledgers/booklet_show.html", {"content": found, "user_can_print": can_print}
    )


@require(Permission.CASE_VIEW)
@csp_replace({"object-src": [SELF]})  # the browser's own viewer is a plug-in to it
def booklet_preview(request, pk):
    """The pages of the PDF in the browser's viewer, ID numbers masked; nothing is kept."""
    found = _booklet(request, pk, is_masked=True)
    try:
        content = booklets.preview_of(found)
    except pdf.FontMissing as missing:
        messages.error(request, str(missing))
        return redirect("booklet_show", pk=pk)
    return as_file(content, _name(found, "pdf"), is_inline=True)


@require(Permission.LEDGER_EXPORT)
@require_POST
@limited
def booklet_pdf(request, pk):
    """The booklet as PDF; an unchanged one is the file on record. On demand with its gaps."""
    return _given(request, pk, booklets.pdf_of, "pdf", "application/pdf")


@require(Permission.LEDGER_EXPORT)
@require_POST
@limited
def booklet_docx(request, pk):
    """The same booklet to be edited in Word or WPS."""
    return _given(request, pk, booklets.docx_of, "docx", exports.DOCX)


def _given(request, pk, make, suffix, content_type):
    found = _booklet(request, pk, is_masked=False)
    if not exports.may_export(request.user, found.case.village_id):
        raise Http404("没有这一户")
    try:
        content, version = make(found, with_missing=request.POST.get("missing") == "1")
    except pdf.FontMissing as missing:
        messages.error(request, str(missing))
        return redirect("booklet_show", pk=pk)
    booklets.record_one(found.case, version, form=suffix, by=request.user)
    return as_file(content, _name(found, suffix), content_type)


@require(Permission.LEDGER_EXPORT)
@require_POST
@limited
def card_pdf(request, pk):
    """The 政策明白卡 of one household."""
    cases = Case.objects.visible_to(request.user).filter(pk=pk)
    case = get_object_or_404(cases.select_related("household", "village"))
    if not exports.may_export(request.user, case.village_id):
        raise Http404("没有这一户")
    if not policy_card.has_card(case):
        messages.error(request, "这一户还没有审定为监测对象，没有政策明白卡；审定以后再打印。")
        return redirect("case_detail", pk=pk)
    try:
        content = policy_card.pdf_of(policy_card.cards(cases))
    except pdf.FontMissing as missing:
        messages.error(request, str(missing))
        return redirect("case_detail", pk=pk)
    policy_card.record_one(case, by=request.user)
    return as_file(content, f"政策明白卡{case.household.head_name}户.pdf")


def _booklet(request, pk, *, is_masked):
    case = get_object_or_404(booklet.loaded(Case.objects.visible_to(request.user)), pk=pk)
    return booklet.content(case, is_masked=is_masked)


def _name(found, suffix: str) -> str:
    return f"一户一册{found.case.household.head_name}户.{suffix}"
