"""The list of cases, and one step for many of them."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import redirect, render

from accounts import access
from accounts.access import require
from accounts.permissions import Permission
from areas.models import Area
from workflow import actions, presenters
from workflow.actions.steps import BATCH_LIMIT
from workflow.forms import CaseFilterForm, StepForm
from workflow.models import Case, MonthlyRound
from workflow.models.case import IN_DUE_ORDER
from workflow.states import Level
from workflow.transitions import ACTING, STEPS, Evidence

ONE_AT_A_TIME = ("close", "withdraw", "undo_clearing")
PAGE_ROWS = 50


@require(Permission.CASE_VIEW)
def case_list(request):
    """Where every case stands, whose turn it is, by when; what waits for the viewer comes first."""
    codes = access.codes(request.user, Permission.CASE_VIEW)
    form = CaseFilterForm(request.GET, areas=_area_choices(codes))
    cases = _filtered(form, request.user).select_related("household", "village__parent")
    page = Paginator(cases.order_by(*IN_DUE_ORDER), PAGE_ROWS).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page_obj": page,
        "rows": [_list_row(case) for case in page],
        "batch_steps": _batch_steps(request.user),
        "is_acting": any(access.may(request.user, p) for p in ACTING),
    }
    return render(request, "workflow/case_list.html", context)


@require(*ACTING)
def case_batch(request):
    """Tick, check, confirm: one step for many cases; what is refused is listed with its reason."""
    source = request.POST if request.method == "POST" else request.GET
    ids = [int(pk) for pk in source.getlist("case") if pk.isdecimal() and len(pk) < 19]
    key = source.get("step", "")
    row = next((s for s in _batch_steps(request.user) if s.key == key), None)
    if row is None:
        raise Http404
    cases = list(
        Case.objects.visible_to(request.user)
        .filter(pk__in=ids[:BATCH_LIMIT])
        .select_related("household", "village__parent", "round")
        .order_by("village_id", "household_id")
    )
    if not cases:
        messages.error(request, "请先勾选要办理的户。")
        return redirect("case_list")
    form = StepForm(request.POST if request.method == "POST" else None, step=row)
    outcome = None
    if request.method == "POST" and form.is_valid():
        outcome = actions.take_many(
            cases=cases,
            step=key,
            by=request.user,
            comment=form.cleaned_data["comment"],
            reason=form.cleaned_data.get("reason", ""),
        )
        (messages.warning if outcome.refused else messages.success)(request, outcome.summary)
        if not outcome.refused:
            return redirect("case_list")
    context = {
        "step": row,
        "cases": cases,
        "rows": [_list_row(case) for case in cases],
        "form": form,
        "outcome": outcome,
    }
    return render(request, "workflow/case_batch.html", context)


def _batch_steps(user):
    """Steps that make sense for many cases: no meeting, nothing typed for each case."""
    keys, found = set(), []
    for step in STEPS:
        is_single = Evidence.MEETING in step.needs or step.key in ONE_AT_A_TIME
        may = any(access.may(user, p) for p in step.permissions)
        if not is_single and step.key not in keys and may:
            keys.add(step.key)
            found.append(step)
    return found


def _filtered(form: CaseFilterForm, user):
    cases = Case.objects.visible_to(user)
    if not form.is_valid():
        return cases.none()
    data = form.cleaned_data
    if not (data["scope"] or data["status"] or data["overdue"] or data["month"]):
        cases = cases.awaiting(user) if any(access.may(user, p) for p in ACTING) else cases.open()
    if data["status"]:
        cases = cases.filter(status=data["status"])
    if data["month"]:
        found = MonthlyRound.objects.visible_to(user).filter(month=data["month"])
        cases = cases.filter(round__in=found)
    for code in (data["village"], data.get("area")):
        if code:
            cases = cases.in_area(code)
    return cases.overdue() if data["overdue"] else cases


def _area_choices(codes) -> list[tuple[str, str]]:
    """Townships for a county viewer, villages for a township's; a single village needs none."""
    if not codes or all(len(code) == 12 for code in codes) and len(codes) == 1:
        return []
    level = Level.TOWNSHIP if any(len(code) < 9 for code in codes) else Level.VILLAGE
    inside = Area.objects.none()
    for code in codes:
        inside |= Area.objects.under(code)
    areas = inside.filter(level=level, is_active=True)
    return list(areas.values_list("code", "short_name"))


def _list_row(case: Case) -> dict:
    return {
        "case": case,
        "status_label": presenters.status_label(case),
        "status_tone": presenters.status_tone(case),
        "holder": presenters.holder_label(case),
        "risks": presenters.risk_labels(case.risks),
    }
