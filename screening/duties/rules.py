"""Clocks of matters and duty reports. Pure."""

from datetime import date, datetime, timedelta


def first_of_period(day: date, period: str) -> date:
    """The first day of the day's month, quarter or year."""
    if period == "year":
        return day.replace(month=1, day=1)
    if period == "quarter":
        return day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
    return day.replace(day=1)


def last_of_period(first: date, period: str) -> date:
    """The last day of the month, quarter or year that begins there."""
    months = {"month": 1, "quarter": 3, "year": 12}[period]
    at = first.year * 12 + first.month - 1 + months
    return date(at // 12, at % 12 + 1, 1) - timedelta(days=1)


def period_label(first: date, period: str) -> str:
    """2021年3月, 2021年第1季度, 2021年."""
    if period == "year":
        return f"{first.year}年"
    if period == "quarter":
        return f"{first.year}年第{(first.month + 2) // 3}季度"
    return f"{first.year}年{first.month}月"


def is_reported_late(happened_on: date, raised_on: date, hours: int) -> bool:
    """附件1-6: what is found must be reported within one day; days are all that is known of it."""
    return (raised_on - happened_on).days * 24 > hours


def elapsed(since: datetime, now: datetime) -> str:
    """The clock as people say it: 2 天 5 小时."""
    minutes = max(int((now - since).total_seconds() // 60), 0)
    days, hours = minutes // 1440, minutes % 1440 // 60
    if days:
        return f"{days} 天 {hours} 小时"
    return f"{hours} 小时" if hours else f"{minutes} 分钟"
