"""Writing to the audit log: in the transaction of the change, or the change does not happen."""

import json
from collections.abc import Iterable, Mapping

from django.db import connection, transaction

from audit import clock, digests
from audit.context import origin
from audit.events import EventKind
from audit.masking import masked
from audit.models import Event, Outcome

SYSTEM_NAME = "系统"

# What differs from row to row travels as one JSON: twenty thousand rows are one statement.
INSERT = """
INSERT INTO audit_event (id, object_type, object_id, area_code, outcome, detail, digest,
                         at, kind, actor_id, actor_name, post, ip, request_id)
SELECT own.id, own.object_type, own.object_id, own.area_code, own.outcome, own.detail,
       decode(own.digest, 'hex'), %s, %s, %s, %s, %s, %s::inet, %s
  FROM jsonb_to_recordset(%s::jsonb)
    AS own(id bigint, object_type text, object_id text, area_code text, outcome text, detail jsonb,
           digest text)
"""


def record(
    kind: EventKind, *, by, obj=None, area: str = "", detail=None, outcome: str = Outcome.OK
) -> Event:
    """Record one event. `by` is the acting user, None for the system itself.

    `area` is a division code; left out, it is that of `obj` where it has one. `detail` is JSON
    and must not hold illness; ID and mobile numbers in it are masked here.
    Raises TransactionManagementError outside a transaction.
    """
    _refuse_alone()
    rows = [{"obj": obj, "area": area, "detail": detail, "outcome": outcome}]
    return Event(**_write(kind, by, rows)[0])


def record_look(kind: EventKind, *, by, obj) -> None:
    """Record that somebody looked at `obj`: it goes with no change, so it needs no transaction."""
    _write(kind, by, [{"obj": obj}])


def record_many(kind: EventKind, *, by, rows: Iterable[Mapping]) -> None:
    """Record one event per row, a mapping with any of obj, area, detail, outcome.

    Where thousands of objects were never loaded, `model` and `pk` name them instead of `obj`.
    Two statements for any number of rows: the numbers, then the rows.
    """
    _refuse_alone()
    _write(kind, by, list(rows))


def _refuse_alone() -> None:
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError(
            "an event is recorded in the transaction of its change"
        )


def _write(kind, by, rows) -> list[dict]:
    here = origin()
    shared = {
        "at": clock.now(),
        "kind": EventKind(kind).value,
        "actor_id": by.pk if by else None,
        "actor_name": _name(by),
        "post": here.post[:200],
        "ip": here.ip,
        "request_id": here.request_id,
    }
    events = [
        {"id": number, **shared, **_own(row)}
        for number, row in zip(_numbers(len(rows)), rows, strict=True)
    ]
    for event in events:
        event["digest"] = digests.of_facts(event, shared["at"])
    if events:
        _insert(events, shared)
    return events


def _insert(events: list[dict], shared: dict) -> None:
    own = ("id", "object_type", "object_id", "area_code", "outcome", "detail")
    rows = [
        {**{name: event[name] for name in own}, "digest": event["digest"].hex()} for event in events
    ]
    alike = ("at", "kind", "actor_id", "actor_name", "post", "ip", "request_id")
    told = json.dumps(rows, ensure_ascii=False)
    with connection.cursor() as cursor:
        cursor.execute(INSERT, [*(shared[name] for name in alike), told])


def _own(row: Mapping) -> dict:
    obj = row.get("obj")
    model, pk = (row.get("model"), row.get("pk")) if obj is None else (obj, obj.pk)
    return {
        "object_type": "" if model is None else model._meta.label,
        "object_id": "" if model is None else str(pk),
        "area_code": row.get("area") or _area_of(obj),
        "outcome": Outcome(row.get("outcome") or Outcome.OK).value,
        "detail": masked(row.get("detail") or {}),
    }


def _area_of(obj) -> str:
    for name in ("village_id", "area_id", "county_id"):
        if code := getattr(obj, name, None):
            return code
    return ""


def _name(by) -> str:
    if by is None:
        return SYSTEM_NAME
    return (getattr(by, "full_name", "") or by.get_username())[:40]


def _numbers(count: int) -> list[int]:
    """Row numbers taken beforehand, because the digest of a row covers its number."""
    if not count:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
            [Event._meta.db_table, count],
        )
        return [number for (number,) in cursor.fetchall()]
