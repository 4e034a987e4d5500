"""What a parameter may hold, as pure decisions."""

from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from enum import Enum

MOST_TEXT = 60


class Kind(Enum):
    DAY = "日"  # day of the month
    WHOLE = "整数"
    AMOUNT = "金额"
    RATIO = "比例"
    FLAG = "是否"
    TEXT = "文字"


class ValueRefused(ValueError):
    """A value that makes no sense, said in one Chinese sentence."""


@dataclass(frozen=True)
class Definition:
    """What a key means: its kind, bounds, unit and clause."""

    key: str
    label: str
    kind: Kind
    clause: str = ""
    unit: str = ""
    least: Decimal = Decimal(0)
    most: Decimal = Decimal(10_000_000)
    is_yearly: bool = False  # a year without its own value carries the last one over, said aloud
    populations: tuple[str, ...] = ("",)
    bases: tuple[str, ...] = ("",)
    note: str = field(default="", compare=False)


def stored(definition: Definition, given) -> int | str | bool:
    """The form in which a value is kept. Raises ValueRefused for anything out of kind or range."""
    if definition.kind is Kind.FLAG:
        return _flag(definition, given)
    if definition.kind is Kind.TEXT:
        return _text(definition, given)
    number = _number(definition, given)
    if definition.kind in (Kind.DAY, Kind.WHOLE):
        if number != number.to_integral_value():
            raise ValueRefused(f"{definition.label}应为整数，请改正")
        return int(number)
    if definition.kind is Kind.AMOUNT and number != round(number, 2):
        raise ValueRefused(f"{definition.label}最多两位小数，请改正")
    return f"{number:f}"


def meant(definition: Definition, kept) -> Decimal | int | bool | str:
    """The value of its kind out of the kept form."""
    if definition.kind in (Kind.AMOUNT, Kind.RATIO):
        return Decimal(str(kept))
    return kept


def _flag(definition: Definition, given) -> bool:
    meanings = {True: True, False: False, "是": True, "否": False, "true": True, "false": False}
    try:
        return meanings[given]
    except (KeyError, TypeError):
        raise ValueRefused(f"{definition.label}应填“是”或“否”") from None


def _text(definition: Definition, given) -> str:
    text = given.strip() if isinstance(given, str) else ""
    if not text or len(text) > MOST_TEXT:
        raise ValueRefused(f"{definition.label}为空或超过 {MOST_TEXT} 字，请改正")
    if not text.isprintable():
        raise ValueRefused(f"{definition.label}含有不可见字符，请重新输入")
    return text


def _number(definition: Definition, given) -> Decimal:
    if isinstance(given, bool | float):
        raise ValueRefused(f"{definition.label}应为数字，请改正")
    try:
        number = Decimal(str(given).strip())
    except InvalidOperation:
        raise ValueRefused(f"{definition.label}应为数字，请改正") from None
    if not number.is_finite() or not definition.least <= number <= definition.most:
        raise ValueRefused(
            f"{definition.label}应在 {definition.least:f} 到 {definition.most:f} 之间，请改正"
        )
    return number
