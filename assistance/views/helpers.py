"""Pages of 帮扶责任人 (六（三）)."""

from django.contrib import messages
from django.shortcuts import redirect, render

from accounts.access import require
from accounts.permissions import Permission
from assistance import actions
from assistance.forms import HelperAssignForm
from assistance.models import Helper
from assistance.refusals import AssistanceRefused
from assistance.views.of_case import visible_case


@require(Permission.ASSISTANCE_EDIT)
def helper_assign(request, pk):
    """Choose or register the responsible helper (六（三）)."""
    case = visible_case(request, pk)
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
