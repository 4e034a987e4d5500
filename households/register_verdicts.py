"""What is to become of each staged row, judged against the register and its household, in SQL.

Judging again gives the same answer, or the one that fits the register as it is by then.
"""

from django.db import connection

from households.register_columns import MORE_OF_HOUSEHOLD, MORE_OF_PERSON

_RESET = """
    UPDATE households_importrow SET verdict = 'new', reasons = '', person_found = NULL
     WHERE register_import_id = %(import)s AND own_reasons = ''
       AND (verdict <> 'new' OR person_found IS NOT NULL)
"""
_FIND = """
    UPDATE households_importrow r SET person_found = p.id, verdict = 'changed'
      FROM households_person p
     WHERE r.register_import_id = %(import)s AND r.own_reasons = ''
       AND p.id_index = r.id_index AND p.is_active
"""
_REFUSE = """
    UPDATE households_importrow r
       SET verdict = 'rejected', reasons = concat_ws('；', nullif(r.reasons, ''), f.reason)
      FROM ({found}) f
     WHERE r.register_import_id = %(import)s AND r.own_reasons = '' AND f.sheet_row = r.sheet_row
"""
# The first row of a number stays, the others are named after it.
_TWICE_IN_FILE = """
    SELECT sheet_row, '证件号码与第' || first_row || '行重复，一人只填一行' AS reason
      FROM (SELECT r.sheet_row, min(r.sheet_row) OVER (PARTITION BY r.id_index) AS first_row
              FROM households_importrow r
              JOIN (SELECT id_index FROM households_importrow
                     WHERE register_import_id = %(import)s AND own_reasons = ''
                     GROUP BY id_index HAVING count(*) > 1) twice ON twice.id_index = r.id_index
             WHERE r.register_import_id = %(import)s AND r.own_reasons = '') numbered
     WHERE sheet_row > first_row
"""
# Explained, never moved silently; a household outside the importer's areas is not named.
_ACTIVE_ELSEWHERE = """
    SELECT r.sheet_row,
           CASE WHEN h.village_id LIKE ANY(%(areas)s)
                THEN '该证件号码现登记在' || t.name || v.short_name || '户编号' || h.number
                     || '（' || h.head_name || '户），如已转到本户，请先在原户登记减少再导入'
                ELSE '该证件号码已登记在您负责区域以外的一户，请与县扶贫办核对' END AS reason
      FROM households_importrow r
      JOIN households_person p ON p.id = r.person_found
      JOIN households_household h ON h.id = p.household_id
      JOIN areas_area v ON v.code = h.village_id
      LEFT JOIN areas_area t ON t.code = v.parent_id
     WHERE r.register_import_id = %(import)s AND h.number <> r.number
"""
_DECEASED = """
    SELECT r.sheet_row, '该证件号码的人已于' || max(p.left_on) || '登记死亡，请核对' AS reason
      FROM households_importrow r
      JOIN households_person p ON p.id_index = r.id_index AND NOT p.is_active
     WHERE r.register_import_id = %(import)s AND r.own_reasons = '' AND p.left_reason = '死亡'
       AND r.person_found IS NULL
     GROUP BY r.sheet_row
"""
_HOUSEHOLD_ELSEWHERE = """
    SELECT r.sheet_row,
           CASE WHEN h.village_id = r.village_code THEN '户编号' || h.number || '已销户，请核对户编号'
                WHEN h.village_id LIKE ANY(%(areas)s)
                THEN '户编号' || h.number || '在册登记于' || v.short_name || '，与本行的行政村不同，请核对'
                ELSE '户编号' || h.number || '已登记在您负责区域以外，请核对户编号' END AS reason
      FROM households_importrow r
      JOIN households_household h ON h.number = r.number
      JOIN areas_area v ON v.code = h.village_id
     WHERE r.register_import_id = %(import)s AND r.own_reasons = ''
       AND (h.village_id <> r.village_code OR h.state = 'removed')
"""
_TWO_VILLAGES = """
    SELECT r.sheet_row, '户编号' || r.number || '的成员分在两个村，一户只能在一个村，请核对' AS reason
      FROM households_importrow r
      JOIN (SELECT number FROM households_importrow
             WHERE register_import_id = %(import)s AND own_reasons = ''
             GROUP BY number HAVING min(village_code) <> max(village_code)) spread
        ON spread.number = r.number
     WHERE r.register_import_id = %(import)s AND r.own_reasons = ''
"""
# The household as it would be: accepted rows, and members of the register no row speaks of.
_HEADS = """
    WITH told AS (
        SELECT number,
               count(*) FILTER (WHERE relation = '户主' AND verdict <> 'rejected') AS heads,
               bool_or(relation = '户主' AND verdict = 'rejected') AS head_refused
          FROM households_importrow
         WHERE register_import_id = %(import)s AND number <> ''
         GROUP BY number
        HAVING bool_or(verdict <> 'rejected')),
    kept AS (
        SELECT told.number, count(*) AS heads
          FROM told
          JOIN households_household h ON h.number = told.number
          JOIN households_person p ON p.household_id = h.id AND p.is_active AND p.relation = '户主'
         WHERE NOT EXISTS (SELECT 1 FROM households_importrow r
                            WHERE r.register_import_id = %(import)s AND r.person_found = p.id
                              AND r.verdict <> 'rejected')
         GROUP BY told.number),
    wrong AS (
        SELECT told.number, told.heads + coalesce(kept.heads, 0) AS heads, told.head_refused
          FROM told LEFT JOIN kept ON kept.number = told.number
         WHERE told.heads + coalesce(kept.heads, 0) <> 1)
    SELECT r.sheet_row,
           CASE WHEN wrong.heads > 1 THEN '户编号' || r.number || '有' || wrong.heads || '名户主，只能有一名'
                WHEN wrong.head_refused THEN '本户户主所在的行未通过，改正后请与本行一起再导入'
                ELSE '户编号' || r.number || '没有户主，请指定一名户主' END AS reason
      FROM households_importrow r
      JOIN wrong ON wrong.number = r.number
     WHERE r.register_import_id = %(import)s AND r.verdict <> 'rejected'
"""
_SAME = """
    UPDATE households_importrow r SET verdict = 'same'
      FROM households_person p
      JOIN households_household h ON h.id = p.household_id
     WHERE r.register_import_id = %(import)s AND r.verdict = 'changed' AND p.id = r.person_found
       AND p.name = r.name AND p.relation = r.relation
       AND p.low_income_kind = coalesce(r.low_income_kind, p.low_income_kind)
       AND p.phone = coalesce(r.phone, p.phone)
       AND (r.more = '{{}}' OR ({more_of_person}))
       AND (r.relation <> '户主'
            OR (h.kind = coalesce(r.kind, h.kind) AND h.phone = coalesce(r.phone, h.phone)
                AND (r.per_capita_income IS NULL
                     OR h.per_capita_income IS NOT DISTINCT FROM r.per_capita_income)
                AND (r.more = '{{}}' OR ({more_of_household}))))
"""


def judge(imported) -> dict[str, int]:
    """Give every staged row its verdict; returns the number of rows by verdict, and `moved`."""
    terms = {"import": imported.pk, "areas": [f"{code}%" for code in imported.codes]}
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE households_importrow")
        cursor.execute(_RESET, terms)
        cursor.execute(_FIND, terms)
        _refuse(cursor, _TWICE_IN_FILE, terms)
        moved = _refuse(cursor, _ACTIVE_ELSEWHERE, terms)
        _refuse(cursor, _DECEASED, terms)
        _refuse(cursor, _HOUSEHOLD_ELSEWHERE, terms)
        _refuse(cursor, _TWO_VILLAGES, terms)
        _refuse(cursor, _HEADS, terms)
        cursor.execute(
            _SAME.format(
                more_of_person=_equal("p", MORE_OF_PERSON),
                more_of_household=_equal("h", MORE_OF_HOUSEHOLD),
            ),
            terms,
        )
        cursor.execute(
            "SELECT verdict, count(*) FROM households_importrow WHERE register_import_id = %s GROUP BY 1",
            [imported.pk],
        )
        counts = dict(cursor.fetchall())
    return {
        "new": counts.get("new", 0),
        "changed": counts.get("changed", 0),
        "same": counts.get("same", 0),
        "rejected": counts.get("rejected", 0),
        "moved": moved,
    }


def _refuse(cursor, found, terms):
    cursor.execute(_REFUSE.format(found=found), terms)
    return cursor.rowcount


def _equal(alias, fields):
    """SQL: what the sheet says about these fields is what the register says."""
    return " AND ".join(
        f"coalesce(r.more->>'{field}', {alias}.{field}::text, '') = coalesce({alias}.{field}::text, '')"
        for field in fields
    )
