"""How much each helper has in hand: plain numbers beside each name, no order by them (六（三）)."""

from collections import Counter

from django.db.models import Count, F, Q

from assistance import visiting
from assistance.models import Helper, HelperAssignment
from assistance.models.measure import UNFINISHED
from workflow.models import Case
from workflow.states import ON_REGISTER


def helpers_of(user):
    """Helpers of the viewer's area, and those from elsewhere who help a household there."""
    of_area = Helper.objects.visible_to(user).values("pk")
    helping = HelperAssignment.objects.visible_to(user).values("helper")
    return Helper.objects.filter(Q(pk__in=of_area) | Q(pk__in=helping))


def counted(helpers, user) -> list[Helper]:
    """The helpers with `households`, `measures_open`, `visits_due` inside the viewer's area; three queries."""
    helpers = list(helpers)
    current = HelperAssignment.objects.visible_to(user).filter(
        helper__in=helpers, ends_on__isnull=True, case__status__in=ON_REGISTER
    )
    unfinished = Count("case__measures", filter=Q(case__measures__state__in=UNFINISHED))
    rows = current.values("helper").annotate(
        households=Count("case", distinct=True), measures_open=unfinished
    )
    numbers = {row["helper"]: row for row in rows.order_by()}
    due = Counter(
        visiting.due(Case.objects.filter(pk__in=current.values("case")))
        .filter(helper_assignments__ends_on__isnull=True)
        .values_list(F("helper_assignments__helper"), flat=True)
    )
    for helper in helpers:
        row = numbers.get(helper.pk, {})
        helper.households = row.get("households", 0)
        helper.measures_open = row.get("measures_open", 0)
        helper.visits_due = due[helper.pk]
    return helpers
