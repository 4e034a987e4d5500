"""The facts behind clearing, for many cases at once, and the guard that keeps a red condition from passing (四（六）).

Each fact is one query whatever the number of cases: a meeting clears a whole list.
"""

from django.db.models import Count, Q

from assistance import rules
from assistance.models import HelperAssignment, Measure
from audit import clock
from households.models import Person, Safeguard
from policy import parameters
from workflow.guards import guard
from workflow.models import Case, Visit
from workflow.rounds import county_of

LABOUR_SKILLS = ("普通劳动力", "技能劳动力", "弱劳动力或半劳动力")


def conditions(cases: list[Case]) -> dict[int, list[rules.Condition]]:
    """Every clearing condition of these cases today, green or red, with its fact, by case id."""
    return {pk: rules.clearing_conditions(facts) for pk, facts in _facts(cases).items()}


@guard("propose_clearing")
@guard("clear_risk")
def red_conditions(cases: list[Case]) -> dict[int, list[str]]:
    """Why the risk of a case cannot be recognised as cleared yet; a case that can be is absent."""
    found = {pk: rules.unmet(checked) for pk, checked in conditions(cases).items()}
    return {pk: reasons for pk, reasons in found.items() if reasons}


def _facts(cases) -> dict[int, rules.ClearingFacts]:
    today = clock.today()
    safeguards, measures = _latest_safeguards(cases), _measures(cases)
    visits, helped, able = _clearing_visits(cases), _with_helper(cases), _with_labour(cases)
    return {
        case.pk: rules.ClearingFacts(
            identified_on=case.identified_on,
            today=today,
            per_capita_income=case.household.per_capita_income,
            safeguard_problems=safeguards.get(case.household_id),
            measures_delivered=measures.get(case.pk, (0, 0))[0],
            measures_open=measures.get(case.pk, (0, 0))[1],
            has_helper=case.pk in helped,
            has_labour=case.household_id in able,
            clearing_visit_on=visits.get(case.pk),
            risks=tuple(case.risks),
            **_required(county_of(case.village_id), today),
        )
        for case in cases
    }


def _required(county: str, today) -> dict:
    """What the policy asks of the county's households today; parameters are remembered, no query."""
    return {
        "months_required": int(parameters.value("months_before_clearing", on=today, county=county)),
        "line": parameters.value("monitoring_line", on=today, county=county),
    }


def _latest_safeguards(cases) -> dict[int, frozenset[str]]:
    """What the last check of 三保障 found, by household."""
    latest = (
        Safeguard.objects.filter(household__in=_households(cases))
        .order_by("household_id", "-checked_on", "-pk")
        .distinct("household_id")
    )
    return {
        found.household_id: frozenset(
            key for key in rules.SAFEGUARDS if getattr(found, f"{key}_problem")
        )
        for found in latest
    }


def _measures(cases) -> dict[int, tuple[int, int]]:
    """(delivered, unfinished) measures by case."""
    State = Measure.State
    rows = (
        Measure.objects.filter(case__in=cases)
        .values("case_id")
        .annotate(
            delivered=Count("pk", filter=Q(state=State.DONE)),
            unfinished=Count("pk", filter=Q(state__in=[State.PLANNED, State.ACTIVE])),
        )
        .order_by()
    )
    return {row["case_id"]: (row["delivered"], row["unfinished"]) for row in rows}


def _clearing_visits(cases) -> dict[int, object]:
    """The day of the last visit that looked at clearing since the case was determined, by case."""
    since = {case.pk: case.identified_on or clock.today() for case in cases}
    visits = Visit.objects.filter(case__in=cases, purpose=Visit.Purpose.CLEARING)
    found = {}
    for pk, day in visits.order_by("visited_on").values_list("case_id", "visited_on"):
        if day >= since[pk]:
            found[pk] = day
    return found


def _with_helper(cases) -> set[int]:
    current = HelperAssignment.objects.filter(case__in=cases, ends_on__isnull=True)
    return set(current.values_list("case_id", flat=True))


def _with_labour(cases) -> set[int]:
    able = Person.objects.filter(
        household__in=_households(cases), is_active=True, skill__in=LABOUR_SKILLS
    )
    return set(able.values_list("household_id", flat=True))


def _households(cases) -> list[int]:
    return [case.household_id for case in cases]
