"""The cases of a household on its own page with their papers, and the way onto the month's ledger."""

from accounts import access
from accounts.permissions import Permission
from households.sections import household_page
from workflow import presenters
from workflow.models import Case


def of_household(request, household):
    """Every case there ever was, the latest first; 四（二）lets the village open one itself."""
    cases = Case.objects.visible_to(request.user).filter(household=household)
    rows = [
        {
            "case": case,
            "status_label": presenters.status_label(case),
            "status_tone": presenters.status_tone(case),
            "risks": presenters.risk_labels(case.risks),
        }
        for case in cases.order_by("-pk")
    ]
    is_busy = any(row["case"].is_open for row in rows)
    works_here = access.may(request.user, Permission.CASE_SCREEN, area=household.village_id)
    can_open = works_here and not is_busy and not household.is_removed
    if not rows and not can_open:
        return None
    return {
        "rows": rows,
        "opens_for": household if can_open else None,
        "may_print": access.may(request.user, Permission.LEDGER_EXPORT, area=household.village_id),
    }


household_page.add(
    order=10,
    title="监测情况",
    template="workflow/_household_cases.html",
    context=of_household,
    permission=Permission.CASE_VIEW,
)
