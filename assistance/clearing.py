"""The facts behind clearing for one case, and the guards that keep a red condition from passing (四（六）)."""

from django.db.models import Count, Q

from assistance import rules
from assistance.models import HelperAssignment, Measure
from audit import clock
from households.models import Person
from policy import parameters
from workflow.guards import guard
from workflow.models import Visit

LABOUR_SKILLS = ("普通劳动力", "技能劳动力", "弱劳动力或半劳动力")


def conditions(case) -> list[rules.Condition]:
    """Every clearing condition of this case today, green or red, with its fact."""
    return rules.clearing_conditions(_facts(case))


@guard("propose_clearing")
@guard("clear_risk")
def red_conditions(case) -> list[str]:
    """Why the risk of this case cannot be recognised as cleared yet; empty = it can."""
    return rules.unmet(conditions(case))


def _facts(case) -> rules.ClearingFacts:
    today, county = clock.today(), case.village_id[:6]
    household = case.household
    safeguard = household.safeguards.order_by("-checked_on", "-pk").first()
    measures = Measure.objects.filter(case=case).aggregate(
        delivered=Count("pk", filter=Q(state=Measure.State.DONE)),
        unfinished=Count("pk", filter=Q(state__in=[Measure.State.PLANNED, Measure.State.ACTIVE])),
    )
    visit = (
        Visit.objects.filter(
            case=case, purpose=Visit.Purpose.CLEARING, visited_on__gte=case.identified_on or today
        )
        .order_by("-visited_on")
        .first()
    )
    return rules.ClearingFacts(
        identified_on=case.identified_on,
        today=today,
        months_required=int(parameters.value("months_before_clearing", on=today, county=county)),
        per_capita_income=household.per_capita_income,
        line=parameters.value("monitoring_line", on=today, county=county),
        safeguard_problems=None
        if safeguard is None
        else frozenset(key for key in rules.SAFEGUARDS if getattr(safeguard, f"{key}_problem")),
        measures_delivered=measures["delivered"],
        measures_open=measures["unfinished"],
        has_helper=HelperAssignment.objects.filter(case=case, ends_on__isnull=True).exists(),
        has_labour=Person.objects.filter(
            household=household, is_active=True, skill__in=LABOUR_SKILLS
        ).exists(),
        clearing_visit_on=visit.visited_on if visit else None,
        risks=tuple(case.risks),
    )
