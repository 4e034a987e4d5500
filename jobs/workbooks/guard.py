"""What kind of file was uploaded, decided by its content, and whether it may be read at all."""

import re
from dataclasses import dataclass, field
from pathlib import Path

from jobs.workbooks import csvtext, olescan, zipguard
from jobs.workbooks.limits import MB, Limits
from jobs.workbooks.refusals import FileRefused
from jobs.workbooks.sheetscan import SheetScan

# From this size on, the scan of an .xlsx is worth running beside the reader, not before it.
SCANNED_FIRST_BYTES = 160 * MB

_MAGIC = (
    (b"%PDF", "PDF文件"),
    (b"\xff\xd8\xff", "图片"),
    (b"\x89PNG", "图片"),
    (b"GIF8", "图片"),
    (b"MZ", "程序文件"),
    (b"\x7fELF", "程序文件"),
    (b"Rar!", "压缩包"),
    (b"7z\xbc\xaf", "压缩包"),
    (b"\x1f\x8b", "压缩包"),
    (b"{\\rtf", "文字文档"),
)
_WEB_PAGE = re.compile(
    rb"\s*(?:<!--.*?-->\s*)*(?:<html|<!doctype|<table|<head|<meta|<body|<div|<style|<script|<\?xml|<\?mso|mime-version:)",
    re.IGNORECASE | re.DOTALL,
)
WEB_PAGE_ZH = "这个文件其实是网页格式，请用WPS打开后另存为xlsx再上传"
ET_ZH = "这是WPS自己的et格式，请用WPS打开后另存为xlsx再上传"


@dataclass(frozen=True)
class FileKind:
    """What the guard found: xlsx, xls, ods or csv (with its encoding).

    `scans` holds the findings in each visible worksheet of an .xlsx or .xls by sheet name;
    None when the file is so large that the reader scans it while the child process reads.
    """

    kind: str
    encoding: str = ""
    hidden_sheets: tuple[str, ...] = ()
    scans: dict[str, SheetScan] | None = field(default=None, repr=False)


def inspect(path, limits: Limits, *, name: str = "") -> FileKind:
    """Look at an uploaded file without reading its values.

    `name` is the file's name at the sender (the path's name by default). Raises FileRefused
    with one sentence per cause.
    """
    path = Path(path)
    size = path.stat().st_size
    if size == 0:
        raise FileRefused("文件是空的（0字节），请重新导出后上传")
    if size > limits.file_bytes:
        raise FileRefused(
            f"文件有{size / MB:.1f}MB，{limits.label}最大{limits.file_bytes // MB}MB，"
            "请删去图片和多余的表，或拆成几个文件"
        )
    if Path(name or path.name).suffix.lower() in (".et", ".ett"):
        raise FileRefused(ET_ZH)
    with path.open("rb") as stream:
        head = stream.read(4096)
    if head.startswith(b"PK"):
        return _zip_kind(path, limits)
    if head.startswith(olescan.MAGIC):
        return olescan.inspect(path, limits, FileKind)
    return _text_kind(path, head)


def scan(path, limits: Limits) -> dict[str, SheetScan]:
    """The scan of an .xlsx that `inspect` left to be done beside the reader. Raises FileRefused."""
    with zipguard.open_zip(path, limits) as archive:
        return zipguard.check_parts(archive, limits, zipguard.worksheets(archive))


def _zip_kind(path, limits):
    with zipguard.open_zip(path, limits) as archive:
        kind = zipguard.kind_of(archive)
        sheets = zipguard.worksheets(archive) if kind == "xlsx" else []
        unpacked = sum(member.file_size for member in archive.infolist())
        scans = None
        if unpacked <= SCANNED_FIRST_BYTES:
            scans = zipguard.check_parts(archive, limits, sheets)
    hidden = tuple(part.name for part in sheets if part.is_hidden)
    return FileKind(kind, hidden_sheets=hidden, scans=scans)


def _text_kind(path, head):
    for magic, what in _MAGIC:
        if head.startswith(magic):
            raise FileRefused(f"这个文件其实是{what}，不是表格，请上传xlsx文件")
    if _WEB_PAGE.match(_ascii(head)):
        raise FileRefused(WEB_PAGE_ZH)
    content = path.read_bytes()
    if b"PK\5\6" in content[-66_000:]:
        raise FileRefused("文件开头夹带了其他内容，请用WPS打开后另存为xlsx再上传")
    is_utf16 = head.startswith((b"\xff\xfe", b"\xfe\xff"))
    if not is_utf16 and content.count(b"\0") * 20 > len(content):
        raise FileRefused("这个文件不是表格，或已损坏，请上传xlsx文件")
    _text, encoding = csvtext.decode(content)
    return FileKind("csv", encoding=encoding)


def _ascii(head):
    """The beginning as plain bytes, whatever its byte order mark."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return head.decode("utf-16", "ignore").encode("ascii", "ignore")
    return head.removeprefix(b"\xef\xbb\xbf")
