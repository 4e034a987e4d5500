"""The sheet as a workbook: it goes out pre-filled and comes back to be compared.

Every row carries, in hidden columns, the template and its month and village, the household, and
what its cells said when it went out. No ID number is in it.
"""

import json
import re
from dataclasses import dataclass, field

import xlsxwriter

from audit import clock
from jobs.workbooks import cells
from jobs.workbooks.columns import Column
from jobs.workbooks.limits import MB, Limits
from jobs.workbooks.refusals import CellRefused, FileRefused
from jobs.workbooks.table import open_table
from screening.sheet.columns import CELLS, TYPED, Cell, Kind
from screening.sheet.rows import Row

LIMITS = Limits(
    label="排查表", file_bytes=5 * MB, members=200, unpacked_bytes=80 * MB, ratio=100,
    rows=5_000, columns=100, cell_chars=8_000, memory_bytes=1024 * MB, cpu_seconds=30,
)  # fmt: skip
NAME = "排查表"
TEMPLATE = "qf-sheet-1"  # a new number when an older workbook must not come back any more
ORIGIN, HOUSEHOLD, SEEN = "表格编号", "户标识", "下载时的内容"
NOT_OURS = "这不是本系统的排查表，请在“本月排查”里下载表格，填好后再传回来"
NO_HOUSEHOLDS = "表里没有农户，请核对是不是传错了文件"
ADDED = "下载的表里没有这一行，没有读取；要加一户，请先在“本月排查”里点“添加一户”，再重新下载"
WIDTHS = {
    "number": 16, "head_name": 10, "household_kind": 11, "standing": 16, "contacted": 12, "phone": 15,
    "checked_on": 12, "risks": 24, "remark": 30,
}  # fmt: skip
WIDTH = 11
_ORIGIN = re.compile(rf"{TEMPLATE}\|(\d{{4}}-\d\d)\|(\d{{12}})")


def title_of(cell: Cell) -> str:
    """The column's title: label and unit."""
    return f"{cell.label}（{cell.unit}）" if cell.unit else cell.label


def origin_of(round, village) -> str:
    """Template, month and village of a workbook, as its hidden column says it."""
    return f"{TEMPLATE}|{round.month:%Y-%m}|{village.pk}"


# --- out ----------------------------------------------------------------------------------------


def write(*, round, village, rows: list[Row], out) -> None:
    """Write the pre-filled workbook of one village and month to `out`."""
    book = xlsxwriter.Workbook(
        out, {"in_memory": True, "strings_to_formulas": False, "strings_to_numbers": False,
              "strings_to_urls": False},
    )  # fmt: skip
    _Writer(book, round, village).write(rows)
    book.close()


class _Writer:
    """One sheet: title, who and when, header, a line a household, signatures."""

    HEADER = 2
    FIRST = 3

    def __init__(self, book, round, village):
        self.sheet = book.add_worksheet(NAME)
        self.round, self.village = round, village
        base = {"border": 1, "valign": "vcenter", "text_wrap": True, "num_format": "@"}
        self.as_title = book.add_format({"bold": True, "font_size": 18, "align": "center"})
        self.as_line = book.add_format({"valign": "vcenter"})
        self.as_head = book.add_format(base | {"bold": True, "align": "center"})
        self.as_shown = book.add_format(base | {"bg_color": "#EDEDED"})
        self.as_typed = book.add_format(base | {"locked": False, "quote_prefix": True})
        self.as_amount = book.add_format(base | {"locked": False, "num_format": "#,##0.00"})

    def write(self, rows: list[Row]) -> None:
        last = self.FIRST + max(len(rows), 1) - 1
        self._frame(last)
        for place, cell in enumerate(CELLS):
            self.sheet.set_column(place, place, WIDTHS.get(cell.key, WIDTH))
            self.sheet.write_string(self.HEADER, place, title_of(cell), self.as_head)
            if cell.is_typed:
                self._offer(cell, place, last)
        for offset, title in enumerate((ORIGIN, HOUSEHOLD, SEEN)):
            place = len(CELLS) + offset
            self.sheet.set_column(place, place, WIDTH, None, {"hidden": True})
            self.sheet.write_string(self.HEADER, place, title, self.as_head)
        for number, row in enumerate(rows, start=self.FIRST):
            self._row(number, row)
        signs = "填表人：　　　　　　　　村负责人：　　　　　　　　填报时间：　　　　年　　月　　日"
        self.sheet.write_string(last + 2, 0, signs, self.as_line)

    def _frame(self, last: int) -> None:
        sheet, village = self.sheet, self.village
        title = f"{village.short_name}{self.round.label}防贫监测排查表"
        sheet.merge_range(0, 0, 0, len(CELLS) - 1, title, self.as_title)
        told = (
            f"填报单位：{village.parent.short_name}{village.short_name}　　"
            f"下载时间：{clock.local(clock.now()):%Y-%m-%d %H:%M}　　"
            "白格可以改，灰格由档案带出；没有变化的不用填"
        )
        sheet.write_string(1, 0, told, self.as_line)
        sheet.set_row(0, 30)
        sheet.set_row(self.HEADER, 48)
        sheet.freeze_panes(self.FIRST, 2)
        sheet.protect("", {"format_columns": True, "format_rows": True, "autofilter": True})
        sheet.set_landscape()
        sheet.set_paper(9)  # A4
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(self.HEADER)
        sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
        sheet.set_footer("&C第 &P 页，共 &N 页")
        sheet.print_area(0, 0, last + 2, len(CELLS) - 1)

    def _offer(self, cell: Cell, place: int, last: int) -> None:
        """The drop-down, and the sentence of help where the cell is entered."""
        told = {"input_title": cell.label[:32], "input_message": cell.help[:255]}
        if cell.kind in (Kind.YES_NO, Kind.CHOICE):
            words = cell.options()
            told |= {
                "validate": "list", "source": words, "error_title": cell.label[:32],
                "error_message": f"请从下拉列表里选：{'、'.join(words)}",
            }  # fmt: skip
        elif cell.kind is Kind.CHOICES:
            # Several may be written with 、 between them: the list offers, it does not stop.
            told |= {"validate": "list", "source": cell.options(), "show_error": False,
                     "input_message": f"{cell.help}；几项之间用“、”隔开"}  # fmt: skip
        else:
            told |= {"validate": "any"}
        self.sheet.data_validation(self.FIRST, place, last, place, told)

    def _row(self, number: int, row: Row) -> None:
        for place, cell in enumerate(CELLS):
            self._cell(number, place, cell, row)
        seen = {cell.key: row.text(cell.key) for cell in TYPED if row.may_type(cell.key)}
        hidden = (
            origin_of(self.round, self.village), str(row.household.pk),
            json.dumps(seen, ensure_ascii=False, separators=(",", ":")),
        )  # fmt: skip
        for offset, text in enumerate(hidden):
            self.sheet.write_string(number, len(CELLS) + offset, text)

    def _cell(self, number: int, place: int, cell: Cell, row: Row) -> None:
        text = row.text(cell.key)
        if not row.may_type(cell.key):
            self.sheet.write_string(number, place, row.shown(cell.key), self.as_shown)
        elif cell.is_amount and (amount := row.value(cell.key)) is not None:
            self.sheet.write_number(number, place, amount, self.as_amount)
        else:
            style = self.as_amount if cell.is_amount else self.as_typed
            self.sheet.write_string(number, place, text, style)


# --- back ---------------------------------------------------------------------------------------


@dataclass
class Returned:
    """What a workbook says: texts as written, and as they were, by household id and cell key."""

    wanted: dict[int, dict[str, object]] = field(default_factory=dict)
    seen: dict[int, dict[str, str]] = field(default_factory=dict)
    lines: dict[int, int] = field(default_factory=dict)  # sheet row number by household id
    wrong: list[str] = field(default_factory=list)


def read(path, name: str, *, round, village) -> Returned:
    """Read a workbook that came back. Raises FileRefused, also when it belongs elsewhere."""
    found = Returned()
    with open_table(path, _columns(), LIMITS, name=name, sheet_name=_only_sheet(name)) as table:
        if not {"origin", "household", "seen"} <= set(table.header.mapping):
            raise FileRefused(NOT_OURS)
        for number, read_cells in table.rows():
            if not any(read_cells[key] for key in ("origin", "household", "seen")):
                found.wrong.append(f"第 {number} 行：{ADDED}")
                continue
            _belongs(read_cells["origin"], round, village)
            try:
                pk, seen = _household(read_cells)
            except ValueError:
                found.wrong.append(f"第 {number} 行：隐藏的户标识被改动，这一行没有读取")
                continue
            if pk in found.lines:
                found.wrong.append(f"第 {number} 行：与第 {found.lines[pk]} 行是同一户，没有读取")
                continue
            found.lines[pk], found.seen[pk] = number, seen
            found.wanted[pk] = {
                cell.key: read_cells[cell.key]
                for cell in TYPED
                if cell.key in read_cells and cell.key in seen
            }
    if not found.lines and all(line.endswith(ADDED) for line in found.wrong):
        raise FileRefused(NOT_OURS if found.wrong else NO_HOUSEHOLDS)
    return found


def _only_sheet(name: str) -> str:
    """A csv has no sheets; a workbook is read at ours and nowhere else."""
    return "" if name.lower().endswith((".csv", ".txt")) else NAME


def _columns() -> tuple[Column, ...]:
    hidden = (Column("origin", ORIGIN), Column("household", HOUSEHOLD), Column("seen", SEEN))
    typed = [Column(cell.key, title_of(cell), (cell.label,)) for cell in TYPED]
    return (Column("number", "户编号", required=True), *typed, *hidden)


def _belongs(written, round, village) -> None:
    told = _ORIGIN.fullmatch(written) if isinstance(written, str) else None
    if told is None:
        raise FileRefused(NOT_OURS)
    month, code = told.groups()
    if code != village.pk:
        raise FileRefused(f"这是别的村的排查表，不能传到{village.short_name}，请核对文件")
    if month != f"{round.month:%Y-%m}":
        year, number = month.split("-")
        raise FileRefused(
            f"这是{year}年{int(number)}月的排查表，现在是{round.label}，请重新下载本月的表填写"
        )


def _household(read_cells) -> tuple[int, dict[str, str]]:
    """Household and what its cells said. Raises ValueError."""
    try:
        written = cells.text(read_cells["household"])
        kept = json.loads(read_cells["seen"])
    except (CellRefused, TypeError) as refused:
        raise ValueError("hidden") from refused
    if not written.isdecimal() or len(written) > 18 or not isinstance(kept, dict):
        raise ValueError("hidden")
    return int(written), {str(key): str(text) for key, text in kept.items()}
