"""三、附件1-12: 收入骤减 and 支出骤增, read from the two latest statements of each household."""

from django.db import connection

# The two latest periods of each household side by side: `new` and `old`.
FIGURES = """
    figures AS (
        SELECT i.household_id, i.period_end,
               (i.wage + i.business + i.property + i.transfer - i.business_expense)
                   / i.member_count AS income,
               (i.business_expense + i.compliant_self_paid) AS expense,
               row_number() OVER (PARTITION BY i.household_id ORDER BY i.period_end DESC) AS place
          FROM households_income i
    )
"""
LATEST_TWO = """
      FROM figures new
      JOIN figures old ON old.household_id = new.household_id AND old.place = 2
      JOIN households_household h ON h.id = new.household_id
     WHERE new.place = 1 AND h.village_id LIKE %(county)s AND h.state = 'active'
       AND (new.income <= old.income * (1 - %(fall)s) AND old.income > 0
            OR new.expense >= old.expense * (1 + %(rise)s) AND old.expense > 0)
"""


def households(county: str, *, fall, rise) -> list[int]:
    """Ids of the households of a county whose income fell or whose expense rose by the ratio."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH {FIGURES} SELECT h.id {LATEST_TWO}",  # noqa: S608
            {"county": f"{county}%", "fall": fall, "rise": rise},
        )
        return [pk for (pk,) in cursor.fetchall()]
