"""The measures that run or were carried out, for the doubts about a household's facts."""

from assistance.models import Measure
from households.doubt_facts import source
from households.doubts import MeasureFact
from workflow.states import OPEN


@source
def measures_of(household_ids):
    """By household id, those of its open case; one query."""
    given = Measure.objects.filter(
        case__household_id__in=household_ids,
        case__status__in=OPEN,
        state__in=(Measure.State.ACTIVE, Measure.State.DONE),
    ).order_by("pk")
    found = {}
    for household, *facts in given.values_list(
        "case__household_id", "kind", "group", "starts_on", "person_id"
    ):
        found.setdefault(household, []).append(MeasureFact(*facts))
    return {household: {"measures": tuple(facts)} for household, facts in found.items()}
