"""Pages of the month: which months there are, and what each area has handed in."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from accounts import access
from accounts.access import require
from accounts.permissions import Permission
from areas.models import Area
from workflow import actions, rounds
from workflow.forms import ReasonForm
from workflow.models import MonthlyRound
from workflow.outcomes import StepRefused
from workflow.states import Level

PAGE_ROWS = 24


@require(Permission.CASE_VIEW)
def round_list(request):
    """The months of the viewer's county, the latest first."""
    found = MonthlyRound.objects.visible_to(request.user).select_related("county")
    page = Paginator(found, PAGE_ROWS).get_page(request.GET.get("page"))
    return render(request, "workflow/round_list.html", {"page_obj": page})


@require(Permission.CASE_VIEW)
def round_detail(request, pk):
    """The month by township, or by village of one township; late ones first."""
    round = _find(request, pk)
    codes = access.codes(request.user, Permission.CASE_VIEW)
    township = request.GET.get("area", "")
    areas = Area.objects.none()
    for code in codes:
        areas |= Area.objects.under(code)
    areas = areas.filter(code__startswith=round.county_id, is_active=True)
    is_wide = any(len(code) < 9 for code in codes) and not township
    if township:
        areas = areas.filter(code__startswith=township[:9])
    level = Level.TOWNSHIP if is_wide else Level.VILLAGE
    chosen = list(areas.filter(level=level).values_list("code", flat=True))
    context = {
        "round": round,
        "states": rounds.area_states(round, chosen),
        "is_by_township": is_wide,
        "user_can_reopen": _may_reopen(request.user, round),
    }
    return render(request, "workflow/round_detail.html", context)


@require(Permission.ROUND_REOPEN)
def round_reopen(request, pk):
    """Reopen a closed month; the reason stays on record."""
    round = _find(request, pk)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.reopen_round(round=round, reason=form.cleaned_data["reason"], by=request.user)
        except StepRefused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, f"{round.label}已重新打开。")
            return redirect("round_detail", pk=pk)
    return render(request, "workflow/round_reopen.html", {"round": round, "form": form})


@require_POST
@require(Permission.ROUND_REOPEN)
def round_close(request, pk):
    """Close a month: nothing more is reported into it."""
    round = _find(request, pk)
    try:
        actions.close_round(round=round, by=request.user)
        messages.success(request, f"{round.label}已结束。")
    except StepRefused as refused:
        messages.error(request, str(refused))
    return redirect("round_detail", pk=pk)


def _find(request, pk) -> MonthlyRound:
    return get_object_or_404(MonthlyRound.objects.visible_to(request.user), pk=pk)


def _may_reopen(user, round) -> bool:
    return access.may(user, Permission.ROUND_REOPEN, area=round.county_id)
