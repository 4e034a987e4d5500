"""What a duty report knows of measures: screening, which keeps the report, cannot see assistance."""

from django.db.models import Count, Q

from assistance.models import Measure
from screening.duties import known


@known.also
def measures(department, county, month) -> list[tuple[str, int]]:
    """Measures the department delivered in the month, and those still to be delivered."""
    own = Measure.objects.filter(department=department, case__village__code__startswith=county.pk)
    found = own.aggregate(
        done=Count("pk", filter=Q(state=Measure.State.DONE, done_on__year=month.year,
                                  done_on__month=month.month)),
        left=Count("pk", filter=Q(state__in=(Measure.State.PLANNED, Measure.State.ACTIVE))),
    )  # fmt: skip
    return [("本月落实帮扶措施（项）", found["done"]), ("待落实帮扶措施（项）", found["left"])]
