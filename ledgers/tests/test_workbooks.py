"""The forms drawn from plain rows, without a database."""

import datetime
import io
from decimal import Decimal

import openpyxl
import pytest

from households import idnumbers
from ledgers import annex2, flat, pdf, presenters, xlsx
from ledgers.sheets import Column, Kind, Ledger
from ledgers.tests.factories import plain_filters

NUMBER = idnumbers.synthetic(datetime.date(1970, 5, 6), "男", 7)
ANNEX2_LABELS = [
    "序号", "行政村", "姓名", "与户主关系", "证件号码", "家庭人口",
    "类别（1.脱贫户 2.边缘易致贫户）", "人均纯收入（元）", "致贫/返贫风险", "备注",
]  # fmt: skip


def household(number, *people, name="王建国", note="新增"):
    tail = ("固城镇", f"4109{number:04d}", "脱贫户")
    head = (len(people) + 1, "1", "5200.00", "因病", note, *tail)
    first = (number, "西街村", name, "户主", idnumbers.encrypt(NUMBER), *head)
    return [first, *((number, "西街村", who, relation, None, *head) for who, relation in people)]


def signed(blocks, ledger=annex2.ANNEX2, **more):
    out = io.BytesIO()
    more = {"unit": "固城镇西街村", "filled_on": None, **more}
    lines = xlsx.write_signed(ledger, plain_filters(), blocks, out, **more)
    return openpyxl.load_workbook(out).active, lines


def values(sheet, row):
    return [cell.value for cell in sheet[row]]


def test_the_signed_form_has_the_layout_of_annex_2():
    sheet, lines = signed(
        [household(1, ("李秀英", "配偶"), ("王小明", "之子")), household(2)],
        filled_on=datetime.date(2021, 3, 20),
    )

    assert lines == 4
    assert sheet["A1"].value == "附件2"
    assert sheet["A2"].value == "固城镇西街村2021年3月“两类人群”监测对象排查台账"
    assert values(sheet, 3)[0] == "填报单位（盖章）：固城镇西街村"
    assert "填报时间：2021年3月20日" in values(sheet, 3)
    assert values(sheet, 4) == ANNEX2_LABELS
    assert [sheet.cell(row, 4).value for row in (5, 6, 7)] == ["户主", "配偶", "之子"]
    assert "".join(filter(None, values(sheet, 9))) == (
        "主要负责人（签字）：审核人：填表人：联系电话："
    )


def test_household_cells_are_merged_down_over_the_members():
    sheet, _ = signed([household(1, ("李秀英", "配偶"), ("王小明", "之子")), household(2)])
    merged = {str(area) for area in sheet.merged_cells.ranges}

    assert {"A5:A7", "B5:B7", "F5:F7", "G5:G7", "H5:H7", "I5:I7", "J5:J7"} <= merged
    assert not any(area.startswith(("C5", "D5", "E5")) for area in merged)
    assert not any("A8" in area for area in merged)


def test_it_prints_on_a4_landscape_one_page_wide_with_the_header_repeated():
    sheet, _ = signed([household(1)])

    assert sheet.page_setup.orientation == "landscape"
    assert int(sheet.page_setup.paperSize) == 9
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (1, 0)
    assert sheet.print_title_rows == "$4:$4"
    assert sheet.freeze_panes == "A5"
    assert sheet["A2"].font.name == "方正小标宋简体"
    assert sheet["A5"].border.left.style == "thin"


def test_an_empty_ledger_says_nothing_and_keeps_its_signatures():
    sheet, lines = signed([])

    assert lines == 0
    assert sheet["A5"].value == "无"
    assert sheet["A6"].value == "主要负责人（签字）："


def test_id_numbers_are_text_and_money_is_a_number():
    sheet, _ = signed([household(1)])

    assert sheet["E5"].value == NUMBER
    assert sheet["E5"].data_type == "s"
    assert sheet["E5"].number_format == "@"
    assert sheet["H5"].value == 5200
    assert sheet["H5"].number_format == "#,##0.00"


@pytest.mark.parametrize("text", ["=1+1", "+86", "-2", "@SUM(A1)", '\u200b=HYPERLINK("x")', "＝1"])
def test_no_text_becomes_a_formula_in_any_form(text):
    sheet, _ = signed([household(1, name=text)])
    out = io.BytesIO()
    flat.write_flat(annex2.ANNEX2, plain_filters(), [household(1, name=text)], out)

    assert sheet["C5"].value == f"'{text}"
    assert sheet["C5"].data_type == "s"
    assert openpyxl.load_workbook(out).active["C2"].value == f"'{text}"


def test_control_characters_do_not_break_a_workbook():
    sheet, _ = signed([household(1, name="王\x0b建\x00国", note="长" * 40_000)])

    assert sheet["C5"].value == "王建国"
    assert len(sheet["J5"].value) == presenters.LONGEST_TEXT


def test_a_long_note_makes_the_line_higher_instead_of_being_cut():
    sheet, _ = signed(
        [household(1), household(2, note="老人长期卧床，需要护理，儿子在外务工收入不稳定")]
    )

    assert sheet.row_dimensions[6].height > sheet.row_dimensions[5].height


def test_the_flat_form_has_one_line_a_person_and_nothing_merged():
    out = io.BytesIO()
    lines = flat.write_flat(
        annex2.ANNEX2, plain_filters(), [household(1, ("李秀英", "配偶")), household(2)], out
    )
    book = openpyxl.load_workbook(out)
    sheet = book.active

    assert lines == 3
    assert not sheet.merged_cells.ranges
    assert values(sheet, 1) == [*ANNEX2_LABELS, "乡镇", "户编号", "户类型"]
    assert [sheet.cell(row, 1).value for row in (2, 3, 4)] == [1, 1, 2]
    assert sheet["E2"].value == NUMBER
    assert sheet["E2"].data_type == "s"
    assert book.custom_doc_props["ledger"].value == "annex2"
    assert book.custom_doc_props["area"].value == "410922106201"


def test_screen_rows_are_masked_and_those_for_paper_are_not():
    [block] = pdf.body_rows(annex2.ANNEX2, [household(1, ("李秀英", "配偶"))], is_masked=True)
    [open_block] = pdf.body_rows(annex2.ANNEX2, [household(1)], is_masked=False)

    assert [text for text, _, _ in block[0]][4] == idnumbers.masked(NUMBER)
    assert [span for _, span, _ in block[0]] == [2, 2, 1, 1, 1, 2, 2, 2, 2, 2]
    assert len(block[1]) == 3
    assert [text for text, _, _ in open_block[0]][4] == NUMBER


def test_a_public_list_cannot_declare_a_private_column():
    with pytest.raises(ValueError, match="证件号码"):
        Ledger(
            key="leaky", name="公示", columns=(Column("证件号码", 20, Kind.ID),), blocks=None,
            clause="", is_public=True,
        )  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "value", "words"),
    [
        (Kind.MONEY, Decimal("5200"), "5,200.00"),
        (Kind.MONEY, "1234567.5", "1,234,567.50"),
        (Kind.MONEY, None, ""),
        (Kind.DATE, datetime.date(2021, 3, 20), "2021-03-20"),
        (Kind.DATE, "2021-03-20", "2021-03-20"),
        (Kind.INT, 0, "0"),
        (Kind.ID, None, ""),
    ],
)
def test_values_are_written_by_their_kind(kind, value, words):
    assert presenters.shown(kind, value) == words


def test_a_ledger_becomes_a_pdf_with_its_household_on_one_page():
    content = pdf.of_ledger(
        annex2.ANNEX2, plain_filters(), [household(1, ("李秀英", "配偶"))], unit="固城镇西街村",
        filled_on=None,
    )  # fmt: skip

    assert content.startswith(b"%PDF-")
