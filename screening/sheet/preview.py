"""What a paste or a returned workbook would change, cell by cell; nothing is written."""

from dataclasses import dataclass

from jobs.workbooks.refusals import CellRefused, Flawed
from jobs.workbooks.returned import plain_text
from screening.sheet.columns import BY_KEY
from screening.sheet.rows import Row

LONGEST_SHOWN = 60


@dataclass(frozen=True)
class Difference:
    """One cell that would change, or that cannot: then `error` says why."""

    row: Row
    key: str
    old: str
    new: str
    error: str = ""
    # What the person had before their eyes, where the cell says something else (`old`) by now.
    seen: str | None = None

    @property
    def household_id(self) -> int:
        return self.row.household.pk

    @property
    def is_conflict(self) -> bool:
        return self.seen is not None

    @property
    def label(self) -> str:
        return BY_KEY[self.key].label

    @property
    def old_shown(self) -> str:
        return BY_KEY[self.key].shown(self.old)

    @property
    def new_shown(self) -> str:
        return self.new if self.error else BY_KEY[self.key].shown(self.new)

    @property
    def seen_shown(self) -> str:
        return BY_KEY[self.key].shown(self.seen or "")


def compare(
    rows: list[Row],
    wanted: dict[int, dict[str, object]],
    seen: dict[int, dict[str, str]] | None = None,
) -> list[Difference]:
    """Differences between the rows and what somebody wrote, by household id and cell key.

    Identity cells, cells that say the same after normalising, and unknown keys are left out.
    `seen` is what the cells said when the workbook went out: a cell that still says so was not
    touched by the person, and one that says something else in the register by now is a conflict.
    """
    return [
        difference
        for row in rows
        for key, written in wanted.get(row.household.pk, {}).items()
        if (difference := _compare_cell(row, key, written, (seen or {}).get(row.household.pk, {})))
        is not None
    ]


def _compare_cell(row: Row, key: str, written, seen: dict[str, str]) -> Difference | None:
    cell = BY_KEY.get(key)
    if cell is None or not cell.is_typed:
        return None
    old, before = row.text(key), seen.get(key)
    try:
        new, error = cell.clean(written), ""
    except CellRefused as refused:
        value = written.value if isinstance(written, Flawed) else written
        new, error = plain_text(value).strip()[:LONGEST_SHOWN], refused.reason_zh
    # A formula may show what was there before; it is told all the same.
    if new in (old, before) and not (isinstance(written, Flawed) and written):
        return None
    if not error and not row.may_type(key):
        error = "这户的这一格现在不能改"
    is_late = before is not None and before != old and not error
    return Difference(row, key, old, new, error, before if is_late else None)
