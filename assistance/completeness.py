"""户户有帮扶机制，人人有防贫措施 (六（三）): what a monitored household lacks, each question one condition.

All of it is set-based: a list, a count by area and the flags of one row ask the same conditions.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache

from django.db import connection
from django.db.models import BooleanField, Count, Exists, ExpressionWrapper, F, OuterRef, Q
from django.db.models.functions import Left

from assistance import visiting
from assistance.clearing_facts import LABOUR_SKILLS
from assistance.models import (
    HelperAssignment,
    InsuranceClaim,
    Measure,
    Plan,
    PlanItem,
    ReliefRequest,
)
from audit import clock
from households.models import Person
from policy import parameters
from workflow.models import Case, Status

LABELS = {
    "lacks_helper": "未明确帮扶责任人",
    "lacks_plan": "未制定帮扶计划",
    "lacks_measure": "未安排帮扶措施",
}

SAID_BY_LACKS_MEASURE = ("lacks_person_measure", "lacks_development", "planned_not_set")


@dataclass(frozen=True)
class Check:
    """One question to every monitored household."""

    label: str
    short: str  # head of a column
    lacks: Callable[[], object]  # condition over Case


def _of_case(model, **more):
    return model.filter(case=OuterRef("pk"), **more)


def _lacks_person_measure():
    """人人有防贫措施: a member whom no measure serves, neither of their own nor of the household."""
    live = Measure.objects.live().filter(case=OuterRef(OuterRef("pk")))
    covered = live.filter(Q(person=None) | Q(person=OuterRef("pk")))
    members = Person.objects.filter(household=OuterRef("household_id"), is_active=True)
    return Exists(members.filter(~Exists(covered)))


def _lacks_development():
    """Somebody can work and only money is given; a plan that says why settles it (domain facts §4)."""
    able = Person.objects.filter(
        household=OuterRef("household_id"), is_active=True, skill__in=LABOUR_SKILLS
    )
    explained = Plan.objects.latest().exclude(no_development_reason="")
    return (
        Q(household__has_no_labour=False)
        & Exists(able)
        & ~Exists(_of_case(Measure.objects.live(), is_development=True))
        & ~Exists(_of_case(explained))
    )


def _planned_not_set():
    """An item of the approved plan in force that no live measure carries out, refused ones included."""
    newer = Plan.objects.approved().filter(
        case=OuterRef("plan__case"), version__gt=OuterRef("plan__version")
    )
    carried_out = Measure.objects.live().filter(case=OuterRef("plan__case"), kind=OuterRef("kind"))
    items = PlanItem.objects.filter(
        ~Exists(newer),
        ~Exists(carried_out),
        plan__case=OuterRef("pk"),
        plan__approved_at__isnull=False,
    )
    return Exists(items)


def _for_somebody_gone():
    """An unfinished measure whose person died, left, or lives in another household now."""
    gone = Q(person__is_active=False) | ~Q(person__household=F("case__household"))
    unfinished = Measure.objects.unfinished().filter(gone, person__isnull=False)
    return Exists(_of_case(unfinished))


def _late_measure():
    """Determined longer ago than the parameter allows, and nothing carried out yet."""
    begun = _of_case(Measure.objects, state__in=[Measure.State.ACTIVE, Measure.State.DONE])
    late = Q(pk__in=[])
    values = parameters.by_county("assistance_deadline_days")
    general = values.pop(None, None)
    for county, days in values.items():
        late |= Q(village_id__startswith=county, identified_on__lt=_days_ago(days))
    if general is not None:
        own = Q(pk__in=[])
        for county in values:
            own |= Q(village_id__startswith=county)
        late |= Q(identified_on__lt=_days_ago(general)) & ~own
    return late & ~Exists(begun)


def _days_ago(days):
    return clock.today() - timedelta(days=int(days))


def _paid_without_proof():
    """Of the measures, and of what insurance and relief paid since the household was determined."""
    since = {"household": OuterRef("household_id"), "paid_on__gte": OuterRef("identified_on")}
    return (
        Exists(_of_case(Measure.objects.paid_without_proof()))
        | Exists(InsuranceClaim.objects.paid_without_proof().filter(**since))
        | Exists(ReliefRequest.objects.paid_without_proof().filter(**since))
    )


CHECKS = {
    "lacks_helper": Check(
        "未明确帮扶责任人", "责任人",
        lambda: ~Exists(_of_case(HelperAssignment.objects, ends_on__isnull=True)),
    ),
    "lacks_plan": Check("未制定帮扶计划", "计划", lambda: ~Exists(_of_case(Plan.objects))),
    "lacks_measure": Check(
        "未安排帮扶措施", "措施", lambda: ~Exists(_of_case(Measure.objects.live()))
    ),
    "lacks_person_measure": Check("有成员没有防贫措施", "人人有措施", _lacks_person_measure),
    "lacks_development": Check("有劳动力，没有开发式措施", "开发式", _lacks_development),
    "planned_not_set": Check("已批计划里有措施没有安排", "计划未落", _planned_not_set),
    "late_measure": Check("审定后逾期未落实措施", "逾期未落实", _late_measure),
    "measure_overdue": Check(
        "措施逾期未完成", "措施逾期", lambda: Exists(_of_case(Measure.objects.overdue()))
    ),
    "for_gone": Check("措施的受益人已去世或迁出", "受益人变动", _for_somebody_gone),
    "paid_no_proof": Check("已付款没有印证材料", "缺印证", _paid_without_proof),
    "visit_overdue": Check("帮扶走访逾期", "走访逾期", visiting.is_overdue),
}  # fmt: skip

FLAGS = (*CHECKS, "last_visit_on", "visit_due_on")
NO_CASE = -1  # stands in the statement for the case that is asked about


def _annotated(cases, keys=tuple(CHECKS)):
    if "visit_overdue" in keys:
        cases = visiting.with_due(cases)
    return cases.annotate(
        **{key: ExpressionWrapper(Q(CHECKS[key].lacks()), BooleanField()) for key in keys}
    )


def incomplete(cases):
    """Monitored cases among `cases` that lack helper, plan or measure; each carries the three `lacks_…` flags."""
    monitored = cases.filter(status=Status.MONITORED)
    return _annotated(monitored, tuple(LABELS)).filter(
        Q(lacks_helper=True) | Q(lacks_plan=True) | Q(lacks_measure=True)
    )


def failing(cases, key: str):
    """Monitored cases among `cases` that fail one check."""
    return _annotated(cases.filter(status=Status.MONITORED), (key,)).filter(**{key: True})


def flagged(cases):
    """Monitored cases with a flag per check, for a list that says everything a household lacks."""
    return _annotated(cases.filter(status=Status.MONITORED))


def flag(case) -> None:
    """Put the flag of every check and the days of its visits on one case, whatever its state.

    The statement is long and always the same: written once for a day and its parameters.
    """
    sql, terms = _of_one(clock.today(), _parameters())
    with connection.cursor() as cursor:
        cursor.execute(sql, [case.pk if term == NO_CASE else term for term in terms])
        found = dict(zip(FLAGS, cursor.fetchone(), strict=True))
    for name, value in found.items():
        setattr(case, name, value)


@lru_cache(maxsize=4)
def _of_one(_today, _known) -> tuple[str, tuple]:
    return _annotated(Case.objects.filter(pk=NO_CASE)).values_list(*FLAGS).query.sql_with_params()


def _parameters() -> tuple:
    """Everything of the policy that the checks depend on."""
    keys = ("assistance_deadline_days", *visiting.PARAMETERS)
    return tuple((key, *sorted(parameters.by_county(key).items(), key=str)) for key in keys)


def any_failing(cases):
    """Of `flagged`, those that lack anything."""
    lacking = Q(pk__in=[])
    for key in CHECKS:
        lacking |= Q(**{key: True})
    return flagged(cases).filter(lacking)


def by_area(cases, digits: int) -> dict[str, dict[str, int]]:
    """Area code of so many digits -> number of failing households per check, in one statement."""
    rows = (
        flagged(cases)
        .annotate(inside=Left("village_id", digits))
        .values("inside")
        .annotate(
            households=Count("pk"),
            **{f"n_{key}": Count("pk", filter=Q(**{key: True})) for key in CHECKS},
        )
        .order_by("inside")
    )
    return {
        row["inside"]: {"households": row["households"]} | {key: row[f"n_{key}"] for key in CHECKS}
        for row in rows
    }


def words(case) -> list[str]:
    """What a flagged case lacks, in words; nothing before determination or after clearing."""
    if case.status != Status.MONITORED:
        return []
    lacking = [key for key in CHECKS if getattr(case, key)]
    if "lacks_measure" in lacking:
        lacking = [key for key in lacking if key not in SAID_BY_LACKS_MEASURE]
    return [CHECKS[key].label for key in lacking]


def gaps(case) -> list[str]:
    """What this case still lacks, in words."""
    flag(case)
    return words(case)
