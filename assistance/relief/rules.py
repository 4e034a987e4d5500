"""Pure decisions on claims and relief: are the days in order, how long did each step take."""

from datetime import date
from typing import NamedTuple


class StepDays(NamedTuple):
    """One step of a claim or request: its label, the day it was done, days since the one before."""

    label: str
    on: date | None
    days: int | None


def timeline(*steps: tuple[str, date | None]) -> list[StepDays]:
    """Days each step took since the one before it; a step not done yet has none."""
    found, before = [], None
    for label, on in steps:
        days = (on - before).days if on and before else None
        found.append(StepDays(label, on, days))
        before = on or before
    return found


def day_problem(label: str, on: date, *, not_before: date, earlier: str, today: date) -> str:
    """Why a step cannot have been done that day; '' when it can."""
    if on > today:
        return f"{label}不能晚于今天，请核对。"
    if on < not_before:
        return f"{label}早于{earlier}（{not_before}），请核对。"
    return ""


def is_covered(starts_on: date, ends_on: date, happened_on: date) -> bool:
    """Only what happens while the insurance runs is insured (五（二）)."""
    return starts_on <= happened_on <= ends_on
