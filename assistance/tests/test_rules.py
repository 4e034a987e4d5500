"""Rules of assistance as tables."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from assistance import rules

CLEAR = rules.ClearingFacts(
    identified_on=date(2020, 9, 29),
    today=date(2021, 3, 29),
    months_required=6,
    per_capita_income=Decimal("7200"),
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
        ({"today": date(2021, 3, 28)}, "已满 5 个月"),  # one day short of six months
        ({"identified_on": None}, "没有审定日期"),
        (
            {"per_capita_income": Decimal("6000")},
            "6,000.00 元，监测线 6,000 元",
        ),  # equal is not above
        ({"per_capita_income": None}, "人均纯收入未填写"),
        ({"line": None}, "监测线未配置"),
        ({"safeguard_problems": None}, "尚未核查"),
        ({"safeguard_problems": frozenset({"housing", "water"})}, "住房、饮水仍有问题"),
        ({"measures_delivered": 0, "measures_open": 2}, "已落实 0 项，未完成 2 项"),
        ({"has_helper": False}, "尚未明确"),
        ({"has_labour": False}, "整户无劳动能力"),
        ({"clearing_visit_on": None}, "尚无消除核实走访记录"),
    ],
)
def test_each_red_condition_alone_refuses_and_says_why(change, words):
    red = rules.unmet(rules.clearing_conditions(replace(CLEAR, **change)))
    assert len(red) == 1
    assert words in red[0]


def test_every_condition_names_its_clause():
    assert all(condition.clause for condition in rules.clearing_conditions(CLEAR))


def test_no_minimum_time_when_the_parameter_is_zero():
    facts = replace(CLEAR, months_required=0, identified_on=date(2021, 3, 29))
    assert rules.unmet(rules.clearing_conditions(facts)) == []


@pytest.mark.parametrize(
    ("start", "end", "months"),
    [
        (date(2020, 8, 31), date(2021, 2, 28), 5),
        (date(2020, 8, 31), date(2021, 3, 31), 7),
        (date(2021, 1, 15), date(2021, 1, 14), -1),
        (date(2021, 1, 15), date(2021, 2, 15), 1),
    ],
)
def test_whole_months(start, end, months):
    assert rules.whole_months(start, end) == months


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
