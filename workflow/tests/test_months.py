"""The calendar of the month as a table, February and the turn of the year included."""

from datetime import date

import pytest

from workflow import months

DAYS = {"screening": 20, "review": 25, "recheck": 28, "determination": 30}


@pytest.mark.parametrize(
    ("month", "day", "expected"),
    [
        (date(2021, 3, 1), 20, date(2021, 3, 20)),
        (date(2021, 3, 1), 30, date(2021, 3, 30)),
        (date(2021, 2, 1), 30, date(2021, 2, 28)),  # 30 February does not exist
        (date(2024, 2, 1), 30, date(2024, 2, 29)),
        (date(2021, 4, 1), 31, date(2021, 4, 30)),
        (date(2021, 12, 1), 31, date(2021, 12, 31)),
        (date(2021, 3, 1), 0, date(2021, 3, 1)),
    ],
)
def test_a_gate_past_the_end_falls_on_the_last_day(month, day, expected):
    assert months.gate_date(month, day) == expected


@pytest.mark.parametrize(
    ("gate", "today", "expected"),
    [
        ("screening", date(2021, 3, 1), date(2021, 3, 20)),
        ("screening", date(2021, 3, 20), date(2021, 3, 20)),
        ("screening", date(2021, 3, 21), date(2021, 4, 20)),
        ("determination", date(2021, 1, 31), date(2021, 2, 28)),
        ("determination", date(2021, 2, 28), date(2021, 2, 28)),
        ("review", date(2021, 12, 26), date(2022, 1, 25)),
    ],
)
def test_work_that_arises_after_the_gate_is_due_at_the_next(gate, today, expected):
    assert months.next_gate(gate, today, DAYS) == expected


def test_the_four_gates_of_february():
    assert list(months.gate_dates(date(2021, 2, 1), DAYS).values()) == [
        date(2021, 2, 20),
        date(2021, 2, 25),
        date(2021, 2, 28),
        date(2021, 2, 28),
    ]


@pytest.mark.parametrize(
    ("month", "expected"),
    [(date(2021, 3, 1), date(2021, 4, 1)), (date(2021, 12, 1), date(2022, 1, 1))],
)
def test_the_following_month(month, expected):
    assert months.following(month) == expected


def test_a_month_is_named_in_chinese():
    assert months.label(date(2021, 3, 1)) == "2021年3月"
