"""The risks of a household's open case, for the doubts about its facts."""

from households.doubt_facts import source
from policy import codes
from workflow.models import Case


@source
def risks_of(household_ids):
    """By household id, those with an open case; one query."""
    cases = Case.objects.open().filter(household_id__in=household_ids)
    return {
        household: {"risks": tuple(codes.labels("risk", risks)), "has_case": True}
        for household, risks in cases.values_list("household_id", "risks")
    }
