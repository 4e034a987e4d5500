"""A helper process of a big register import: python -m households.register_helper.

Frames come on standard input (length, marshal): the opening, the mapping, then chunks of rows. Marshal is
safe here, the other end is our own process. Rows leave by this process's own connection.
"""

import datetime
import marshal
import struct
import sys

import django
from django.conf import settings


def main():
    """Read rows until the parent has no more, or is gone."""
    opening = _frame(sys.stdin.buffer)
    if opening is None:
        return
    # The parent may stand in another database than the settings say: that of a test.
    settings.DATABASES["default"]["NAME"] = opening["database"]
    django.setup()
    _work(sys.stdin.buffer, opening)


def _work(stream, opening):
    from households.register_parser import copy_lines
    from households.register_rows import RowReader
    from households.villages import Villages

    today = datetime.date.fromisoformat(opening["today"])
    villages = Villages(opening["codes"])
    mapping = _frame(stream)
    if mapping is None:
        return
    reader = RowReader(mapping, villages, today)
    while (rows := _frame(stream)) is not None:
        copy_lines(opening["import"], reader, rows)


def _frame(stream):
    head = stream.read(4)
    if len(head) < 4:
        return None
    (length,) = struct.unpack("<I", head)
    body = stream.read(length)
    return marshal.loads(body) if len(body) == length else None


if __name__ == "__main__":
    main()
