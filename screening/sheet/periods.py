"""Which twelve months the income of a month's sheet speaks of (domain §1 收入计算周期)."""

from datetime import date, timedelta


def income_period(month: date, *, is_on_register: bool) -> tuple[date, date]:
    """First and last day: 1 October to 30 September for a household on the register, the twelve
    months before the sheet's month for one that is looked at for the first time."""
    if is_on_register:
        year = month.year if month.month > 9 else month.year - 1
        return date(year - 1, 10, 1), date(year, 9, 30)
    return date(month.year - 1, month.month, 1), month - timedelta(days=1)
