"""Cells of a register workbook whose values repeat: number, kind, 低保, income, telephone.

Each returns text for COPY.
"""

from households.register_columns import KINDS, LOW_INCOME
from jobs.workbooks import cells
from jobs.workbooks.refusals import CellRefused

NULL = "\\N"
# A yearly income per head beyond this was typed in the wrong unit.
ABSURD_INCOME = 1_000_000
LONGEST_NUMBER = 40


def household_number(cell) -> str:
    """户编号 as text. Raises CellRefused when missing or rounded by Excel."""
    if isinstance(cell, float) and abs(cell) >= 1e15:
        raise CellRefused("户编号被Excel改成了数字，末几位已丢失，请将该列设为文本后重填")
    number = "".join(cells.text(cell, LONGEST_NUMBER).split())
    if not number:
        raise CellRefused("没有填户编号")
    return number


def kind(cell) -> str:
    """The stored 户类型, NULL when the cell is empty. Raises CellRefused."""
    written = cells.text(cell, 60)
    if not written:
        return NULL
    if written not in KINDS:
        raise CellRefused(f"户类型“{written[:20]}”不认识，请填“一般农户”或“脱贫户”")
    return KINDS[written]


def low_income_kind(cell) -> str:
    """The stored 低保, NULL when the cell is empty. Raises CellRefused."""
    written = cells.text(cell, 60)
    if not written:
        return NULL
    if written not in LOW_INCOME:
        raise CellRefused(f"低保“{written[:20]}”不认识，请填“否”“低保”或“特困”")
    return LOW_INCOME[written]


def per_capita_income(cell) -> str:
    """人均纯收入 in 元 as text, NULL when empty. Raises CellRefused."""
    try:
        income = cells.amount(cell)
    except CellRefused as refusal:
        raise CellRefused(f"人均纯收入：{refusal.reason_zh}") from None
    if income is None:
        return NULL
    if income < 0:
        raise CellRefused(f"人均纯收入{income}是负数，请核对")
    if income >= ABSURD_INCOME:
        raise CellRefused(f"人均纯收入{income}元过大，请核对单位是不是元")
    return str(income)


def phone(cell) -> str:
    """A telephone number as text, NULL when empty. Raises CellRefused."""
    number = "".join(char for char in cells.text(cell, 60) if char not in " -—")
    if len(number) > 20:
        raise CellRefused("联系电话太长，只填一个号码")
    if number and not number.lstrip("+").isdigit():
        raise CellRefused(f"联系电话“{number}”不是号码，请核对")
    return number or NULL
