"""What is missing, as lists (六（三）)."""

from django.core.paginator import Paginator
from django.shortcuts import render

from accounts.access import require
from accounts.permissions import Permission
from assistance import completeness
from workflow.models import Case


@require(Permission.CASE_VIEW)
def gap_list(request):
    """户户有帮扶机制、人人有防贫措施: monitored households where something is missing (六（三）)."""
    cases = completeness.incomplete(Case.objects.visible_to(request.user)).select_related(
        "household", "village"
    )
    page = Paginator(cases.order_by("village_id", "pk"), 50).get_page(request.GET.get("page"))
    return render(request, "assistance/gap_list.html", {"page_obj": page})
