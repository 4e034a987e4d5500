"""Pages of 帮扶责任人 (六（三）): who helps whom, how much is in each one's hands, hand-over."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.forms import model_to_dict
from django.shortcuts import get_object_or_404, redirect, render

from accounts import access
from accounts.access import require
from accounts.permissions import Permission
from assistance import actions, workload
from assistance.forms import HandOverForm, HelperAssignForm, HelperForm
from assistance.models import Helper, HelperAssignment
from assistance.refusals import AssistanceRefused
from assistance.views.of_case import visible_case

PAGE_SIZE = 50


@require(Permission.ASSISTANCE_EDIT)
def helper_assign(request, pk):
    """Choose or register the responsible helper; a change asks its reason."""
    case = visible_case(request, pk)
    current = case.helper_assignments.filter(ends_on=None).select_related("helper").first()
    form = HelperAssignForm(request.POST or None, case=case, current=current)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            helper = data["helper"] or _known_or_new(data, case, request.user)
            actions.assign_helper(
                case=case, helper=helper, starts_on=data["starts_on"],
                reason=data.get("reason", ""), by=request.user,
            )  # fmt: skip
        except AssistanceRefused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, f"已明确帮扶责任人：{helper.name}。")
            return redirect("plan_detail", pk=case.pk)
    context = {"case": case, "form": form, "current": current}
    return render(request, "assistance/helper_assign.html", context)


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


@require(Permission.ASSISTANCE_EDIT)
def helper_edit(request, pk):
    """Put right a helper's unit, post or telephone, or note that they left their post."""
    own = access.scope(request.user, Permission.ASSISTANCE_EDIT, field="area_id")
    helper = get_object_or_404(Helper.objects.filter(own).select_related("area"), pk=pk)
    form = HelperForm(request.POST or None, initial=model_to_dict(helper, HelperForm.Meta.fields))
    if request.method == "POST" and form.is_valid():
        try:
            actions.correct_helper(helper=helper, by=request.user, **form.cleaned_data)
        except AssistanceRefused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, "责任人信息已更正，明白卡、一户一册按新的打印。")
            return redirect("helper_detail", pk=helper.pk)
    return render(request, "assistance/helper_edit.html", {"helper": helper, "form": form})


@require(Permission.CASE_VIEW)
def helper_list(request):
    """Every helper of the viewer's area with what is in hand, by name."""
    helpers = workload.helpers_of(request.user).select_related("area").order_by("area_id", "name")
    page = Paginator(helpers, PAGE_SIZE).get_page(request.GET.get("page"))
    page.object_list = workload.counted(page.object_list, request.user)
    return render(request, "assistance/helper_list.html", {"page_obj": page})


@require(Permission.CASE_VIEW)
def helper_detail(request, pk):
    """One helper's households now and before, and the hand-over of all of them."""
    known = workload.helpers_of(request.user)
    helper = get_object_or_404(known.select_related("area"), pk=pk)
    (helper,) = workload.counted([helper], request.user)
    assignments = (
        HelperAssignment.objects.visible_to(request.user)
        .filter(helper=helper)
        .select_related("case__household", "case__village")
        .order_by("ends_on", "case__village_id", "pk")
    )
    can_edit = access.holds(request.user, Permission.ASSISTANCE_EDIT)
    form = HandOverForm(request.POST or None, helper=helper, known=known) if can_edit else None
    if request.method == "POST" and can_edit and form.is_valid():
        try:
            moved = actions.hand_over(helper=helper, by=request.user, **form.cleaned_data)
        except AssistanceRefused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, f"已移交 {moved} 户，走访和未完成的措施随之移交。")
            return redirect("helper_detail", pk=form.cleaned_data["to"].pk)
    context = {
        "helper": helper,
        "current": [one for one in assignments if one.ends_on is None],
        "former": [one for one in assignments if one.ends_on],
        "form": form,
        "user_can_correct": access.may(
            request.user, Permission.ASSISTANCE_EDIT, area=helper.area_id
        ),
    }
    return render(request, "assistance/helper_detail.html", context)
