"""Who may be proposed for clearing: monitored for as many months as the parameter asks, 四（六）."""

from django.db.models import Q

from audit import clock
from policy import parameters
from workflow.states import Status

MONTHS = "months_before_clearing"


def latest_start(county: str | None = None):
    """Cases determined on or before this day have been monitored long enough."""
    months = int(parameters.value(MONTHS, county=county))
    today = clock.today()
    year, month = divmod(today.year * 12 + today.month - 1 - months, 12)
    # The 28th exists in every month; a day or two early only shows the household sooner.
    return today.replace(year=year, month=month + 1, day=min(today.day, 28))


def is_long_enough() -> Q:
    """Condition on cases: by the value of their own county where it has one, else the general one."""
    own = [county for county in parameters.by_county(MONTHS) if county]
    elsewhere = Q(identified_on__lte=latest_start())
    for county in own:
        elsewhere &= ~Q(village_id__startswith=county)
    found = elsewhere
    for county in own:
        found |= Q(village_id__startswith=county, identified_on__lte=latest_start(county))
    return found


def cases(queryset):
    """Of these cases, those monitored long enough to be looked at for clearing."""
    return queryset.filter(is_long_enough(), status=Status.MONITORED)
