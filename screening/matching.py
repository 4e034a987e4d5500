"""Who a department means: by ID number, else by name and village, which only suggests.

Set-based: one statement for all rows by number, one for the few that are left. The database is
asked, never a copy of it.
"""

from collections.abc import Iterable
from typing import NamedTuple

from django.db import connection

from screening.models import LeadRow

Match = LeadRow.Match

# An active holder of the number comes before a former one; other counties are not looked at.
# Two halves, since active and former persons have an index each; OFFSET 0: a look-up per row.
# The indexes travel as one run of bytes, sixteen each: a list of bytes is slow to send.
BY_NUMBER = """
    SELECT DISTINCT ON (w.place) w.place, p.id, p.household_id, p.village_id, p.kind, p.name,
           p.is_active, p.left_reason
      FROM generate_series(0, %(last)s) AS w(place)
      JOIN LATERAL (SELECT substring(%(indexes)s::bytea FROM 16 * w.place + 1 FOR 16) AS id_index
                    OFFSET 0) i ON true
      JOIN LATERAL (
           SELECT p.id, p.household_id, p.name, p.is_active, p.left_reason, p.left_on, h.village_id, h.kind
             FROM households_person p JOIN households_household h ON h.id = p.household_id
            WHERE p.id_index = i.id_index AND p.is_active AND h.village_id LIKE %(county)s
           UNION ALL
           SELECT p.id, p.household_id, p.name, p.is_active, p.left_reason, p.left_on, h.village_id, h.kind
             FROM households_person p JOIN households_household h ON h.id = p.household_id
            WHERE p.id_index = i.id_index AND NOT p.is_active AND h.village_id LIKE %(county)s
           OFFSET 0) p ON true
     ORDER BY w.place, p.is_active DESC, p.left_on DESC NULLS LAST, p.id DESC
"""
BY_NAME = """
    SELECT w.name, w.village, bool_or(h.kind = 'lifted')
      FROM unnest(%(names)s::text[], %(villages)s::text[]) AS w(name, village)
      JOIN households_person p ON p.name = w.name AND p.is_active
      JOIN households_household h ON h.id = p.household_id AND h.village_id = w.village
     GROUP BY w.name, w.village
"""
DEATH = "死亡"
OTHER_NAME = "姓名与花名册登记的不一致，请核实"


class Found(NamedTuple):
    """What became of one row's search."""

    match: str = Match.NOT_FOUND
    person: int | None = None
    household: int | None = None
    village: str = ""
    is_lifted: bool = False
    note: str = ""

    @property
    def population(self) -> str:
        """For the thresholds 附件1-1; who is not found counts as general."""
        return "lifted" if self.is_lifted else "general"


NOBODY = Found()
AREA = Found(Match.AREA)


def match(rows: Iterable, county: str) -> dict[int, Found]:
    """What each row (`row_form.Row`) finds in this county's register, by sheet row number."""
    rows = list(rows)
    found = _by_number([row for row in rows if row.id_number], county)
    left = [row for row in rows if row.sheet_row not in found and row.name and row.village]
    named = _by_name({(row.name, row.village) for row in left})
    for row in left:
        if (row.name, row.village) in named:
            is_lifted = named[row.name, row.village]
            found[row.sheet_row] = Found(Match.NAME_ONLY, is_lifted=is_lifted)
    return found


def _by_number(rows, county) -> dict[int, Found]:
    if not rows:
        return {}
    indexes = b"".join(row.id_index for row in rows)
    with connection.cursor() as cursor:
        cursor.execute(
            BY_NUMBER, {"last": len(rows) - 1, "indexes": indexes, "county": f"{county}%"}
        )
        return {rows[at].sheet_row: _found(rows[at], *found) for at, *found in cursor.fetchall()}


def _found(row, person, household, village, kind, name, is_active, left_reason) -> Found:
    if not is_active:
        # The number is known but its holder is gone: no household is chosen for them.
        gone = Match.DECEASED if left_reason == DEATH else Match.MOVED
        return Found(gone, village=village)
    outcome = Match.REPAIRED if row.is_repaired else Match.EQUAL
    note = "" if _same(row.name, name) else OTHER_NAME
    return Found(outcome, person, household, village, kind == "lifted", note)


def _same(one: str, other: str) -> bool:
    return one == other or _letters(one) == _letters(other)


def _letters(name: str) -> str:
    """Dots in names of minorities are written in many ways."""
    return "".join(char for char in name if char.isalnum())


def _by_name(pairs) -> dict[tuple[str, str], bool]:
    """Names that live in that village; whether one of them is of a lifted household."""
    if not pairs:
        return {}
    pairs = sorted(pairs)
    with connection.cursor() as cursor:
        cursor.execute(
            BY_NAME,
            {"names": [name for name, _ in pairs], "villages": [village for _, village in pairs]},
        )
        return {(name, village): is_lifted for name, village, is_lifted in cursor.fetchall()}
