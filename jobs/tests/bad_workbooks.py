"""Builders of good and bad uploads: every file of the tests is made here, none is stored."""

import io
import struct
import zipfile
import zlib

import xlsxwriter

from jobs.workbooks.columns import Column

NUMBER = "410922198002030159"
COLUMNS = (
    Column("name", "姓名", ("户主姓名", "患者姓名"), required=True),
    Column("id_number", "证件号码", ("身份证号码", "身份证号", "身份证", "公民身份号码"), True),
    Column("village", "行政村", ("村", "村名")),
    Column("amount", "自付金额", ("个人自付", "自付费用")),
    Column("day", "住院日期", ("入院日期",)),
)
TITLES = ["姓名", "证件号码", "行政村", "自付金额", "住院日期"]
ROW = ["张三", NUMBER, "西街村", 6320.5, "2026-10-03"]
SHEET = "xl/worksheets/sheet1.xml"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def workbook(path, rows=(TITLES, ROW), fill=None, **options):
    """A good workbook of the rows; `fill(book, sheet)` adds to it."""
    book = xlsxwriter.Workbook(path, {"strings_to_numbers": False, **options})
    sheet = book.add_worksheet("名单")
    for index, row in enumerate(rows):
        sheet.write_row(index, 0, row)
    if fill:
        fill(book, sheet)
    book.close()
    return path


def members(path):
    """The members of a zip as {name: bytes}."""
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zipped(path, parts):
    """A zip of these members."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


def edited(path, edits=None, more=(), **rows):
    """A good workbook with members replaced (bytes -> bytes) and others added at the end."""
    parts = members(workbook(path, **rows))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            change = (edits or {}).get(name)
            archive.writestr(name, change(content) if change else content)
        for name, content in more:
            archive.writestr(name, content)
    return path


def sheet_xml(path, data):
    """A good workbook whose sheet holds this raw sheetData."""
    xml = f'<?xml version="1.0" encoding="UTF-8"?><worksheet xmlns="{MAIN}">{data}</worksheet>'
    return edited(path, {SHEET: lambda _old: xml.encode()})


def inline(place, text):
    """One text cell as XML."""
    return f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>'


def header_xml():
    """The header row as XML."""
    return '<row r="1">' + "".join(map(inline, ("A1", "B1"), TITLES)) + "</row>"


def corner_cells(path):
    """B1: two cells at opposite corners."""
    return sheet_xml(
        path,
        '<sheetData><row r="1"><c r="A1"><v>1</v></c></row>'
        '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>',
    )


def false_dimension(path):
    """B2: the sheet claims to be as large as possible and is not."""
    return edited(
        path,
        {
            SHEET: lambda xml: xml.replace(
                b'<dimension ref="A1:E2"/>', b'<dimension ref="A1:XFD1048576"/>'
            )
        },
    )


def zip_bomb(path):
    """B3: 100 MB of nothing in one small member."""
    padding = b"<!-- " + b" " * (100 * 1024 * 1024) + b" -->"
    return edited(
        path, {SHEET: lambda xml: xml.replace(b"</worksheet>", padding + b"</worksheet>")}
    )


def lying_size(path):
    """B3: the directory declares a tenth of what a member unpacks to."""
    edited(path, {SHEET: lambda xml: xml + b" " * 1_000_000})
    content = bytearray(path.read_bytes())
    for mark, at in ((b"PK\1\2", 24), (b"PK\3\4", 22)):
        place = content.find(mark)
        while place >= 0:
            (size,) = struct.unpack_from("<I", content, place + at)
            if size > 1_000_000:
                struct.pack_into("<I", content, place + at, 100_000)
            place = content.find(mark, place + 4)
    path.write_bytes(content)
    return path


def too_many_rows(path, rows=50_100):
    """B4: more rows than a lead file may have."""
    lines = "".join(f'<row r="{n}"><c r="A{n}"><v>1</v></c></row>' for n in range(2, rows))
    return sheet_xml(path, f"<sheetData>{header_xml()}{lines}</sheetData>")


def too_many_columns(path):
    """A single value far to the right."""
    return sheet_xml(
        path, f'<sheetData>{header_xml()}<row r="2"><c r="ABC2"><v>1</v></c></row></sheetData>'
    )


def symlink(path):
    """B5: a member that is a symbolic link."""
    workbook(path)
    link = zipfile.ZipInfo("xl/link.xml")
    link.create_system = 3
    link.external_attr = 0o120777 << 16
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(link, "/etc/passwd")
    return path


def duplicate_member(path):
    """B5: the same member name twice."""
    return edited(path, more=[(SHEET.upper(), b"<x/>")])


def entity(path, declaration):
    """B6: a DTD in the sheet."""
    return edited(
        path,
        {SHEET: lambda xml: xml.replace(b"<worksheet", declaration.encode() + b"<worksheet", 1)},
    )


def truncated(path):
    """B12: half a file."""
    content = workbook(path).read_bytes()
    path.write_bytes(content[: len(content) // 2])
    return path


def damaged_crc(path):
    """B12: one byte of packed data is wrong."""
    with zipfile.ZipFile(workbook(path)) as archive:
        place = archive.getinfo(SHEET).header_offset
        content = bytearray(path.read_bytes())
    content[place + 80] ^= 0xFF
    path.write_bytes(content)
    return path


def undecodable_name(path):
    """B12: a member name that claims to be UTF-8 and is not."""
    content = edited(path, more=[("xl/名.xml", b"<x/>")]).read_bytes()
    path.write_bytes(content.replace("名".encode(), b"\xfe\xfe\xfe"))
    return path


def polyglot(path):
    """B13: a script in front of a workbook."""
    content = workbook(path).read_bytes()
    path.write_bytes(b"#!/bin/sh\necho hello\n" + content)
    return path


def empty_formatted_rows(path):
    """B18: a blank row, a total, and 3,000 rows that are only formatted."""

    def fill(book, sheet):
        border = book.add_format({"border": 1})
        sheet.write(3, 0, "合计")
        sheet.write(3, 3, 6320.5)
        sheet.write(4, 0, "填表人：李四")
        for row in range(5, 3005):
            sheet.write_blank(row, 0, None, border)

    return workbook(path, fill=fill)


def ods(path, rows=(TITLES, [str(cell) for cell in ROW]), manifest=""):
    """B10: an OpenDocument sheet."""
    names = "urn:oasis:names:tc:opendocument:xmlns:"
    lines = ""
    for row in rows:
        lines += "<table:table-row>"
        for cell in row:
            lines += f'<table:table-cell office:value-type="string"><text:p>{cell}</text:p>'
            lines += "</table:table-cell>"
        lines += "</table:table-row>"
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content'
        f' xmlns:office="{names}office:1.0" xmlns:table="{names}table:1.0"'
        f' xmlns:text="{names}text:1.0"><office:body><office:spreadsheet>'
        f'<table:table table:name="名单">{lines}</table:table></office:spreadsheet>'
        "</office:body></office:document-content>"
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "mimetype", "application/vnd.oasis.opendocument.spreadsheet", zipfile.ZIP_STORED
        )
        archive.writestr("content.xml", content)
        plain = f'<manifest:manifest xmlns:manifest="{names}manifest:1.0"/>'
        archive.writestr("META-INF/manifest.xml", manifest or plain)
    return path


def ole(path, streams):
    """An OLE container with the streams (name -> bytes), each padded to whole sectors."""
    sector, end, free = 512, 0xFFFFFFFE, 0xFFFFFFFF
    body, chain, entries = b"", [0xFFFFFFFD, end], []
    for name, content in streams.items():
        content = content.ljust(max(4096, -(-len(content) // sector) * sector), b"\0")
        start, count = len(chain), len(content) // sector
        chain += [*range(start + 1, start + count), end]
        body += content
        entries.append((name, 2, start, len(content)))
    # Siblings hang on each other to the right; that is tree enough for readers.
    directory = b""
    for index, (name, kind, start, size) in enumerate([("Root Entry", 5, end, 0), *entries]):
        encoded = name.encode("utf-16-le")
        right = index + 1 if 0 < index < len(entries) else free
        child = 1 if kind == 5 else free
        directory += struct.pack(
            "<64sHBBIII16sIQQIQ",
            encoded, len(encoded) + 2, kind, 1, free, right, child, b"", 0, 0, 0, start, size,
        )  # fmt: skip
    directory = directory.ljust(sector, b"\0")
    allocation = b"".join(struct.pack("<I", link) for link in chain)
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16
    head += struct.pack(
        "<HHHHH6xIIIIIIIII", 0x3E, 3, 0xFFFE, 9, 6, 0, 1, 1, 0, 4096, end, 0, end, 0
    )
    head += struct.pack("<109I", 0, *[free] * 108)
    path.write_bytes(head + allocation.ljust(sector, b"\xff") + directory + body)
    return path


def biff(rows, extra=b"", before=b""):
    """The Workbook stream of an old .xls; numbers and texts only, `extra` records added."""

    def record(kind, content=b""):
        return struct.pack("<HH", kind, len(content)) + content

    def name(text):
        return struct.pack("<BB", len(text), 1) + text.encode("utf-16-le")

    cells = b""
    for row_index, row in enumerate(rows):
        for column, cell in enumerate(row):
            place = struct.pack("<HHH", row_index, column, 0)
            if isinstance(cell, str):
                text = struct.pack("<HB", len(cell), 1) + cell.encode("utf-16-le")
                cells += record(0x204, place + text)
            else:
                cells += record(0x203, place + struct.pack("<d", cell))
    start = record(0x809, struct.pack("<HHHHII", 0x600, 5, 0, 0, 0, 0)) + before
    size = len(start) + 4 + 6 + len(name("名单")) + 4
    start += record(0x85, struct.pack("<IBB", size, 0, 0) + name("名单")) + record(0x0A)
    sheet = record(0x809, struct.pack("<HHHHII", 0x600, 0x10, 0, 0, 0, 0))
    return start + sheet + cells + extra + record(0x0A)


def xls(path, rows=(TITLES, ROW), extra=b"", before=b"", **streams):
    """B10: an old .xls."""
    return ole(path, {"Workbook": biff(rows, extra, before), **streams})


def nested_zip():
    """A zip inside a zip."""
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("a", zlib.compress(b"a"))
    return inner.getvalue()


def text_file(path, content):
    """A file of these bytes."""
    path.write_bytes(content)
    return path
