"""Pages of 临时救助 and 兜底救助: asked for, approved, paid."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accounts import access
from accounts.access import require
from accounts.permissions import Permission
from assistance.refusals import AssistanceRefused
from assistance.relief import actions, presenters
from assistance.relief.forms import (
    ApproveForm,
    ProofForm,
    RefuseForm,
    ReliefFilterForm,
    ReliefForm,
    ReliefPayForm,
)
from assistance.relief.models import ReliefRequest
from assistance.relief.views.of_household import (
    assisted_household,
    back_to,
    filled,
    keep_proofs,
)
from workflow.actions import StepRefused
from workflow.views.visits import attachment_response

PAGE_ROWS = 50
State = ReliefRequest.State
TITLES = {"approve": "批准", "pay": "登记发放", "refuse": "不予救助"}


@require(Permission.CASE_VIEW, Permission.LEADFILE_UPLOAD)
def relief_list(request):
    """Requests of the viewer's area or desk; what waits longest comes first."""
    form = ReliefFilterForm(request.GET)
    wanted = form.cleaned_data["state"] if form.is_valid() else ""
    reliefs = ReliefRequest.objects.visible_to(request.user).select_related(
        "household__village__parent", "person"
    )
    if wanted in State.values:
        reliefs = reliefs.filter(state=wanted)
    elif wanted != "all":
        reliefs = reliefs.open()
    page = Paginator(reliefs.order_by("requested_on", "pk"), PAGE_ROWS)
    context = {"form": form, "page_obj": page.get_page(request.GET.get("page"))}
    return render(request, "assistance/relief_list.html", context)


@require(Permission.ASSISTANCE_EDIT)
def relief_new(request, pk):
    """Ask for relief for one household."""
    household = assisted_household(request, pk)
    form = ReliefForm(request.POST or None, request.FILES or None, household=household)
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                values = filled(form, household, request.user)
                relief = actions.request_relief(household=household, by=request.user, **values)
        except (AssistanceRefused, StepRefused) as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, "救助申请已登记。")
            return redirect("relief_detail", pk=relief.pk)
    context = {
        "household": household,
        "form": form,
        "title": "申请救助",
        "lead": "因病、因灾、因学、因突发事故等暂时严重困难的，申请临时救助；符合条件的申请兜底救助（五（三））。",
        "button": "提交申请",
        "back_url": reverse("household_detail", args=[pk]),
    }
    return render(request, "assistance/relief_form.html", context)


@require(Permission.CASE_VIEW, Permission.LEADFILE_UPLOAD)
def relief_detail(request, pk):
    """One request: why, how long each step took, what can be done next."""
    relief = _relief(request, pk)
    context = {
        "relief": relief,
        "facts": presenters.relief_facts(relief),
        "steps": presenters.relief_steps(relief),
        "next_steps": [(key, TITLES[key]) for key in _possible(relief, request.user)],
        "knows_household": back_to(request, relief.household),
        "proofs": relief.proofs.all(),
        "proof_form": ProofForm() if _may_prove(relief, request.user) else None,
    }
    return render(request, "assistance/relief_detail.html", context)


@require(Permission.CASE_RECHECK, Permission.MEASURE_SET, Permission.LEADFILE_UPLOAD)
def relief_step(request, pk, step):
    """One step: approve, pay or refuse."""
    relief = _relief(request, pk)
    if step not in TITLES:
        raise Http404("没有这个步骤")
    form = _form(step, relief, request)
    if request.method == "POST" and form.is_valid():
        act = {
            "approve": actions.approve_relief,
            "pay": actions.pay_relief,
            "refuse": actions.refuse_relief,
        }[step]
        try:
            with transaction.atomic():
                values = filled(form, relief.household, request.user)
                act(relief=relief, by=request.user, **values)
        except (AssistanceRefused, StepRefused) as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, f"{relief.household.head_name}户：{TITLES[step]}已登记。")
            return redirect("relief_detail", pk=relief.pk)
    context = {
        "household": relief.household,
        "form": form,
        "title": TITLES[step],
        "lead": f"{relief.requested_on} 申请{relief.get_kind_display()}：{relief.description}",
        "button": TITLES[step],
        "back_url": reverse("relief_detail", args=[pk]),
    }
    return render(request, "assistance/relief_form.html", context)


def _form(step, relief, request):
    given = (request.POST or None, request.FILES or None)
    if step == "approve":
        return ApproveForm(*given, relief=relief, levels=_levels(relief, request.user))
    if step == "pay":
        return ReliefPayForm(*given, relief=relief)
    return RefuseForm(*given)


def _levels(relief, user):
    return [
        choice for choice in ReliefRequest.LEVELS if actions.may_approve(user, relief, choice[0])
    ]


def _possible(relief, user) -> list[str]:
    """The steps this viewer may take now."""
    levels = _levels(relief, user)
    if not levels:
        return []
    found = []
    if relief.approved_on is None and relief.state != State.REFUSED:
        found.append("approve")
    if relief.state == State.APPROVED or (relief.is_ahead and relief.state == State.REQUESTED):
        # 先行帮扶: the money goes first
        found.insert(0, "pay")
    if relief.state in ReliefRequest.OPEN:
        found.append("refuse")
    return found


def _may_prove(relief, user) -> bool:
    village = relief.household.village_id
    return bool(_levels(relief, user)) or access.may(user, Permission.ASSISTANCE_EDIT, area=village)


@require_POST
@require(
    Permission.ASSISTANCE_EDIT,
    Permission.CASE_RECHECK,
    Permission.MEASURE_SET,
    Permission.LEADFILE_UPLOAD,
)
def relief_prove(request, pk):
    """Papers that came after their step."""
    relief = _relief(request, pk)
    keep_proofs(
        request, relief.household, lambda **given: actions.prove_relief(relief=relief, **given)
    )
    return redirect("relief_detail", pk=pk)


@require_safe
@require(Permission.CASE_VIEW, Permission.LEADFILE_UPLOAD)
def relief_proof(request, pk, file):
    """A proof of the request, for whoever sees the request."""
    attachment = get_object_or_404(_relief(request, pk).proofs, pk=file)
    return attachment_response(attachment, by=request.user)


def _relief(request, pk):
    reliefs = ReliefRequest.objects.visible_to(request.user).select_related(
        "household__village__parent", "person", "requested_by", "approved_by"
    )
    return get_object_or_404(reliefs, pk=pk)
