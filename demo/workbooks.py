"""Workbooks as the county's offices send them, made of synthetic families; for rehearsal, bench and tests."""

from collections.abc import Iterable
from pathlib import Path

import xlsxwriter

from demo.people import Family

REGISTER_HEADER = (
    "乡镇",
    "行政村",
    "户编号",
    "姓名",
    "与户主关系",
    "证件号码",
    "户类型",
    "低保",
    "人均纯收入",
    "联系电话",
)
INPATIENT_HEADER = ("姓名", "身份证号", "出院日期", "医疗总费用", "报销金额", "个人自付金额")
KINDS = {"general": "一般农户", "lifted": "脱贫户"}
AS_TEXT = {"strings_to_numbers": False, "strings_to_formulas": False, "strings_to_urls": False}


def write_register(
    families: Iterable[Family], places: dict[str, tuple[str, str]], path: Path
) -> int:
    """The register workbook of DESIGN §10, one row a person; returns the persons. `places`: village → names."""
    rows = (
        (
            *places[family.village],
            family.number,
            member.name,
            member.relation,
            member.id_number,
            KINDS[family.kind],
            member.low_income_kind or "否",
            family.per_capita_income,
            member.phone,
        )
        for family in families
        for member in family.members
    )
    return write_rows(path, "农户花名册", REGISTER_HEADER, rows)


def write_inpatients(stays: Iterable[tuple[Family, int]], discharged_on: str, path: Path) -> int:
    """医保局's list (附件1-1): the head of each family with what the family paid itself, in 元."""
    rows = (
        (family.head.name, family.head.id_number, discharged_on, paid * 3, paid * 2, paid)
        for family, paid in stays
    )
    return write_rows(path, "住院自付名单", INPATIENT_HEADER, rows)


def write_rows(path: Path, title: str, header, rows) -> int:
    """A title line, a header, the rows; every text stays text. Returns the number of rows."""
    number = 0
    with xlsxwriter.Workbook(path, {"constant_memory": True, **AS_TEXT}) as book:
        sheet = book.add_worksheet(title)
        sheet.write_row(0, 0, [title])
        sheet.write_row(1, 0, header)
        for number, row in enumerate(rows, start=1):
            sheet.write_row(number + 1, 0, row)
    return number
