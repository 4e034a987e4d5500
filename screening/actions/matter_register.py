"""附件1-8: what 民政 answers of 低保 and 特困 goes into the register; nobody types it again."""

from django.db.models import Max

from households.actions import settle_low_income
from screening.duties import kinds
from screening.models import Matter


def tell_register(matters, by) -> None:
    """Write the answers of these closed matters into the register, unless a later period has one.

    Inside the caller's transaction; three queries for any number of matters.
    """
    told = {}
    for matter in matters:
        outcome = kinds.outcome_of(matter.kind, matter.outcome)
        if outcome and outcome.protects is not None and matter.household_id:
            told[matter.kind, matter.household_id] = (matter.period, outcome.protects)
    if not told:
        return
    answered = Matter.objects.exclude(outcome="").filter(
        kind__in={kind for kind, _ in told}, household__in={household for _, household in told}
    )
    latest = answered.order_by().values_list("kind", "household").annotate(Max("period"))
    settled = {
        household: told[kind, household][1]
        for kind, household, period in latest
        if (kind, household) in told and told[kind, household][0] == period
    }
    settle_low_income(kinds=settled, by=by)
