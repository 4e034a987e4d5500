"""The leads of a household on its own page and on its case's, in words."""

from accounts import access
from accounts.permissions import Permission
from households.sections import household_page
from screening import presenters
from screening.models import Lead
from workflow.sections import case_page

SHOWN = 30


def of_household(request, household):
    """Every lead there ever was, the latest first, and the way to apply 四（一）."""
    lines = _lines(Lead.objects.visible_to(request.user).filter(household=household))
    works_here = access.may(request.user, Permission.CASE_SCREEN, area=household.village_id)
    can_apply = works_here and not household.is_removed
    return (
        {"lines": lines, "applicant": household if can_apply else None}
        if lines or can_apply
        else None
    )


def of_case(request, case):
    """The leads that opened this case or were added to it."""
    lines = _lines(case.leads.all())
    works_here = access.may(request.user, Permission.CASE_SCREEN, area=case.village_id)
    is_open = any(not line.lead.answer for line in lines)
    return (
        {"lines": lines, "answerable": case if works_here and is_open else None} if lines else None
    )


def _lines(leads) -> list[presenters.LeadLine]:
    found = leads.select_related("kind__department", "person", "scan", "earlier")
    return [presenters.LeadLine(lead) for lead in found.order_by("-raised_on", "-pk")[:SHOWN]]


household_page.add(
    order=20,
    title="线索",
    template="screening/_leads.html",
    context=of_household,
    permission=Permission.CASE_VIEW,
)
case_page.add(
    order=10,
    title="线索",
    template="screening/_leads.html",
    context=of_case,
    permission=Permission.CASE_VIEW,
)
