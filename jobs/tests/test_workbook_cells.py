"""Text, names, amounts and dates as people type them; refusals that say what to do."""

import contextlib
import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.workbooks import cells
from jobs.workbooks.refusals import CellRefused, Flaw, Flawed

NUMBER = "410922198002030159"
TEXTS = [
    ("B23 apostrophe", f"'{NUMBER}", NUMBER),
    ("B23 formula wrapper", f'="{NUMBER}"', NUMBER),
    ("B23 tab", f"\t{NUMBER}\t", NUMBER),
    ("B23 no-break space", f"\u00a0{NUMBER}\u00a0", NUMBER),
    ("B23 full-width space", f"\u3000{NUMBER}", NUMBER),
    ("B23 zero width", f"\u200b{NUMBER}\u200d", NUMBER),
    ("B23 byte order mark", f"\ufeff{NUMBER}", NUMBER),
    ("B23 direction", f"\u202e{NUMBER}\u200f", NUMBER),
    ("B23 escaped line break", "甲_x000D_\n乙", "甲 乙"),
    ("number", 12.0, "12"),
    ("long number", 13912345678.0, "13912345678"),
    ("fraction", 0.1 + 0.2, "0.3"),
    ("truth", True, "是"),
    ("none", None, ""),
    ("blank", " \u3000 ", ""),
    ("B36 formula start", "=1+1", "=1+1"),
    ("B36 command", "|cmd", "|cmd"),
    ("B37 markup", "<b>{{7*7}}'; --</b>", "<b>{{7*7}}'; --</b>"),
]


@pytest.mark.parametrize(("cell", "expected"), [pytest.param(*c[1:], id=c[0]) for c in TEXTS])
def test_text_is_cleaned_of_what_nobody_sees(cell, expected):
    assert cells.text(cell) == expected


@pytest.mark.parametrize(
    "cell",
    ["a\x00b", "a\x07b", "\ud800", "字" * 2001, "字" * 50_000, float("nan"), float("inf")]
    + [Flawed("1", flaw) for flaw in Flaw],
)
def test_text_refuses_what_cannot_be_stored(cell):
    with pytest.raises(CellRefused, match="请"):
        cells.text(cell)


@pytest.mark.parametrize(
    "name",
    [
        "张三",
        "买买提·吐尔逊",
        "阿依古丽•买买提",
        "A. Smith",
        "𠮷田",
        "䶮龘",
        "㐂\U00031350",
        "e\u0301a",
        "葛\U000e0100城",
    ],
)
def test_names_stay_as_they_are_written(name):
    assert cells.person_name(name) == name


@pytest.mark.parametrize("name", ["张😀", "张\ue863", "张", "12", "张" * 41, "❤张三"])
def test_names_refuse_pictures_and_private_characters(name):
    with pytest.raises(CellRefused, match="请"):
        cells.person_name(name)


def test_a_name_spaced_out_for_looks_is_joined():
    assert cells.person_name("张\u3000三") == "张三"


AMOUNTS = [
    ("1,234.50", "1234.50"),
    ("￥6,320", "6320.00"),
    ("¥ 6320元", "6320.00"),
    ("人民币6320元整", "6320.00"),
    ("1.2万", "12000.00"),
    ("0.63万元", "6300.00"),
    ("１２３４．５", "1234.50"),
    ("1,234,567", "1234567.00"),
    ("1 234 567", "1234567.00"),
    ("-5", "-5.00"),
    ("(5)", "-5.00"),
    ("1e3", "1000.00"),
    (".5", "0.50"),
    (0.1 + 0.2, "0.30"),
    (6320, "6320.00"),
    (-0.0, "0.00"),
    ("0.005", "0.01"),
    ("999999999999.99", "999999999999.99"),
]


@pytest.mark.parametrize(("cell", "expected"), AMOUNTS)
def test_b32_amounts(cell, expected):
    assert str(cells.amount(cell)) == expected


@pytest.mark.parametrize("cell", ["", None, "-", "——", " / ", "－"])
def test_b32_a_dash_is_no_amount(cell):
    assert cells.amount(cell) is None


@pytest.mark.parametrize(
    "cell",
    ["NaN", "Infinity", "1,23", "12.3.4", "约5000", "10%", "1000000000000", 1e12, 1e300, "9e99"]
    + [
        float("nan"),
        float("inf"),
        "壹仟元",
        "5500-11000",
        "3200\t4100",
        "1 2",
        Flawed(3.0, Flaw.FORMULA),
    ],
)
def test_b32_refused_amounts(cell):
    with pytest.raises(CellRefused, match="请"):
        cells.amount(cell)


DAY = datetime.date(2026, 11, 1)
DATES = [
    *("2026-11-01", "2026-11-1", "2026.11.1", "2026/11/01", "2026年11月1日", "2026年11月1号"),
    *("20261101", "２０２６．１１．１", "2026-11-01 10:30", "2026-11-01T10:30:00", "2026. 11. 1"),
    *("2026-11-01 10:30:00", "46327", 46327, 46327.5, DAY, datetime.datetime(2026, 11, 1, 8)),
    *("2026年11月1日 8时30分", 20261101.0, "2026－11－01"),
]


@pytest.mark.parametrize("cell", DATES)
def test_b31_dates(cell):
    assert cells.date_(cell) == DAY


def test_b31_a_day_number_of_the_1904_calendar():
    assert cells.date_(46327 - 1462, epoch_1904=True) == DAY


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("11/1/26", "分不清"),
        ("1/11/2026", "分不清"),
        ("26.11.1", "分不清"),
        ("0000-00-00", "不存在"),
        ("2026-13-01", "不存在"),
        ("2026-02-30", "不存在"),
        ("2026年11月", "缺少“日”"),
        ("2026.11", "缺少“日”"),
        ("202611", "看不懂"),
        ("去年", "看不懂"),
        ("2026", "看不懂"),
        ("1899-12-31", "1900年"),
        ("9999-12-31", "1900年"),
        (Flawed("2026-11-01", Flaw.MERGED), "合并"),
    ],
)
def test_b31_refused_dates(cell, reason):
    with pytest.raises(CellRefused, match=reason) as refused:
        cells.date_(cell)
    assert "请" in refused.value.reason_zh


def test_yes_and_no_in_many_forms():
    assert [cells.yes_no(cell) for cell in ("是", "√", 1.0, True)] == [True] * 4
    assert [cells.yes_no(cell) for cell in ("否", "×", 0, False)] == [False] * 4
    assert cells.yes_no("") is None
    with pytest.raises(CellRefused):
        cells.yes_no("也许")


ANY_TEXT = st.text(max_size=60)
LIKELY = st.text(alphabet="0123456789.,-/年月日元万￥:eE+() ＝=\"'\u200b１２ａ合一", max_size=20)
ANY_CELL = st.one_of(
    *(ANY_TEXT, LIKELY, st.none(), st.booleans(), st.integers(), st.floats()),
    *(st.dates(), st.datetimes(), st.times(), st.timedeltas(), st.decimals()),
    st.builds(Flawed, ANY_TEXT, st.sampled_from(Flaw)),
)
NORMALISERS = (cells.text, cells.person_name, cells.amount, cells.date_, cells.yes_no)


@pytest.mark.parametrize("normalise", NORMALISERS)
@given(cell=ANY_CELL)
def test_normalisers_refuse_politely_and_are_idempotent(normalise, cell):
    once = None
    with contextlib.suppress(CellRefused):
        once = normalise(cell)
    if once is None:
        return
    assert normalise(once) == once
    if not isinstance(once, bool):
        assert normalise(str(once)) == once
