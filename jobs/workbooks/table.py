"""An uploaded table ready for checking: header found, rows by column key, the rest skipped."""

import itertools
import unicodedata
from collections.abc import Iterator

from jobs.workbooks.header import SEARCHED_ROWS, require_header
from jobs.workbooks.limits import LEAD_FILE, Limits
from jobs.workbooks.reader import Reading, read_rows
from jobs.workbooks.refusals import Flawed

SAMPLE_ROWS = 3
_TOTALS = frozenset({"合计", "总计", "小计", "共计", "合计:", "总计:", "小计:"})
_FOOTERS = (
    *("填表人", "制表人", "审核人", "填报人", "填报单位", "负责人", "签字", "签章"),
    *("注:", "备注:", "说明:"),
)
# Most rows are told from totals and footers by their first character alone.
_FIRST_CHARACTERS = frozenset(line[0] for line in (*_TOTALS, *_FOOTERS))


class Table:
    """The rows of one sheet under a recognised header. Iterate `rows()` once.

    `header` says where the columns are, `first_rows` what stands at the top of the sheet,
    `warnings` what the uploader should know.
    """

    def __init__(self, reading: Reading, columns, saved=None):
        self.reading = reading
        self.columns = tuple(columns)
        self._batches = iter(reading)
        self._first = next(self._batches, None)
        self.first_rows = self._first.rows[: SEARCHED_ROWS + SAMPLE_ROWS] if self._first else []
        self.header = require_header(self.first_rows, self.columns, saved)
        self.warnings = [*reading.warnings, *self.header.warnings]

    def __enter__(self):
        return self

    def __exit__(self, *_exc):
        self.close()

    def close(self):
        """End the child process if it still reads."""
        self.reading.close()

    def rows(self) -> Iterator[tuple[int, dict]]:
        """(sheet row number, cells by column key) of every row with data in our columns.

        Raises FileRefused as `Reading` does.
        """
        for number, cells, _others in self.whole_rows():
            yield number, cells

    def whole_rows(self) -> Iterator[tuple[int, dict, dict]]:
        """As `rows`, with the cells of the columns nobody asked for, by their titles.

        Blank rows, totals and the signature lines under a table are left out; a column that
        the sheet does not have is absent from the cells. Raises FileRefused as `Reading` does.
        """
        wanted = list(self.header.mapping.items())
        others = list(self.header.unknown.items())
        width = max(*self.header.mapping.values(), *self.header.unknown, 0) + 1
        first_data_row = self.header.row_index + 2
        for batch in itertools.chain([self._first], self._batches):
            for number, row in batch.numbered():
                if number < first_data_row or is_no_data(row):
                    continue
                if len(row) < width:
                    row = row + [""] * (width - len(row))
                cells = {key: row[position] for key, position in wanted}
                if any(cell != "" for cell in cells.values()):
                    yield number, cells, {title: row[position] for position, title in others}


def open_table(
    path,
    columns,
    limits: Limits = LEAD_FILE,
    *,
    name: str = "",
    saved=None,
    sheet_name: str = "",
) -> Table:
    """Open an uploaded file, find its header, give its rows. Raises FileRefused.

    `name` is the file's name at the sender, `saved` a remembered mapping title -> column key,
    `sheet_name` the only sheet to read (that of our own template).
    """
    reading = read_rows(
        path, limits, name=name, columns=columns, saved=saved, sheet_name=sheet_name
    )
    try:
        return Table(reading, columns, saved)
    except BaseException:
        reading.close()
        raise


def is_no_data(row) -> bool:
    """True for a blank row, a total row and a signature or remark line under the table."""
    first = next((cell for cell in row if cell != "" and not _is_blank(cell)), None)
    if first is None:
        return True
    first = _value(first)
    if not isinstance(first, str) or first.lstrip()[:1] not in _FIRST_CHARACTERS:
        return False
    shown = unicodedata.normalize("NFKC", "".join(first.split()))
    if shown in _TOTALS:
        return True
    if not shown.startswith(_FOOTERS):
        return False
    # A merged line repeats its text in every cell of the range.
    others = {_value(cell) for cell in row if not _is_blank(cell)} - {first}
    return len(others) <= max(1, len(row) // 3)


def _value(cell):
    return cell.value if isinstance(cell, Flawed) else cell


def _is_blank(cell):
    if isinstance(cell, Flawed):
        return not cell
    return isinstance(cell, str) and not cell.strip(" \t\r\n\xa0\u3000\u200b\ufeff")
