"""Changing the divisions. An area is never deleted: rows point at it for good."""

from dataclasses import dataclass

from django.db import connection, transaction

from areas import divisions
from areas.divisions import Division, DivisionsRefused
from areas.models import Area
from audit.events import EventKind
from audit.record import record

UPSERT = """
INSERT INTO areas_area (code, name, short_name, level, parent_id, is_community, is_active)
SELECT code, name, short_name, level, nullif(parent, ''), is_community, true
  FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::boolean[])
       AS given (code, name, short_name, level, parent, is_community)
 ORDER BY code
    ON CONFLICT (code) DO UPDATE
   SET name = excluded.name, short_name = excluded.short_name, level = excluded.level,
       parent_id = coalesce(excluded.parent_id, areas_area.parent_id),
       is_community = excluded.is_community
 WHERE (areas_area.name, areas_area.short_name, areas_area.level, areas_area.is_community)
       IS DISTINCT FROM
       (excluded.name, excluded.short_name, excluded.level, excluded.is_community)
    OR (excluded.parent_id IS NOT NULL AND areas_area.parent_id IS DISTINCT FROM excluded.parent_id)
RETURNING xmax = 0
"""


@dataclass(frozen=True)
class Loaded:
    """What loading a list changed, in rows."""

    rows: int
    created: int
    updated: int
    unchanged: int


@transaction.atomic
def load_divisions(*, data: bytes, by=None) -> Loaded:
    """Load a csv list of divisions, all or nothing; loading it again changes nothing.

    Areas that are absent from the list stay: a list may hold one county of many.
    Raises DivisionsRefused with one sentence per bad row.
    """
    given = divisions.read(data)
    parents = {division.parent for division in given if division.parent}
    known = Area.objects.filter(code__in=parents).values_list("code", flat=True)
    if reasons := divisions.problems(given, known):
        raise DivisionsRefused(reasons)
    created, updated = _upsert(given)
    loaded = Loaded(len(given), created, updated, len(given) - created - updated)
    if created or updated:
        record(EventKind.AREAS_LOADED, by=by, area=given[0].code, detail=vars(loaded))
    return loaded


def _upsert(given: list[Division]) -> tuple[int, int]:
    """One statement; a row that is already so is not touched."""
    names = ("code", "name", "short_name", "level", "parent", "is_community")
    with connection.cursor() as cursor:
        cursor.execute(UPSERT, [[getattr(row, name) for row in given] for name in names])
        is_new = [new for (new,) in cursor.fetchall()]
    return is_new.count(True), is_new.count(False)


@transaction.atomic
def save_area(
    *, by, code: str, name: str, parent: str = "", is_active: bool = True, short_name: str = ""
) -> Area:
    """Add or change one area. `short_name` left empty follows the rule of ledgers.

    Raises DivisionsRefused in the words of the list loader.
    """
    level = divisions.level_of(code) or ""
    given = Division(1, code, name.strip(), level, parent)
    known = Area.objects.filter(code=parent).values_list("code", flat=True)
    if reasons := divisions.problems([given], known):
        raise DivisionsRefused([reason.removeprefix("第 1 行") for reason in reasons])
    before = Area.objects.select_for_update().filter(pk=code).first()
    area, is_new = Area.objects.update_or_create(
        code=code,
        defaults={
            "name": given.name,
            "short_name": short_name.strip() or given.short_name,
            "level": level,
            "parent_id": parent or None,
            "is_community": given.is_community,
            "is_active": is_active,
        },
    )
    record(
        EventKind.AREA_CREATED if is_new else EventKind.AREA_CHANGED,
        by=by,
        obj=area,
        area=code,
        detail={"before": _facts(before), "after": _facts(area)},
    )
    return area


def _facts(area: Area | None) -> dict:
    if area is None:
        return {}
    return {
        "name": area.name,
        "short_name": area.short_name,
        "parent": area.parent_id,
        "is_active": area.is_active,
    }
