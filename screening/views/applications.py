"""农户申请、干部摸排: find the household, say what happened, done. The easiest page there is."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from accounts import access
from accounts.access import require
from accounts.permissions import Permission
from audit import clock
from households import search
from households.actions import look_up
from households.models import Household
from households.presenters import masked_id
from households.refusals import TooMany
from screening import actions
from screening.forms import ApplicationForm
from screening.refusals import LeadRefused
from workflow.actions import store_attachment
from workflow.models import Case
from workflow.outcomes import StepRefused


@require(Permission.CASE_SCREEN)
def application_new(request):
    """First the household, found inside the own village; then one short form."""
    chosen = request.GET.get("household", "")
    if not chosen:
        return search_household(request, title="受理农户申请", target=reverse("application_new"))
    if not chosen.isdecimal() or len(chosen) > 18:
        raise PermissionDenied
    own = Household.objects.filter(access.scope(request.user, Permission.CASE_SCREEN))
    household = get_object_or_404(own.active().select_related("village__parent"), pk=int(chosen))
    form = ApplicationForm(
        request.POST or None, request.FILES or None, initial={"applied_on": clock.today()}
    )
    if request.method == "POST" and form.is_valid():
        try:
            lead = _take(request, household, form.cleaned_data)
        except (LeadRefused, StepRefused) as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(
                request, f"{household.head_name}户：已登记，请入户看一看，再列入排查台账。"
            )
            return redirect("case_detail", pk=lead.case_id)
    open_case = Case.objects.open().filter(household=household).first()
    context = {"household": household, "form": form, "open_case": open_case}
    return render(request, "screening/application_new.html", context)


@transaction.atomic
def _take(request, household, data):
    scan = None
    if data["scan"]:
        scan = store_attachment(upload=data["scan"], area=household.village, by=request.user)
    return actions.take_application(
        household=household, applied_on=data["applied_on"], statement=data["statement"],
        risks=data["risks"], source=data["source"], scan=scan, by=request.user,
    )  # fmt: skip


def search_household(request, *, title, target):
    """Which household is it? Found inside the own village, it goes to `target` as ?household=."""
    text = request.GET.get("q", "")
    context = {"title": title, "target": target, "q": text, "is_search": bool(text.strip())}
    if context["is_search"]:
        try:
            answer = look_up(text=text, by=request.user)
        except TooMany as refused:
            context["refusal"] = str(refused)
        else:
            context["is_too_short"] = answer.kind is search.Kind.TOO_SHORT
            context["has_more"] = answer.has_more
            context["rows"] = [
                {"person": person, "id_number": masked_id(person)} for person in answer.persons
            ]
    return render(request, "screening/application_search.html", context)
