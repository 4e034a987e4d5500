"""Days of claims and relief, as tables."""

import datetime

import pytest

from assistance.relief import rules

D = datetime.date


def test_each_step_shows_the_days_since_the_one_before():
    steps = rules.timeline(
        ("出险", D(2021, 3, 1)), ("报案", D(2021, 3, 2)), ("查勘", D(2021, 3, 5)), ("赔付", None)
    )
    assert [step.days for step in steps] == [None, 1, 3, None]


def test_a_step_that_was_left_out_is_skipped():
    steps = rules.timeline(("报案", D(2021, 3, 2)), ("查勘", None), ("不予理赔", D(2021, 3, 9)))
    assert [step.days for step in steps] == [None, None, 7]


@pytest.mark.parametrize(
    ("on", "words"),
    [
        (D(2021, 3, 4), "早于报案日期"),
        (D(2021, 3, 5), ""),
        (D(2021, 3, 10), ""),
        (D(2021, 3, 11), "不能晚于今天"),
    ],
)
def test_a_day_lies_between_the_step_before_and_today(on, words):
    found = rules.day_problem(
        "查勘日期", on, not_before=D(2021, 3, 5), earlier="报案日期", today=D(2021, 3, 10)
    )
    assert (words in found) if words else found == ""


@pytest.mark.parametrize(
    ("day", "is_covered"),
    [(D(2021, 2, 28), False), (D(2021, 3, 1), True), (D(2021, 12, 31), True), (D(2022, 1, 1), False)],
)  # fmt: skip
def test_only_what_happens_while_it_runs_is_insured(day, is_covered):
    assert rules.is_covered(D(2021, 3, 1), D(2021, 12, 31), day) is is_covered
