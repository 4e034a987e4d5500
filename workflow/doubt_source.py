"""What the case of a household says, for the doubts about its facts."""

from households.doubt_facts import source
from policy import codes
from workflow.models import Case
from workflow.states import OPEN, Status


@source
def case_of(household_ids):
    """By household id: the risks of the open case, or that the last one was cleared; one query."""
    cases = Case.objects.filter(
        household_id__in=household_ids, status__in=(*OPEN, Status.RISK_CLEARED)
    ).order_by("household_id", "pk")
    found = {}
    for household, status, risks in cases.values_list("household_id", "status", "risks"):
        if status in OPEN:
            labels = tuple(codes.labels("risk", risks))
            found[household] = {"risks": labels, "has_case": True, "is_cleared": False}
        elif not found.get(household, {}).get("has_case"):
            found[household] = {"is_cleared": True}
    return found
