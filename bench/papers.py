"""Annex 2 flat against XlsxWriter writing the same cells; booklets against WeasyPrint on their HTML.

`BOOKLETS=1500 make bench` prints that many; the default is enough to see the ratio.
"""

import datetime
import io
import multiprocessing
import os
import resource
from concurrent.futures import ProcessPoolExecutor

import psutil
import xlsxwriter
from weasyprint import CSS, HTML

from areas.models import Area
from audit import clock
from bench.bare_press import bare_pdf
from bench.figures import in_turn, note, say, seconds
from households import idnumbers
from ledgers import booklet, booklets, pdf, sheets
from ledgers.flat import OPTIONS, write_flat
from ledgers.models import Booklet
from ledgers.press import print_pdf
from workflow.models import Case, Status
from workflow.states import ON_REGISTER

ROWS = 20_000
TIMES = 5
BOOKLETS = int(os.environ.get("BOOKLETS") or 120)
TURNS = max(4, BOOKLETS // 300)  # ours and the floor print a part each in turn
EVERY = 5 if BOOKLETS > 500 else 1  # of very many the floor prints every fifth, or it takes hours
MONTH = datetime.timedelta(days=30)
MEGABYTE = 1024 * 1024


def run() -> None:
    _annex2()
    _booklet()
    _many_booklets()


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


def _many_booklets() -> None:
    """All cold by two processes; then the next month, in which every tenth household changed.

    Of very many the floor prints every fifth, and its seconds count five times.
    """
    ids = list(
        Case.objects.filter(status__in=ON_REGISTER).order_by("pk").values_list("pk", flat=True)
    )[:BOOKLETS]
    _forget(ids)
    note(f"Printing {len(ids)} booklets, and one of {EVERY} once more as bare WeasyPrint …")
    memory, ours, floor = Memory(), 0.0, 0.0
    for turn in range(TURNS):
        part = Case.objects.filter(pk__in=ids[turn::TURNS]).order_by("pk")
        orders = _orders(part)[::EVERY]
        ours += seconds(lambda part=part: booklets.print_many(part, progress=memory.watch))
        floor += EVERY * _bare_seconds(orders)
        note(f"{turn + 1} of {TURNS}: ours {ours:.0f} s, the floor {floor:.0f} s")
    say("booklets_cold", ours, floor, 1.15, booklets=len(ids), **memory.figures())
    changed = ids[::10]
    remarks = dict(Case.objects.filter(pk__in=changed).values_list("pk", "remark"))
    try:
        Case.objects.filter(pk__in=changed).update(remark="本月有变化")
        with clock.at(clock.now() + MONTH):
            run = []
            every = Case.objects.filter(pk__in=ids).order_by("pk")
            again = seconds(lambda: run.append(booklets.print_many(every)))
    finally:
        for pk, remark in remarks.items():
            Case.objects.filter(pk=pk).update(remark=remark)
    say("booklets_next_month", again, ours, 0.12, booklets=len(ids), printed=run[0].printed)
    _forget(ids)


def _forget(ids) -> None:
    """As if these had never been printed."""
    found = Booklet.objects.filter(case__in=ids)
    for kept in found:
        kept.file.delete(save=False)
    found.delete()


def _orders(cases) -> list[tuple[str, list[str]]]:
    styles = [pdf.stylesheet(name) for name in booklet.STYLES]
    return [
        (booklet.document(found, version=1, printed_on=clock.today()), styles)
        for found in booklet.contents(cases)
    ]


def _bare_seconds(orders) -> float:
    """How long bare printing takes two processes that have printed before."""
    fresh = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(booklets.PROCESSES, mp_context=fresh) as pool:
        list(pool.map(bare_pdf, orders[:1] * booklets.PROCESSES))
        return seconds(lambda: list(pool.map(bare_pdf, orders)))


class Memory:
    """What the run and its presses hold together, in the first turn and at most."""

    def __init__(self):
        self.early = self.most = 0

    def watch(self, done: int, total: int) -> None:
        """Look now and then."""
        if done % 5:
            return
        us = psutil.Process()
        presses = [p for p in us.children() if "ledgers.press" in p.cmdline()]
        held = us.memory_info().rss + sum(p.memory_info().rss for p in presses)
        self.most = max(self.most, held)
        if done * 4 <= total:
            self.early = max(self.early, held)

    def figures(self) -> dict[str, int]:
        """In megabytes, with the peak of this process alone."""
        return {
            "early_rss_mb": self.early // MEGABYTE,
            "max_rss_mb": self.most // MEGABYTE,
            "own_peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        }
