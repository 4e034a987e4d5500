"""The page of the clearing conditions (四（六）)."""

from django.shortcuts import render

from accounts.access import require
from accounts.permissions import Permission
from assistance import clearing
from assistance.views.of_case import visible_case


@require(Permission.CASE_VIEW)
def clearing_check(request, pk):
    """Every clearing condition, green or red, with the fact behind it (四（六）)."""
    case = visible_case(request, pk)
    return render(
        request,
        "assistance/clearing_check.html",
        {"case": case, "conditions": clearing.conditions([case])[case.pk]},
    )
