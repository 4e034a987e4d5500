"""先行帮扶: what was given before its procedure, listed until the procedure is made up."""

from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.shortcuts import render

from accounts.access import require
from accounts.permissions import Permission
from assistance.models import Measure
from assistance.relief.models import ReliefRequest
from workflow import presenters
from workflow.models import Case
from workflow.states import ON_REGISTER

PAGE_ROWS = 50
CASES_SHOWN = 200


@require(Permission.CASE_VIEW)
def ahead_list(request):
    """Relief paid before approval, and urgent households helped before they are determined."""
    reliefs = (
        ReliefRequest.objects.visible_to(request.user)
        .ahead_of_procedure()
        .select_related("household__village__parent")
        .order_by("requested_on", "pk")
    )
    given = Q(measures__is_ahead_of_procedure=True) & ~Q(measures__state=Measure.State.WITHDRAWN)
    cases = (
        Case.objects.visible_to(request.user)
        .open()
        .filter(is_urgent=True)
        .exclude(status__in=ON_REGISTER)
        .select_related("household", "village__parent")
        .annotate(given=Count("measures", filter=given))
        .order_by("opened_at", "pk")[:CASES_SHOWN]
    )
    context = {
        "page_obj": Paginator(reliefs, PAGE_ROWS).get_page(request.GET.get("page")),
        "cases": [{"case": case, "status_label": presenters.status_label(case)} for case in cases],
    }
    return render(request, "assistance/ahead_list.html", context)
