"""A closed month's ledger comes out again exactly as it was: its rows are kept when it is closed.

`@kept("leads")` above a ledger's generator: once the county has closed the month and the nightly
job has kept its rows, they are read from there; an open or reopened month is shown as it stands.
The reported lists need none of this, they are frozen when they are reported.
"""

import functools
import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal

from django.db import transaction
from django.db.models import Exists, F, OuterRef

from areas.models import Area
from audit import clock
from ledgers import sheets
from ledgers.models import KeptLedger, KeptRows
from ledgers.presenters import local_day
from ledgers.sheets import Block, Filters, Kind, Ledger
from workflow.models import MonthlyRound
from workflow.states import Level

VILLAGES_AT_ONCE = 60
# The heads under which a ledger names the place; every kept ledger has both.
TOWNSHIP_LABELS, VILLAGE_LABELS = ("乡镇", "乡"), ("行政村", "村")
NUMBER = "序号"

_live: dict[str, Callable] = {}


def kept(key: str):
    """Let the ledger of this key be kept when its month is closed."""

    def wrap(blocks):
        _live[key] = blocks

        @functools.wraps(blocks)
        def kept_or_live(filters: Filters, user) -> Iterator[Block]:
            found = _of_closed_month(key, filters)
            return _kept_blocks(found, filters, user) if found else blocks(filters, user)

        return kept_or_live

    return wrap


def rounds_to_keep():
    """Closed months whose rows have not been kept since they were closed (or closed again)."""
    after = KeptLedger.objects.filter(round=OuterRef("pk"), kept_at__gte=OuterRef("closed_at"))
    closed = MonthlyRound.objects.filter(state=MonthlyRound.State.CLOSED)
    return closed.exclude(Exists(after)).select_related("county").order_by("month", "county")


@transaction.atomic
def keep_round(round: MonthlyRound) -> int:
    """Keep every ledger of one closed month of one county, all or none; how many lines."""
    codes = _villages_of(round.county_id)
    return sum(_keep(sheets.find(key), round, codes) for key in sorted(_live))


def _keep(ledger: Ledger, round: MonthlyRound, codes: dict) -> int:
    by_village, lines = defaultdict(list), 0
    heads = [column.label for column in ledger.columns]
    township, village = (
        next(heads.index(label) for label in labels if label in heads)
        for labels in (TOWNSHIP_LABELS, VILLAGE_LABELS)
    )
    for block in _live[ledger.key](Filters(round.month, round.county), None):
        code = codes[block[0][township], block[0][village]]
        by_village[code].append([[_stored(value) for value in line] for line in block])
        lines += len(block)
    head = KeptLedger.objects.create(
        round=round,
        ledger=ledger.key,
        columns=heads,
        line_count=lines,
        checksum=checksum(by_village),
        kept_at=clock.now(),
    )
    KeptRows.objects.bulk_create(
        [
            KeptRows(kept=head, village_id=code, blocks=blocks)
            for code, blocks in sorted(by_village.items())
        ]
    )
    return lines


def checksum(by_village: dict[str, list]) -> str:
    """SHA-256 over all rows of all villages; equal rows give an equal sum anywhere."""
    text = json.dumps(by_village, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def is_intact(head: KeptLedger) -> bool:
    """Whether the kept rows still are what was kept."""
    return head.checksum == checksum(dict(head.rows.values_list("village_id", "blocks")))


def _villages_of(county: str) -> dict[tuple[str, str], str]:
    """Code of each village by the names under which ledgers show it. ValueError if two share one."""
    codes = {}
    villages = Area.objects.filter(level=Level.VILLAGE, code__startswith=county)
    for code, township, village in villages.values_list("code", "parent__short_name", "short_name"):
        if codes.setdefault((township or "", village), code) != code:
            raise ValueError(f"two villages are called {township}{village}")
    return codes


def _of_closed_month(key: str, filters: Filters) -> list[KeptLedger]:
    """What was kept of the counties around or inside the area; empty unless all of it was kept."""
    county = filters.area.pk[:6]
    closed = MonthlyRound.objects.filter(month=filters.month, county_id__startswith=county)
    newest = (
        KeptLedger.objects.filter(
            ledger=key, round__in=closed, round__state=MonthlyRound.State.CLOSED,
            kept_at__gte=F("round__closed_at"),
        )
        .order_by("round_id", "-pk")
        .distinct("round_id")
    )  # fmt: skip
    found = list(newest)
    return found if found and len(found) == closed.count() else []


def _kept_blocks(found: list[KeptLedger], filters: Filters, user) -> Iterator[Block]:
    ledger = sheets.find(found[0].ledger)
    kinds = [column.kind for column in ledger.columns]
    is_numbered = ledger.columns[0].label == NUMBER
    rows = KeptRows.objects.filter(kept__in=found, village_id__startswith=filters.area.pk).order_by(
        "village_id"
    )
    if user is not None:
        rows = rows.visible_to(user)
    number = 0
    for row in rows.iterator(chunk_size=VILLAGES_AT_ONCE):
        for block in row.blocks:
            number += 1
            lines = [
                tuple(_read(kind, value) for kind, value in zip(kinds, line, strict=True))
                for line in block
            ]
            yield [(number, *line[1:]) for line in lines] if is_numbered else lines


def _stored(value):
    """A cell as JSON keeps it; ID numbers stay ciphers."""
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    if isinstance(value, date):
        return local_day(value).isoformat()
    return str(value) if isinstance(value, Decimal) else value


def _read(kind: Kind, value):
    if value in (None, ""):
        return value
    if kind == Kind.DATE:
        return date.fromisoformat(value)
    return Decimal(value) if kind == Kind.MONEY else value
