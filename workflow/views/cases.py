"""Pages of the case: the list with its batch, the case, a step, the national system's mark."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string

from accounts import access
from accounts.access import require
from accounts.permissions import Permission
from areas.models import Area
from audit import clock
from workflow import actions, presenters
from workflow.actions.checks import may_act
from workflow.actions.steps import obstacles
from workflow.actions.visits import purpose_for, visiting_level
from workflow.forms import CaseFilterForm, MarkForm, StepForm
from workflow.models import Case, MonthlyRound, ReportedList
from workflow.models.case import IN_DUE_ORDER
from workflow.outcomes import StepRefused
from workflow.sections import case_page
from workflow.states import ON_REGISTER, Level, Status
from workflow.transitions import STEPS, Evidence, find

ACTING = (
    Permission.CASE_SCREEN,
    Permission.CASE_RECHECK,
    Permission.CASE_COMPILE,
    Permission.CASE_DETERMINE,
)
PAGE_ROWS = 50
BATCH_LIMIT = 500


def find_case(request, pk) -> Case:
    """The case, or 404 if it is not there for this viewer."""
    cases = Case.objects.visible_to(request.user).select_related(
        "household", "village__parent", "round"
    )
    return get_object_or_404(cases, pk=pk)


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


@require(Permission.CASE_VIEW)
def case_detail(request, pk):
    """One case: facts, where it stands, what the viewer may do, visits, history, papers."""
    case = find_case(request, pk)
    offers = [
        presenters.Offer(step, obstacles(case, step, request.user))
        for step in actions.steps_for(case, request.user)
    ]
    changes = case.changes.select_related("by", "meeting").order_by("-pk")
    context = {
        "case": case,
        "status_label": presenters.status_label(case),
        "status_tone": presenters.status_tone(case),
        "holder": presenters.holder_label(case),
        "facts": presenters.facts(case),
        "steps": presenters.step_line(case),
        "offers": offers,
        "visits": case.visits.prefetch_related("photos").select_related("recorded_by"),
        "changes": [
            {
                "change": change,
                "step": find(change.step, change.source),
                "reason": presenters.reason_label(find(change.step, change.source), change.reason),
            }
            for change in changes
        ],
        "lists": ReportedList.objects.visible_to(request.user)
        .carrying(case)
        .defer("rows", "figures"),
        "sections": _sections(request, case),
        "user_can_visit": bool(visiting_level(case, request.user) and purpose_for(case)),
        "user_can_mark": _can_mark(case, request.user),
        "meeting_area": _meeting_area(case, offers),
    }
    return render(request, "workflow/case_detail.html", context)


@require(*ACTING)
def case_step(request, pk, step):
    """One step of one case, checked by the same rule as its button."""
    case = find_case(request, pk)
    row = find(step, case.status)
    if row is None or not may_act(row, case.village_id, request.user):
        return _not_possible(request, case, step)
    form = StepForm(request.POST or None, step=row, case=case, initial={"version": case.version})
    if request.method == "POST" and form.is_valid():
        try:
            actions.take(
                case=case,
                step=step,
                by=request.user,
                comment=form.cleaned_data["comment"],
                reason=form.cleaned_data.get("reason", ""),
                facts=form.facts(),
                version=form.cleaned_data["version"],
            )
        except StepRefused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, f"{case.household.head_name}户：已办理“{row.label}”。")
            return redirect("case_detail", pk=case.pk)
    context = {
        "case": case,
        "step": row,
        "form": form,
        "obstacle": "" if form.errors else obstacles(case, row, request.user),
    }
    return render(request, "workflow/case_step.html", context)


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


@require(Permission.CASE_COMPILE, Permission.CASE_DETERMINE, Permission.CASE_RECHECK)
def national_mark(request, pk):
    """Note the entry in the national system 四（五）, or its 风险消除 mark 四（六）."""
    case = find_case(request, pk)
    if not _can_mark(case, request.user):
        raise Http404
    form = MarkForm(request.POST or None, initial={"on": clock.today()})
    if request.method == "POST" and form.is_valid():
        try:
            actions.mark_in_national_system(case=case, on=form.cleaned_data["on"], by=request.user)
        except StepRefused as refused:
            form.add_error("on", str(refused))
        else:
            messages.success(request, "已登记全国系统标注日期。")
            return redirect("case_detail", pk=case.pk)
    is_clearing = case.status == Status.RISK_CLEARED
    context = {"case": case, "form": form, "is_clearing": is_clearing}
    return render(request, "workflow/national_mark.html", context)


def _sections(request, case) -> list[dict]:
    """The blocks of upper apps, drawn with their own context and the case."""
    found = case_page.rendered_for(
        request, case, lambda p: access.may(request.user, p, area=case.village_id)
    )
    return [
        {
            "title": block["title"],
            "html": render_to_string(
                block["template"], block["context"] | {"case": case}, request=request
            ),
        }
        for block in found
    ]


def _not_possible(request, case, step):
    """The case has moved on meanwhile (back button, second click), or another level holds it."""
    messages.warning(
        request,
        f"{case.household.head_name}户现为“{presenters.status_label(case)}”，"
        "刚才的步骤已不能办理，下面是最新情况。",
    )
    return redirect("case_detail", pk=case.pk)


def _can_mark(case: Case, user) -> bool:
    """四（五）“县乡负责录入”; 四（六）the county office marks what is cleared."""
    marks = (Permission.CASE_COMPILE, Permission.CASE_DETERMINE, Permission.CASE_RECHECK)
    if case.status == Status.RISK_CLEARED:
        is_open, allowed = case.clearing_marked_on is None, marks[:2]
    else:
        is_open = case.status in ON_REGISTER and case.in_national_system_on is None
        allowed = marks
    return is_open and any(access.may(user, p, area=case.village_id) for p in allowed)


def _meeting_area(case: Case, offers) -> str:
    """Where the meeting that a step asks for is recorded."""
    levels = {offer.step.level for offer in offers if offer.needs_meeting}
    if Level.VILLAGE in levels:
        return case.village_id
    return case.village_id[:6] if levels else ""


def _batch_steps(user):
    """Steps that make sense for many cases: no meeting, nothing typed for each case."""
    keys, found = set(), []
    for step in STEPS:
        is_single = Evidence.MEETING in step.needs or step.key in ("close", "undo_clearing")
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
        rounds = MonthlyRound.objects.visible_to(user).filter(month=data["month"])
        cases = cases.filter(round__in=rounds)
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
