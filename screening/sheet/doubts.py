"""Soft doubts about a row (domain §7), asked while the cadre is still at the door.

A check is `f(row) -> iterable of Doubt`, registered with `@check`. Accepted with a note
(已核实，情况属实) it is silent until its words change.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal

LIKELY_IN_WAN = Decimal(100)  # domain §7: 工资性 0<x<100, typed in 万元
HIGH_PER_CAPITA = Decimal(20000)  # domain §7: 人均 > 20000


@dataclass(frozen=True)
class Doubt:
    key: str  # stable name, once a row
    words: str  # what is odd, one sentence
    cell: str = ""  # the cell it is asked at


_checks: list[Callable] = []


def check(function):
    """Register a check; twice changes nothing."""
    if function not in _checks:
        _checks.append(function)
    return function


def of(row) -> list[Doubt]:
    """Every doubt about the row, accepted or not."""
    return [doubt for ask in _checks for doubt in ask(row)]


@check
def amounts_in_wan(row) -> Iterable[Doubt]:
    for key, label in (("wage", "工资性收入"), ("business", "生产经营性收入")):
        amount = row.amount(key)
        if amount is not None and 0 < amount < LIKELY_IN_WAN:
            words = f"{label}只有 {amount.normalize():f} 元，是不是按万元填的？"
            yield Doubt(f"{key}_in_wan", words, key)


@check
def high_income(row) -> Iterable[Doubt]:
    income = row.household.per_capita_income
    if row.case is not None and row.income is not None and income and income > HIGH_PER_CAPITA:
        yield Doubt("high_income", f"人均纯收入 {income:,.0f} 元，明显高于监测范围，请核对", "wage")


@check
def short_mobile(row) -> Iterable[Doubt]:
    phone = row.text("phone")
    if phone.startswith("1") and phone.isdigit() and len(phone) != 11:
        yield Doubt("short_mobile", f"手机号应为 11 位，现有 {len(phone)} 位", "phone")
