"""The department's own workbook back: its rows untouched, result columns at the right.

Nothing is told about the household but what became of the line (DESIGN §3).
"""

from pathlib import Path

from jobs.workbooks.limits import LEAD_FILE
from jobs.workbooks.reader import read_rows
from jobs.workbooks.returned import ExtraColumn, write_with_results
from screening import presenters
from screening.columns import columns_of
from screening.models import LeadRow

WIDE, NARROW = 48, 16


def name_of(lead_file, *, only_bad=False) -> str:
    """The workbook's name for its sender."""
    return f"{Path(lead_file.name).stem}_{'待改正' if only_bad else '核实结果'}.xlsx"


def write(lead_file, out, *, only_bad=False) -> int:
    """Write the workbook to `out` (path or stream); how many rows there are below the header.

    With `only_bad` only the rows to correct, in the same shape: put right they come in again.
    """
    rows = LeadRow.objects.filter(file=lead_file).select_related("lead")
    if lead_file.kind.names_areas:
        rows = rows.prefetch_related("matters")
    if only_bad:
        rows = rows.filter(verdict=LeadRow.Verdict.BAD)
    rows = list(rows)
    extra = [
        ExtraColumn("核对结果", _texts(rows, LeadRow.get_verdict_display), NARROW),
        ExtraColumn("说明", _texts(rows, _reason), WIDE),
    ]
    if not only_bad:
        extra += [
            ExtraColumn("查找结果", _texts(rows, presenters.match_words), NARROW),
            ExtraColumn("核实结果", _texts(rows, presenters.row_answer), WIDE),
            ExtraColumn("核实日期", _texts(rows, _answered_on), NARROW),
        ]
    columns = columns_of(lead_file.kind)
    with read_rows(
        lead_file.file.path, LEAD_FILE, name=lead_file.name, columns=columns,
        saved=lead_file.kind.titles,
    ) as reading:  # fmt: skip
        return write_with_results(
            (numbered for batch in reading for numbered in batch.numbered()),
            lead_file.header["row_index"],
            extra,
            out=out,
            only_rows={row.sheet_row for row in rows} if only_bad else None,
        )


def _texts(rows, words) -> dict[int, str]:
    return {row.sheet_row: words(row) for row in rows}


def _reason(row) -> str:
    return "；".join(filter(None, (row.reason, row.note)))


def _answered_on(row) -> str:
    return f"{presenters.answered_on(row) or ''}"
