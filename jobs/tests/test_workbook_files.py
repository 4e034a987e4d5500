"""Files that are accepted: what is read from them, what is refused cell by cell, what is warned."""

import pytest

from jobs.tests import bad_workbooks as bad
from jobs.workbooks import cells
from jobs.workbooks.limits import LEAD_FILE, REGISTER
from jobs.workbooks.reader import read_rows
from jobs.workbooks.refusals import CellRefused, FileRefused, Flaw, Flawed
from jobs.workbooks.table import open_table

NUMBER, ROW, TITLES = bad.NUMBER, bad.ROW, bad.TITLES
GOOD = {
    "name": "张三",
    "id_number": NUMBER,
    "village": "西街村",
    "amount": 6320.5,
    "day": "2026-10-03",
}
TEXT = GOOD | {"amount": "6320.5"}
CSV = f"姓名,证件号码,行政村,自付金额,住院日期\n张三,{NUMBER},西街村,6320.5,2026-10-03\n"
IGNORED = "以下列系统不使用，已忽略：{}"


def named(name, build, *args, **options):
    return lambda folder: build(folder / name, *args, **options)


def book(build=bad.workbook, *args, **options):
    return named("a.xlsx", build, *args, **options)


def written(text, encoding="utf-8"):
    return named("a.csv", bad.text_file, text.encode(encoding))


def other_sheets(file, _sheet):
    file.add_worksheet("说明")
    file.add_worksheet("码表").hide()
    file.add_worksheet("内部").very_hidden()


def second_sheet(path):
    def fill(file, _sheet):
        sheet = file.add_worksheet("正式名单")
        sheet.write_row(0, 0, TITLES)
        sheet.write_row(1, 0, ROW)

    return bad.workbook(path, rows=[["填表说明"]], fill=fill)


def hidden_rows(_file, sheet):
    sheet.set_row(1, None, None, {"hidden": True})


def merged_title(file, sheet):
    sheet.merge_range("A1:E1", "清丰县住院名单", file.add_format())
    sheet.write_row(1, 0, ["填报单位：医保局"])
    sheet.write_row(2, 0, TITLES)
    sheet.write_row(3, 0, ROW)


def merged_footer(file, sheet):
    sheet.merge_range("A4:E4", "填表人：李四  审核人：王五", file.add_format())
    sheet.merge_range("A5:C5", "合计", file.add_format())
    sheet.write(4, 3, 6320.5)


def two_rows(file, sheet):
    plain = file.add_format()
    sheet.merge_range("A1:A2", "姓名", plain)
    sheet.merge_range("B1:C1", "基本信息", plain)
    sheet.write_row(1, 1, ["身份证号", "村"])
    sheet.merge_range("D1:E1", "住院", plain)
    sheet.write_row(1, 3, ["自付金额(元)", "住院日期"])
    sheet.write_row(2, 0, ROW)


def ignored_parts(path):
    return bad.edited(
        path,
        more=[
            ("xl/externalLinks/externalLink1.xml", b"<externalLink/>"),
            ("xl/embeddings/oleObject1.bin", b"x"),
            ("xl/activeX/activeX1.xml", b"<ax/>"),
            ("xl/media/image1.png", b"x"),
        ],
    )


def odd_xml(path):
    """Single quotes, no positions, a comment: valid, and like no spreadsheet program writes."""
    cells_ = "".join(f"<c t='inlineStr'><is><t>{cell}</t></is></c>" for cell in TITLES)
    data = "".join(f"<c t='inlineStr'><is><t>{cell}</t></is></c>" for cell in ROW)
    return bad.sheet_xml(
        path, f"<sheetData><!-- --><row>{cells_}</row><row>{data}</row></sheetData>"
    )


ACCEPTED = [
    ("plain", book(), [(2, GOOD)], []),
    ("B2 false dimension", book(bad.false_dimension), [(2, GOOD)], []),
    ("B7 embedded and linked parts", book(ignored_parts), [(2, GOOD)], []),
    ("B10 xls", named("a.xls", bad.xls), [(2, GOOD)], []),
    ("B10 xls named xlsx", named("a.xlsx", bad.xls), [(2, GOOD)], []),
    ("B10 ods", named("a.ods", bad.ods), [(2, TEXT)], []),
    ("B14 sheets", book(fill=other_sheets), [(2, GOOD)],
     ["只读取了一个工作表，未读取：说明", "有隐藏的工作表，未读取：码表、内部"]),
    ("B14 second sheet", book(second_sheet), [(2, GOOD)], ["只读取了一个工作表，未读取：名单"]),
    ("B15 hidden row", book(fill=hidden_rows), [(2, GOOD)],
     ["表里含1个隐藏行，也一并读取了，请确认"]),
    ("B16 merged title", book(rows=[], fill=merged_title), [(4, GOOD)], []),
    ("B17 two header rows", book(rows=[], fill=two_rows), [(3, GOOD)], []),
    ("B17 changed order, extra column",
     book(rows=[["序号", "公民身份\n号码", "患者姓名*"], [1, NUMBER, "张三"]]),
     [(2, {"id_number": NUMBER, "name": "张三"})], [IGNORED.format("序号")]),
    ("B17 shifted", book(rows=[[], [], ["", *TITLES], ["", *ROW]]), [(4, GOOD)], []),
    ("B18 total, blank rows", book(bad.empty_formatted_rows), [(2, GOOD)], []),
    ("B18 merged footer", book(fill=merged_footer), [(2, GOOD)], []),
    ("B18 numbered empty rows",
     book(rows=[["序号", *TITLES], [1, *ROW], [2], [3]]), [(2, GOOD)], [IGNORED.format("序号")]),
    ("unusual XML", book(odd_xml), [(2, TEXT)], []),
    ("B33 UTF-8", written(CSV), [(2, TEXT)], []),
    ("B33 UTF-8 with mark", written(CSV, "utf-8-sig"), [(2, TEXT)], []),
    ("B33 GBK", written(CSV, "gbk"), [(2, TEXT)], []),
    ("B33 GB18030", written(CSV.replace("张三", "张𠮷"), "gb18030"),
     [(2, TEXT | {"name": "张𠮷"})], []),
    ("B33 UTF-16", written(CSV, "utf-16"), [(2, TEXT)], []),
    ("B33 short GBK", written("姓名,证件号码\n王五,1\n", "gbk"),
     [(2, {"name": "王五", "id_number": "1"})], []),
    ("B34 semicolon", written(CSV.replace(",", ";")), [(2, TEXT)], []),
    ("B34 tab, named xls", named("a.xls", bad.text_file, CSV.replace(",", "\t").encode("gbk")),
     [(2, TEXT)], []),
    ("B34 quoted newline", written(CSV.replace("西街村", '"西街\n村"')),
     [(2, TEXT | {"village": "西街\n村"})], []),
    ("B34 ragged", written(CSV + "李四,2\n"), [(2, TEXT), (3, dict.fromkeys(TEXT, "") |
     {"name": "李四", "id_number": "2"})], []),
]  # fmt: skip


@pytest.mark.parametrize(
    ("build", "rows", "warnings"), [pytest.param(*case[1:], id=case[0]) for case in ACCEPTED]
)
def test_a_file_is_read_as_its_sender_sees_it(tmp_path, build, rows, warnings):
    with open_table(build(tmp_path), bad.COLUMNS) as table:
        assert list(table.rows()) == rows
        assert [warning.text_zh for warning in table.warnings] == warnings


def bare_formula(path):
    """B19: as some programs write it, without the value."""
    return bad.sheet_xml(
        path,
        f'<sheetData>{bad.header_xml()}<row r="2">{bad.inline("A2", "张三")}'
        '<c r="B2"><f>A1</f></c></row></sheetData>',
    )


def error_cell(path):
    return bad.sheet_xml(
        path,
        f'<sheetData>{bad.header_xml()}<row r="2">{bad.inline("A2", "张三")}'
        '<c r="B2" t="e"><v>#N/A</v></c></row></sheetData>',
    )


def cached_formula(_file, sheet):
    sheet.write_formula(1, 1, "=1+1", value=NUMBER)


def merged_data(file, sheet):
    sheet.merge_range("B2:B3", NUMBER, file.add_format())
    sheet.write(2, 0, "李四")


FORMULA_RECORD = b"\x06\x00\x16\x00" + b"\x01\x00\x01\x00" + bytes(18)
ERROR_RECORD = b"\x05\x02\x08\x00" + b"\x01\x00\x01\x00\x00\x00\x2a\x01"
FLAWED = [
    ("B16 merged cells", book(rows=[TITLES, ROW], fill=merged_data), Flaw.MERGED),
    ("B19 formula with value", book(rows=[TITLES, ROW], fill=cached_formula), Flaw.FORMULA),
    ("B19 formula without value", book(bare_formula), Flaw.FORMULA),
    ("B20 error value", book(error_cell), Flaw.ERROR),
    ("B19 xls", named("a.xls", bad.xls, extra=FORMULA_RECORD), Flaw.FORMULA),
    ("B20 xls", named("a.xls", bad.xls, extra=ERROR_RECORD), Flaw.ERROR),
]


@pytest.mark.parametrize(
    ("build", "flaw"), [pytest.param(*case[1:], id=case[0]) for case in FLAWED]
)
def test_a_cell_not_to_be_trusted_refuses_only_its_row(tmp_path, build, flaw):
    with open_table(build(tmp_path), bad.COLUMNS) as table:
        rows = dict(table.rows())
    assert cells.text(rows[2]["name"]) == "张三"
    for row in rows.values():
        assert row["id_number"].flaw is flaw
        with pytest.raises(CellRefused, match=flaw.value[:4]):
            cells.text(row["id_number"])


def test_a_merged_cell_shows_the_value_of_its_range(tmp_path):
    with open_table(bad.workbook(tmp_path / "a.xlsx", fill=merged_data), bad.COLUMNS) as table:
        assert [row["id_number"] for _n, row in table.rows()] == [Flawed(NUMBER, Flaw.MERGED)] * 2


def test_dates_of_both_calendars_arrive_as_iso_text(tmp_path):
    import datetime

    for epoch in (False, True):

        def fill(file, sheet):
            style = file.add_format({"num_format": "yyyy-mm-dd"})
            sheet.write_datetime(1, 4, datetime.datetime(2026, 10, 3), style)

        path = bad.workbook(tmp_path / f"{epoch}.xlsx", fill=fill, date_1904=epoch)
        with open_table(path, bad.COLUMNS) as table:
            assert next(table.rows())[1]["day"] == "2026-10-03"


def test_rows_keep_their_sheet_numbers_over_many_batches(tmp_path):
    rows = [TITLES, *(["张三", f"{number}"] for number in range(2, 4503))]
    rows[3000] = []
    with open_table(bad.workbook(tmp_path / "a.xlsx", rows), bad.COLUMNS) as table:
        read = list(table.rows())
    assert len(read) == 4500
    assert all(row["id_number"] == str(number) for number, row in read)


def test_a_register_is_scanned_beside_the_reader(tmp_path, monkeypatch):
    from jobs.workbooks import guard

    monkeypatch.setattr(guard, "SCANNED_FIRST_BYTES", 0)
    path = bad.workbook(tmp_path / "a.xlsx", fill=cached_formula)
    with read_rows(path, REGISTER) as reading:
        (batch,) = reading
    assert batch.rows[1][1] == Flawed(NUMBER, Flaw.FORMULA)


def test_a_refusal_by_the_scan_beside_does_not_wait_for_the_reader(tmp_path, monkeypatch):
    from jobs.workbooks import guard, reader

    monkeypatch.setattr(guard, "SCANNED_FIRST_BYTES", 0)
    monkeypatch.setattr(reader, "_COMMAND", ("-c", "import time; time.sleep(600)"))
    with pytest.raises(FileRefused, match="很靠右"):
        read_rows(bad.corner_cells(tmp_path / "a.xlsx"), REGISTER)


def test_closing_early_ends_the_child(tmp_path):
    reading = read_rows(bad.workbook(tmp_path / "a.xlsx"), LEAD_FILE)
    reading.close()
    assert reading._child.process.returncode is not None
