"""Pages of the plan: needs, measures, approval."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from accounts import access
from accounts.access import require
from accounts.permissions import Permission
from assistance import actions, completeness
from assistance.forms import PlanForm
from assistance.models import Plan
from assistance.refusals import AssistanceRefused
from assistance.views.of_case import visible_case


@require(Permission.CASE_VIEW)
def plan_detail(request, pk):
    """Everything of one household's assistance on one page (六（三）)."""
    case = visible_case(request, pk)
    plan = Plan.objects.filter(case=case).select_related("made_by", "approved_by").first()
    context = {
        "case": case,
        "plan": plan,
        "assignments": case.helper_assignments.select_related("helper").order_by("-starts_on"),
        "measures": case.measures.select_related("person", "department"),
        "gaps": completeness.gaps(case),
        "user_can_edit": access.may(request.user, Permission.ASSISTANCE_EDIT, area=case.village_id),
        "user_can_set": access.may(request.user, Permission.MEASURE_SET, area=case.village_id),
    }
    context["user_can_approve"] = (
        context["user_can_set"]
        and plan
        and not plan.approved_at
        and plan.made_by_id != request.user.pk
    )
    return render(request, "assistance/plan_detail.html", context)


@require(Permission.ASSISTANCE_EDIT)
def plan_edit(request, pk):
    case = visible_case(request, pk)
    latest = Plan.objects.filter(case=case).first()
    form = PlanForm(
        request.POST or None,
        initial={"needs": latest.needs, "goal": latest.goal} if latest else None,
    )
    if request.method == "POST" and form.is_valid():
        try:
            actions.make_plan(case=case, by=request.user, **form.cleaned_data)
        except AssistanceRefused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, "帮扶计划已保存。")
            return redirect("plan_detail", pk=case.pk)
    return render(request, "assistance/plan_edit.html", {"case": case, "form": form})


@require_POST
@require(Permission.MEASURE_SET)
def plan_approve(request, pk):
    plan = get_object_or_404(Plan.objects.visible_to(request.user).select_related("case"), pk=pk)
    try:
        actions.approve_plan(plan=plan, by=request.user)
        messages.success(request, "帮扶计划已审批。")
    except AssistanceRefused as refused:
        messages.error(request, str(refused))
    return redirect("plan_detail", pk=plan.case_id)
