"""The process that reads values from a file: it may die, its parent may not.

Started by `reader` as `python -m jobs.workbooks.child`; the request comes as JSON on
standard input, the answer goes out as length-prefixed marshal frames.
"""

import contextlib
import datetime
import gc
import json
import marshal
import os
import resource
import struct
import sys

from jobs.workbooks.columns import Column
from jobs.workbooks.header import SEARCHED_ROWS, find_header
from jobs.workbooks.limits import Limits
from jobs.workbooks.refusals import FileRefused
from jobs.workbooks.sheetscan import too_many_columns, too_many_rows

BATCH_ROWS = 2_000
MEMORY_ZH = "这个文件太大或结构异常，读取时超出了内存限制，请另存为新的xlsx或拆成几个文件再上传"
UNREADABLE_ZH = "这个文件读不出内容，可能已损坏，请用WPS打开后另存为xlsx再上传"
MOST_MERGED = 200_000
MIDNIGHT = datetime.time()


def main():
    """Read one request, answer it, leave."""
    gc.disable()  # rows are sent and gone; looking through them for garbage takes a third of the time
    out = os.fdopen(os.dup(1), "wb", buffering=1024 * 1024)
    os.dup2(2, 1)
    request = json.load(sys.stdin)
    limits = Limits(**request["limits"])
    restrict(limits)
    try:
        for frame in frames(request, limits):
            send(out, frame)
        send(out, {"done": True})
    except FileRefused as refusal:
        send(out, {"refused": refusal.reason_zh})
    except MemoryError:
        send(out, {"refused": MEMORY_ZH})
    with contextlib.suppress(BrokenPipeError):
        out.close()


def restrict(limits):
    """Bound memory and CPU time for good, and forbid core dumps and written files."""
    resource.setrlimit(resource.RLIMIT_AS, (limits.memory_bytes, limits.memory_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (limits.cpu_seconds, limits.cpu_seconds + 5))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def send(out, frame):
    """Write one frame."""
    try:
        body = marshal.dumps(frame)
    except ValueError:
        # Dates: marshal has none, and looking at every cell for them would cost seconds.
        first, rows = frame
        body = marshal.dumps((first, plain(rows)))
    out.write(struct.pack("<I", len(body)))
    out.write(body)
    out.flush()


def frames(request, limits):
    """First what was chosen, then (number of the first row, rows) again and again."""
    if request["kind"] == "csv":
        yield from csv_frames(request, limits)
    else:
        yield from workbook_frames(request, limits)


def csv_frames(request, limits):
    """The frames of a text file."""
    from jobs.workbooks import csvtext

    with open(request["path"], "rb") as stream:
        text, _encoding = csvtext.decode(stream.read())
    yield {"sheet": "", "ignored": [], "merged": []}
    rows = []
    for row in csvtext.rows_of(text, limits):
        rows.append(row)
        if len(rows) > limits.rows + SEARCHED_ROWS:
            raise too_many_rows(limits)
    width = max(map(len, rows), default=0)
    for start in range(0, len(rows), BATCH_ROWS):
        batch = rows[start : start + BATCH_ROWS]
        yield start + 1, [row + [""] * (width - len(row)) for row in batch]


def workbook_frames(request, limits):
    """The frames of an xlsx, xls or ods."""
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        # Not by path: the library would go by the file's extension, which may lie.
        with open(request["path"], "rb") as stream:
            book = CalamineWorkbook.from_filelike(stream)
        sheet, ignored = choose_sheet(book, request)
        start, end = sheet.start or (0, 0), sheet.end or (0, 0)
        if end[1] >= limits.columns:
            raise too_many_columns(limits)
        if end[0] >= limits.rows + SEARCHED_ROWS:
            raise too_many_rows(limits)
        merged = merged_ranges(sheet, end)
        yield {"sheet": sheet.name, "ignored": ignored, "merged": merged}
        yield from row_frames(sheet, start[1])
    except CalamineError as error:
        raise FileRefused(UNREADABLE_ZH) from error


def choose_sheet(book, request):
    """The named sheet, else the first visible one with our header, else the first visible."""
    from python_calamine import SheetTypeEnum, SheetVisibleEnum

    columns = [Column(**{**c, "synonyms": tuple(c["synonyms"])}) for c in request["columns"]]
    shown = [
        sheet.name
        for sheet in book.sheets_metadata
        if sheet.visible == SheetVisibleEnum.Visible and sheet.typ == SheetTypeEnum.WorkSheet
    ]
    if request["sheet_name"]:
        shown = [name for name in shown if name == request["sheet_name"]]
        if not shown:
            raise FileRefused(f"没有找到工作表“{request['sheet_name']}”，请使用下载的模板填写")
    if not shown:
        raise FileRefused("文件里没有可见的工作表，请取消隐藏后重新上传")
    chosen = None
    for name in shown:
        sheet = book.get_sheet_by_name(name)
        chosen = chosen or sheet
        if not columns or is_recognised(sheet, columns, request["saved"]):
            chosen = sheet
            break
    return chosen, [name for name in shown if name != chosen.name]


def is_recognised(sheet, columns, saved):
    """True when the header with all required columns stands in the sheet's first rows."""
    rows = []
    for row in sheet.iter_rows():
        rows.append(row)
        if len(rows) == SEARCHED_ROWS:
            break
    header = find_header(rows, columns, saved)
    return bool(header.mapping) and not header.missing


def merged_ranges(sheet, end):
    """Merged ranges within the used area as [top, left, bottom, right], counted from 0."""
    ranges = []
    for (top, left), (bottom, right) in sheet.merged_cell_ranges or []:
        if top <= end[0] and left <= end[1]:
            ranges.append([top, left, min(bottom, end[0]), min(right, end[1])])
    if len(ranges) > MOST_MERGED:
        raise FileRefused("合并单元格太多，请取消合并并逐行填写后重新上传")
    return ranges


def row_frames(sheet, left):
    """Batches of rows, padded to start at column A."""
    padding = [""] * left
    batch, first = [], 1
    for row in sheet.iter_rows():
        batch.append(padding + row if left else row)
        if len(batch) == BATCH_ROWS:
            yield first, batch
            first += BATCH_ROWS
            batch = []
    if batch:
        yield first, batch


def plain(batch):
    """The batch with dates as ISO text, touching only the columns that hold any."""
    times = (datetime.date, datetime.time, datetime.timedelta)
    for index in range(len(batch[0])):
        if any(isinstance(row[index], times) for row in batch):
            for row in batch:
                if isinstance(row[index], times):
                    row[index] = iso(row[index])
    return batch


def iso(value):
    """2026-11-01, or 2026-11-01 08:30:00 when there is a time of day."""
    if isinstance(value, datetime.datetime):
        return (
            value.isoformat(" ", "seconds")
            if value.time() != MIDNIGHT
            else value.date().isoformat()
        )
    if isinstance(value, datetime.timedelta):
        return str(value)
    return value.isoformat()


if __name__ == "__main__":
    main()
