"""The month's calendar, pure: gates clipped to the month's end, the next gate, month names."""

import calendar
from datetime import date

from workflow.states import Gate

ORDER = (Gate.SCREENING, Gate.REVIEW, Gate.RECHECK, Gate.DETERMINATION)


def first_day(day: date) -> date:
    """The first of the day's month; a month is named by it everywhere."""
    return day.replace(day=1)


def following(month: date) -> date:
    """The first day of the next month."""
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def gate_date(month: date, day: int) -> date:
    """The gate's date; 30 February does not exist and falls on the last day of the month."""
    last = calendar.monthrange(month.year, month.month)[1]
    return month.replace(day=min(max(day, 1), last))


def gate_dates(month: date, days: dict[str, int]) -> dict[str, date]:
    """All four gates of a month from the days of the policy parameters."""
    return {gate: gate_date(month, days[gate]) for gate in ORDER}


def next_gate(gate: str, today: date, days: dict[str, int]) -> date:
    """The date by which work arising today must be done: this month's gate, else next month's."""
    due = gate_date(first_day(today), days[gate])
    return due if due >= today else gate_date(following(first_day(today)), days[gate])


def label(month: date) -> str:
    """`2021年3月`."""
    return f"{month.year}年{month.month}月"
