"""Filling an empty register: indexes are built once at the end instead of row by row.

A county's first workbook brings 600,000 persons; keeping ten indexes and a foreign key up to date
for each of them takes longer than all the rest of the writing.
"""

import contextlib

from households.models import Household, Person

TABLES = [Household._meta.db_table, Person._meta.db_table]
# Rebuilding locks the tables for all readers, so only while nobody has anything to read there;
# and only the tables' owner may do it.
_MAY_REBUILD = """
    SELECT NOT EXISTS (SELECT FROM households_household)
       AND NOT EXISTS (SELECT FROM households_person)
       AND bool_and(pg_has_role(relowner, 'USAGE'))
      FROM pg_class WHERE oid = ANY(%(tables)s::regclass[])
"""
# Not those of primary keys and unique constraints: few, and other tables lean on them.
_INDEXES = """
    SELECT 'DROP INDEX ' || i.indexrelid::regclass, pg_get_indexdef(i.indexrelid)
      FROM pg_index i
     WHERE i.indrelid = ANY(%(tables)s::regclass[])
       AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = i.indexrelid)
     ORDER BY i.indexrelid
"""
_FOREIGN_KEYS = """
    SELECT format('ALTER TABLE %%s DROP CONSTRAINT %%I', conrelid::regclass, conname),
           format('ALTER TABLE %%s ADD CONSTRAINT %%I %%s',
                  conrelid::regclass, conname, pg_get_constraintdef(oid))
      FROM pg_constraint
     WHERE contype = 'f' AND conrelid = ANY(%(tables)s::regclass[])
       AND confrelid = ANY(%(tables)s::regclass[])
"""


@contextlib.contextmanager
def indexed_at_the_end(cursor):
    """While the register is empty, take its indexes away, and build them over what was written.

    The caller holds the transaction: an error or a crash leaves the register empty with all its
    indexes. Where the register holds rows, or the tables are not ours, nothing is done.
    Raises IntegrityError at the end for what an index or foreign key refuses.
    """
    (may_rebuild,) = cursor.execute(_MAY_REBUILD, {"tables": TABLES}).fetchone()
    kept = _kept(cursor) if may_rebuild else []
    for take_away, _build in kept:
        cursor.execute(take_away)
    yield
    if not kept:
        return
    # Tables with checks still to be made can not be altered.
    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    for _take_away, build in reversed(kept):
        cursor.execute(build)
    cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def _kept(cursor):
    """(statement that takes it away, statement that builds it) of foreign keys, then indexes."""
    terms = {"tables": TABLES}
    foreign_keys = cursor.execute(_FOREIGN_KEYS, terms).fetchall()
    return foreign_keys + cursor.execute(_INDEXES, terms).fetchall()
