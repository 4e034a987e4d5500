"""The doubts of the register's catalogue about a row, as it would be with what was typed.

The hard ones are told too, while one stands at the door; they are corrected at the member.
"""

from dataclasses import replace
from datetime import date

from households import doubt_facts, doubts
from households.models.facts import AMOUNTS, PROBLEMS


def of(row, on: date) -> list[doubts.Doubt]:
    """Every doubt about the row, answered or not."""
    return doubts.of(_facts(row, on))


def _facts(row, on: date) -> doubts.Facts:
    known = doubts.Facts(
        household_id=row.household.pk,
        members=tuple(doubt_facts.member(person, on=on) for person in row.members),
        phone=row.text("phone"),
        has_no_labour=row.value("has_no_labour"),
        amounts={name: row.value(name) for name in AMOUNTS},
        problems={name: row.value(name) for name in PROBLEMS},
        per_capita_income=row.household.per_capita_income if row.income else None,
        income_until=row.income.period_end if row.income else None,
        measures=row.told.get("measures", ()),
        is_cleared=row.is_cleared,
    )
    if row.case is None:
        return known
    return replace(known, risks=tuple(filter(None, row.text("risks").split("、"))), has_case=True)
