"""The work of a register import: check the workbook, apply it, give rejected rows back.

A run may be killed at any point and begun again: reading starts from nothing, writing is one
transaction. One import is worked on by one process at a time (advisory lock).
"""

import contextlib
import tempfile
from pathlib import Path

import pghistory
from django.core.files import File
from django.db import connection, transaction

from audit import clock
from audit.events import EventKind
from audit.record import record
from households.models import ImportRow, RegisterImport
from households.register_again import held, still_held
from households.register_columns import COLUMNS, MORE_OF_HOUSEHOLD, MORE_OF_PERSON
from households.register_stage import stage
from households.register_verdicts import judge
from households.register_write import write
from jobs.workbooks.limits import REGISTER
from jobs.workbooks.reader import read_rows
from jobs.workbooks.refusals import FileRefused
from jobs.workbooks.returned import ExtraColumn, write_with_results

State = RegisterImport.State
_LOCK_SPACE = 410922  # first half of the advisory lock; the second is the import's pk
FIGURES = ("rows", "created", "updated", "unchanged", "rejected", "households")


def quiet(_done, _total, _message):
    """Progress that nobody watches."""


def check(imported, *, progress=quiet):
    """Read and judge the workbook, then wait for confirmation; applied at once where so received.

    A file that cannot be used is refused with the sentence in `message`. Calling it again for an
    import that is past this point changes nothing.
    """
    with _alone(imported):
        if imported.state != State.RECEIVED:
            return
        try:
            _read(imported, progress)
        except FileRefused as refusal:
            _refuse(imported, refusal.reason_zh)
            return
        if imported.is_applied_at_once:
            _write(imported, progress)
            return
        with _unhurried():
            imported.figures |= _expected(imported.figures, judge(imported))
            imported.state = State.CHECKED
            imported.save(update_fields=["figures", "warnings", "state"])


def apply(imported, *, progress=quiet):
    """Write the checked rows. Judges them again, since the register may have moved on."""
    with _alone(imported):
        if imported.state == State.APPLYING:
            _write(imported, progress)


def write_rejected(imported, out) -> int:
    """Write the rejected rows in the workbook's own shape, with a reason column; returns how many."""
    rejected = imported.rows.filter(verdict=ImportRow.Verdict.REJECTED)
    reasons = {
        row: "；".join(filter(None, texts))
        for row, *texts in rejected.values_list("sheet_row", "own_reasons", "reasons")
    }
    with read_rows(imported.file.path, REGISTER, name=imported.name, columns=COLUMNS) as reading:
        return write_with_results(
            (numbered for batch in reading for numbered in batch.numbered()),
            imported.figures["header_row_index"],
            [ExtraColumn("退回原因", reasons, width=60)],
            out=out,
            only_rows=reasons.keys(),
            sheet_name="退回的行",
        )


def save_rejected(imported):
    """Keep the workbook of rejected rows beside the import, for download."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rejected.xlsx"
        write_rejected(imported, str(path))
        with path.open("rb") as stream:
            imported.rejected_file.save("rejected.xlsx", File(stream))


def summary_line(imported) -> dict[str, int]:
    """The figures of DESIGN §10 for a finished import."""
    return {key: imported.figures.get(key, 0) for key in FIGURES}


def _read(imported, progress):
    """Stage what differs from the register; of a workbook it still holds whole that is nothing."""
    if before := still_held(imported):
        imported.warnings = before.warnings
        imported.figures = before.figures | {"known": before.figures["rows"], "staged": 0}
        return
    staged = stage(imported, progress)
    imported.warnings = staged.warnings
    imported.figures = _figures_of(staged)


def _write(imported, progress):
    """Judge and write in one transaction; the state, the figures and the event go with it."""
    if imported.rows.count() != imported.figures["staged"]:
        # The staging table is unlogged: a crash of the database emptied it.
        stage(imported, progress)
    with _unhurried(), _history(imported):
        verdicts = judge(imported)
        imported.figures |= _expected(imported.figures, verdicts)
        written = write(imported, now=clock.now(), progress=progress)
        imported.figures |= {
            **written,
            "households": imported.figures["numbers"] - written["left_out"],
            "held": held(imported.figures["villages"]),
        }
        imported.state = State.APPLIED
        imported.applied_at = clock.now()
        imported.applied_by = imported.applied_by or imported.received_by
        imported.save(update_fields=["figures", "warnings", "state", "applied_at", "applied_by"])
        record(
            EventKind.REGISTER_APPLIED,
            by=imported.applied_by,
            obj=imported,
            detail={**summary_line(imported), "sha256": imported.sha256},
        )
    if imported.figures["rejected"]:
        save_rejected(imported)


def _figures_of(staged):
    return {
        "rows": staged.rows,
        "known": len(staged.known),
        "staged": staged.staged,
        "numbers": len(staged.numbers - {""}),
        "villages": sorted(staged.villages),
        "header_row_index": staged.header_row_index,
        "has_more": bool(set(staged.titles) & {*MORE_OF_HOUSEHOLD, *MORE_OF_PERSON}),
    }


def _expected(figures, verdicts):
    return {
        "created": verdicts["new"],
        "updated": verdicts["changed"],
        "unchanged": figures["known"] + verdicts["same"],
        "rejected": verdicts["rejected"],
        "moved": verdicts["moved"],
    }


def _refuse(imported, reason):
    with transaction.atomic():
        imported.state = State.REFUSED
        imported.message = reason
        imported.save(update_fields=["state", "message"])
        imported.rows.all().delete()


@contextlib.contextmanager
def _alone(imported):
    """Hold the import against other processes; a killed one lets go by itself."""
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = 0")
        cursor.execute("SELECT pg_advisory_lock(%s, %s)", [_LOCK_SPACE, imported.pk])
        try:
            imported.refresh_from_db()
            yield
        finally:
            if connection.connection and not connection.connection.closed:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [_LOCK_SPACE, imported.pk])
                cursor.execute("RESET lock_timeout")


@contextlib.contextmanager
def _unhurried():
    """One transaction that may take longer than a page's statement."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = 0")
        yield


def _history(imported):
    user = imported.applied_by or imported.received_by
    return pghistory.context(user=user.pk if user else None, register_import=imported.pk)
