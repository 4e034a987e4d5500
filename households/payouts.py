"""理赔 that an upper app knows of (防贫保, 五（二）): each counts in the income of its period once."""

from decimal import Decimal

from households.models import Income

_known = []


def payouts_known(ask):
    """Register `ask(household) -> [(day, 元)]`, from `AppConfig.ready()`."""
    if ask not in _known:
        _known.append(ask)
    return ask


def received(household, start, end) -> Decimal:
    """What the household got from `start` to `end`, 元."""
    return _sum(_all(household), start, end)


def carry(household) -> None:
    """Bring every statement of the household up to the payouts known now; three statements."""
    known = _all(household)
    changed = []
    for income in Income.objects.select_for_update().filter(household=household):
        amount = _sum(known, income.period_start, income.period_end)
        if income.recorded_payout != amount:
            income.recorded_payout = amount
            changed.append(income)
    Income.objects.bulk_update(changed, ["recorded_payout"])


def _all(household) -> list[tuple]:
    return [payout for ask in _known for payout in ask(household)]


def _sum(known, start, end) -> Decimal:
    return sum((amount for day, amount in known if start <= day <= end), Decimal(0))
