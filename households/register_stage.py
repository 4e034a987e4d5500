"""Reading a register workbook into ImportRow: only rows that differ from the register are looked at."""

from dataclasses import dataclass, field

from django.db import connection

from audit import clock
from households.models import ImportRow
from households.register_columns import COLUMNS
from households.register_rows import COPIED, RowReader
from households.villages import Villages
from jobs.workbooks.header import require_header
from jobs.workbooks.limits import REGISTER
from jobs.workbooks.reader import read_rows

CHUNK_ROWS = 20_000
_COPY = f"COPY households_importrow (register_import_id, {', '.join(COPIED)}) FROM STDIN"  # noqa: S608
_KNOWN = "SELECT source_digest FROM households_person WHERE source_digest = ANY(%s) AND is_active"
# Of two rows with one number the register holds the first; the second one is no correction.
_REPEATS_OF_KNOWN = """
    SELECT r.id, p.source_digest
      FROM households_importrow r
      JOIN households_person p ON p.id_index = r.id_index AND p.is_active
     WHERE r.register_import_id = %s AND r.own_reasons = '' AND p.source_digest IS NOT NULL
"""
REPEATED = "该证件号码在本表另一行已经出现，一人只填一行"


@dataclass
class Staged:
    """What reading found: rows that speak of a person, and those that equal the register."""

    rows: int = 0
    known: set[int] = field(default_factory=set)
    numbers: set = field(default_factory=set)
    remarks: int = 0
    warnings: list[str] = field(default_factory=list)
    header_row_index: int = -1
    titles: tuple[str, ...] = ()


def stage(imported, progress) -> Staged:
    """Read the workbook and COPY the rows that differ; begun again, it starts from nothing.

    `progress(done, total, message)` is told after each chunk. Raises FileRefused.
    """
    ImportRow.objects.filter(register_import=imported).delete()
    staged = Staged()
    with read_rows(imported.file.path, REGISTER, name=imported.name, columns=COLUMNS) as reading:
        chunk, reader = [], None
        for batch in reading:
            if reader is None:
                header = require_header(batch.rows, COLUMNS)
                reader = RowReader(header, Villages(imported.codes), clock.today())
                staged.warnings = [
                    str(warning) for warning in [*reading.warnings, *header.warnings]
                ]
                staged.header_row_index = header.row_index
                staged.titles = tuple(header.mapping)
            _take(batch, reader, staged, chunk)
            if len(chunk) >= CHUNK_ROWS:
                _store(imported, reader, chunk, staged)
                progress(staged.rows, 0, f"已核对{staged.rows}行")
                chunk.clear()
        if reader is None:
            require_header([], COLUMNS)
        _store(imported, reader, chunk, staged)
    _refuse_repeats_of_known(imported, staged)
    if staged.remarks:
        staged.warnings.append(
            f"{staged.remarks}行没有户编号、姓名和证件号码（合计、签字等），已跳过"
        )
    return staged


def _take(batch, reader, staged, chunk):
    first = staged.header_row_index + 2
    number_at = reader.keys.index("number")
    for sheet_row, row in batch.numbered():
        if sheet_row < first:
            continue
        picked = reader.pick(row)
        if picked is None:
            continue
        if reader.is_remark(picked):
            staged.remarks += 1
            continue
        staged.rows += 1
        staged.numbers.add(picked[number_at])
        chunk.append((sheet_row, reader.digest(picked), picked))


def _store(imported, reader, chunk, staged):
    """Drop the rows the register already equals, COPY the others."""
    with connection.cursor() as cursor:
        cursor.execute(_KNOWN, [[digest for _row, digest, _picked in chunk]])
        known = {digest for (digest,) in cursor.fetchall()}
        prefix = f"{imported.pk}\t"
        lines = []
        for sheet_row, digest, picked in chunk:
            if digest in known and digest not in staged.known:
                staged.known.add(digest)
            else:
                lines.append(prefix + reader.line(sheet_row, digest, picked))
        if lines:
            lines.append("")
            with cursor.copy(_COPY) as copy:
                copy.write("\n".join(lines))


def _refuse_repeats_of_known(imported, staged):
    if not staged.known:
        return
    with connection.cursor() as cursor:
        cursor.execute(_REPEATS_OF_KNOWN, [imported.pk])
        repeats = [pk for pk, digest in cursor.fetchall() if digest in staged.known]
    ImportRow.objects.filter(pk__in=repeats).update(
        verdict=ImportRow.Verdict.REJECTED, own_reasons=REPEATED
    )
