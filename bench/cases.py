"""Cases as many as a real county has: `seed_demo` tells a story of three villages only."""

import datetime

from django.db import transaction

from areas.models import Area
from audit import clock
from bench.figures import note
from households.models import Household
from screening.models import Lead, LeadKind
from workflow.models import Case, MonthlyRound, ReportedList
from workflow.states import ON_REGISTER, Status
from workflow.transitions import GATE, LISTED

VILLAGE = "410922100201"  # of the demo's village cadre
HOUSEHOLDS_PER_CASE = 25  # 170,000 households: 6,800 cases, of them 3,400 monitored
LEADS_HERE = 60  # more than a page of the village's list
PATTERN = (
    *[Status.MONITORED] * 10,
    *[Status.NOT_ADMITTED] * 4,
    *[Status.LEAD] * 2,
    Status.SCREENED,
    Status.REVIEWED,
    Status.RECHECKED,
    Status.RISK_CLEARED,
)


@transaction.atomic
def fill() -> None:
    """Cases in every state over all villages, once; plain rows, as no step of them is measured."""
    free = Household.objects.filter(cases__isnull=True)
    if Case.objects.count() * HOUSEHOLDS_PER_CASE * 2 > free.count():
        return
    note("Adding the cases of a whole county …")
    rounds = list(MonthlyRound.objects.order_by("month"))
    carrier = ReportedList.objects.filter(row_count__gt=0).first()
    chosen = free.order_by("village_id", "number").values_list("pk", "village_id")
    Case.objects.bulk_create(
        [
            _case(household, village, PATTERN[number % len(PATTERN)], rounds[number % len(rounds)], carrier)
            for number, (household, village) in enumerate(list(chosen)[::HOUSEHOLDS_PER_CASE])
        ],
        batch_size=2000,
    )  # fmt: skip
    _leads(rounds[-1], carrier)


def _case(household: int, village: str, status: str, round, carrier) -> Case:
    today = clock.today()
    is_determined = status in (*ON_REGISTER, Status.RISK_CLEARED)
    return Case(
        household_id=household,
        village_id=village,
        round=round,
        status=status,
        category="2",
        risks=["因病"],
        sources=["DEPARTMENT"],
        per_capita_income=5200,
        due_on=round.screening_on if status in GATE else None,
        on_list=carrier if status in LISTED else None,
        identified_on=today - datetime.timedelta(days=200) if is_determined else None,
        cleared_on=today if status == Status.RISK_CLEARED else None,
        clearing_kind="assisted" if status == Status.RISK_CLEARED else "",
        not_admitted_reason="facts_untrue" if status == Status.NOT_ADMITTED else "",
    )


def _leads(round, carrier) -> None:
    """Unanswered leads of one village, so that its list fills a page."""
    kind = LeadKind.objects.filter(department="yibao").first()
    here = Household.objects.filter(village_id=VILLAGE, cases__isnull=True)
    found = Case.objects.bulk_create(
        _case(pk, VILLAGE, Status.LEAD, round, carrier)
        for pk in here.values_list("pk", flat=True)[:LEADS_HERE]
    )
    Lead.objects.bulk_create(
        Lead(
            source=Lead.Source.DEPARTMENT,
            kind=kind,
            household_id=case.household_id,
            village=Area(code=VILLAGE),
            case=case,
            month=round.month,
            risks=["因病"],
            explanation="住院自付 12,000 元 > 5,500 元，脱贫户，附件1-1",
            clause="附件1-1",
            raised_on=round.month,
            fact_hash=f"bench-{case.pk}",
        )
        for case in found
    )
