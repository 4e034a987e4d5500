"""Turning rows into staged lines, here or in helper processes that share a big workbook's work."""

import contextlib
import marshal
import os
import struct
import subprocess
import sys

from django.conf import settings
from django.db import connection

from households.register_rows import COPIED

HELPERS = 2
_COPY = f"COPY households_importrow (register_import_id, {', '.join(COPIED)}) FROM STDIN"  # noqa: S608


def copy_lines(import_pk, reader, rows):
    """Read rows (sheet_row, digest, position, cells) and COPY them into ImportRow."""
    if not rows:
        return
    lines = reader.lines(rows)
    with connection.cursor() as cursor, cursor.copy(_COPY) as copy:
        copy.write(f"{import_pk}\t" + f"\n{import_pk}\t".join(lines) + "\n")


class Helpers:
    """Helper processes (register_helper) for one import; each takes whole chunks in turn.

    Started before the mapping is known, they get ready while the workbook is opened. They end
    with this process: their standard input ends. Left without an error, everything sent is in
    the database; left with one, they are killed.
    """

    def __init__(self, imported, today):
        self._turn = 0
        self._processes = [_start() for _number in range(min(HELPERS, os.cpu_count() or 1))]
        self._tell(
            {
                "database": connection.settings_dict["NAME"],
                "import": imported.pk,
                "codes": list(imported.codes),
                "today": today.isoformat(),
            }
        )

    def __enter__(self):
        return self

    def __exit__(self, kind, *_exc):
        self._close(is_complete=kind is None)

    def begin(self, mapping):
        """Say which column of the sheet is which; chunks come after this."""
        self._tell(dict(mapping))

    def send(self, rows) -> bool:
        """Hand a chunk to the next helper; False when it must be read here (flawed cells)."""
        try:
            body = marshal.dumps(rows)
        except ValueError:
            return False
        _write(self._processes[self._turn], body)
        self._turn = (self._turn + 1) % len(self._processes)
        return True

    def _tell(self, facts):
        for process in self._processes:
            _write(process, marshal.dumps(facts))

    def _close(self, *, is_complete):
        """Raises RuntimeError when a helper died of what it was sent."""
        for process in self._processes:
            if is_complete:
                process.stdin.close()
            else:
                process.kill()
                with contextlib.suppress(BrokenPipeError):
                    process.stdin.close()
        endings = [process.wait() for process in self._processes]
        if is_complete and any(endings):
            raise RuntimeError(f"a helper of the register import ended with {endings}")


def _start():
    return subprocess.Popen(
        [sys.executable, "-m", "households.register_helper"],
        cwd=settings.BASE_DIR,
        stdin=subprocess.PIPE,
    )


def _write(process, body):
    process.stdin.write(struct.pack("<I", len(body)))
    process.stdin.write(body)
    process.stdin.flush()
