"""Sealing finished events into a chain of blocks, and proving that nothing was touched since.

Writers never wait: a block holds only rows of transactions that ended before every running one
began (below the snapshot's xmin), so no row can appear later in front of a seal.
"""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice, zip_longest

from django.db import connection, models, transaction

from audit import clock, digests
from audit.models import Event, Seal

BLOCK_ROWS = 1000
LOCK = 410922_1  # advisory lock: one sealer at a time
FINISHED_BEFORE = models.Func(
    template="(pg_snapshot_xmin(pg_current_snapshot())::text::bigint)",
    output_field=models.BigIntegerField(),
)

# Shipped to another machine by syslog, the heads reveal a tail that was cut off.
heads = logging.getLogger("audit.heads")


class ChainMoved(Exception):
    """The database counts transactions from a lower number than the chain's end."""


@dataclass(frozen=True)
class Finding:
    """The first place where the log is not what was written."""

    reason: str
    event_id: int | None = None
    seal_number: int | None = None


@transaction.atomic
def seal() -> int:
    """Chain all finished, unsealed events; returns how many. Two at once: the second waits."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    last = Seal.objects.order_by("-number").first()
    _refuse_moved(last)
    finished = Event.objects.filter(tx__lt=FINISHED_BEFORE)
    if last:
        finished = finished.filter(tx__gte=last.last_tx).exclude(
            tx=last.last_tx, id__lte=last.event_ids[-1]
        )
    rows = finished.order_by("tx", "id").values_list("tx", "id", "digest").iterator(BLOCK_ROWS)
    number, previous, sealed = (last.number, last.digest, 0) if last else (0, digests.START, 0)
    while block := list(islice(rows, BLOCK_ROWS)):
        number += 1
        previous = digests.of_block(previous, [(id_, digest) for _, id_, digest in block])
        Seal.objects.create(
            number=number,
            at=clock.now(),
            event_ids=[id_ for _, id_, _ in block],
            last_tx=block[-1][0],
            digest=previous,
        )
        sealed += len(block)
    if sealed:
        heads.info("seal %d head %s", number, previous.hex())
    return sealed


@transaction.atomic  # otherwise the cursors would copy the whole log aside first
def verify(head: str = "") -> Finding | None:
    """The first thing wrong with the log, or None. `head` is the hex digest of a known seal."""
    last = Seal.objects.aggregate(last=models.Max("number"))["last"] or 0
    seals = Seal.objects.filter(number__lte=last).order_by("number").iterator(50)
    events = Event.objects.order_by("tx", "id").iterator(BLOCK_ROWS)
    previous, found_head = digests.START, not head
    for number, seal_ in enumerate(seals, start=1):
        if seal_.number != number:
            return Finding(f"第 {number} 号封存已被删除", seal_number=number)
        rows = list(islice(events, len(seal_.event_ids)))
        if finding := _check_block(seal_, rows):
            return finding
        previous = digests.of_block(previous, [(row.id, row.digest) for row in rows])
        if not digests.is_same(previous, seal_.digest):
            return Finding(f"第 {number} 号封存已被改动", seal_number=number)
        found_head = found_head or previous.hex() == head
    if not found_head:
        return Finding("外部保存的封存值不在链上，末尾可能被截断", seal_number=last + 1)
    return _first_forged(events)


def _check_block(seal_: Seal, rows: list[Event]) -> Finding | None:
    sealed = set(seal_.event_ids)
    for expected, row in zip_longest(seal_.event_ids, rows):
        if row is None or (row.id != expected and row.id in sealed):
            return Finding("记录已被删除或调换顺序", expected, seal_.number)
        if row.id != expected:
            # Either a row was slipped in before `expected`, or `expected` is gone.
            is_gone = not Event.objects.filter(id=expected).exists()
            if is_gone:
                return Finding("记录已被删除", expected, seal_.number)
            return Finding("记录是事后插入的", row.id, seal_.number)
        if finding := _first_forged([row]):
            return finding
    return None


def _first_forged(rows: Iterator[Event] | list[Event]) -> Finding | None:
    for row in rows:
        if not digests.is_same(digests.of_event(row), row.digest):
            return Finding("记录内容已被改动", row.id)
    return None


def _refuse_moved(last: Seal | None) -> None:
    """After a restore from a dump the numbers of transactions start again (ADR 0006)."""
    if last is None:
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint")
        (upcoming,) = cursor.fetchone()
    if upcoming <= last.last_tx:
        raise ChainMoved(f"transactions count from {upcoming}, the chain ends at {last.last_tx}")
