"""The page of the clearing conditions (四（六）)."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse

from accounts import access
from accounts.access import require
from accounts.permissions import Permission
from assistance import clearing
from assistance.actions.risks import end_risk
from assistance.refusals import AssistanceRefused
from assistance.relief.forms import RiskEndedForm
from assistance.views.of_case import visible_case
from workflow.states import ON_REGISTER


@require(Permission.CASE_VIEW)
def clearing_check(request, pk):
    """Every clearing condition, green or red, with the fact behind it (四（六）)."""
    case = visible_case(request, pk)
    can_edit = access.may(request.user, Permission.ASSISTANCE_EDIT, area=case.village_id)
    checked = clearing.conditions([case])[case.pk]
    context = {
        "case": case,
        "conditions": checked,
        "red_count": sum(not condition.is_met for condition in checked),
        "can_end_risk": can_edit and case.status in ON_REGISTER,
    }
    return render(request, "assistance/clearing_check.html", context)


@require(Permission.ASSISTANCE_EDIT)
def risk_ended(request, pk):
    """登记风险消失 for one risk of the case."""
    case = visible_case(request, pk)
    form = RiskEndedForm(request.POST or None, case=case)
    if request.method == "POST" and form.is_valid():
        try:
            end_risk(case=case, by=request.user, **form.cleaned_data)
        except AssistanceRefused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, "已登记风险消失。")
            return redirect("clearing_check", pk=pk)
    context = {
        "household": case.household,
        "form": form,
        "title": "登记风险消失",
        "lead": "没有靠措施、自己已经消失的风险，入户核实后在这里登记；有对应措施落实的不用登记。",
        "button": "登记",
        "back_url": reverse("clearing_check", args=[pk]),
    }
    return render(request, "assistance/relief_form.html", context)
