"""Pages of measures: set, answered by the department, many at once, withdrawn."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Count
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts import access
from accounts.access import require
from accounts.permissions import Permission
from assistance import actions
from assistance.forms import (
    MeasureAnswerForm,
    MeasureBatchForm,
    MeasureFilterForm,
    MeasureForm,
    WithdrawForm,
)
from assistance.models import Measure, PlanItem
from assistance.proofs import stored
from assistance.refusals import AssistanceRefused
from assistance.views.of_case import visible_case
from workflow.actions import StepRefused
from workflow.views.visits import attachment_response

PAGE_SIZE = 50
ANY_HAND = (Permission.ASSISTANCE_EDIT, Permission.MEASURE_SET, Permission.LEADFILE_UPLOAD)
SEES = (Permission.CASE_VIEW, Permission.LEADFILE_UPLOAD)


@require(Permission.ASSISTANCE_EDIT, Permission.MEASURE_SET)
def measure_new(request, pk):
    """A measure, taken over from an item of the plan where one is named."""
    case = visible_case(request, pk)
    form = MeasureForm(
        request.POST or None,
        request.FILES or None,
        case=case,
        initial=_from_plan(case, request.GET.get("item", "")),
    )
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                proofs = stored(form.cleaned_data["proofs"], village=case.village, by=request.user)
                actions.set_measure(case=case, by=request.user, proofs=proofs, **form.values())
        except (AssistanceRefused, StepRefused) as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, "帮扶措施已登记。")
            return redirect("plan_detail", pk=case.pk)
    return render(request, "assistance/measure_form.html", {"case": case, "form": form})


def _from_plan(case, number) -> dict:
    item = (
        PlanItem.objects.filter(pk=number, plan__case=case).first()
        if number.isdecimal() and len(number) < 18
        else None
    )
    if item is None:
        return {}
    return {"kind": item.kind, "description": item.content, "amount_planned": item.amount}


@require(*ANY_HAND)
def measure_list(request):
    """The viewer's measures: a department's own tasks, or those of an area; unfinished and late first."""
    form = MeasureFilterForm(request.GET)
    measures = (
        form.narrowed(Measure.objects.visible_to(request.user))
        .select_related("case__household", "case__village__parent", "department", "person")
        .annotate(n_proofs=Count("proofs"))
        .order_by("due_on", "pk")
    )
    page = Paginator(measures, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "page_obj": page,
        "form": form,
        "batch_form": MeasureBatchForm(),
        "has_own_tasks": bool(access.departments(request.user, Permission.LEADFILE_UPLOAD)),
    }
    return render(request, "assistance/measure_list.html", context)


@require_POST
@require(*ANY_HAND)
def measure_batch(request):
    """Start or finish all ticked measures; the sound ones go in, the others are named."""
    form = MeasureBatchForm(request.POST)
    versions = _ticked(request)
    if not versions:
        messages.error(request, "还没有勾选措施，请先勾选。")
    elif not form.is_valid():
        for errors in form.errors.values():
            messages.error(request, "；".join(errors))
    else:
        changes = _changes(form.cleaned_data, versions, request.user)
        refused = actions.update_measures(changes=changes, by=request.user)
        refused |= dict.fromkeys(versions.keys() - changes.keys(), "已落实或已取消，没有再改")
        _tell(request, len(versions) - len(refused), refused)
    return redirect(f"{request.path.removesuffix('batch/')}?{request.META['QUERY_STRING']}")


def _ticked(request) -> dict[int, int]:
    """Measure id -> the version that was on the page: ticks are sent as id.version."""
    found = {}
    for pair in request.POST.getlist("measure")[:PAGE_SIZE]:
        pk, _, version = pair.partition(".")
        if pk.isdecimal() and version.isdecimal() and len(pk) < 18 and len(version) < 9:
            found[int(pk)] = int(version)
    return found


def _changes(data, versions, user) -> dict:
    """What to write to the ticked measures that are not finished yet."""
    unfinished = Measure.objects.visible_to(user).unfinished().filter(pk__in=versions)
    planned = dict(unfinished.values_list("pk", "amount_planned"))
    if data["step"] == MeasureBatchForm.START:
        return {pk: (versions[pk], {"state": Measure.State.ACTIVE}) for pk in planned}
    fields = {"state": Measure.State.DONE, "done_on": data["done_on"]}
    if data["effect"]:
        fields["effect"] = data["effect"]
    given = data["amount_paid"]
    return {
        pk: (versions[pk], fields | {"amount_paid": amount if given is None else given})
        for pk, amount in planned.items()
    }


def _tell(request, done, refused):
    if done:
        messages.success(request, f"已更新 {done} 项措施。")
    if refused:
        names = dict(
            Measure.objects.visible_to(request.user)
            .filter(pk__in=refused)
            .values_list("pk", "case__household__head_name")
        )
        told = [f"{names.get(pk, '')}户：{why}" for pk, why in list(refused.items())[:10]]
        messages.error(request, f"有 {len(refused)} 项没有更新。" + "；".join(told))


@require(*ANY_HAND)
def measure_edit(request, pk):
    """Report progress; a stale page is told so and keeps what was typed."""
    measure = get_object_or_404(
        Measure.objects.visible_to(request.user).select_related(
            "case__household", "case__village__parent", "person", "department"
        ),
        pk=pk,
    )
    sees_case = access.may(request.user, Permission.CASE_VIEW, area=measure.case.village_id)
    given = (request.POST or None, request.FILES or None)
    if sees_case:
        form = MeasureForm(*given, instance=measure, case=measure.case)
    else:
        form = MeasureAnswerForm(*given, instance=measure)
    if request.method == "POST" and form.is_valid():
        try:
            _save(request, pk, form)
        except (AssistanceRefused, StepRefused) as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, "帮扶措施已更新。")
            return _back(request, measure)
    fresh = Measure.objects.prefetch_related("proofs").get(pk=pk)
    context = {
        "case": measure.case,
        "form": form,
        "measure": fresh,
        "person": measure.person,
        "department": measure.department,
        "proofs": fresh.proofs.all(),
        "sees_case": sees_case,
        "drop_form": WithdrawForm(),
    }
    return render(request, "assistance/measure_form.html", context)


@transaction.atomic
def _save(request, pk, form):
    measure = Measure.objects.select_related("case__village", "person").get(pk=pk)
    actions.update_measure(
        measure=measure,
        version=form.cleaned_data["version"] or 0,
        by=request.user,
        proofs=stored(form.cleaned_data["proofs"], village=measure.case.village, by=request.user),
        **form.values(),
    )


@require_safe
@require(*SEES)
def measure_proof(request, pk, file):
    """A proof of the measure, for whoever sees the measure, whoever sent it in."""
    measure = get_object_or_404(Measure.objects.visible_to(request.user), pk=pk)
    attachment = get_object_or_404(measure.proofs, pk=file)
    return attachment_response(attachment, by=request.user)


@require_POST
@require(*ANY_HAND)
def measure_withdraw(request, pk):
    """取消 by those who set it; 不予办理 by the responsible department."""
    measure = get_object_or_404(
        Measure.objects.visible_to(request.user).select_related("case"), pk=pk
    )
    sees_case = access.may(request.user, Permission.CASE_VIEW, area=measure.case.village_id)
    drop = actions.withdraw_measure if sees_case else actions.refuse_measure
    form = WithdrawForm(request.POST)
    try:
        if not form.is_valid():
            raise AssistanceRefused("；".join(form.errors["reason"]))
        drop(measure=measure, by=request.user, **form.cleaned_data)
        messages.success(request, "已取消该措施。" if sees_case else "已答复不予办理。")
    except AssistanceRefused as refused:
        messages.error(request, str(refused))
        return redirect("measure_edit", pk=pk)
    return _back(request, measure)


def _back(request, measure):
    if access.may(request.user, Permission.CASE_VIEW, area=measure.case.village_id):
        return redirect("plan_detail", pk=measure.case_id)
    return redirect("measure_list")
