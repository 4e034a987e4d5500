"""Pages of measures: set, carried out, withdrawn."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from accounts import access
from accounts.access import require
from accounts.permissions import Permission
from assistance import actions
from assistance.forms import MeasureForm, WithdrawForm
from assistance.models import Measure
from assistance.refusals import AssistanceRefused
from assistance.views.of_case import visible_case


@require(Permission.ASSISTANCE_EDIT, Permission.MEASURE_SET)
def measure_new(request, pk):
    case = visible_case(request, pk)
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
