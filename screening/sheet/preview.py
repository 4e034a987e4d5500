"""What a paste or a returned workbook would change, cell by cell; nothing is written."""

from dataclasses import dataclass

from jobs.workbooks.refusals import CellRefused
from screening.sheet.columns import BY_KEY
from screening.sheet.rows import Row


@dataclass(frozen=True)
class Difference:
    """One cell that would change, or that cannot: then `error` says why."""

    household_id: int
    key: str
    old: str
    new: str
    error: str = ""


def compare(rows: list[Row], wanted: dict[int, dict[str, object]]) -> list[Difference]:
    """Differences between the rows and what somebody wrote, by household id and cell key.

    Identity cells, cells that say the same after normalising, and unknown keys are left out.
    """
    return [
        difference
        for row in rows
        for key, written in wanted.get(row.household.pk, {}).items()
        if (difference := _compare_cell(row, key, written)) is not None
    ]


def _compare_cell(row: Row, key: str, written) -> Difference | None:
    cell = BY_KEY.get(key)
    if cell is None or not cell.is_typed:
        return None
    old = row.text(key)
    try:
        new = cell.clean(written)
    except CellRefused as refused:
        return Difference(row.household.pk, key, old, str(written).strip(), refused.reason_zh)
    if new == old:
        return None
    error = "" if row.may_type(key) else "这户的这一格现在不能改"
    return Difference(row.household.pk, key, old, new, error)
