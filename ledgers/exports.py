"""One ledger as one file: which forms there are, who may have them, and the audit event."""

import hashlib
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path

from django.core.files import File
from django.db import transaction

from accounts import access
from accounts.permissions import Permission
from audit import clock
from audit.events import EventKind
from audit.record import record
from ledgers import flat, pdf
from ledgers.models import MonthlyExport
from ledgers.sheets import Block, Filters, Ledger, full_name
from screening.duties import desks

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
# What a page may draw while somebody waits; longer ledgers become a job.
AT_ONCE = {"signed": 400, "flat": 3000, "pdf": 120}


@dataclass(frozen=True)
class Form:
    """A way to put a ledger into a file."""

    key: str
    label: str
    suffix: str
    content_type: str


FORMS = {
    form.key: form
    for form in (
        Form("signed", "印发样式", "xlsx", XLSX),
        Form("flat", "数据样式", "xlsx", XLSX),
        Form("pdf", "PDF", "pdf", "application/pdf"),
    )
}


def forms_of(ledger: Ledger) -> list[Form]:
    """The forms a ledger has; a pure data form has no paper."""
    return [FORMS["flat"]] if ledger.is_flat_only else list(FORMS.values())


def may_export(user, area_code: str) -> bool:
    """Whether the user may take ledgers of this whole area away."""
    return access.may(user, Permission.LEDGER_EXPORT, area=area_code)


def may_take(ledger: Ledger, user, area_code: str) -> bool:
    """The same for one ledger: a department takes its own rows of its county 六（二）."""
    is_own = ledger.is_departmental and bool(desks.desks(user))
    return may_export(user, area_code) or (is_own and area_code == desks.county_of(user))


def file_name(ledger: Ledger, filters: Filters, form: Form) -> str:
    """`固城镇西街村2021年3月“两类人群”监测对象排查台账.xlsx`; the data form says so."""
    kind = "（数据样式）" if form.key == "flat" and not ledger.is_flat_only else ""
    return f"{ledger.title(filters)}{kind}.{form.suffix}"


def beginning(ledger: Ledger, filters: Filters, user, form: Form) -> tuple[Iterator[Block], bool]:
    """The ledger's blocks, and whether they are few enough to be drawn at once."""
    blocks = iter(ledger.blocks(filters, user))
    first = list(islice(blocks, AT_ONCE[form.key] + 1))
    return chain(first, blocks), len(first) <= AT_ONCE[form.key]


def write(ledger: Ledger, filters: Filters, blocks, form: Form, path) -> int:
    """Draw the blocks into a file; returns how many lines it has. Raises FontMissing."""
    if form.key == "flat":
        return flat.write_flat(ledger, filters, blocks, path)
    paper = {"unit": full_name(filters.area), "filled_on": clock.today()}
    if form.key == "signed":
        from ledgers import xlsx  # heavy: only who draws a signed form loads it

        return xlsx.write_signed(ledger, filters, blocks, path, **paper)
    kept = list(blocks)
    Path(path).write_bytes(pdf.of_ledger(ledger, filters, kept, **paper))
    return sum(len(block) for block in kept)


@transaction.atomic
def record_export(ledger: Ledger, filters: Filters, form: Form, lines: int, *, by) -> None:
    """Every ledger that leaves the system is an event with its filters."""
    record(
        EventKind.LEDGER_EXPORTED,
        by=by,
        obj=filters.area,
        area=filters.area.pk,
        detail={**filters.as_detail(), "ledger": ledger.key, "form": form.key, "lines": lines},
    )


def keep_monthly(ledger: Ledger, filters: Filters, form: Form) -> MonthlyExport:
    """Make a month's ledger once and keep it; the one that is there is returned unchanged."""
    of_month = {
        "area": filters.area, "month": filters.month, "ledger": ledger.key, "form": form.key,
    }  # fmt: skip
    kept = MonthlyExport.objects.filter(**of_month).first()
    if kept:
        return kept
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"ledger.{form.suffix}"
        lines = write(ledger, filters, ledger.blocks(filters, None), form, path)
        row = MonthlyExport(
            **of_month,
            name=file_name(ledger, filters, form),
            sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
            line_count=lines,
            made_at=clock.now(),
        )
        with path.open("rb") as source, transaction.atomic():
            row.file.save(f"{ledger.key}-{filters.area.pk}.{form.suffix}", File(source), save=False)
            MonthlyExport.objects.bulk_create([row], ignore_conflicts=True)
            record_export(ledger, filters, form, lines, by=None)
    return MonthlyExport.objects.get(**of_month)
