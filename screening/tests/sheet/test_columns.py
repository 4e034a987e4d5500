"""What a person writes becomes one canonical text, or is refused with a sentence."""

from datetime import date, datetime

import pytest

from audit import clock
from jobs.workbooks.refusals import CellRefused
from screening.sheet.columns import BY_KEY, CELLS, GROUPS, TYPED
from screening.sheet.periods import income_period

pytestmark = pytest.mark.django_db  # the risks are a code table


@pytest.mark.parametrize(
    ("key", "written", "canonical"),
    [
        ("wage", "12000", "12000"),
        ("wage", "１２，０００．５０元", "12000.5"),
        ("wage", "1.2万元", "12000"),
        ("wage", 12000.0, "12000"),
        ("wage", "0.00", "0"),
        ("wage", "无", ""),
        ("wage", "", ""),
        ("housing_problem", "√", "是"),
        ("housing_problem", "有", "是"),
        ("housing_problem", "×", "否"),
        ("housing_problem", True, "是"),
        ("checked_on", "2021.3.5", "2021-03-05"),
        ("checked_on", "2021年3月5日", "2021-03-05"),
        ("checked_on", "20210305", "2021-03-05"),
        ("checked_how", "上门", "入户"),
        ("checked_how", "微信", "视频"),
        ("phone", " 138 0000-0000 ", "13800000000"),
        ("phone", "１３８００００００００", "13800000000"),
        ("risks", "因残，因病", "因病、因残"),
        ("risks", "因病 因学；因病", "因病、因学"),
        ("risks", "无", ""),
        ("remark", "  儿子\n住院 ", "儿子 住院"),
    ],
)
def test_what_can_be_normalised_is_taken(key, written, canonical):
    with clock.at(datetime(2021, 3, 18, 9)):
        assert BY_KEY[key].clean(written) == canonical
        assert BY_KEY[key].clean(canonical) == canonical


@pytest.mark.parametrize(
    ("key", "written", "words"),
    [
        ("wage", "一万多", "看不懂"),
        ("wage", "-3", "负数"),
        ("wage", "99999999999", "太大"),
        ("housing_problem", "好像有", "是"),
        ("checked_on", "2021-03-19", "不能晚于今天"),
        ("checked_on", "2021-02-30", "不存在"),
        ("checked_how", "托梦", "入户"),
        ("phone", "没有手机", "不是号码"),
        ("risks", "因懒", "因懒"),
        ("remark", "长" * 201, "最多200"),
        ("head_name", "张三", "不在这里改"),
    ],
)
def test_what_cannot_is_refused_with_a_sentence(key, written, words):
    with clock.at(datetime(2021, 3, 18, 9)), pytest.raises(CellRefused, match=words):
        BY_KEY[key].clean(written)


def test_every_cell_has_a_screen_and_every_typed_one_a_help():
    assert {cell.group for cell in CELLS} == {group.key for group in GROUPS}
    assert all(cell.target for cell in TYPED)
    assert [cell.key for cell in TYPED if not cell.help] == []


@pytest.mark.parametrize(
    ("month", "on_register", "period"),
    [
        (date(2021, 3, 1), True, (date(2019, 10, 1), date(2020, 9, 30))),
        (date(2021, 10, 1), True, (date(2020, 10, 1), date(2021, 9, 30))),
        (date(2021, 9, 1), True, (date(2019, 10, 1), date(2020, 9, 30))),
        (date(2021, 3, 1), False, (date(2020, 3, 1), date(2021, 2, 28))),
        (date(2021, 1, 1), False, (date(2020, 1, 1), date(2020, 12, 31))),
    ],
)
def test_the_twelve_months_an_amount_speaks_of(month, on_register, period):
    assert income_period(month, is_on_register=on_register) == period
