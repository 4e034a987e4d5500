"""The cells of the monthly sheet, declared once: form, grid, workbook, print and history read this."""

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import cache

from audit import clock
from jobs.workbooks import cells
from jobs.workbooks.refusals import CellRefused
from policy import codes
from workflow.models import Visit

LONGEST_TEXT = 200
LONGEST_NAME = 60
GREATEST_AMOUNT = Decimal("9999999999.99")  # what the register can hold
_BETWEEN = re.compile(r"[、,;/\s]+")
_PHONE = re.compile(r"\+?\d{5,20}")


class Kind(StrEnum):
    SHOWN = "shown"  # identity: read, never typed
    TEXT = "text"
    PHONE = "phone"
    MONEY = "money"
    YES_NO = "yes_no"
    DATE = "date"
    CHOICE = "choice"
    CHOICES = "choices"


class Target(StrEnum):
    """Where a cell's value lives."""

    HOUSEHOLD = "household"
    SAFEGUARD = "safeguard"
    INCOME = "income"
    CASE = "case"
    ROW = "row"  # of this month only


@dataclass(frozen=True)
class Group:
    """One screen of the form, after “五看”."""

    key: str
    label: str
    question: str


GROUPS = (
    Group("basics", "基本情况", "家里的情况有没有变化？"),
    Group("housing", "住房", "住房安全吗？"),
    Group("education", "教育", "义务教育阶段的孩子都在上学吗？"),
    Group("medical", "医疗", "全家都参加基本医疗保险了吗？"),
    Group("water", "饮水", "吃水有保障吗？"),
    Group("income", "收入", "全家一年收入多少？"),
    Group("expense", "支出", "全家一年支出多少？"),
    Group("risk", "风险", "有没有返贫致贫风险？"),
)
CHECKED_HOW = {
    "入户": Visit.Kind.HOME, "上门": Visit.Kind.HOME, "电话": Visit.Kind.TELEPHONE,
    "视频": Visit.Kind.VIDEO, "微信": Visit.Kind.VIDEO, "微信视频": Visit.Kind.VIDEO,
}  # fmt: skip


REMOTE = (str(Visit.Kind.TELEPHONE.label), str(Visit.Kind.VIDEO.label))


@dataclass(frozen=True)
class Cell:
    """One column of the sheet."""

    key: str
    label: str
    group: str
    kind: Kind
    target: Target | None = None
    unit: str = ""

    @property
    def help(self) -> str:
        """One sentence, as the county words it."""
        return codes.help_text(self.key)

    @property
    def is_typed(self) -> bool:
        return self.kind is not Kind.SHOWN

    @property
    def is_amount(self) -> bool:
        return self.kind is Kind.MONEY

    def clean(self, written) -> str:
        """The canonical text of what somebody wrote, '' for nothing. Raises CellRefused."""
        return _CLEAN[self.kind](self, written)

    def options(self) -> list[str]:
        """The words a choice offers, in order."""
        if self.kind is Kind.CHOICES:
            return [label for _code, label in codes.choices("risk")]
        if self.kind is Kind.CHOICE:
            return [str(label) for label in Visit.Kind.labels]
        return ["是", "否"] if self.kind is Kind.YES_NO else []

    def value(self, text: str):
        """The typed value of a canonical text, as the register's actions take it."""
        if self.kind is Kind.MONEY:
            return Decimal(text) if text else None
        if self.kind is Kind.YES_NO:
            return {"是": True, "否": False}.get(text)
        if self.kind is Kind.DATE:
            return cells.date_(text)
        if self.kind is Kind.CHOICES:
            by_label = {label: code for code, label in codes.choices("risk")}
            return [by_label.get(label, label) for label in text.split("、") if label]
        if self.kind is Kind.CHOICE:
            return CHECKED_HOW.get(text, "")
        return text

    def text(self, value) -> str:
        """The canonical text of a value of the register."""
        if value is None or value == "":
            return ""
        if self.kind is Kind.MONEY:
            return money_text(value)
        if self.kind is Kind.YES_NO:
            return "是" if value else "否"
        if self.kind is Kind.CHOICES:
            return "、".join(codes.labels("risk", value))
        if self.kind is Kind.CHOICE:
            return str(Visit.Kind(value).label)
        if self.kind is Kind.DATE:
            return value.isoformat()
        return str(value)

    def shown(self, text: str) -> str:
        """A canonical text for the eye: 12,000.50."""
        if self.kind is Kind.MONEY and text:
            try:
                return f"{Decimal(text):,f}"
            except ArithmeticError:
                return text  # a draft that is no amount yet
        return text


def money_text(value) -> str:
    """12000 or 12000.5: no group marks, no empty decimals."""
    text = f"{Decimal(value):.2f}".rstrip("0").rstrip(".")
    return "0" if text in ("", "-0") else text


def _text(cell, written) -> str:
    return cells.text(written, LONGEST_NAME if cell.target is Target.ROW else LONGEST_TEXT)


def _phone(cell, written) -> str:
    plain = unicodedata.normalize("NFKC", cells.text(written, 60))
    number = re.sub(r"[\s\-—()]", "", plain)
    if number and not _PHONE.fullmatch(number):
        raise CellRefused(f"{cell.label}“{plain[:30]}”不是号码，请只填一个，如 13800000000")
    return number


def _money(cell, written) -> str:
    amount = cells.amount(written)
    if amount is None:
        return ""
    if amount < 0:
        raise CellRefused(f"{cell.label}不能是负数，请核对")
    if amount > GREATEST_AMOUNT:
        raise CellRefused(f"{cell.label}太大，请核对单位是不是元")
    return money_text(amount)


def _yes_no(cell, written) -> str:
    answer = cells.yes_no(written)
    return "" if answer is None else ("是" if answer else "否")


def _date(cell, written) -> str:
    day = cells.date_(written)
    if day is None:
        return ""
    if day > clock.today():
        raise CellRefused(f"{cell.label}不能晚于今天，请核对")
    return day.isoformat()


def _choice(cell, written) -> str:
    word = cells.text(written, 60)
    if not word:
        return ""
    if word not in CHECKED_HOW:
        raise CellRefused(f"“{word[:20]}”应从{'、'.join(cell.options())}里选一个")
    return str(Visit.Kind(CHECKED_HOW[word]).label)


def _choices(cell, written) -> str:
    plain = unicodedata.normalize("NFKC", cells.text(written, LONGEST_TEXT)).strip()
    if plain in ("", "无", "-", "没有"):
        return ""
    labels = dict(codes.choices("risk"))
    chosen = {labels.get(word, word) for word in _BETWEEN.split(plain) if word}
    if unknown := sorted(chosen - set(labels.values())):
        raise CellRefused(f"“{'、'.join(unknown)[:40]}”不在风险名称里，请从下拉列表里选")
    return "、".join(label for label in labels.values() if label in chosen)


def _shown(cell, written) -> str:
    raise CellRefused(f"{cell.label}由档案带出，不在这里改")


_CLEAN = {
    Kind.SHOWN: _shown, Kind.TEXT: _text, Kind.PHONE: _phone, Kind.MONEY: _money,
    Kind.YES_NO: _yes_no, Kind.DATE: _date, Kind.CHOICE: _choice, Kind.CHOICES: _choices,
}  # fmt: skip


def _shown_cell(key: str, label: str, group: str = "basics", unit: str = "") -> Cell:
    return Cell(key, label, group, Kind.SHOWN, unit=unit)


def _safeguard(key: str, label: str, group: str) -> Cell:
    return Cell(key, label, group, Kind.YES_NO, Target.SAFEGUARD)


def _amount(key: str, label: str, group: str) -> Cell:
    return Cell(key, label, group, Kind.MONEY, Target.INCOME, "元")


CELLS = (
    _shown_cell("number", "户编号"),
    _shown_cell("head_name", "户主"),
    _shown_cell("member_count", "家庭人口", unit="人"),
    _shown_cell("household_kind", "户类型"),
    _shown_cell("standing", "监测情况"),
    Cell("phone", "联系电话", "basics", Kind.PHONE, Target.HOUSEHOLD),
    Cell("has_no_labour", "整户无劳动能力", "basics", Kind.YES_NO, Target.HOUSEHOLD),
    Cell("checked_how", "核实方式", "basics", Kind.CHOICE, Target.ROW),
    Cell("checked_on", "核实日期", "basics", Kind.DATE, Target.ROW),
    Cell("contacted", "联系到谁", "basics", Kind.TEXT, Target.ROW),
    _safeguard("housing_problem", "住房出现安全问题", "housing"),
    _safeguard("education_problem", "义务教育阶段失学辍学", "education"),
    _safeguard("medical_problem", "有成员未参加基本医疗保险", "medical"),
    _safeguard("water_problem", "饮水出现安全问题", "water"),
    _amount("wage", "工资性收入", "income"),
    _amount("business", "生产经营性收入", "income"),
    _amount("property", "财产性收入", "income"),
    _amount("transfer", "转移性收入", "income"),
    _amount("insurance_payout", "理赔收入", "income"),
    _amount("business_expense", "生产经营性支出", "expense"),
    _amount("compliant_self_paid", "合规自付支出", "expense"),
    _shown_cell("per_capita_income", "人均纯收入", "expense", "元"),
    Cell("risks", "致贫/返贫风险", "risk", Kind.CHOICES, Target.CASE),
    Cell("remark", "备注", "risk", Kind.TEXT, Target.CASE),
)
BY_KEY = {cell.key: cell for cell in CELLS}
TYPED = tuple(cell for cell in CELLS if cell.is_typed)


@cache
def of_target(target: Target) -> tuple[Cell, ...]:
    """The cells that are written together."""
    return tuple(cell for cell in TYPED if cell.target is target)


def of_group(key: str) -> tuple[Cell, ...]:
    """The cells of one screen."""
    return tuple(cell for cell in CELLS if cell.group == key)
