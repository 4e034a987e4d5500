"""Printing booklets: one for a page, many by two processes inside a job.

What is on record is not printed again: the content hash decides. Each booklet is filed as soon
as it is printed, so a killed run goes on where it stopped.
"""

import io
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue

from django.core.files.base import ContentFile
from django.db import transaction

from audit import clock
from audit.events import EventKind
from audit.record import record
from ledgers import booklet, pdf
from ledgers.booklet import Content
from ledgers.models import Booklet
from ledgers.press import Press, print_pdf

PROCESSES = 2
WAITING = 2 * PROCESSES  # documents read ahead of the presses; memory stays flat
CASES_AT_ONCE = 100


@dataclass
class Run:
    """What a run did: booklets asked for, and printed anew."""

    asked: int = 0
    printed: int = 0


def current(found: Content) -> Booklet:
    """The booklet of this content, printed now unless it is on record. Raises FontMissing."""
    latest = Booklet.objects.filter(case=found.case).order_by("-version").first()
    if _holds(latest, found):
        return latest
    pdf.need_font()
    version = latest.version + 1 if latest else 1
    return _filed(found, version, *print_pdf(*_order(found, version)))


def pdf_of(found: Content, *, with_missing: bool = False) -> tuple[bytes, int]:
    """The PDF of a booklet and its version; with the list of what is missing it is printed
    apart and not kept. Raises FontMissing."""
    kept = current(found)
    if with_missing:
        html = booklet.document(
            found, version=kept.version, printed_on=clock.today(), with_missing=True
        )
        return pdf.of_html(html, *booklet.STYLES), kept.version
    with kept.file.open("rb") as stored:
        return stored.read(), kept.version


def docx_of(found: Content, *, with_missing: bool = False) -> tuple[bytes, int]:
    """The same booklet to be edited, from the same page tree, with its version. Raises FontMissing."""
    version = current(found).version
    html = booklet.document(
        found, version=version, printed_on=clock.today(), with_missing=with_missing
    )
    from ledgers import word  # heavy: only who writes such a file loads it

    return word.of_document(html), version


def preview_of(found: Content) -> bytes:
    """The pages to look at, not kept and without a version. Raises FontMissing."""
    html = booklet.document(found, version=None, printed_on=clock.today())
    return pdf.of_html(html, *booklet.STYLES)


def bind(stored: Iterable[tuple[tuple[str, ...], object]], path: Path) -> int:
    """Join stored booklets into one PDF; returns how many.

    Each comes with its names from the outer bookmark to its own, (village, household); what the
    booklet itself has bookmarked stands below.
    """
    from pypdf import PdfReader, PdfWriter  # heavy: only who joins booklets loads it

    count, marks = 0, {}
    with PdfWriter() as whole:
        for names, file in stored:
            with file.open("rb") as source:
                one, start = PdfReader(io.BytesIO(source.read())), len(whole.pages)
            whole.append(one, import_outline=False)
            for depth, name in enumerate(names, start=1):
                place = (*names[:depth], count if depth == len(names) else None)
                if place not in marks:
                    above = marks.get((*names[: depth - 1], None))
                    marks[place] = whole.add_outline_item(
                        title=name, page_number=start, parent=above
                    )
            _bookmarked(one, one.outline, whole, start, marks[place])
            count += 1
        whole.write(path)
    return count


def _bookmarked(one, outline, whole, start: int, above) -> None:
    """Set the bookmarks of a booklet that begins at page `start` of the whole below one of its own."""
    last = above
    for item in outline:
        if isinstance(item, list):
            _bookmarked(one, item, whole, start, last)
        else:
            page = start + one.get_destination_page_number(item)
            last = whole.add_outline_item(title=item.title, page_number=page, parent=above)


@transaction.atomic
def record_one(case, version: int, *, form: str = "pdf", by) -> None:
    """A booklet that leaves the system is an event."""
    record(EventKind.BOOKLET_EXPORTED, by=by, obj=case, detail={"version": version, "form": form})


def print_many(cases, *, progress: Callable[[int, int], None] = lambda done, total: None) -> Run:
    """See to it that every case of the queryset has its booklet. Raises FontMissing."""
    pdf.need_font()
    run, total = Run(), cases.count()
    presses: SimpleQueue[Press] = SimpleQueue()
    made = [Press() for _ in range(PROCESSES)]
    for press in made:
        presses.put(press)
    try:
        with ThreadPoolExecutor(PROCESSES) as pool:
            _feed(pool, presses, cases, run, lambda: progress(run.asked, total))
    finally:
        for press in made:
            press.close()
    return run


def _feed(pool, presses, cases, run: Run, tell) -> None:
    """Keep the presses busy without reading more than a few documents ahead."""
    under_way: dict[Future, tuple[Content, int]] = {}
    for found, version in _unprinted(cases, run):
        if version is not None:
            order = _order(found, version)
            under_way[pool.submit(_print, presses, *order)] = (found, version)
        while len(under_way) >= WAITING:
            _collect(under_way, run)
        tell()
    while under_way:
        _collect(under_way, run)
        tell()


def _unprinted(cases, run: Run) -> Iterator[tuple[Content, int | None]]:
    """Each booklet with the version to print, None where the file on record still holds."""
    ids = list(cases.values_list("pk", flat=True))
    for start in range(0, len(ids), CASES_AT_ONCE):
        chunk = ids[start : start + CASES_AT_ONCE]
        latest = Booklet.objects.latest_of(chunk)
        for found in booklet.contents(cases.model.objects.filter(pk__in=chunk)):
            run.asked += 1
            known = latest.get(found.case.pk)
            if _holds(known, found):
                yield found, None
            else:
                yield found, known.version + 1 if known else 1


def _holds(known: Booklet | None, found: Content) -> bool:
    """Is the booklet on record still what it says, and its file still there?"""
    return (
        known is not None
        and known.content_hash == found.content_hash
        and known.file.storage.exists(known.file.name)
    )


def _order(found: Content, version: int) -> tuple[str, list[str]]:
    html = booklet.document(found, version=version, printed_on=clock.today())
    return html, [pdf.stylesheet(name) for name in booklet.STYLES]


def _print(presses, html: str, styles: list[str]) -> tuple[bytes, int]:
    press = presses.get()
    try:
        return press.print(html, styles)
    finally:
        presses.put(press)


def _collect(under_way, run: Run) -> None:
    done, _ = wait(under_way, return_when=FIRST_COMPLETED)
    for future in done:
        found, version = under_way.pop(future)
        content, pages = future.result()
        _filed(found, version, content, pages)
        run.printed += 1


def _filed(found: Content, version: int, content: bytes, pages: int) -> Booklet:
    """Keep a printed booklet; of two that printed the same version at once the first is kept."""
    row = Booklet(
        case=found.case,
        content_hash=found.content_hash,
        version=version,
        page_count=pages,
        made_at=clock.now(),
    )
    with transaction.atomic():
        row.file.save("booklet.pdf", ContentFile(content), save=False)
        Booklet.objects.bulk_create([row], ignore_conflicts=True)
    return Booklet.objects.get(case=found.case, version=version)
