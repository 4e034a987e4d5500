"""The household that a claim or request is filed for, and the papers that come with it."""

from django.contrib import messages
from django.db import transaction
from django.shortcuts import get_object_or_404

from accounts import access
from accounts.permissions import Permission
from assistance.proofs import stored
from assistance.refusals import AssistanceRefused
from assistance.relief.forms import ProofForm
from households.models import Household
from workflow.actions import StepRefused


def assisted_household(request, pk):
    """A household that the viewer may file for; 404 outside the viewer's area."""
    mine = access.scope(request.user, Permission.ASSISTANCE_EDIT, field="village_id")
    households = Household.objects.active().filter(mine).select_related("village__parent")
    return get_object_or_404(households, pk=pk)


def filled(form, household, by) -> dict:
    """What the form says, ready for the action; its files are stored as proofs."""
    values = dict(form.cleaned_data)
    if "proofs" in values:
        values["proofs"] = stored(values["proofs"], village=household.village, by=by)
    return values


def keep_proofs(request, household, keep) -> None:
    """Store what the proof form brought and hand it to `keep(proofs=, by=)`; says what came of it."""
    form = ProofForm(request.POST, request.FILES)
    try:
        if not form.is_valid():
            raise AssistanceRefused("；".join(form.errors["proofs"]))
        with transaction.atomic():
            keep(by=request.user, **filled(form, household, request.user))
    except (AssistanceRefused, StepRefused) as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, f"已上传 {len(form.cleaned_data['proofs'])} 个印证材料。")


def back_to(request, household) -> bool:
    """Does the viewer know the household's own page?"""
    return access.may(request.user, Permission.REGISTER_VIEW, area=household.village_id)
