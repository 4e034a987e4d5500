"""The month's archive of an area: one ZIP with index, checksums and the list of what is missing."""

import hashlib
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from django.db import transaction

from audit import clock
from audit.events import EventKind
from audit.record import record
from ledgers import booklets, exports, lead_ledgers, meeting_papers, papers, presenters, sheets
from ledgers.help_ledgers import monitored
from ledgers.models import Booklet
from ledgers.papers import Item
from ledgers.sheets import Filters
from screening.models import Lead
from workflow.models import Meeting

CHUNK = 1 << 20


@dataclass
class Summary:
    """What an archive holds."""

    files: list[tuple[str, str, int]] = field(default_factory=list)  # name, sha256, bytes
    lines: int = 0
    completeness: float = 100.0
    missing: list[str] = field(default_factory=list)


def write_archive(
    filters: Filters, out, *, user, progress: Callable[[int, int, str], None] = lambda *_: None
) -> Summary:
    """Write the archive to `out` (path or binary stream); papers are those the user may see.

    Recorded as one event. Raises FontMissing.
    """
    items = papers.checklist(filters, user)
    summary = Summary(completeness=papers.completeness_of(items))
    summary.missing = [f"{item.name}：{words}" for item in items for words in item.missing]
    with (
        tempfile.TemporaryDirectory() as folder,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        bundle = _Bundle(target, Path(folder), summary)
        for number, item in enumerate(items, start=1):
            progress(number - 1, len(items), f"正在整理：{item.name}")
            bundle.file(filters, item, f"{number:02d}{item.name}", user)
        bundle.index(filters, items)
    progress(len(items), len(items), "归档完成")
    _record(filters, summary, user)
    return summary


@transaction.atomic
def _record(filters: Filters, summary: Summary, user) -> None:
    record(
        EventKind.ARCHIVE_EXPORTED,
        by=user,
        obj=filters.area,
        area=filters.area.pk,
        detail={
            **filters.as_detail(),
            "files": len(summary.files),
            "completeness": f"{summary.completeness}%",
        },
    )


class _Bundle:
    """Puts files into the ZIP one by one, each with its checksum; nothing large stays in memory."""

    def __init__(self, target: zipfile.ZipFile, folder: Path, summary: Summary):
        self.target, self.folder, self.summary = target, folder, summary
        self.taken: set[str] = set()

    def file(self, filters: Filters, item: Item, place: str, user) -> None:
        for key in item.ledgers:
            self._ledger(filters, key, place, user)
        for meeting in Meeting.objects.filter(pk__in=item.meetings).select_related("area", "round"):
            self._meeting(meeting, place)
        if item.has_applications:
            for name, scan in _application_scans(filters, user):
                self._stored(f"{place}/{name}", scan.file)
        if item.has_booklets:
            self._booklets(filters, place, user)

    def _ledger(self, filters, key, place, user):
        ledger = sheets.find(key)
        form = exports.FORMS["signed"]
        path = self.folder / "ledger.xlsx"
        self.summary.lines += exports.write(
            ledger, filters, ledger.blocks(filters, user), form, path
        )
        self._path(f"{place}/{exports.file_name(ledger, filters, form)}", path)

    def _meeting(self, meeting, place):
        name = f"{meeting.area.short_name}{meeting.held_on:%Y%m%d}{meeting.title}"
        for paper in (meeting_papers.MINUTES, meeting_papers.NOTICE):
            if content := meeting_papers.pdf_of(meeting, paper):
                path = self.folder / "paper.pdf"
                path.write_bytes(content)
                self._path(f"{place}/{name}{paper.name}.pdf", path)
        for number, scan in enumerate(meeting.scans.all(), start=1):
            suffix = Path(scan.file.name).suffix
            self._stored(f"{place}/{name}附件{number:02d}{suffix}", scan.file)

    def _booklets(self, filters, place, user):
        cases = monitored(filters, user)
        booklets.print_many(cases)
        latest = Booklet.objects.latest_of(cases.order_by())
        for case in cases.iterator(chunk_size=1000):
            if case.pk in latest:
                name = f"{case.household.number}{case.household.head_name}.pdf"
                self._stored(f"{place}/一户一册/{name}", latest[case.pk].file)

    def index(self, filters: Filters, items: list[Item]) -> None:
        """目录 with completeness and what is missing, and the checksums as sha256sum reads them."""
        path = self.folder / "index.xlsx"
        _write_index(filters, items, self.summary, path)
        self._path("目录.xlsx", path)
        sums = "".join(f"{digest}  {name}\n" for name, digest, _ in self.summary.files)
        self.target.writestr("校验码.sha256", sums)

    def _stored(self, name, stored):
        path = self.folder / "stored"
        try:
            with stored.open("rb") as source, path.open("wb") as copy:
                while chunk := source.read(CHUNK):
                    copy.write(chunk)
        except FileNotFoundError:
            self.summary.missing.append(f"{name}：文件已不在服务器上，请系统管理员从备份恢复")
            return
        self._path(name, path)

    def _path(self, name, path):
        name = self._free(name)
        with path.open("rb") as source:
            digest = hashlib.file_digest(source, "sha256").hexdigest()
        self.target.write(path, name)
        self.summary.files.append((name, digest, path.stat().st_size))
        path.unlink()

    def _free(self, name: str) -> str:
        """A name that is not taken and has no sign that Windows refuses."""
        parts = [plain(part) for part in name.split("/")]
        stem, suffix = Path(parts[-1]).stem, Path(parts[-1]).suffix
        candidate, number = "/".join(parts), 1
        while candidate in self.taken:
            number += 1
            candidate = "/".join([*parts[:-1], f"{stem}（{number}）{suffix}"])
        self.taken.add(candidate)
        return candidate


def plain(part: str) -> str:
    """One part of a file name without the signs that Windows refuses."""
    return "".join(
        "、" if sign in '\\:*?"<>|' else sign for sign in presenters.writable(part)
    ).strip(". ")


def _application_scans(filters: Filters, user) -> Iterator[tuple]:
    found = lead_ledgers.leads(filters, user).filter(
        source=Lead.Source.APPLICATION, scan__isnull=False
    )
    for lead in found.select_related("scan", "household"):
        suffix = Path(lead.scan.file.name).suffix
        yield f"{lead.household.head_name}申请书{lead.raised_on:%Y%m%d}{suffix}", lead.scan


def _write_index(filters: Filters, items: list[Item], summary: Summary, path: Path) -> None:
    from openpyxl import Workbook  # heavy: only who writes an index loads it
    from openpyxl.styles import Alignment, Font

    book = Workbook()
    sheet = book.active
    sheet.title = "目录"
    month = f"{filters.month.year}年{filters.month.month}月"
    rows = [
        (f"{sheets.full_name(filters.area)}{month}防贫预警监测归档目录",),
        (f"完整度 {summary.completeness}%　归档日期 {clock.today():%Y-%m-%d}",),
        (),
        ("资料名称", "依据", "应有", "已有", "缺件", "说明"),
        *(
            (item.name, item.clause, item.due, item.present, "；".join(item.missing), item.note)
            for item in items
        ),
        (),
        ("序号", "文件", "大小（字节）", "校验码（SHA-256）"),
        *(
            (number, presenters.safe_text(name), size, digest)
            for number, (name, digest, size) in enumerate(summary.files, start=1)
        ),
    ]
    for row in rows:
        sheet.append(row)
    sheet["A1"].font = Font(name="黑体", size=16, bold=True, charset=134)
    for column, width in zip("ABCDEF", (30, 48, 14, 20, 60, 14), strict=True):
        sheet.column_dimensions[column].width = width
    for row in sheet.iter_rows(min_row=4):
        for cell in row:
            cell.alignment = Alignment(vertical="top", wrap_text=True)
    book.save(path)
