"""The booklet on the case page."""

from accounts.permissions import Permission
from ledgers.models import Booklet
from workflow.sections import case_page
from workflow.states import ON_REGISTER, Status


def context(request, case):
    """The latest printed booklet; nothing for cases that were never monitored."""
    if case.status not in (*ON_REGISTER, Status.RISK_CLEARED):
        return None
    return {"booklet": Booklet.objects.filter(case=case).order_by("-version").first()}


case_page.add(
    order=40,
    title="一户一册",
    template="ledgers/_case_section.html",
    context=context,
    permission=Permission.CASE_VIEW,
)
