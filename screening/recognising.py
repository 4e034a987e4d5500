"""Which of a department's lists a file is: the one whose columns it has."""

import tempfile

from jobs.workbooks.header import find_header
from jobs.workbooks.limits import LEAD_FILE
from jobs.workbooks.reader import read_rows
from jobs.workbooks.refusals import FileRefused
from screening.columns import columns_of


def kind_of(file, kinds):
    """The lead kind whose header fits best; the first one for a file that cannot be read.

    `file` is an open Django file, left at its beginning; why it cannot be read is for the check.
    """
    if len(kinds) == 1:
        return kinds[0]
    with tempfile.NamedTemporaryFile(suffix=".upload") as copy:
        for chunk in file.chunks():
            copy.write(chunk)
        copy.flush()
        file.seek(0)
        try:
            with read_rows(copy.name, LEAD_FILE, name=file.name) as reading:
                first = next(iter(reading), None)
        except FileRefused:
            return kinds[0]
    rows = first.rows if first else []
    return max(kinds, key=lambda kind: _fit(rows, kind))


def _fit(rows, kind) -> tuple:
    """Complete headers first, then the kind whose own name stands above, then more columns."""
    header = find_header(rows, columns_of(kind), kind.titles)
    title = "".join(str(cell) for row in rows[: max(header.row_index, 0)] for cell in row)
    return not header.missing, kind.label in title, len(header.mapping)
