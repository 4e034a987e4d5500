"""The answer to a department: its own rows, untouched, with results at the right."""

import openpyxl
import pytest

from jobs.tests import bad_workbooks as bad
from jobs.workbooks.reader import read_rows
from jobs.workbooks.refusals import Flaw, Flawed
from jobs.workbooks.returned import ExtraColumn, write_with_results

RESULT = ExtraColumn("处理结果", {2: "已匹配", 3: "=HYPERLINK(1)"})
SOURCE = [
    (1, ["姓名", "证件号码", "金额"]),
    (2, ["张三", bad.NUMBER, 6320.5]),
    (3, ["李四", "410922198002030167", ""]),
]


def returned(path, source=SOURCE, extra=(RESULT,), **options):
    count = write_with_results(source, 0, extra, out=path, **options)
    sheet = openpyxl.load_workbook(path).active
    return count, [[cell.value for cell in row] for row in sheet.iter_rows()], sheet


def test_original_columns_stay_and_results_follow(tmp_path):
    count, rows, _sheet = returned(tmp_path / "a.xlsx")
    assert count == 2
    assert rows == [
        ["姓名", "证件号码", "金额", "处理结果"],
        ["张三", bad.NUMBER, 6320.5, "已匹配"],
        ["李四", "410922198002030167", None, "=HYPERLINK(1)"],
    ]


def test_only_the_bad_rows_go_back(tmp_path):
    count, rows, _sheet = returned(tmp_path / "a.xlsx", only_rows={3})
    assert count == 1
    assert [row[0] for row in rows] == ["姓名", "李四"]


def test_title_lines_above_the_header_go_back_too(tmp_path):
    source = [(1, ["清丰县名单"]), (2, ["姓名", "备注", ""]), (3, ["张三", "", "末列"])]
    path = tmp_path / "a.xlsx"
    write_with_results(source, 1, [ExtraColumn("结果", {3: "已匹配"})], out=path)
    sheet = openpyxl.load_workbook(path).active
    assert [cell.value for cell in sheet[2]] == ["姓名", "备注", None, "结果"]
    assert [cell.value for cell in sheet[3]] == ["张三", None, "末列", "已匹配"]


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "|cmd", "＝1+1", "http://a.b/", "1e5"]
)
def test_b36_no_text_becomes_a_formula_a_link_or_a_number(tmp_path, text):
    _count, rows, sheet = returned(tmp_path / "a.xlsx", [(1, ["备注"]), (2, [text])])
    cell = sheet["A2"]
    assert cell.data_type == "s"
    assert cell.value.replace("_x000D_", "\r") == text
    assert cell.number_format == "@"
    assert cell.hyperlink is None
    if text[0] in "=+-@":
        assert cell.quotePrefix


def test_a_damaged_number_and_a_flawed_cell_come_back_as_shown(tmp_path):
    source = [(1, ["证件号码", "甲", "乙", "丙"]), (2, [4.10922198002030e17, float("nan"), True])]
    source[1][1].append(Flawed("合并", Flaw.MERGED))
    _count, rows, _sheet = returned(tmp_path / "a.xlsx", source, extra=[])
    assert rows[1] == ["410922198002030016", "nan", True, "合并"] or rows[1][0].isdigit()


def test_odd_characters_do_not_stop_the_answer(tmp_path):
    source = [(1, ["姓名"]), (2, ["\ud800\x07𠮷"]), (3, ["字" * 40_000])]
    _count, rows, _sheet = returned(tmp_path / "a.xlsx", source, extra=[])
    assert rows[1][0].endswith("𠮷")
    assert len(rows[2][0]) == 32_767


def test_what_was_returned_can_be_sent_again(tmp_path):
    first = tmp_path / "a.xlsx"
    returned(first)
    with read_rows(first) as reading:
        rows = [row for batch in reading for row in batch.numbered()]
    second = tmp_path / "b.xlsx"
    _count, again, _sheet = returned(second, rows, extra=[])
    assert again[1][:3] == ["张三", bad.NUMBER, 6320.5]
