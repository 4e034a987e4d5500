"""Annex 2 flat against XlsxWriter writing the same cells; a booklet against WeasyPrint on its HTML."""

import datetime
import io

import xlsxwriter
from weasyprint import CSS, HTML

from areas.models import Area
from audit import clock
from bench.figures import in_turn, say
from households import idnumbers
from ledgers import booklet, booklets, pdf, sheets
from ledgers.flat import OPTIONS, write_flat
from ledgers.press import print_pdf
from workflow.models import Case, Status

ROWS = 20_000
TIMES = 5


def run() -> None:
    _annex2()
    _booklet()


def _annex2() -> None:
    ledger = sheets.find("annex2")
    area = Area(code="410922", name="清丰县", short_name="清丰县", level="county")
    filters = sheets.Filters(month=datetime.date(2021, 3, 1), area=area)
    cells = [_line(number) for number in range(ROWS)]
    sealed = [[*line[:4], idnumbers.encrypt(line[4]).hex(), *line[5:]] for line in cells]
    blocks = [[line] for line in sealed]
    ours, floor = in_turn(
        lambda: write_flat(ledger, filters, blocks, io.BytesIO()), lambda: _bare(cells), times=TIMES
    )
    say("annex2_flat_20000", ours, floor, 2.0)


def _line(number):
    born = datetime.date(1950, 1, 1) + datetime.timedelta(days=number)
    return [
        number,
        "西关村",
        "王建国",
        "户主",
        idnumbers.synthetic(born, "男", 1),
        3,
        "1",
        5210.5,
        "因病",
        "新增",
        "城关镇",
        f"410922{number:08d}",
        "脱贫户",
    ]


def _bare(cells):
    with xlsxwriter.Workbook(io.BytesIO(), OPTIONS) as book:
        sheet = book.add_worksheet()
        for row, line in enumerate(cells):
            for place, value in enumerate(line):
                if isinstance(value, str):
                    sheet.write_string(row, place, value)
                else:
                    sheet.write_number(row, place, value)


def _booklet() -> None:
    case = Case.objects.filter(status=Status.MONITORED).order_by("pk").first()
    styles = [pdf.stylesheet(name) for name in booklet.STYLES]
    html = booklet.document(_content(case), version=1, printed_on=clock.today())
    ours, floor = in_turn(
        lambda: print_pdf(
            booklet.document(_content(case), version=1, printed_on=clock.today()), styles
        ),
        lambda: HTML(string=html).write_pdf(stylesheets=[CSS(string=text) for text in styles]),
        times=TIMES,
    )
    say("booklet", ours, floor, 1.15)
    booklets.current(_content(case))
    again, _ = in_turn(lambda: booklets.current(_content(case)), lambda: None, times=TIMES)
    say("booklet_unchanged", again, ours, "no rendering")


def _content(case):
    return booklet.content(booklet.loaded(Case.objects.filter(pk=case.pk)).get())
