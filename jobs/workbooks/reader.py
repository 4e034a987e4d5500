"""Reading the rows of an uploaded file through a limited child process.

What a row shows besides values (formulas, error values, merged cells) comes from the guard's
scan: complete for .xlsx of any size and for .xls; .ods and csv have no such marks (an .ods
formula shows its stored value). Above 160 MB unpacked, the scan runs beside the child.
"""

import contextlib
import dataclasses
import json
import marshal
import os
import struct
import subprocess
import sys
import threading
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from jobs.workbooks.child import BATCH_ROWS, MEMORY_ZH, UNREADABLE_ZH
from jobs.workbooks.guard import FileKind, inspect, scan
from jobs.workbooks.limits import LEAD_FILE, Limits
from jobs.workbooks.refusals import FileRefused, Flaw, Flawed, Warning_

ROOT = Path(__file__).resolve().parents[2]
_COMMAND = ("-m", "jobs.workbooks.child")
TIMEOUT_ZH = "读取这个文件用时过长，已停止，请另存为新的xlsx或拆成几个文件再上传"


@dataclass(frozen=True)
class Batch:
    """Some rows in a stretch; `first_row` is the sheet row number of the first (from 1)."""

    first_row: int
    rows: list[list]

    def numbered(self):
        """(sheet row number, row) for every row."""
        return enumerate(self.rows, start=self.first_row)


class Reading:
    """An open file being read: iterate it once for its batches, then it is closed.

    Cells are native: str ('' when empty), float, int, bool; dates are ISO text; a `Flawed`
    stands where the value must not be trusted. Iterating raises FileRefused when the child
    meets something unreadable midway: use the rows only inside a transaction or a staging area.
    """

    def __init__(self, kind: FileKind, child, first_frame, scans):
        self.kind = kind
        self.sheet_name = first_frame["sheet"]
        self._child = child
        found = (scans or {}).get(self.sheet_name)
        self._flaws = _flaws_by_batch(found.flaws if found else {}, first_frame["merged"])
        self.warnings = _warnings(kind, found, first_frame["ignored"])

    def __enter__(self):
        return self

    def __exit__(self, *_exc):
        self.close()

    def __iter__(self) -> Iterator[Batch]:
        anchors = {}
        try:
            while frame := self._child.frame():
                first_row, rows = frame
                flaws = self._flaws.pop((first_row - 1) // BATCH_ROWS, None)
                if flaws:
                    _put_flaws(rows, first_row - 1, flaws, anchors)
                yield Batch(first_row, rows)
        finally:
            self.close()

    def close(self):
        """End the child process if it is still there."""
        self._child.close()


def read_rows(
    path,
    limits: Limits = LEAD_FILE,
    *,
    name: str = "",
    columns=(),
    saved=None,
    sheet_name: str = "",
) -> Reading:
    """Open an uploaded file for reading.

    With `columns` the first visible sheet whose header has the required ones is read, with
    `sheet_name` that sheet and no other, else the first visible sheet. `name` is the file's
    name at the sender. Raises FileRefused.
    """
    child = _Child(limits)  # starts up while the guard looks
    try:
        kind = inspect(path, limits, name=name)
        child.ask(
            {
                "path": str(Path(path).resolve()),
                "kind": kind.kind,
                "limits": dataclasses.asdict(limits),
                "columns": [dataclasses.asdict(column) for column in columns],
                "saved": dict(saved or {}),
                "sheet_name": sheet_name,
            }
        )
        first_frame, scans = _first_frame(child, kind, path, limits)
        return Reading(kind, child, first_frame, scans)
    except BaseException:
        child.close()
        raise


def _first_frame(child, kind, path, limits):
    """The child's first frame and the scans, made beside it where the guard left them."""
    if kind.kind != "xlsx" or kind.scans is not None:
        return child.frame() or _nothing(), kind.scans
    with ThreadPoolExecutor(1) as beside:
        late = beside.submit(scan, path, limits)
        # A refusal by the scan need not wait for the child, which may read for minutes.
        late.add_done_callback(lambda done: done.exception() and child.process.kill())
        try:
            first_frame = child.frame() or _nothing()
        except FileRefused:
            late.result()
            raise
        return first_frame, late.result()


def _nothing():
    raise FileRefused(UNREADABLE_ZH)


class _Child:
    """The child process and its frames."""

    def __init__(self, limits):
        self.limits = limits
        self.timed_out = False
        self.process = subprocess.Popen(
            [sys.executable, *_COMMAND],
            cwd=ROOT,
            env={"PATH": os.environ.get("PATH", ""), "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )

    def ask(self, request):
        """Send the one request; a child that is gone already is noticed when its frame is read."""
        with contextlib.suppress(BrokenPipeError):
            self.process.stdin.write(json.dumps(request).encode())
            self.process.stdin.close()

    def frame(self):
        """The next frame; None at the end. Raises FileRefused when the child refused or died."""
        watch = threading.Timer(self.limits.wall_seconds, self._time_out)
        watch.daemon = True
        watch.start()
        try:
            frame = self._read()
        finally:
            watch.cancel()
        if isinstance(frame, dict) and "refused" in frame:
            raise FileRefused(frame["refused"])
        if isinstance(frame, dict) and "done" in frame:
            return None
        return frame

    def close(self):
        """Kill and reap."""
        self.process.kill()
        with contextlib.suppress(BrokenPipeError):
            self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait()

    def _read(self):
        head = self.process.stdout.read(4)
        if len(head) == 4:
            (length,) = struct.unpack("<I", head)
            body = self.process.stdout.read(length)
            if len(body) == length:
                # Marshal is safe here: the other end is our own module, not the file.
                return marshal.loads(body)
        raise FileRefused(self._last_words())

    def _time_out(self):
        self.timed_out = True
        self.process.kill()

    def _last_words(self):
        """Why the child ended without a word: the clock, or memory, or a crafted file."""
        self.process.wait()
        if self.timed_out or self.process.returncode == -24:
            return TIMEOUT_ZH
        return MEMORY_ZH if self.process.returncode in (-6, -9) else UNREADABLE_ZH


def _flaws_by_batch(flaws, merged):
    """Batch number -> [(row, column, flaw, anchor)], rows and columns counted from 0."""
    batches = defaultdict(list)
    for top, left, bottom, right in merged:
        for row in range(top, bottom + 1):
            batches[row // BATCH_ROWS].extend(
                (row, column, Flaw.MERGED, (top, left)) for column in range(left, right + 1)
            )
    for (row, column), flaw in flaws.items():
        batches[row // BATCH_ROWS].append((row, column, flaw, None))
    return batches


def _put_flaws(rows, offset, flaws, anchors):
    for row, column, flaw, anchor in flaws:
        if row - offset >= len(rows) or column >= len(rows[row - offset]):
            continue
        cells = rows[row - offset]
        value = cells[column].value if isinstance(cells[column], Flawed) else cells[column]
        if anchor == (row, column):
            anchors[anchor] = value
        elif anchor:
            value = anchors.get(anchor, "")
        cells[column] = Flawed(value, flaw)


def _warnings(kind, found, ignored):
    warnings = []
    if ignored:
        warnings.append(Warning_(f"只读取了一个工作表，未读取：{'、'.join(ignored[:10])}"))
    if kind.hidden_sheets:
        warnings.append(Warning_(f"有隐藏的工作表，未读取：{'、'.join(kind.hidden_sheets[:10])}"))
    if found and found.hidden_rows:
        warnings.append(Warning_(f"表里含{found.hidden_rows}个隐藏行，也一并读取了，请确认"))
    return warnings
