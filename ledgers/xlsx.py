"""The signed form of a ledger: the workbook an office prints, signs and stamps (openpyxl)."""

import math
import unicodedata
from collections.abc import Iterable
from decimal import Decimal

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.styles.cell_style import StyleArray
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.cell_range import CellRange

from ledgers import presenters
from ledgers.sheets import Block, Column, Filters, Kind, Ledger

CHINESE = 134  # GB2312: where the named font is missing, another Chinese one steps in
SONG, SANS = 1, 2  # font families: with and without serifs
TITLE_FONT = Font(name="方正小标宋简体", size=20, family=SONG, charset=CHINESE)
HEAD_FONT = Font(name="黑体", size=11, bold=True, family=SANS, charset=CHINESE)
BODY_FONT = Font(name="仿宋_GB2312", size=11, family=SONG, charset=CHINESE)
ANNEX_FONT = Font(name="黑体", size=14, family=SANS, charset=CHINESE)
THIN = Side(style="thin", color="FF000000")
BOX = Border(left=THIN, right=THIN, top=THIN, bottom=THIN)
CENTRE = Alignment(horizontal="center", vertical="center", wrap_text=True)
LEFT = Alignment(horizontal="left", vertical="center", wrap_text=True)
RIGHT = Alignment(horizontal="right", vertical="center")
ALIGNMENT = {Kind.MONEY: Alignment(horizontal="right", vertical="center")}
FORMAT = {
    Kind.ID: "@",
    Kind.TEXT: "@",
    Kind.MONEY: "#,##0.00",
    Kind.INT: "0",
    Kind.DATE: "yyyy-mm-dd",
}
LINE_HEIGHT = 15.0  # points of one line of text
ROW_HEIGHT = 22.0
SIGNATURES = ("主要负责人（签字）：", "审核人：", "填表人：", "联系电话：")
NOTHING = "无"


def write_signed(
    ledger: Ledger, filters: Filters, blocks: Iterable[Block], out, *, unit: str, filled_on
) -> int:
    """Write the signed form to `out` (path or binary stream); returns how many lines it has.

    `unit` is the 填报单位, `filled_on` the day or None to leave 年 月 日 open. ID numbers are
    written in full: the official form asks for them, so the caller has checked LEDGER_EXPORT.
    """
    book = Workbook()
    sheet = book.active
    sheet.title = ledger.name.strip("“”")[:31].replace("/", "、")
    form = _Form(ledger, sheet)
    form.head(ledger.title(filters), unit, filled_on)
    lines = sum(form.block(block) for block in blocks)
    if not lines:
        form.nothing()
    form.foot()
    form.page()
    book.properties.title = ledger.title(filters)
    book.properties.creator = ""
    book.save(out)
    return lines


class _Form:
    def __init__(self, ledger: Ledger, sheet):
        self.ledger, self.sheet = ledger, sheet
        self.places = [i for i, c in enumerate(ledger.columns) if not c.is_flat_only]
        self.columns = ledger.signed_columns
        self.row = 0
        self.looks = [self._look(column) for column in self.columns]

    def _look(self, column):
        """The style of a body cell of this column, made once: making it per cell is slow."""
        cell = self.sheet.cell(1, 1)
        cell.font, cell.border = BODY_FONT, BOX
        cell.alignment = ALIGNMENT.get(column.kind, CENTRE)
        cell.number_format = FORMAT[column.kind]
        look = cell._style
        cell._style = StyleArray()
        return look

    def head(self, title, unit, filled_on):
        width = len(self.columns)
        for place, column in enumerate(self.columns, start=1):
            self.sheet.column_dimensions[get_column_letter(place)].width = column.width
        if self.ledger.annex:
            self._span(self.ledger.annex, 1, width, ANNEX_FONT, LEFT, 24)
        self._span(title, 1, width, TITLE_FONT, CENTRE, 40)
        self._unit_line(unit, filled_on, width)
        self._labels()

    def _unit_line(self, unit, filled_on, width):
        day = (
            f"{filled_on.year}年{filled_on.month}月{filled_on.day}日"
            if filled_on
            else "    年  月  日"
        )
        middle = max(1, math.ceil(width / 2))
        self.row += 1
        self.sheet.row_dimensions[self.row].height = 22
        self._merged(f"填报单位（盖章）：{presenters.writable(unit)}", 1, middle, BODY_FONT, LEFT)
        if width > middle:
            self._merged(f"填报时间：{day}", middle + 1, width, BODY_FONT, RIGHT)

    def _labels(self):
        self.row += 1
        needed = max(_lines(c.label, c.width, heavy=True) for c in self.columns)
        self.sheet.row_dimensions[self.row].height = max(30.0, needed * LINE_HEIGHT + 8)
        for place, column in enumerate(self.columns, start=1):
            cell = self.sheet.cell(self.row, place, column.label)
            cell.font, cell.alignment, cell.border = HEAD_FONT, CENTRE, BOX
        self.header_row = self.row

    def block(self, block: Block) -> int:
        """The lines of one household, its own cells merged down over the members."""
        first = self.row + 1
        height = self._height(block)
        for offset, line in enumerate(block):
            row = first + offset
            self.sheet.row_dimensions[row].height = height
            for place, (index, column) in enumerate(zip(self.places, self.columns, strict=True), 1):
                cell = self.sheet.cell(row, place)
                cell._style = self.looks[place - 1]
                if offset == 0 or not column.is_household:
                    _put(cell, column, line[index])
        self.row += len(block)
        if len(block) > 1:
            for place, column in enumerate(self.columns, start=1):
                if column.is_household:
                    # not merge_cells(): that looks through all earlier ranges each time
                    self.sheet.merged_cells.ranges.add(
                        CellRange(min_col=place, max_col=place, min_row=first, max_row=self.row)
                    )
        return len(block)

    def _height(self, block: Block) -> float:
        """Points of each line, so that neither a member's nor a merged cell is cut off."""
        alone = together = 1
        for index, column in zip(self.places, self.columns, strict=True):
            if column.is_household:
                together = max(together, _lines(_words(column, block[0][index]), column.width))
            else:
                needed = (_lines(_words(column, line[index]), column.width) for line in block)
                alone = max(alone, *needed)
        return max(ROW_HEIGHT, max(alone, together / len(block)) * LINE_HEIGHT + 4)

    def nothing(self):
        """Without data the form says 无 and keeps its signatures."""
        self.row += 1
        self.sheet.row_dimensions[self.row].height = ROW_HEIGHT
        self._merged(NOTHING, 1, len(self.columns), BODY_FONT, CENTRE)
        for place in range(1, len(self.columns) + 1):
            self.sheet.cell(self.row, place).border = BOX

    def foot(self):
        """The signatures share the width; a form narrower than four columns puts them in one."""
        width, parts = len(self.columns), len(SIGNATURES)
        self.row += 1
        self.sheet.row_dimensions[self.row].height = 30
        if width < parts:
            self._merged("      ".join(SIGNATURES), 1, width, BODY_FONT, LEFT)
            return
        for (first, last), text in zip(self._quarters(parts), SIGNATURES, strict=True):
            self._merged(text, first, last, BODY_FONT, LEFT)

    def _quarters(self, parts):
        """Runs of columns of about equal width on paper."""
        widths = [c.width for c in self.columns]
        share, first = sum(widths) / parts, 0
        for part in range(parts):
            last = first
            while (
                sum(widths[: last + 1]) < share * (part + 1) - widths[last] / 2
                and len(widths) - last - 1 > parts - part - 1
            ):
                last += 1
            if part == parts - 1:
                last = len(widths) - 1
            yield first + 1, last + 1
            first = last + 1

    def page(self):
        """A4 landscape, one page wide, the header on every page, page numbers below."""
        sheet = self.sheet
        sheet.freeze_panes = sheet.cell(self.header_row + 1, 1)
        sheet.print_title_rows = f"{self.header_row}:{self.header_row}"
        sheet.print_area = f"A1:{get_column_letter(len(self.columns))}{self.row}"
        sheet.page_setup.orientation = "landscape"
        sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
        sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
        sheet.sheet_properties.pageSetUpPr.fitToPage = True
        sheet.print_options.horizontalCentered = True
        sheet.page_margins.left = sheet.page_margins.right = 0.5
        sheet.page_margins.top, sheet.page_margins.bottom = 0.6, 0.75
        sheet.page_margins.footer = 0.35
        sheet.oddFooter.center.text = "第 &P 页 共 &N 页"

    def _span(self, text, first, last, font, alignment, height):
        self.row += 1
        self.sheet.row_dimensions[self.row].height = height
        self._merged(presenters.writable(text), first, last, font, alignment)

    def _merged(self, text, first, last, font, alignment):
        cell = self.sheet.cell(self.row, first, text)
        cell.font, cell.alignment = font, alignment
        if last > first:
            self.sheet.merge_cells(
                start_row=self.row, end_row=self.row, start_column=first, end_column=last
            )


def _put(cell, column: Column, value) -> None:
    """Write a value by its kind; no text ever becomes a formula or a number."""
    if value is None or value == "":
        return
    if column.kind == Kind.ID:
        cell.value = presenters.opened_id(value)
    elif column.kind == Kind.MONEY:
        cell.value = Decimal(value)
    elif column.kind == Kind.INT:
        cell.value = int(value)
    elif column.kind == Kind.DATE and not isinstance(value, str):
        cell.value = presenters.local_day(value)
    else:
        cell.value = presenters.safe_text(value)
        cell.data_type = "s"


def _words(column: Column, value) -> str:
    """What stands in the cell, for measuring; ID numbers all have one length."""
    return "0" * 18 if column.kind == Kind.ID else presenters.shown(column.kind, value)


def _lines(text: str, width: float, heavy: bool = False) -> int:
    """How many lines a text takes in a column, Chinese characters counting two."""
    room = max(1.0, width - (2.0 if heavy else 1.2))
    return sum(
        max(1, math.ceil(_half_widths(part) * (1.1 if heavy else 1.0) / room))
        for part in text.split("\n")
    )


def _half_widths(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(sign) in "WFA" else 1 for sign in text)
