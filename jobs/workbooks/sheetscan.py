"""What one worksheet of an .xlsx holds besides values: extent, formulas, errors, hidden rows.

Clean sheets are searched as bytes, block by block; anything unusual in the XML sends the
sheet through a real parser, which is exact and some ten times slower.
"""

import re
from dataclasses import dataclass, field
from xml.parsers import expat

from jobs.workbooks.header import SEARCHED_ROWS
from jobs.workbooks.limits import Limits
from jobs.workbooks.refusals import FileRefused, Flaw

BLOCK = 1024 * 1024
LARGEST_ROW = 8 * BLOCK
DOCTYPE_ZH = "文件里有不允许的内容（外部实体定义），请用WPS打开后另存为新的xlsx再上传"
BROKEN_ZH = "文件内容已损坏，请用WPS打开确认无误后另存为xlsx再上传"
ENCODING_ZH = "文件内部编码不常见，系统读不了，请用WPS打开后另存为xlsx再上传"

_CELL = re.compile(rb'<c r="([A-Z]{1,3})(\d{1,7})"([^>]*?)>(\s*<f)?')
_ROW = re.compile(rb'<row(?: r="(\d+)"|[ />])')
_HIDDEN = re.compile(rb'<row [^>]*hidden="(?:1|true)"')
_REFERENCE = re.compile(r"([A-Za-z]{1,3})(\d{1,7})")


@dataclass
class SheetScan:
    """Findings of a scan; rows and columns count from 0 in `flaws`."""

    hidden_rows: int = 0
    flaws: dict[tuple[int, int], Flaw] = field(default_factory=dict)


def scan_sheet(reopen, limits: Limits) -> SheetScan:
    """Scan a worksheet; `reopen()` gives its XML as a binary stream from the beginning.

    Raises FileRefused for too many rows or columns, a DTD, and XML that does not parse.
    """
    with reopen() as stream:
        found = _scan_bytes(stream, limits)
    if found is None:
        with reopen() as stream:
            found = _ExactScan(limits).run(stream)
    return found


def check_part(stream):
    """Read any XML part to its end: refuse a DTD and encodings other than UTF-8."""
    tail = b""
    first = True
    while block := stream.read(BLOCK):
        if first:
            refuse_encoding(block)
            first = False
        refuse_doctype(tail + block)
        tail = block[-10:]


def refuse_encoding(block):
    """UTF-16 and other encodings would slip through a search for bytes."""
    declared = re.search(rb"""<\?xml[^>]*encoding=["']([^"']+)""", block[:200])
    if b"\0" in block[:200] or (
        declared and declared[1].lower() not in (b"utf-8", b"us-ascii", b"ascii")
    ):
        raise FileRefused(ENCODING_ZH)


def refuse_doctype(block):
    """No spreadsheet program writes a DTD; only attacks need one."""
    if b"<!DOCTYPE" in block or b"<!ENTITY" in block:
        raise FileRefused(DOCTYPE_ZH)


def too_many_rows(limits):
    """The refusal for a sheet that is longer than its kind may be."""
    return FileRefused(
        f"{limits.label}最多{limits.rows:,}行，这个表超过了，"
        "请删除表尾多余的行，或拆成几个文件分别上传"
    )


def too_many_columns(limits):
    """The refusal for a sheet with cells far to the right."""
    return FileRefused(
        f"{limits.label}最多{limits.columns}列，这个表在很靠右的位置还有内容，"
        "请删除右侧多余的列后重新上传"
    )


def column_index(letters):
    """A -> 0, Z -> 25, AA -> 26."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number - 1


def column_letters(index):
    """0 -> A, 25 -> Z, 26 -> AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _scan_bytes(stream, limits):
    """The fast scan; None when the sheet needs the exact one."""
    found = SheetScan()
    last_row = limits.rows + SEARCHED_ROWS
    odd_cell = _odd_cell(limits)
    tail, first = b"", True
    while block := stream.read(BLOCK):
        if first:
            refuse_encoding(block)
            first = False
        block = tail + block
        cut = _cut(block)
        block, tail = block[:cut], block[cut:]
        if _is_unusual(block) or odd_cell.search(block):
            return None
        rows = _ROW.findall(block)
        if rows and (b"" in rows or max(map(int, rows)) > last_row):
            return None
        _collect(block, found)
    if _is_unusual(tail) or odd_cell.search(tail):
        return None
    _collect(tail, found)
    return found


def _cut(block):
    """Where the last complete row ends, so that no tag is torn between two blocks."""
    cut = block.rfind(b"<row ")
    if cut > 0:
        return cut
    return 0 if len(block) < LARGEST_ROW else max(block.rfind(b"<c "), 0) or len(block)


def _is_unusual(block):
    """Comments, character data and DTDs all begin with <!; a prefix hides every tag."""
    return b"<!" in block or b":sheetData" in block


def _collect(block, found):
    if b'hidden="' in block:
        found.hidden_rows += len(_HIDDEN.findall(block))
    if b"<f" not in block and b't="e"' not in block:
        return
    for letters, digits, attributes, formula in _CELL.findall(block):
        if formula:
            flaw = Flaw.FORMULA
        elif b't="e"' in attributes:
            flaw = Flaw.ERROR
        else:
            continue
        found.flaws[int(digits) - 1, column_index(letters.decode())] = flaw


def _odd_cell(limits):
    """A pattern for cells without a position, or with one beyond the limits.

    Columns are judged exactly, rows by their number of digits.
    """
    # "@" comes right before "A": padding that any letter is beyond.
    letters = column_letters(limits.columns - 1).rjust(3, "@")
    beyond = []
    for place in range(3):
        head = letters[:place].replace("@", "")
        first = chr(ord(letters[place]) + 1)
        if first <= "Z":
            beyond.append(f"{head}[{first}-Z]" + "[A-Z]" * (2 - place))
    digits = len(str(limits.rows)) + 1
    far = rf"(?:{'|'.join(beyond)})\d|[A-Z]+\d{{{digits}}}"
    return re.compile(rf'<c(?:[/>]| (?!r=")| r="(?:{far}))'.encode())


class _ExactScan:
    """The same findings by an XML parser, for sheets written in an unusual way."""

    def __init__(self, limits):
        self.limits = limits
        self.found = SheetScan()
        self.row = self.column = -1
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.StartElementHandler = self.start
        self.parser.StartDoctypeDeclHandler = self.doctype

    def run(self, stream):
        try:
            while block := stream.read(BLOCK):
                self.parser.Parse(block, False)
            self.parser.Parse(b"", True)
        except expat.ExpatError as error:
            raise FileRefused(BROKEN_ZH) from error
        return self.found

    def doctype(self, *_args):
        raise FileRefused(DOCTYPE_ZH)

    def start(self, name, attributes):
        name = name.rpartition(" ")[2]
        if name == "c":
            self.cell(attributes)
        elif name == "row":
            self.start_row(attributes)
        elif name in ("v", "is"):
            self.value()
        elif name == "f" and self.column >= 0:
            self.value()
            self.found.flaws[self.row, self.column] = Flaw.FORMULA

    def start_row(self, attributes):
        number = attributes.get("r", "")
        self.row = int(number) - 1 if number.isdecimal() else self.row + 1
        self.column = -1
        if attributes.get("hidden") in ("1", "true"):
            self.found.hidden_rows += 1

    def cell(self, attributes):
        place = _REFERENCE.fullmatch(attributes.get("r", ""))
        if place:
            self.column, self.row = column_index(place[1]), int(place[2]) - 1
        else:
            self.column += 1
        if attributes.get("t") == "e":
            self.found.flaws[self.row, self.column] = Flaw.ERROR

    def value(self):
        """Only a cell with something in it counts; formatted empty ones do not."""
        if self.column >= self.limits.columns:
            raise too_many_columns(self.limits)
        if self.row >= self.limits.rows + SEARCHED_ROWS:
            raise too_many_rows(self.limits)
