"""Reading a register workbook into ImportRow: only rows that differ from the register are looked at.

A county's first workbook has 600,000 rows that all differ; then helpers (register_parser) turn
rows into staged lines beside the reading.
"""

import contextlib
import os
from dataclasses import dataclass, field

from django.db import connection

from audit import clock
from households.models import ImportRow
from households.register_columns import COLUMNS
from households.register_parser import Helpers, copy_lines
from households.register_rows import RowReader
from households.villages import Villages
from jobs.workbooks.header import require_header
from jobs.workbooks.limits import MB, REGISTER
from jobs.workbooks.reader import read_rows

CHUNK_ROWS = 10_000
# From about 40,000 rows on helpers earn the second they need to start.
BIG_BYTES = 2 * MB
_KNOWN = """
    SELECT p.source_digest
      FROM households_household h
      JOIN households_person p ON p.household_id = h.id
     WHERE h.village_id = ANY(%s) AND p.is_active AND p.source_digest IS NOT NULL
"""
# Of two rows with one number the register holds the first; the second one is no correction.
_REPEATS_OF_KNOWN = """
    SELECT r.sheet_row, p.source_digest
      FROM households_importrow r
      JOIN households_person p ON p.id_index = r.id_index AND p.is_active
     WHERE r.register_import_id = %s AND r.own_reasons = '' AND p.source_digest IS NOT NULL
"""
REPEATED = "该证件号码在本表另一行已经出现，一人只填一行"


@dataclass
class Staged:
    """What reading found: rows that speak of a person, those that equal the register, the others."""

    rows: int = 0
    known: set[int] = field(default_factory=set)
    staged: int = 0
    numbers: set = field(default_factory=set)
    villages: set[str] = field(default_factory=set)
    remarks: int = 0
    warnings: list[str] = field(default_factory=list)
    header_row_index: int = -1
    titles: tuple[str, ...] = ()


def stage(imported, progress) -> Staged:
    """Read the workbook and COPY the rows that differ; begun again, it starts from nothing.

    `progress(done, total, message)` is told after each chunk. Raises FileRefused.
    """
    ImportRow.objects.filter(register_import=imported).delete()
    with (
        _helpers(imported) as helpers,
        read_rows(imported.file.path, REGISTER, name=imported.name, columns=COLUMNS) as reading,
    ):
        batches = iter(reading)
        first = next(batches, None)
        header = require_header(first.rows if first else [], COLUMNS)
        warnings = [str(warning) for warning in [*reading.warnings, *header.warnings]]
        sorter = _Sorter(imported, header, helpers)
        sorter.take(first)
        for batch in batches:
            sorter.take(batch)
            if len(sorter.chunk) >= CHUNK_ROWS:
                sorter.store()
                progress(sorter.staged.rows, 0, f"已核对{sorter.staged.rows}行")
        sorter.store()
    staged = sorter.staged
    _refuse_repeats_of_known(imported, staged)
    staged.warnings = warnings
    if staged.remarks:
        staged.warnings.append(
            f"{staged.remarks}行没有户编号、姓名和证件号码（合计、签字等），已跳过"
        )
    return staged


def _helpers(imported):
    """Helpers for a big workbook where there is more than one core, else none."""
    if imported.file.size > BIG_BYTES and (os.cpu_count() or 1) > 1:
        return Helpers(imported, clock.today())
    return contextlib.nullcontext()


class _Sorter:
    """Tells rows that equal the register from those that must be looked at, chunk by chunk."""

    def __init__(self, imported, header, helpers):
        self.imported = imported
        self.helpers = helpers
        if helpers:
            helpers.begin(header.mapping)
        self.reader = RowReader(header.mapping, Villages(imported.codes), clock.today())
        self.staged = Staged(header_row_index=header.row_index, titles=tuple(header.mapping))
        self.chunk = []
        self._members = {}  # rows so far by household number
        self._digests = set()  # held by the register in the villages met so far

    def take(self, batch):
        """Add the rows of a batch to the chunk."""
        reader, staged, chunk = self.reader, self.staged, self.chunk
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
            number = picked[number_at]
            staged.rows += 1
            staged.numbers.add(number)
            position = self._members[number] = self._members.get(number, 0) + 1
            chunk.append((sheet_row, reader.digest(picked), position, picked))

    def store(self):
        """Drop the rows of the chunk that the register equals, have the others staged."""
        self._learn_digests()
        known, digests = self.staged.known, self._digests
        rows = []
        for row in self.chunk:
            if row[1] in digests and row[1] not in known:
                known.add(row[1])
            else:
                rows.append(row)
        self.chunk.clear()
        self.staged.staged += len(rows)
        if not self.helpers or not self.helpers.send(rows):
            copy_lines(self.imported.pk, self.reader, rows)

    def _learn_digests(self):
        """Fetch what the register holds for villages not met before."""
        met = {self.reader.village_of(picked) for _row, _digest, _position, picked in self.chunk}
        new = list(met - self.staged.villages - {""})
        if not new:
            return
        self.staged.villages.update(new)
        with connection.cursor() as cursor:
            cursor.execute(_KNOWN, [new])
            self._digests.update([digest for (digest,) in cursor.fetchall()])


def _refuse_repeats_of_known(imported, staged):
    if not staged.known:
        return
    with connection.cursor() as cursor:
        cursor.execute(_REPEATS_OF_KNOWN, [imported.pk])
        repeats = [row for row, digest in cursor.fetchall() if digest in staged.known]
    imported.rows.filter(sheet_row__in=repeats).update(
        verdict=ImportRow.Verdict.REJECTED, own_reasons=REPEATED
    )
