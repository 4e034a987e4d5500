"""What the case page shows of assistance."""

from accounts.permissions import Permission
from workflow.models import Status
from workflow.sections import case_page

BEFORE_HELP = {Status.LEAD, Status.SCREENED, Status.NOT_ADMITTED}


def context(request, case):
    """Helper and live measures; nothing before the village has reviewed, unless help goes ahead of procedure."""
    if case.status in BEFORE_HELP and not case.is_urgent:
        return None
    assignment = (
        case.helper_assignments.filter(ends_on__isnull=True).select_related("helper").first()
    )
    return {"helper": assignment and assignment.helper, "measures": list(case.measures.live())}


case_page.add(
    order=30,
    title="帮扶",
    template="assistance/_case_section.html",
    context=context,
    permission=Permission.CASE_VIEW,
)
