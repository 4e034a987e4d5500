"""The flat form of a ledger: one line a person, nothing merged, for summing up and re-import."""

from collections.abc import Iterable

import xlsxwriter

from ledgers import presenters
from ledgers.sheets import Block, Filters, Kind, Ledger

OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
FORMAT = {Kind.MONEY: "0.00", Kind.INT: "0", Kind.DATE: "yyyy-mm-dd", Kind.ID: "@", Kind.TEXT: "@"}


def write_flat(ledger: Ledger, filters: Filters, blocks: Iterable[Block], out) -> int:
    """Write the flat form to `out` (path or binary stream); returns how many lines it has.

    Memory stays the same however long the ledger is. ID numbers are written in full, as text.
    """
    with xlsxwriter.Workbook(out, OPTIONS) as book:
        # which ledger, month and area the file is, for whoever reads it again
        book.set_custom_property("ledger", ledger.key)
        book.set_custom_property("month", f"{filters.month:%Y-%m}")
        book.set_custom_property("area", filters.area.pk)
        sheet = book.add_worksheet("数据")
        for place, column in enumerate(ledger.columns):
            sheet.set_column(place, place, column.width)
        return _write(ledger, sheet, book, blocks)


def _write(ledger, sheet, book, blocks) -> int:
    bold = book.add_format({"bold": True, "text_wrap": True, "border": 1, "valign": "vcenter"})
    formats = {kind: book.add_format({"num_format": code}) for kind, code in FORMAT.items()}
    for place, column in enumerate(ledger.columns):
        sheet.write_string(0, place, column.label, bold)
    sheet.freeze_panes(1, 0)
    writers = [
        (place, _WRITERS[column.kind], formats[column.kind])
        for place, column in enumerate(ledger.columns)
    ]
    row = 0
    for block in blocks:
        for line in block:
            row += 1
            for place, write, style in writers:
                value = line[place]
                if value is not None and value != "":
                    write(sheet, row, place, value, style)
    if row:
        sheet.autofilter(0, 0, row, len(ledger.columns) - 1)
    return row


def _text(sheet, row, place, value, style):
    sheet.write_string(row, place, presenters.safe_text(value), style)


def _id(sheet, row, place, value, style):
    sheet.write_string(row, place, presenters.opened_id(value), style)


def _number(sheet, row, place, value, style):
    sheet.write_number(row, place, float(value), style)


def _date(sheet, row, place, value, style):
    if isinstance(value, str):
        _text(sheet, row, place, value, style)
    else:
        sheet.write_datetime(row, place, presenters.local_day(value), style)


_WRITERS = {
    Kind.TEXT: _text,
    Kind.ID: _id,
    Kind.MONEY: _number,
    Kind.INT: _number,
    Kind.DATE: _date,
}
