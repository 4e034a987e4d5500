"""Asking for a parameter: by key, day, population, basis and county."""

import contextlib
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from audit import clock
from policy.definitions import DEFINITIONS
from policy.memory import remembered
from policy.models import Parameter
from policy.rules import meant

Value = Decimal | int | bool | str


class ParameterMissing(LookupError):
    """No value is in force on that day; the message is for the user."""


class Source(NamedTuple):
    """A value with where it comes from, for showing beside it."""

    value: Value
    clause: str
    valid_from: date
    is_carried_over: bool  # a yearly figure of an earlier year, to be said on the page


@dataclass(frozen=True)
class _Row:
    value: object
    clause: str
    valid_from: date
    county: str | None


def value(
    key: str, *, on: date | None = None, population: str = "", basis: str = "",
    county: str | None = None,
) -> Value:  # fmt: skip
    """The value in force on the day (today by default): Decimal, int, bool or str by its kind.

    A year without its own value carries the latest earlier one over. A county's own value goes
    before the general one; `county` is a six-digit code. Raises KeyError for an unknown key,
    ParameterMissing when nothing is in force yet.
    """
    return source(key, on=on, population=population, basis=basis, county=county).value


def by_county(key: str, *, on: date | None = None) -> dict[str | None, Value]:
    """The value of every county that has its own, and under None the general one where there is one.

    For set-based questions over several counties: one answer each, no query.
    """
    counties = {row.county for row in _rows().get((key, "", ""), ())}
    found = {}
    for county in counties:
        with contextlib.suppress(ParameterMissing):
            found[county] = value(key, on=on, county=county)
    return found


def source(
    key: str, *, on: date | None = None, population: str = "", basis: str = "",
    county: str | None = None,
) -> Source:  # fmt: skip
    """As `value`, together with clause, first day and whether it is carried over."""
    definition = DEFINITIONS[key]
    if not isinstance(county, str | None):
        raise TypeError("county is a division code")
    on = on or clock.today()
    rows = _rows()
    candidates = [
        row
        for row in rows.get((key, population, basis), ())
        if row.valid_from <= on and row.county in (county, None)
    ]
    if not candidates:
        raise ParameterMissing(f"{on} 没有生效的“{definition.label}”，请在政策参数中填写")
    row = max(candidates, key=lambda row: (row.county is not None, row.valid_from))
    is_carried_over = definition.is_yearly and row.valid_from.year < on.year
    return Source(meant(definition, row.value), row.clause, row.valid_from, is_carried_over)


def _rows() -> dict[tuple[str, str, str], list[_Row]]:
    return remembered("parameters", _load)


def _load() -> dict[tuple[str, str, str], list[_Row]]:
    found: dict[tuple[str, str, str], list[_Row]] = {}
    columns = ("key", "population", "basis", "value", "clause", "valid_from", "county_id")
    for key, population, basis, *rest in Parameter.objects.values_list(*columns):
        found.setdefault((key, population, basis), []).append(_Row(*rest))
    return found
