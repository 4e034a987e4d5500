"""The leads of a household on its own page and on its case's, in words."""

from accounts import access
from accounts.permissions import Permission
from households.sections import household_page
from screening import presenters
from screening.models import Lead
from workflow.sections import case_page

SHOWN = 30


def of_household(request, household):
    """Every lead there ever was, the latest first; nothing where there is none."""
    leads = Lead.objects.visible_to(request.user).filter(household=household)
    return _context(request, leads, can_answer=False)


def of_case(request, case):
    """The leads that opened this case or were added to it."""
    can_answer = access.may(request.user, Permission.CASE_SCREEN, area=case.village_id)
    return _context(request, case.leads.all(), can_answer=can_answer)


def _context(request, leads, can_answer):
    found = leads.select_related("kind__department", "person", "scan", "earlier")
    lines = [presenters.LeadLine(lead) for lead in found.order_by("-raised_on", "-pk")[:SHOWN]]
    if not lines:
        return None
    is_open = any(not line.lead.answer for line in lines)
    return {"lines": lines, "can_answer": can_answer and is_open}


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
