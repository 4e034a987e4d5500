"""What a register import would change, in words for the page that asks for confirmation."""

from django.db.models import Count

from households.models import Household, ImportRow, Person
from households.presenters import label_of, worded
from households.register_columns import MORE_OF_HOUSEHOLD, MORE_OF_PERSON

SAMPLES = 20
REASONS = 12
LABELS = (
    ("rows", "表中人数"),
    ("created", "新增"),
    ("updated", "修改"),
    ("unchanged", "没有变化"),
    ("rejected", "退回"),
    ("moved", "其中：已在另一户"),
)


def figures(imported) -> list[tuple[str, int]]:
    """Label and count, in the order a person checks them."""
    return [(label, imported.figures[key]) for key, label in LABELS if key in imported.figures]


def reasons(imported) -> list[tuple[str, int]]:
    """The commonest reasons why a row itself cannot be used, with their number."""
    rejected = imported.rows.filter(verdict=ImportRow.Verdict.REJECTED).exclude(own_reasons="")
    counted = (
        rejected.values_list("own_reasons").annotate(rows=Count("sheet_row")).order_by("-rows")
    )
    return list(counted[:REASONS])


def rejected_rows(rows) -> list[dict]:
    """Sheet row number, name and reasons; never the ID number."""
    return [
        {
            "sheet_row": row.sheet_row,
            "name": row.name,
            "number": row.number,
            "reasons": "；".join(filter(None, (row.own_reasons, row.reasons))),
        }
        for row in rows
    ]


def samples(imported) -> list[dict]:
    """The first changed rows with what would change, old → new; three queries."""
    rows = list(
        imported.rows.filter(verdict=ImportRow.Verdict.CHANGED).order_by("sheet_row")[:SAMPLES]
    )
    persons = Person.objects.select_related("household").in_bulk([row.person_found for row in rows])
    return [
        {
            "sheet_row": row.sheet_row,
            "name": row.name,
            "household": persons[row.person_found].household,
            "changes": _changes(row, persons[row.person_found]),
        }
        for row in rows
        if row.person_found in persons
    ]


def _changes(row, person):
    told = {name: getattr(row, name) for name in ("name", "relation", "low_income_kind", "phone")}
    told |= {name: row.more[name] for name in MORE_OF_PERSON if name in row.more}
    changes = _differences(told, person, Person)
    if row.relation == "户主":
        told = {name: getattr(row, name) for name in ("kind", "phone", "per_capita_income")}
        told |= {name: row.more[name] for name in MORE_OF_HOUSEHOLD if name in row.more}
        changes += _differences(told, person.household, Household)
    return changes


def _differences(told, current, model):
    return [
        f"{label_of(model, name)}：{worded(name, getattr(current, name))} → {worded(name, value)}"
        for name, value in told.items()
        if value is not None and value != getattr(current, name)
    ]
