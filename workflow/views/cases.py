"""Pages of the case: everything about it, one step, the national system's mark."""

from django.contrib import messages
from django.contrib.postgres.expressions import ArraySubquery
from django.db import transaction
from django.db.models import OuterRef, Subquery
from django.db.models.functions import JSONObject, TruncDate
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from accounts import access
from accounts.access import require
from accounts.permissions import Permission
from audit import clock
from households.models import Household
from workflow import actions, presenters, reporting, rounds
from workflow.actions.agenda import RECORDERS
from workflow.actions.checks import may_act
from workflow.actions.lists import REPORTERS
from workflow.actions.steps import obstacles
from workflow.actions.visits import purpose_for, visiting_level
from workflow.forms import MarkForm, StepForm
from workflow.lists import Stage
from workflow.models import Case, Meeting, ReportedList
from workflow.outcomes import StepRefused
from workflow.sections import case_page
from workflow.states import ON_REGISTER, Level, Source, Status
from workflow.transitions import ACTING, Evidence, find

BEFORE_REPORT = (Status.LEAD, Status.SCREENED, Status.REVIEWED)

OF_CHANGE = (
    "case", "step", "source", "target", "level", "reason", "comment", "at", "is_late", "by__full_name",
    "meeting__held_on", "meeting__level", "meeting__is_clearing", "meeting__is_admission",
)  # fmt: skip


def find_case(request, pk, **extra) -> Case:
    """The case, or 404 if it is not there for this viewer; `extra` are annotations."""
    cases = (
        Case.objects.visible_to(request.user)
        .select_related("household", "village__parent", "round", "on_list")
        .defer("on_list__rows", "on_list__figures")
    )
    return get_object_or_404(cases.annotate(**extra), pk=pk)


@require(Permission.CASE_VIEW)
def case_detail(request, pk):
    """One case: facts, where it stands, what the viewer may do, visits, history, papers."""
    case = find_case(
        request,
        pk,
        open_meeting=_open_meeting(request.user),
        authorisation_scans=_authorisation_scans(),
        **case_page.annotations(),
    )
    steps = actions.steps_for(case, request.user)
    in_the_way = obstacles(case, steps, request.user)
    offers = [presenters.Offer(step, in_the_way[step.key]) for step in steps]
    changes = case.changes.select_related("by", "meeting").only(*OF_CHANGE).order_by("-pk")
    context = {
        "case": case,
        "status_label": presenters.status_label(case),
        "status_tone": presenters.status_tone(case),
        "holder": presenters.holder_label(case),
        "facts": presenters.facts(case),
        "steps": presenters.step_line(case),
        "offers": offers,
        "visits": case.visits.with_photos(),
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
        "meeting_url": _meeting_url(case, offers, request.user),
        "is_visit_next": not any(o.step.tone == "primary" and not o.obstacle for o in offers)
        and any(Evidence.VISIT in o.step.needs for o in offers),
        "report_url": report_url(case, request.user),
        "wants_authorisation": case.status in BEFORE_REPORT
        and reporting.needs_authorisation(case.village_id),
        "user_can_authorise": case.is_open
        and access.may(request.user, Permission.CASE_SCREEN, area=case.village_id),
    }
    return render(request, "workflow/case_detail.html", context)


@require_POST
@require(Permission.CASE_SCREEN)
def case_new(request, pk):
    """四（二）: the village finds a risk itself; twice gives the case that is open."""
    household = get_object_or_404(
        Household.objects.active().filter(access.scope(request.user, Permission.CASE_SCREEN)), pk=pk
    )
    case = actions.open_case(household=household, source=Source.SCREENING, by=request.user)
    messages.success(request, f"{household.head_name}户已列为线索，请登记入户情况。")
    return redirect("visit_new", pk=case.pk)


@require_POST
@require(Permission.CASE_SCREEN)
def case_authorisation(request, pk):
    """Scans or photos of the household's signed 承诺授权书."""
    case = find_case(request, pk)
    files = request.FILES.getlist("authorisations")
    try:
        with transaction.atomic():
            for file in files:
                kept = actions.store_attachment(upload=file, area=case.village, by=request.user)
                actions.file_authorisation(case=case, attachment=kept, by=request.user)
    except StepRefused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, f"已上传承诺授权书 {len(files)} 页。")
    return redirect("case_detail", pk=pk)


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
            form.data = (
                form.data.copy()
            )  # the page now shows the present state, so sending again counts
            form.data["version"] = case.version
        else:
            messages.success(request, f"{case.household.head_name}户：已办理“{row.label}”。")
            return redirect("case_detail", pk=case.pk)
    context = {
        "case": case,
        "step": row,
        "form": form,
        "obstacle": "" if form.errors else obstacles(case, [row], request.user)[row.key],
    }
    return render(request, "workflow/case_step.html", context)


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
    """The blocks of upper apps."""
    return case_page.rendered_for(
        request, case, lambda p: access.may(request.user, p, area=case.village_id)
    )


def _not_possible(request, case, step):
    """The case has moved on meanwhile (back button, second click), or another level holds it."""
    messages.warning(
        request,
        f"{case.household.head_name}户现为“{presenters.status_label(case)}”，"
        "刚才的步骤已不能办理，下面是最新情况。",
    )
    return redirect("case_detail", pk=case.pk)


def report_url(case: Case, user) -> str:
    """The page that reports the list on which the case waits, for whoever reports it."""
    round = case.is_waiting_for_list and rounds.current(rounds.county_of(case.village_id))
    if not round:
        return ""
    at_village = case.holder == Level.VILLAGE
    area = case.village_id if at_village else case.village.parent_id
    if not access.may(user, REPORTERS[case.holder, Stage.REPORTED], area=area):
        return ""
    is_admission = case.status in (Status.REVIEWED, Status.RECHECKED)
    kind = ReportedList.Kind.ADMISSION if is_admission else ReportedList.Kind.CLEARING
    return f"{reverse('list_report', args=[round.pk])}?area={area}&kind={kind}"


def _can_mark(case: Case, user) -> bool:
    """四（五）“县乡负责录入”; 四（六）the county office marks what is cleared."""
    marks = (Permission.CASE_COMPILE, Permission.CASE_DETERMINE, Permission.CASE_RECHECK)
    if case.status == Status.RISK_CLEARED:
        is_open, allowed = case.clearing_marked_on is None, marks[:2]
    else:
        is_open = case.status in ON_REGISTER and case.in_national_system_on is None
        allowed = marks
    return is_open and any(access.may(user, p, area=case.village_id) for p in allowed)


def _open_meeting(user) -> Subquery:
    """The meeting not yet concluded on whose agenda the case stands; there is at most one a level."""
    open_ones = Meeting.objects.visible_to(user).exclude(state=Meeting.State.CONCLUDED)
    return Subquery(
        open_ones.filter(decisions__case=OuterRef("pk")).order_by("-pk").values("pk")[:1]
    )


def _authorisation_scans() -> ArraySubquery:
    scans = Case.authorisations.through.objects.filter(case=OuterRef("pk"))
    told = JSONObject(
        pk="attachment_id",
        name="attachment__name",
        uploaded_on=TruncDate("attachment__uploaded_at"),
    )
    return ArraySubquery(scans.order_by("attachment_id").values(told=told))


def _meeting_url(case: Case, offers, user) -> str:
    """The meeting that a step asks for: the open one with the case on its agenda, or a new one."""
    level = next((offer.step.level for offer in offers if offer.needs_meeting), None)
    if level is None:
        return ""
    if case.open_meeting:
        return reverse("meeting_detail", args=[case.open_meeting])
    area = case.village_id[: rounds.DIGITS[level]]
    if not access.may(user, RECORDERS[level], area=area):
        return ""
    return f"{reverse('meeting_new')}?area={area}&case={case.pk}"
