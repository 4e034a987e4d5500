"""Who may be proposed for clearing: monitored for as many months as the parameter asks, 四（六）."""

from audit import clock
from policy import parameters
from workflow.states import Status


def latest_start(county: str | None = None):
    """Cases determined on or before this day have been monitored long enough."""
    months = int(parameters.value("months_before_clearing", county=county))
    today = clock.today()
    year, month = divmod(today.year * 12 + today.month - 1 - months, 12)
    # The 28th exists in every month; a day or two early only shows the household sooner.
    return today.replace(year=year, month=month + 1, day=min(today.day, 28))


def cases(queryset):
    """Of these cases, those monitored long enough to be looked at for clearing."""
    return queryset.filter(status=Status.MONITORED, identified_on__lte=latest_start())
