"""When is a monitored household to be visited next: by its level's interval, or by the day agreed at the last visit."""

from datetime import timedelta

from django.db.models import (
    Case,
    DateField,
    ExpressionWrapper,
    F,
    IntegerField,
    OuterRef,
    Q,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce, Greatest

from assistance.models import Attention
from audit import clock
from policy import parameters
from workflow.models import Status, Visit

SOON_DAYS = 7
DEFAULT = Attention.Level.YELLOW  # a household whose level nobody has set
PARAMETERS = tuple(f"visit_days_{level}" for level in Attention.Level.values)


def with_due(cases):
    """The cases with `last_visit_on` and `visit_due_on`; no query of its own."""
    visits = Visit.objects.filter(case=OuterRef("pk")).order_by("-visited_on", "-pk")
    return cases.annotate(
        last_visit_on=Subquery(visits.values("visited_on")[:1]),
        agreed_on=Subquery(visits.values("next_on")[:1]),
    ).annotate(
        visit_due_on=Coalesce(
            F("agreed_on"),
            ExpressionWrapper(
                Greatest(F("last_visit_on"), F("identified_on")) + _interval(),
                output_field=DateField(),
            ),
            output_field=DateField(),
        )
    )


def is_overdue() -> Q:
    """Condition over `with_due`."""
    return Q(visit_due_on__lt=clock.today())


def soon():
    """The last day that the list of due visits looks ahead."""
    return clock.today() + timedelta(days=SOON_DAYS)


def due(cases):
    """Monitored cases whose visit is due today or was before."""
    return with_due(cases.filter(status=Status.MONITORED)).filter(visit_due_on__lte=clock.today())


def _interval():
    """Days between visits, by the level of the case and the county's own parameter."""
    levels = [
        When(attention__level=level, then=_days(level))
        for level in Attention.Level.values
        if level != DEFAULT
    ]
    return Case(*levels, default=_days(DEFAULT), output_field=IntegerField())


def _days(level):
    values = parameters.by_county(f"visit_days_{level}")
    general = values.pop(None)
    own = [
        When(village_id__startswith=county, then=Value(int(days)))
        for county, days in values.items()
    ]
    if not own:
        return Value(int(general))
    return Case(*own, default=Value(int(general)), output_field=IntegerField())
