"""Giving a workbook back to its sender: the same rows, result columns added at the right."""

import datetime
import math
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

import xlsxwriter

from jobs.workbooks.refusals import Flawed

LONGEST_TEXT = 32_767
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "|", "＝", "＋", "－", "＠")
# Written as numbers, longer figures would lose their last digits.
_EXACT_DIGITS = 15


@dataclass(frozen=True)
class ExtraColumn:
    """A result column: its title and the texts by sheet row number (from 1)."""

    title: str
    texts: Mapping[int, str]
    width: int = 24


def write_with_results(
    source_rows: Iterable[tuple[int, list]],
    header_row_index: int,
    extra_columns: Collection[ExtraColumn],
    *,
    out,
    only_rows: Collection[int] | None = None,
    sheet_name: str = "处理结果",
) -> int:
    """Write the source rows with result columns to `out` (path or binary stream).

    `source_rows` are (sheet row number, cells) in their order, as `Batch.numbered` gives
    them; `header_row_index` is that of `Header` (from 0). With `only_rows` the rows under the
    header are limited to those sheet row numbers. Returns how many rows below the header were
    written. No text ever becomes a formula, a link or a number.
    """
    book = xlsxwriter.Workbook(
        out,
        {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        },
    )
    with book:
        return _Writer(book, sheet_name, extra_columns).write(
            source_rows, header_row_index, only_rows
        )


class _Writer:
    def __init__(self, book, sheet_name, extra_columns):
        self.sheet = book.add_worksheet(sheet_name)
        self.extra = list(extra_columns)
        # Text format keeps digits text when someone edits the cell; the quote prefix keeps
        # "=1+1" text.
        self.as_text = book.add_format({"num_format": "@"})
        self.as_quoted = book.add_format({"num_format": "@", "quote_prefix": True})
        self.as_title = book.add_format({"bold": True, "text_wrap": True, "border": 1})
        self.as_result = book.add_format({"num_format": "@", "bg_color": "#FFF2CC"})

    def write(self, source_rows, header_row_index, only_rows):
        target = written = 0
        place = None
        for number, cells in source_rows:
            is_data = number > header_row_index + 1
            if is_data and only_rows is not None and number not in only_rows:
                continue
            # Result columns start right of everything the header row and titles fill.
            if not is_data:
                place = max(place or 0, len(cells))
            place = len(cells) if place is None else place
            for column, cell in enumerate(cells):
                self._cell(target, column, cell)
            if number == header_row_index + 1:
                self._titles(target, place)
            elif is_data:
                self._results(target, max(place, 0), number)
                written += 1
            target += 1
        return written

    def _titles(self, row, place):
        for offset, column in enumerate(self.extra):
            self.sheet.set_column(place + offset, place + offset, column.width)
            self.sheet.write_string(row, place + offset, column.title, self.as_title)

    def _results(self, row, place, number):
        for offset, column in enumerate(self.extra):
            text = column.texts.get(number, "")
            if text:
                self.sheet.write_string(row, place + offset, plain_text(text), self.as_result)

    def _cell(self, row, column, cell):
        if isinstance(cell, Flawed):
            cell = cell.value
        if cell == "" or cell is None:
            return
        if isinstance(cell, bool):
            self.sheet.write_boolean(row, column, cell)
        elif isinstance(cell, (int, float)) and _is_exact(cell):
            self.sheet.write_number(row, column, cell)
        else:
            text = plain_text(cell)
            risky = text.startswith(_FORMULA_STARTS)
            self.sheet.write_string(row, column, text, self.as_quoted if risky else self.as_text)


def plain_text(value) -> str:
    """A value as text that fits a cell and can be written as UTF-8."""
    if isinstance(value, (datetime.date, datetime.time)):
        value = value.isoformat()
    elif isinstance(value, float) and value.is_integer():
        value = format(value, ".0f")
    return str(value).encode("utf-8", "replace").decode()[:LONGEST_TEXT]


def _is_exact(number):
    return math.isfinite(number) and abs(number) < 10**_EXACT_DIGITS
