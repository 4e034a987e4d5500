from datetime import date

import pytest

from supervision.rules import Waiting, is_time, line

GATE = date(2021, 3, 20)


@pytest.mark.parametrize(
    ("today", "days_before", "expected"),
    [
        (date(2021, 3, 16), 3, False),
        (date(2021, 3, 17), 3, True),
        (date(2021, 3, 20), 0, True),
        (date(2021, 3, 19), 0, False),
        (date(2021, 3, 25), 3, True),  # past the gate it is still said
    ],
)
def test_is_time(today, days_before, expected):
    assert is_time(GATE, today, days_before) is expected


@pytest.mark.parametrize(
    ("waiting", "today", "expected"),
    [
        (Waiting(3), date(2021, 3, 18), "待村级评议：3 户，3月20日前办完"),
        (Waiting(3, 1), date(2021, 3, 18), "待村级评议：3 户（其中 1 户已逾期），3月20日前办完"),
        (Waiting(3), date(2021, 3, 20), "待村级评议：3 户，今天到期"),
        (Waiting(3, 3), date(2021, 3, 22), "待村级评议：3 户，3月20日已到期，请尽快办理"),
    ],
)
def test_line(waiting, today, expected):
    assert line("待村级评议", "户", waiting, GATE, today) == expected
