"""Turning one cell into a value: text, name, amount, date. Refuses with a Chinese reason."""

import datetime
import math
import re
import unicodedata
from decimal import ROUND_HALF_UP, Decimal

from jobs.workbooks.refusals import CellRefused, Flawed

TEXT_CHARS = 2_000
NAME_CHARS = 40
AMOUNT_BOUND = Decimal(10) ** 12

_PLAIN = re.compile(
    r"[\w，。、；：？！（）《》“”·/+\-.,()#%&*]+(?: [\w，。、；：？！（）《》“”·/+\-.,()#%&*]+)*"
)
_ESCAPED_BREAK = re.compile(r"_x000[9AaDd]_")
_SPACES = re.compile(r"\s+")
# A blank between digits, but for thousands written in groups of three.
_TWO_NUMBERS = re.compile(r"\d (?!\d{3}(?!\d))\d|\d{4} \d")
_WRAPPED = re.compile(r'[=＝]\s*"((?:[^"]|"")*)"')
_QUOTES = "'＇‘’`"
_HAN_SPACED = re.compile(
    r"(?<=[\u3400-\u9fff\U00020000-\U000323af]) (?=[\u3400-\u9fff\U00020000-\U000323af])"
)
_DASHES = frozenset(["-", "--", "---", "—", "——", "–", "/", "\\", "无", "空"])
_AMOUNT = re.compile(
    r"(?P<sign>[+-]?)¥?(?P<number>(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d*)?|\.\d+)"
    r"(?P<exponent>e[+-]?\d{1,2})?(?P<unit>亿元?|万元?|千元|元整?|rmb)?"
)
_UNITS = {"亿": 10**8, "万": 10**4, "千": 10**3}
_DATE = re.compile(
    r"(?P<year>\d{4})(?:[-/.年](?P<month>\d{1,2})(?:[-/.月](?P<day>\d{1,2})[日号]?)?月?)"
    r"(?:[ T]?\d{1,2}[:时]\d{1,2}(?:[:分]\d{1,2}(?:\.\d+)?秒?)?分?Z?)?"
)
_COMPACT_DATE = re.compile(r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})")
_MONTH_FIRST = re.compile(r"\d{1,2}[-/.年]\d{1,2}[-/.月]\d{1,4}日?")
_SERIAL = re.compile(r"\d{5}(?:\.\d+)?")
FIRST_DATE = datetime.date(1900, 1, 1)
LAST_DATE = datetime.date(2100, 12, 31)


def text(cell, max_chars=TEXT_CHARS) -> str:
    """The cell as clean text, one line, without invisible characters; '' when empty.

    Raises CellRefused for formulas, error values, merged cells, control characters and
    texts longer than `max_chars`.
    """
    if type(cell) is str:
        # Letters and digits only, as most cells are: nothing to clean.
        if cell.isalnum() and len(cell) <= max_chars:
            return cell
        return _clean(cell, max_chars)
    if cell is None:
        return ""
    if isinstance(cell, Flawed):
        raise CellRefused(cell.flaw.value)
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, (int, float, Decimal)):
        return _number_text(cell)
    if isinstance(cell, (datetime.date, datetime.time)):
        return _clean(cell.isoformat(), max_chars)
    return _clean(str(cell), max_chars)


def person_name(cell) -> str:
    """A person's name; '' when empty. Rare characters stay exactly as written.

    Raises CellRefused as `text` does, and for emoji, private-use characters and wrong length.
    """
    if type(cell) is str and _is_plain_name(cell):
        return cell
    name = _HAN_SPACED.sub("", text(cell))
    if _is_plain_name(name):
        return name
    if not name:
        return ""
    for char in name:
        if unicodedata.category(char) == "Co":
            raise CellRefused("姓名里有系统不认识的自造字，请用输入法的生僻字重新录入")
        if _is_emoji(char):
            raise CellRefused("姓名里有表情符号，请删去")
    if not any(unicodedata.category(char)[0] == "L" for char in name):
        raise CellRefused("姓名里没有文字，请填写姓名")
    if not 2 <= len(name) <= NAME_CHARS:
        raise CellRefused(f"姓名应为2到{NAME_CHARS}个字，现有{len(name)}个，请核对")
    return name


def amount(cell) -> Decimal | None:
    """An amount of money in yuan with two decimals; None when empty or a dash.

    Accepts 1,234.50, ￥, 元, 万, full-width digits. Raises CellRefused for anything else,
    and from 10^12 on.
    """
    if type(cell) is float and math.isfinite(cell):
        # Fifteen digits are what a spreadsheet shows: 0.1+0.2 is 0.3 to its author.
        return _bounded(Decimal(format(cell, ".15g")))
    if isinstance(cell, Decimal) and cell.is_finite():
        return _bounded(cell)
    written = text(cell)
    if not written or written in _DASHES:
        return None
    plain = unicodedata.normalize("NFKC", written).lower()
    if _TWO_NUMBERS.search(plain):
        raise CellRefused(f"“{written[:30]}”像是两个数，请一格只填一个金额")
    plain = plain.replace(" ", "")
    if plain in _DASHES:
        return None
    if plain.startswith("人民币"):
        plain = plain.removeprefix("人民币")
    if plain.startswith("(") and plain.endswith(")"):
        plain = "-" + plain[1:-1]
    match = _AMOUNT.fullmatch(plain)
    if not match:
        raise CellRefused(f"金额“{written[:30]}”看不懂，请只填数字，单位为元")
    number = Decimal(
        (match["sign"] or "") + match["number"].replace(",", "") + (match["exponent"] or "")
    )
    return _bounded(number * _UNITS.get((match["unit"] or " ")[0], 1))


def date_(cell, *, epoch_1904=False) -> datetime.date | None:
    """A calendar date; None when empty or a dash.

    Accepts 2026-11-1, 2026.11.1, 2026/11/1, 2026年11月1日, 20261101, a spreadsheet's day
    number, each with or without a time. Raises CellRefused for a missing day, a two-digit
    year, a day that does not exist and a date outside 1900-2100.
    """
    if isinstance(cell, datetime.datetime):
        return _in_range(cell.date())
    if isinstance(cell, datetime.date):
        return _in_range(cell)
    written = text(cell)
    if not written or written in _DASHES:
        return None
    plain = unicodedata.normalize("NFKC", written).strip()
    plain = re.sub(r"\s*([-/.年月:])\s*", r"\1", plain)
    match = _COMPACT_DATE.fullmatch(plain) or _DATE.fullmatch(plain)
    if match:
        return _calendar(match, written)
    if _SERIAL.fullmatch(plain):
        return _from_serial(float(plain), epoch_1904)
    if _MONTH_FIRST.fullmatch(plain):
        raise CellRefused(f"日期“{written}”分不清年月日，请写成 2026-11-01 的样子")
    raise CellRefused(f"日期“{written[:30]}”看不懂，请写成 2026-11-01 的样子")


def yes_no(cell) -> bool | None:
    """是/否, 有/无, √/×, 1/0 as a truth value; None when empty. Raises CellRefused otherwise."""
    written = text(cell)
    if not written:
        return None
    plain = unicodedata.normalize("NFKC", written).strip().lower()
    if plain in {"是", "有", "√", "✓", "✔", "1", "y", "yes", "true", "对"}:
        return True
    if plain in {"否", "无", "没有", "×", "x", "✗", "0", "n", "no", "false", "不是", "-"}:
        return False
    raise CellRefused(f"“{written[:20]}”应填“是”或“否”")


def _clean(value, max_chars):
    if len(value) <= max_chars and _PLAIN.fullmatch(value):
        return value
    if len(value) > 20 * max_chars:
        raise CellRefused(f"内容有{len(value)}个字，最多{max_chars}个字，请删减")
    before = None
    while before != value:
        before = value
        value = _cleaned_once(value)
    for char in value:
        if unicodedata.category(char) in ("Cc", "Cs"):
            raise CellRefused("含有看不见的控制字符，请清除格式后重新录入")
    if len(value) > max_chars:
        raise CellRefused(f"内容有{len(value)}个字，最多{max_chars}个字，请删减")
    return value


def _cleaned_once(value):
    value = _ESCAPED_BREAK.sub(" ", value)
    # Format characters (zero width, BOM, text direction) are never seen and never meant.
    value = "".join(char for char in value if unicodedata.category(char) != "Cf")
    value = re.sub(r"[^\S\x1c-\x1f]+", " ", value).strip(" ")
    wrapped = _WRAPPED.fullmatch(value)
    if wrapped:
        value = wrapped[1].replace('""', '"')
    return value.lstrip(_QUOTES)


def _number_text(number):
    if isinstance(number, float):
        if not math.isfinite(number):
            raise CellRefused("不是有效的数字，请重新填写")
        number = Decimal(repr(number)) if abs(number) >= 1e15 else Decimal(format(number, ".15g"))
    elif isinstance(number, Decimal):
        if not number.is_finite():
            raise CellRefused("不是有效的数字，请重新填写")
    else:
        if number.bit_length() > 400:
            raise CellRefused("数字太大，请核对")
        return str(number)
    if abs(number.adjusted()) > 400:
        raise CellRefused("数字太大或太小，请核对")
    shown = format(number, "f")
    shown = shown.rstrip("0").rstrip(".") if "." in shown else shown
    return "0" if shown in ("-0", "") else shown


def _bounded(number):
    if abs(number) >= AMOUNT_BOUND:
        raise CellRefused("金额超过一万亿元，请核对单位和小数点")
    rounded = number.quantize(Decimal("0.01"), ROUND_HALF_UP)
    return rounded if rounded else Decimal("0.00")


def _is_plain_name(name):
    return name.isalpha() and not name.isascii() and 2 <= len(name) <= NAME_CHARS


def _is_emoji(char):
    code = ord(char)
    return (
        unicodedata.category(char) == "So" or 0x1F000 <= code <= 0x1FAFF or code in (0xFE0F, 0x20E3)
    )


def _calendar(match, written):
    parts = match.groupdict()
    if parts["day"] is None:
        raise CellRefused(f"日期“{written}”缺少“日”，请写成 2026-11-01 的样子")
    year, month, day = int(parts["year"]), int(parts["month"]), int(parts["day"])
    try:
        return _in_range(datetime.date(year, month, day))
    except ValueError:
        raise CellRefused(f"日期“{written[:30]}”不存在，请核对年月日") from None


def _from_serial(serial, epoch_1904):
    first = datetime.date(1904, 1, 1) if epoch_1904 else datetime.date(1899, 12, 30)
    return _in_range(first + datetime.timedelta(days=int(serial)))


def _in_range(day):
    if not FIRST_DATE <= day <= LAST_DATE:
        raise CellRefused(f"日期{day.isoformat()}不在1900年到2100年之间，请核对")
    return day
