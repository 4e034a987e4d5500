"""The seals of events and blocks: HMAC-SHA256 under a key that the database does not know."""

import functools
import hashlib
import hmac
import json
from collections.abc import Iterable
from datetime import UTC

from django.conf import settings

START = bytes(32)  # what the first seal follows

COVERED = (
    "id", "actor_id", "actor_name", "post", "ip", "kind", "object_type", "object_id",
    "area_code", "outcome", "detail", "request_id",
)  # fmt: skip


_ENCODER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def of_event(event) -> bytes:
    """Covers the number of the row, so one row can neither be moved nor repeated."""
    return of_facts({name: getattr(event, name) for name in COVERED}, event.at)


def of_facts(facts: dict, at) -> bytes:
    """The same for an event that is not a row yet: what is COVERED, and the moment."""
    told = {name: facts[name] for name in COVERED}
    told["at"] = at.astimezone(UTC).isoformat(timespec="microseconds")
    return _hmac(_ENCODER.encode(told).encode())


def of_block(previous: bytes, rows: Iterable[tuple[int, bytes]]) -> bytes:
    """Covers the seal before it and (id, digest) of every row in order."""
    links = (id_.to_bytes(8, "big") + bytes(digest) for id_, digest in rows)
    return _hmac(b"block" + bytes(previous) + b"".join(links))


def is_same(one: bytes, other: bytes) -> bool:
    return hmac.compare_digest(bytes(one), bytes(other))


def _hmac(message: bytes) -> bytes:
    seal = _keyed(settings.QF_AUDIT_KEY).copy()
    seal.update(message)
    return seal.digest()


@functools.lru_cache(maxsize=4)
def _keyed(key: str) -> hmac.HMAC:
    """An HMAC that has only eaten its key: copying it is cheaper than starting anew."""
    return hmac.new(key.encode(), digestmod=hashlib.sha256)
