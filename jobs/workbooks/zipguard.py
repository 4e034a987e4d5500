"""Looking into a zip container before anything is unpacked: size, names, macros, locks."""

import posixpath
import stat
import struct
import zipfile
import zlib
from dataclasses import dataclass
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from jobs.workbooks.limits import MB, Limits
from jobs.workbooks.refusals import FileRefused
from jobs.workbooks.sheetscan import BROKEN_ZH, DOCTYPE_ZH, check_part, scan_sheet

TRUNCATED_ZH = "文件不完整或已损坏，请重新导出，或用WPS打开后另存为xlsx再上传"
BOMB_ZH = "文件解压后过大，疑似异常压缩文件，请用WPS打开后另存为xlsx再上传"
NAMES_ZH = "文件内部结构异常，请用WPS打开后另存为xlsx再上传"
MACRO_ZH = "文件含宏，不能上传，请用WPS另存为不含宏的xlsx再上传"
ENCRYPTED_ZH = "文件已加密，请取消密码后重新保存再上传"
OTHER_ZIP_ZH = "这是{what}，不是Excel表格，请上传xlsx文件"
# What zipfile raises for a damaged archive, a name in bytes that are no UTF-8 among them.
DAMAGED = (
    *(zipfile.BadZipFile, zlib.error, struct.error),
    *(EOFError, OSError, ValueError, RuntimeError),
)
# A workbook of a few lines of the same text compresses well; only size makes it a bomb.
RATIO_FROM_BYTES = 4 * MB
_RELATIONSHIP = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_STRICT_RELATIONSHIP = "{http://purl.oclc.org/ooxml/officeDocument/relationships}id"


@dataclass(frozen=True)
class SheetPart:
    """One worksheet of an .xlsx: its name, whether it is shown, and where its XML lies."""

    name: str
    is_hidden: bool
    member: str


def open_zip(path, limits: Limits) -> zipfile.ZipFile:
    """Open and check the directory of a zip file. Raises FileRefused."""
    _check_directory_size(path, limits)
    try:
        archive = zipfile.ZipFile(path)
    except DAMAGED as error:
        raise FileRefused(TRUNCATED_ZH) from error
    try:
        _check_members(archive.infolist(), limits)
    except FileRefused:
        archive.close()
        raise
    return archive


def kind_of(archive) -> str:
    """xlsx or ods, by what is inside. Raises FileRefused for macros and everything else."""
    names = {name.lower() for name in archive.namelist()}
    if any(name.endswith("vbaproject.bin") or "/macrosheets/" in name for name in names):
        raise FileRefused(MACRO_ZH)
    if "xl/workbook.xml" in names:
        if (
            "macroenabled"
            in small_part(archive, "[Content_Types].xml").decode("utf-8", "replace").lower()
        ):
            raise FileRefused(MACRO_ZH)
        return "xlsx"
    if "xl/workbook.bin" in names:
        raise FileRefused("这是xlsb格式，系统读不了，请用WPS另存为xlsx再上传")
    if "content.xml" in names and "mimetype" in names:
        return _open_document(archive)
    raise FileRefused(OTHER_ZIP_ZH.format(what=_other_container(names)))


def worksheets(archive) -> list[SheetPart]:
    """The worksheets of an .xlsx in the order of their tabs. Raises FileRefused."""
    try:
        relations = fromstring(small_part(archive, "xl/_rels/workbook.xml.rels"))
        book = fromstring(small_part(archive, "xl/workbook.xml"))
    except DefusedXmlException as error:
        raise FileRefused(DOCTYPE_ZH) from error
    except (ParseError, ValueError, LookupError) as error:
        raise FileRefused(BROKEN_ZH) from error
    targets = {relation.get("Id"): relation.get("Target", "") for relation in relations}
    members = set(archive.namelist())
    parts = []
    for sheet in book.findall(".//{*}sheet"):
        target = targets.get(sheet.get(_RELATIONSHIP) or sheet.get(_STRICT_RELATIONSHIP), "")
        member = posixpath.normpath(posixpath.join("xl", target)).lstrip("/")
        if member in members:
            is_hidden = sheet.get("state", "visible") != "visible"
            parts.append(SheetPart(sheet.get("name", ""), is_hidden, member))
    return parts


def check_parts(archive, limits: Limits, sheets: list[SheetPart]):
    """Read every XML part once; give the scans of the visible worksheets by sheet name.

    Raises FileRefused for a DTD, a damaged part, or a sheet beyond the limits.
    """
    visible = {part.member: part.name for part in sheets if not part.is_hidden}
    scans = {}
    for member in archive.infolist():
        try:
            if member.filename in visible:
                scans[visible[member.filename]] = scan_sheet(
                    lambda m=member: archive.open(m), limits
                )
            elif member.filename.lower().endswith((".xml", ".rels", ".vml")):
                with archive.open(member) as stream:
                    check_part(stream)
        except DAMAGED as error:
            raise FileRefused(TRUNCATED_ZH) from error
    return scans


def small_part(archive, name):
    """The bytes of one of the small parts; b'' when absent. Raises FileRefused."""
    found = {member.filename.lower(): member for member in archive.infolist()}.get(name.lower())
    if found is None:
        return b""
    if found.file_size > 5 * MB:
        raise FileRefused(NAMES_ZH)
    try:
        return archive.read(found)
    except DAMAGED as error:
        raise FileRefused(TRUNCATED_ZH) from error


def _check_directory_size(path, limits):
    """The directory itself may be a bomb: look at its size before it is parsed."""
    with open(path, "rb") as stream:
        stream.seek(0, 2)
        stream.seek(max(stream.tell() - 66_000, 0))
        end = stream.read()
    at = end.rfind(b"PK\5\6")
    if at < 0 or len(end) < at + 22:
        raise FileRefused(TRUNCATED_ZH)
    (directory_bytes,) = struct.unpack_from("<I", end, at + 12)
    if directory_bytes > limits.members * 512:
        raise _too_many_members(limits)


def _too_many_members(limits):
    return FileRefused(
        f"文件里的部件超过{limits.members}个（可能插入了大量图片），请删去图片、另存为新的xlsx再上传"
    )


def _check_members(members, limits):
    if len(members) > limits.members:
        raise _too_many_members(limits)
    names = [member.filename for member in members]
    if len({name.lower() for name in names}) != len(names):
        raise FileRefused(NAMES_ZH)
    if members and min(member.header_offset for member in members) != 0:
        raise FileRefused("文件开头夹带了其他内容，请用WPS打开后另存为xlsx再上传")
    for member in members:
        _check_member(member, limits)
    if sum(member.file_size for member in members) > limits.unpacked_bytes:
        raise FileRefused(BOMB_ZH)


def _check_member(member, limits):
    name = member.filename
    is_link = stat.S_ISLNK(member.external_attr >> 16)
    if (
        is_link
        or name.startswith(("/", "\\"))
        or ":" in name
        or ".." in name.replace("\\", "/").split("/")
    ):
        raise FileRefused(NAMES_ZH)
    if name.lower().endswith((".zip", ".rar", ".7z")):
        raise FileRefused("文件里还套着压缩包，请用WPS打开后另存为xlsx再上传")
    if member.flag_bits & 0x1:
        raise FileRefused(ENCRYPTED_ZH)
    if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise FileRefused(NAMES_ZH)
    if member.file_size > max(RATIO_FROM_BYTES, member.compress_size * limits.ratio):
        raise FileRefused(BOMB_ZH)


def _open_document(archive):
    if b"encryption-data" in small_part(archive, "META-INF/manifest.xml"):
        raise FileRefused(ENCRYPTED_ZH)
    if b"opendocument.spreadsheet" in small_part(archive, "mimetype"):
        return "ods"
    raise FileRefused(OTHER_ZIP_ZH.format(what="文档或演示文件"))


def _other_container(names):
    if any(name.startswith("word/") for name in names):
        return "Word文档"
    if any(name.startswith("ppt/") for name in names):
        return "演示文稿"
    if any(name.endswith((".xlsx", ".xls", ".csv", ".et")) for name in names):
        return "压缩包（请先解压）"
    return "压缩包或其他文件"
