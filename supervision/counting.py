"""Many counts in one statement: a page full of figures costs one query."""

from django.db.models import IntegerField, QuerySet, Subquery


class CountRows(Subquery):
    """How many rows a queryset has, as a value beside others."""

    template = "(SELECT count(*) FROM (%(subquery)s) AS counted)"
    output_field = IntegerField()


def counts(anchor: QuerySet, **questions: QuerySet) -> dict[str, int]:
    """The number of rows of each question. `anchor` is any queryset of exactly one row."""
    asked = {name: CountRows(rows.order_by().values("pk")) for name, rows in questions.items()}
    return anchor.order_by().values(**asked).get()
