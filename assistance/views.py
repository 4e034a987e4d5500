"""Pages of assistance: plan, helper, measures, clearing conditions, what is missing."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from accounts import access
from accounts.access import require
from accounts.permissions import Permission
from assistance import actions, clearing, completeness
from assistance.forms import HelperAssignForm, MeasureForm, PlanForm, WithdrawForm
from assistance.models import Helper, Measure, Plan
from assistance.refusals import AssistanceRefused
from workflow.models import Case


def _case(request, pk):
    return get_object_or_404(
        Case.objects.visible_to(request.user).select_related("household", "village"), pk=pk
    )


@require(Permission.CASE_VIEW)
def plan_detail(request, pk):
    """Everything of one household's assistance on one page (六（三）)."""
    case = _case(request, pk)
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
    case = _case(request, pk)
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


@require(Permission.ASSISTANCE_EDIT)
def helper_assign(request, pk):
    """Choose or register the responsible helper (六（三）)."""
    case = _case(request, pk)
    form = HelperAssignForm(request.POST or None, case=case, user=request.user)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            helper = data["helper"] or _known_or_new(data, case, request.user)
            actions.assign_helper(
                case=case, helper=helper, starts_on=data["starts_on"], by=request.user
            )
        except AssistanceRefused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, f"已明确帮扶责任人：{helper.name}。")
            return redirect("plan_detail", pk=case.pk)
    return render(request, "assistance/helper_assign.html", {"case": case, "form": form})


def _known_or_new(data, case, user):
    same = Helper.objects.filter(
        area=case.village, name=data["name"], unit=data["unit"], is_active=True
    ).first()
    return same or actions.add_helper(
        name=data["name"],
        unit=data["unit"],
        post_title=data["post_title"],
        phone=data["phone"],
        area=case.village,
        by=user,
    )


@require(Permission.ASSISTANCE_EDIT, Permission.MEASURE_SET)
def measure_new(request, pk):
    case = _case(request, pk)
    form = MeasureForm(request.POST or None, case=case, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            actions.set_measure(case=case, by=request.user, **form.values())
        except AssistanceRefused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, "帮扶措施已登记。")
            return redirect("plan_detail", pk=case.pk)
    return render(request, "assistance/measure_form.html", {"case": case, "form": form})


@require(Permission.ASSISTANCE_EDIT, Permission.MEASURE_SET, Permission.LEADFILE_UPLOAD)
def measure_list(request):
    """The viewer's measures: a department's own tasks, or those of an area; unfinished first."""
    measures = (
        Measure.objects.visible_to(request.user)
        .live()
        .select_related("case__household", "case__village", "department", "person")
        .order_by("state", "due_on", "pk")
    )
    page = Paginator(measures, 50).get_page(request.GET.get("page"))
    return render(request, "assistance/measure_list.html", {"page_obj": page})


@require(Permission.ASSISTANCE_EDIT, Permission.MEASURE_SET, Permission.LEADFILE_UPLOAD)
def measure_edit(request, pk):
    """Report progress; a stale page is told so and keeps what was typed."""
    measure = get_object_or_404(
        Measure.objects.visible_to(request.user).select_related("case__household", "case__village"),
        pk=pk,
    )
    form = MeasureForm(request.POST or None, instance=measure, case=measure.case, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            actions.update_measure(
                measure=Measure.objects.select_related("case").get(pk=pk),
                version=form.cleaned_data["version"] or 0,
                by=request.user,
                **form.values(),
            )
        except AssistanceRefused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, "帮扶措施已更新。")
            return _back(request, measure)
    context = {
        "case": measure.case,
        "form": form,
        "measure": measure,
        "withdraw_form": WithdrawForm(),
    }
    return render(request, "assistance/measure_form.html", context)


@require_POST
@require(Permission.ASSISTANCE_EDIT, Permission.MEASURE_SET)
def measure_withdraw(request, pk):
    measure = get_object_or_404(
        Measure.objects.visible_to(request.user).select_related("case"), pk=pk
    )
    form = WithdrawForm(request.POST)
    try:
        actions.withdraw_measure(
            measure=measure,
            reason=form.cleaned_data["reason"] if form.is_valid() else "",
            by=request.user,
        )
        messages.success(request, "已取消该措施。")
    except AssistanceRefused as refused:
        messages.error(request, str(refused))
        return redirect("measure_edit", pk=pk)
    return _back(request, measure)


def _back(request, measure):
    if access.may(request.user, Permission.CASE_VIEW, area=measure.case.village_id):
        return redirect("plan_detail", pk=measure.case_id)
    return redirect("measure_list")


@require(Permission.CASE_VIEW)
def clearing_check(request, pk):
    """Every clearing condition, green or red, with the fact behind it (四（六）)."""
    case = _case(request, pk)
    return render(
        request,
        "assistance/clearing_check.html",
        {"case": case, "conditions": clearing.conditions(case)},
    )


@require(Permission.CASE_VIEW)
def gap_list(request):
    """户户有帮扶机制、人人有防贫措施: monitored households where something is missing (六（三）)."""
    cases = completeness.incomplete(Case.objects.visible_to(request.user)).select_related(
        "household", "village"
    )
    page = Paginator(cases.order_by("village_id", "pk"), 50).get_page(request.GET.get("page"))
    return render(request, "assistance/gap_list.html", {"page_obj": page})
