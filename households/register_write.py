"""Writing judged rows into the register, set-based; the caller holds the transaction."""

from contextlib import nullcontext

from django.db import connection

from households import summary
from households.register_columns import MORE_OF_PERSON
from households.register_filling import indexed_at_the_end

_NEW_HOUSEHOLDS = """
    INSERT INTO households_household
        (number, village_id, kind, head_name, member_count, low_income_kind, phone,
         per_capita_income, income_year, natural_village, address, created_at, updated_at)
    SELECT r.number, r.village_code, coalesce(r.kind, 'general'), r.name, m.members, m.low_income_kind,
           coalesce(r.phone, ''), r.per_capita_income,
           CASE WHEN r.per_capita_income IS NOT NULL THEN %(year)s END,
           coalesce(r.more->>'natural_village', ''), coalesce(r.more->>'address', ''), %(now)s, %(now)s
      FROM households_importrow r
      JOIN (SELECT number, count(*) AS members,
                   CASE WHEN bool_or(low_income_kind = '特困') THEN '特困'
                        WHEN bool_or(low_income_kind = '低保') THEN '低保' ELSE '' END AS low_income_kind
              FROM households_importrow
             WHERE register_import_id = %(import)s AND verdict = 'new'
             GROUP BY number) m ON m.number = r.number
     WHERE r.register_import_id = %(import)s AND r.verdict = 'new' AND r.relation = '户主'
       AND NOT EXISTS (SELECT 1 FROM households_household h WHERE h.number = r.number)
     ORDER BY r.sheet_row
"""
_CHANGED_HOUSEHOLDS = """
    UPDATE households_household h
       SET kind = coalesce(r.kind, h.kind), phone = coalesce(r.phone, h.phone),
           per_capita_income = coalesce(r.per_capita_income, h.per_capita_income),
           income_year = CASE WHEN r.per_capita_income IS DISTINCT FROM h.per_capita_income
                               AND r.per_capita_income IS NOT NULL
                              THEN %(year)s ELSE h.income_year END,
           natural_village = coalesce(r.more->>'natural_village', h.natural_village),
           address = coalesce(r.more->>'address', h.address),
           version = h.version + 1, updated_at = %(now)s
      FROM households_importrow r
     WHERE r.register_import_id = %(import)s AND r.verdict IN ('changed', 'new') AND r.relation = '户主'
       AND h.number = r.number AND h.created_at < %(now)s
       AND (h.kind, h.phone, coalesce(h.per_capita_income, -1), h.natural_village, h.address)
           IS DISTINCT FROM
           (coalesce(r.kind, h.kind), coalesce(r.phone, h.phone),
            coalesce(r.per_capita_income, h.per_capita_income, -1),
            coalesce(r.more->>'natural_village', h.natural_village),
            coalesce(r.more->>'address', h.address))
"""
_CHANGED_PERSONS = """
    UPDATE households_person p
       SET name = r.name, initials = r.initials, initials_other = r.initials_other,
           relation = r.relation, low_income_kind = coalesce(r.low_income_kind, p.low_income_kind),
           phone = coalesce(r.phone, p.phone), {more}
           source_digest = r.digest, version = p.version + 1, updated_at = %(now)s
      FROM households_importrow r
     WHERE r.register_import_id = %(import)s AND r.verdict = 'changed' AND p.id = r.person_found
       AND (r.relation = '户主') = {is_head}
"""
_NEW_PERSONS = """
    INSERT INTO households_person
        (household_id, name, initials, initials_other, relation, id_cipher, id_index, id_tail4,
         id_tail6, birth_on, sex, low_income_kind, phone, position, source_digest,
         created_at, updated_at{columns})
    SELECT h.id, r.name, r.initials, r.initials_other, r.relation, r.id_cipher, r.id_index, r.id_tail4,
           r.id_tail6, r.birth_on, r.sex, coalesce(r.low_income_kind, ''), coalesce(r.phone, ''),
           r.position, r.digest, %(now)s, %(now)s{values}
      FROM households_importrow r
      JOIN households_household h ON h.number = r.number
     WHERE r.register_import_id = %(import)s AND r.verdict = 'new'
"""
_SAME_PERSONS = """
    UPDATE households_person p SET source_digest = r.digest
      FROM households_importrow r
     WHERE r.register_import_id = %(import)s AND r.verdict = 'same' AND p.id = r.person_found
"""
_TOUCHED = """
    SELECT DISTINCT h.id
      FROM households_importrow r
      JOIN households_household h ON h.number = r.number
     WHERE r.register_import_id = %(import)s AND r.verdict IN ('new', 'changed') AND h.created_at < %(now)s
"""
_NOT_IN_REGISTER = """
    SELECT count(DISTINCT number) FROM households_importrow r
     WHERE r.register_import_id = %(import)s AND r.verdict = 'rejected' AND number <> ''
       AND NOT EXISTS (SELECT 1 FROM households_household h WHERE h.number = r.number)
"""
MANY = 5_000


def write(imported, *, now, progress) -> dict[str, int]:
    """Bring the register to what the accepted rows say; returns created, updated, left_out.

    `left_out` counts households of which no row could be taken.
    """
    terms = {"import": imported.pk, "now": now, "year": _income_year(now)}
    has_more = imported.figures.get("has_more", False)
    with connection.cursor() as cursor:
        many = imported.figures["staged"] > MANY
        with indexed_at_the_end(cursor) if many else nullcontext():
            progress(1, 4, "正在写入农户")
            cursor.execute(_NEW_HOUSEHOLDS, terms)
            new_households = cursor.rowcount
            cursor.execute(_CHANGED_HOUSEHOLDS, terms)
            changed_households = cursor.rowcount
            progress(2, 4, "正在写入家庭成员")
            updated = _change_persons(cursor, terms, has_more)
            cursor.execute(_new_persons(has_more), terms)
            created = cursor.rowcount
        cursor.execute(_SAME_PERSONS, terms)
        progress(3, 4, "正在汇总")
        cursor.execute(_TOUCHED, terms)
        summary.refresh([pk for (pk,) in cursor.fetchall()], now=now)
        cursor.execute(_NOT_IN_REGISTER, terms)
        (left_out,) = cursor.fetchone()
        cursor.execute(
            "DELETE FROM households_importrow WHERE register_import_id = %(import)s AND verdict <> 'rejected'",
            terms,
        )
        if created + updated > MANY:
            cursor.execute("ANALYZE households_household, households_person")
    return {
        "created": created,
        "updated": updated,
        "left_out": left_out,
        "new_households": new_households,
        "changed_households": changed_households,
    }


def _change_persons(cursor, terms, has_more):
    """Members first, heads after them: the database never sees two heads in a household."""
    more = "".join(f"{name} = {_said('p', name)}, " for name in MORE_OF_PERSON) if has_more else ""
    updated = 0
    for is_head in ("false", "true"):
        cursor.execute(_CHANGED_PERSONS.format(more=more, is_head=is_head), terms)
        updated += cursor.rowcount
    return updated


def _new_persons(has_more):
    if not has_more:
        return _NEW_PERSONS.format(columns="", values="")
    return _NEW_PERSONS.format(
        columns="".join(f", {name}" for name in MORE_OF_PERSON),
        values="".join(f", {_said('', name)}" for name in MORE_OF_PERSON),
    )


def _said(alias, name):
    """SQL: what the sheet says about a further field, else what the register says (or nothing)."""
    if name == "work_months":
        return f"coalesce((r.more->>'{name}')::smallint, {f'{alias}.{name}' if alias else 'NULL'})"
    return f"coalesce(r.more->>'{name}', {f'{alias}.{name}' if alias else repr('')})"


def _income_year(now):
    """人均纯收入 is collected for the twelve months to 30 September (domain §1)."""
    today = now.astimezone().date()
    return today.year if today.month >= 10 else today.year - 1
