"""Pages of 防贫保 claims: reported by the village, inspected and paid by the insurance's desk."""

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
from assistance.relief import actions, desk, presenters
from assistance.relief.forms import (
    ClaimFilterForm,
    ClaimForm,
    ClaimPayForm,
    InspectForm,
    ProofForm,
    RefuseForm,
)
from assistance.relief.models import InsuranceClaim
from assistance.relief.views.of_household import assisted_household, back_to, filled, keep_proofs
from workflow.actions import StepRefused
from workflow.views.visits import attachment_response

PAGE_ROWS = 50
State = InsuranceClaim.State
# step -> form, action, states it starts from, title, what was done
STEPS = {
    "inspect": (InspectForm, actions.inspect_claim, (State.REPORTED,), "登记查勘", "查勘已登记"),
    "pay": (ClaimPayForm, actions.pay_claim, (State.INSPECTED,), "登记赔付", "赔付已登记"),
    "refuse": (RefuseForm, actions.refuse_claim, InsuranceClaim.OPEN, "不予理赔", "已登记不予理赔"),
}


@require(Permission.CASE_VIEW, Permission.LEADFILE_UPLOAD)
def claim_list(request):
    """Claims of the viewer's area or desk; what waits longest comes first."""
    form = ClaimFilterForm(request.GET)
    wanted = form.cleaned_data["state"] if form.is_valid() else ""
    claims = InsuranceClaim.objects.visible_to(request.user).select_related(
        "household__village__parent", "person"
    )
    if wanted in State.values:
        claims = claims.filter(state=wanted)
    elif wanted != "all":
        claims = claims.open()
    page = Paginator(claims.order_by("reported_on", "pk"), PAGE_ROWS)
    context = {"form": form, "page_obj": page.get_page(request.GET.get("page"))}
    return render(request, "assistance/claim_list.html", context)


@require(Permission.ASSISTANCE_EDIT)
def claim_new(request, pk):
    """报案 for one household."""
    household = assisted_household(request, pk)
    form = ClaimForm(request.POST or None, request.FILES or None, household=household)
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                values = filled(form, household, request.user)
                claim = actions.report_claim(household=household, by=request.user, **values)
        except (AssistanceRefused, StepRefused) as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, "已报案，等待查勘。")
            return redirect("claim_detail", pk=claim.pk)
    context = {
        "household": household,
        "form": form,
        "title": "防贫保报案",
        "lead": "因灾、因突发事故受损的参保户，发生后尽快报案，由承保公司查勘理赔（五（二））。",
        "button": "报案",
        "back_url": reverse("household_detail", args=[pk]),
    }
    return render(request, "assistance/relief_form.html", context)


@require(Permission.CASE_VIEW, Permission.LEADFILE_UPLOAD)
def claim_detail(request, pk):
    """One claim: what happened, the days each step took, what can be done next."""
    claim = _claim(request, pk)
    village = claim.household.village_id
    may = desk.may_handle(request.user, desk.INSURANCE, village)
    context = {
        "claim": claim,
        "facts": presenters.claim_facts(claim),
        "steps": presenters.claim_steps(claim),
        "next_steps": [
            (key, title) for key, (_, _, sources, title, _) in STEPS.items()
            if may and claim.state in sources
        ],
        "knows_household": back_to(request, claim.household),
        "proofs": claim.proofs.all(),
        "proof_form": ProofForm()
        if may or access.may(request.user, Permission.ASSISTANCE_EDIT, area=village)
        else None,
    }  # fmt: skip
    return render(request, "assistance/claim_detail.html", context)


@require(Permission.MEASURE_SET, Permission.LEADFILE_UPLOAD)
def claim_step(request, pk, step):
    """One step of the desk: inspect, pay or refuse."""
    claim = _claim(request, pk)
    if step not in STEPS:
        raise Http404("没有这个步骤")
    shape, act, _, title, done = STEPS[step]
    form = shape(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                values = filled(form, claim.household, request.user)
                act(claim=claim, by=request.user, **values)
        except (AssistanceRefused, StepRefused) as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, f"{claim.household.head_name}户：{done}。")
            return redirect("claim_detail", pk=claim.pk)
    context = {
        "household": claim.household,
        "form": form,
        "title": title,
        "lead": f"{claim.happened_on} 出险，{claim.reported_on} 报案：{claim.description}",
        "button": title,
        "back_url": reverse("claim_detail", args=[pk]),
    }
    return render(request, "assistance/relief_form.html", context)


@require_POST
@require(Permission.ASSISTANCE_EDIT, Permission.MEASURE_SET, Permission.LEADFILE_UPLOAD)
def claim_prove(request, pk):
    """Papers that came after their step."""
    claim = _claim(request, pk)
    keep_proofs(request, claim.household, lambda **given: actions.prove_claim(claim=claim, **given))
    return redirect("claim_detail", pk=pk)


@require_safe
@require(Permission.CASE_VIEW, Permission.LEADFILE_UPLOAD)
def claim_proof(request, pk, file):
    """A proof of the claim, for whoever sees the claim."""
    attachment = get_object_or_404(_claim(request, pk).proofs, pk=file)
    return attachment_response(attachment, by=request.user)


def _claim(request, pk):
    claims = InsuranceClaim.objects.visible_to(request.user).select_related(
        "household__village__parent", "person", "cover", "reported_by"
    )
    return get_object_or_404(claims, pk=pk)
