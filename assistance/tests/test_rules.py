"""Rules of assistance as tables."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from assistance import rules


def income(year, per_capita, reference=None, line="6000"):
    return rules.IncomeFact(
        date(year, 9, 30), Decimal(per_capita), Decimal(reference or per_capita), Decimal(line)
    )


CLEAR = rules.ClearingFacts(
    identified_on=date(2020, 9, 29),
    today=date(2021, 3, 29),
    months_required=6,
    per_capita_income=Decimal("7200"),
    incomes=(income(2020, 7200),),
    risks=("因病",),
    answers={"因病": "医疗保障与救助（2021-01-05 已落实）"},
    line=Decimal("6000"),
    safeguard_problems=frozenset(),
    measures_delivered=1,
    measures_open=0,
    has_helper=True,
    has_labour=True,
    clearing_visit_on=date(2021, 3, 22),
)


def test_a_household_that_meets_everything_is_clear():
    assert rules.unmet(rules.clearing_conditions(CLEAR)) == []


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"today": date(2021, 3, 28)}, "2021-03-29 满 6 个月"),  # one day short of six months
        ({"identified_on": None}, "没有审定日期"),
        # equal is not above; the reference income still is
        ({"incomes": (income(2020, 6000, 6001),)}, "6,000.00 元，监测线 6,000 元"),
        # above before the hospital bill, not after it
        ({"incomes": (income(2020, 7200, 5900),)}, "人均参考收入 5,900.00 元"),
        ({"incomes": (), "per_capita_income": Decimal(7200)}, "分项收支未登记"),
        ({"periods_required": 2}, "只登记了 1 个周期"),
        (
            {"periods_required": 2, "incomes": (income(2020, 7200), income(2019, 5000))},
            "截至 2019-09：5,000.00 元",
        ),
        # each period against the line of its own year
        (
            {
                "periods_required": 2,
                "incomes": (income(2020, 7200), income(2019, 6500, line="6900")),
            },
            "6,500.00 元，监测线 6,900 元",
        ),
        ({"answers": {}}, "因病：没有落实的对应措施"),
        ({"risks": ("因病", "因学")}, "因学：没有落实的对应措施"),
        ({"risks": ()}, "致贫/返贫风险未填写"),
        ({"open_money": ("2021-03-01 防贫保（已报案）",)}, "防贫保（已报案）"),
        (
            {"has_labour": False, "low_income_kind": "低保"},
            "整户无劳动能力，低保，落实兜底后暂不消除",
        ),
        ({"safeguard_problems": None}, "尚未核查"),
        ({"safeguard_problems": frozenset({"housing", "water"})}, "住房、饮水仍有问题"),
        ({"measures_delivered": 0, "measures_open": 2}, "已落实 0 项，未完成 2 项"),
        ({"has_helper": False}, "尚未明确"),
        ({"has_labour": False}, "整户无劳动能力"),
        ({"has_labour": False, "is_labour_known": False}, "劳动技能没有登记"),
        ({"clearing_visit_on": None}, "尚无消除核实走访记录"),
    ],
)
def test_each_red_condition_alone_refuses_and_says_why(change, words):
    red = rules.unmet(rules.clearing_conditions(replace(CLEAR, **change)))
    assert len(red) == 1
    assert words in red[0]


def test_a_household_without_labour_and_with_other_support_may_be_cleared():
    facts = replace(CLEAR, has_labour=False, low_income_kind="低保", has_other_support=True)
    assert rules.unmet(rules.clearing_conditions(facts)) == []


def test_every_condition_names_its_clause():
    assert all(condition.clause for condition in rules.clearing_conditions(CLEAR))


def test_no_minimum_time_when_the_parameter_is_zero():
    facts = replace(CLEAR, months_required=0, identified_on=date(2021, 3, 29))
    assert rules.unmet(rules.clearing_conditions(facts)) == []


@pytest.mark.parametrize(
    ("start", "months", "day"),
    [
        (date(2020, 9, 29), 6, date(2021, 3, 29)),
        (
            date(2020, 8, 31),
            6,
            date(2021, 3, 1),
        ),  # no 31 February: an incomplete month does not count
        (date(2020, 12, 1), 1, date(2021, 1, 1)),
        (date(2019, 11, 30), 3, date(2020, 3, 1)),
        (date(2020, 3, 31), 12, date(2021, 3, 31)),
    ],
)
def test_the_first_day_after_whole_months(start, months, day):
    assert rules.after_months(start, months) == day


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"due_on": date(2021, 2, 28)}, "due_on"),
        ({"is_done": True, "done_on": None}, "done_on"),
        ({"is_done": True, "done_on": date(2021, 4, 2)}, "done_on"),
        ({"is_done": True, "done_on": date(2021, 2, 1)}, "done_on"),
    ],
)
def test_unsound_measures_name_the_field(given, field):
    sound = {
        "starts_on": date(2021, 3, 1),
        "due_on": date(2021, 6, 1),
        "done_on": None,
        "is_done": False,
        "today": date(2021, 4, 1),
    }
    assert rules.measure_problems(**sound) == {}
    assert list(rules.measure_problems(**{**sound, **given})) == [field]
