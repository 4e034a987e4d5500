"""The leads of a household on its own page and on its case's, in words."""

from accounts import access
from accounts.permissions import Permission
from households.sections import household_page
from screening import presenters
from screening.duties.kinds import KINDS, VILLAGE
from screening.duties.presenting import MatterLine
from screening.models import Lead, Matter
from workflow.sections import case_page

SHOWN = 30
# What a lead is told by; of the related rows most is not wanted here.
TOLD = (
    "case", "source", "explanation", "raised_on", "scan", "answer", "answer_reason", "answer_note",
    "kind__label", "kind__department__name", "person__name", "earlier__answer",
    "earlier__answer_reason", "earlier__answer_note", "earlier__answered_at",
)  # fmt: skip


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


def matters_of_household(request, household):
    """What departments handled for this household, and the way to report a bad house 附件1-6."""
    matters = Matter.objects.visible_to(request.user).filter(household=household)
    lines = [MatterLine(m) for m in matters.select_related("department")[:SHOWN]]
    works_here = access.may(request.user, Permission.CASE_SCREEN, area=household.village_id)
    raisable = [k for k in KINDS.values() if k.raised_by == VILLAGE and k.has_household]
    can_raise = works_here and not household.is_removed
    if not lines and not can_raise:
        return None
    return {"lines": lines, "raisable": raisable if can_raise else [], "household": household}


def matters_of_case(request, case):
    """The same beside the household's measures; shown only where there is something."""
    found = matters_of_household(request, case.household)
    return {**found, "raisable": []} if found and found["lines"] else None


def _lines(leads) -> list[presenters.LeadLine]:
    found = leads.select_related("kind__department", "person", "earlier").only(*TOLD)
    return [presenters.LeadLine(lead) for lead in found.order_by("-raised_on", "-pk")[:SHOWN]]


household_page.add(
    order=20,
    title="线索",
    template="screening/_leads.html",
    context=of_household,
    permission=Permission.CASE_VIEW,
)
household_page.add(
    order=25,
    title="部门事项",
    template="screening/_matters.html",
    context=matters_of_household,
    permission=Permission.CASE_VIEW,
    is_further_down=True,
)
case_page.add(
    order=45,
    title="部门事项",
    template="screening/_matters.html",
    context=matters_of_case,
    permission=Permission.CASE_VIEW,
)
case_page.add(
    order=10,
    title="线索",
    template="screening/_leads.html",
    context=of_case,
    permission=Permission.CASE_VIEW,
)
