"""How a value of a ledger is written on a page, in a workbook and on paper."""

import functools
import re
from datetime import date, datetime
from decimal import Decimal

from django.utils import timezone

from households import idnumbers
from ledgers.sheets import Kind

# XML cannot carry these; they come in by pasting from other programs.
UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
# Also behind invisible characters, and in full width.
FORMULA_START = re.compile("^[\\s\u200b-\u200f\u2060\ufeff]*[=+\\-@|%＝＋－＠\t\r]")
LONGEST_TEXT = 32_000  # a cell holds 32,767


def opened_id(stored: bytes | str | None) -> str:
    """The whole ID number of stored bytes or of their hex in a snapshot; '' when there is none."""
    if not stored:
        return ""
    raw = bytes.fromhex(stored) if isinstance(stored, str) else stored
    return idnumbers.decrypt(raw)


def masked_id(stored: bytes | str | None) -> str:
    """The same number fit for a page."""
    return idnumbers.masked(opened_id(stored))


def writable(text: str) -> str:
    """Text without what a workbook cannot store, not longer than a cell."""
    return UNWRITABLE.sub("", text)[:LONGEST_TEXT]


def is_formula_like(text: str) -> bool:
    """Would a spreadsheet read this text as a formula?"""
    return bool(FORMULA_START.match(text))


@functools.lru_cache(maxsize=8192)  # the same words stand on every line of a household
def safe_text(value) -> str:
    """Text for a cell: what looks like a formula gets an apostrophe and stays text for ever."""
    text = writable(str(value))
    return f"'{text}" if is_formula_like(text) else text


def local_day(value: date | datetime) -> date:
    """The day of a date or of a moment, in the county's time."""
    return timezone.localtime(value).date() if isinstance(value, datetime) else value


def shown(kind: Kind, value, *, is_masked: bool = True) -> str:
    """A value as words on a page or in a PDF."""
    if value is None or value == "":
        return ""
    if kind == Kind.ID:
        return masked_id(value) if is_masked else opened_id(value)
    if kind == Kind.MONEY:
        return f"{Decimal(value):,.2f}"
    if kind == Kind.DATE:
        return local_day(value).isoformat() if isinstance(value, date) else str(value)
    return writable(str(value))
