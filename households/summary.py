"""Figures a household carries about its members, computed in one statement for any number of them."""

from django.db import connection

# 特困 before 低保 before neither, as rules.LOW_INCOME_STRENGTH says.
_REFRESH = """
    UPDATE households_household AS h
       SET member_count = m.members, head_name = m.head_name, low_income_kind = m.low_income_kind,
           updated_at = %(now)s
      FROM (SELECT h.id,
                   count(p.id) AS members,
                   coalesce(max(p.name) FILTER (WHERE p.relation = '户主'), h.head_name) AS head_name,
                   CASE WHEN bool_or(p.low_income_kind = '特困') THEN '特困'
                        WHEN bool_or(p.low_income_kind = '低保') THEN '低保' ELSE '' END AS low_income_kind
              FROM households_household h
              LEFT JOIN households_person p ON p.household_id = h.id AND p.is_active
             WHERE h.id = ANY(%(ids)s)
             GROUP BY h.id) AS m
     WHERE m.id = h.id
       AND (h.member_count, h.head_name, h.low_income_kind)
           IS DISTINCT FROM (m.members, m.head_name, m.low_income_kind)
"""


def refresh(household_ids, *, now):
    """Set member_count, head_name and low_income_kind of these households from their active members.

    A household whose last member left keeps the name of its head.
    """
    with connection.cursor() as cursor:
        cursor.execute(_REFRESH, {"ids": list(household_ids), "now": now})
