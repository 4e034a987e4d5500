"""Looking into an OLE container: an old .xls, or a password-protected workbook."""

import struct

import olefile
from msoffcrypto import OfficeFile
from msoffcrypto.exceptions import FileFormatError

from jobs.workbooks.limits import Limits
from jobs.workbooks.refusals import FileRefused, Flaw
from jobs.workbooks.sheetscan import SheetScan
from jobs.workbooks.zipguard import ENCRYPTED_ZH, MACRO_ZH

MAGIC = olefile.MAGIC
DAMAGED_ZH = "这个xls文件不完整或已损坏，请用WPS打开后另存为xlsx再上传"
# Record types of BIFF8.
_BOF, _EOF, _BOUNDSHEET, _ROW, _FORMULA, _BOOLERR = 0x809, 0x0A, 0x85, 0x208, 0x06, 0x205


def inspect(path, limits: Limits, kind_type):
    """The kind of an OLE file as `kind_type`. Raises FileRefused."""
    try:
        with olefile.OleFileIO(str(path)) as container:
            _refuse_others(container)
            stream = "Workbook" if container.exists("Workbook") else "Book"
            records = container.openstream(stream).read()
        _refuse_encrypted(path)
    except FileRefused:
        raise
    except Exception as error:
        # olefile and msoffcrypto raise whatever a damaged structure leads them to.
        raise FileRefused(DAMAGED_ZH) from error
    sheets = _boundsheets(records)
    hidden = tuple(name for name, is_hidden, _offset in sheets if is_hidden)
    scans = {name: _scan(records, offset) for name, is_hidden, offset in sheets if not is_hidden}
    return kind_type("xls", hidden_sheets=hidden, scans=scans)


def _refuse_others(container):
    if container.exists("EncryptedPackage"):
        raise FileRefused(ENCRYPTED_ZH)
    if container.exists("_VBA_PROJECT_CUR") or container.exists("Macros"):
        raise FileRefused(MACRO_ZH)
    if container.exists("WordDocument"):
        raise FileRefused("这是Word文档，不是Excel表格，请上传xlsx文件")
    if not (container.exists("Workbook") or container.exists("Book")):
        raise FileRefused("这个文件不是Excel表格，请上传xlsx文件")


def _refuse_encrypted(path):
    with open(path, "rb") as stream:
        try:
            is_encrypted = OfficeFile(stream).is_encrypted()
        except FileFormatError:
            return
    if is_encrypted:
        raise FileRefused(ENCRYPTED_ZH)


def _records(data, offset=0):
    """All (type, body) from an offset on; stops where the data stop making sense."""
    while offset + 4 <= len(data):
        kind, length = struct.unpack_from("<HH", data, offset)
        yield kind, data[offset + 4 : offset + 4 + length]
        offset += 4 + length


def _boundsheets(data):
    sheets = []
    for kind, body in _records(data):
        if kind == _EOF:
            break
        if kind == _BOUNDSHEET and len(body) >= 8:
            offset, state, _type, length, flags = struct.unpack_from("<IBBBB", body)
            encoding = "utf-16-le" if flags & 1 else "latin-1"
            name = body[8 : 8 + length * (2 if flags & 1 else 1)].decode(encoding, "replace")
            sheets.append((name, bool(state & 3), offset))
    return sheets


def _scan(data, offset):
    """Formulas, error values and hidden rows of one sheet of a BIFF8 stream."""
    found = SheetScan()
    depth = 0
    for kind, body in _records(data, offset):
        if kind == _BOF:
            depth += 1
        elif kind == _EOF:
            depth -= 1
            if depth <= 0:
                break
        elif kind == _ROW and len(body) >= 16:
            found.hidden_rows += bool(body[12] & 0x20)
        elif kind == _FORMULA and len(body) >= 4:
            found.flaws[struct.unpack_from("<HH", body)] = Flaw.FORMULA
        elif kind == _BOOLERR and len(body) >= 8 and body[7]:
            found.flaws[struct.unpack_from("<HH", body)] = Flaw.ERROR
    return found
