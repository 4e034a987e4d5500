"""The nightly 数据体检: one village after the other, each with its own commit."""

from collections import Counter

from django.db import transaction

from areas.models import Area
from audit import clock
from households import doubt_facts, doubts
from households.models import DoubtCount, Household


def check_villages(codes, since, progress) -> int:
    """Count what is left in these villages; those counted after `since` are done already."""
    done = set(
        DoubtCount.objects.filter(village_id__in=codes, checked_at__gte=since)
        .values_list("village_id", flat=True)
        .distinct()
    )
    for number, code in enumerate(codes, start=1):
        if code not in done:
            check_village(code)
        progress(number, len(codes), "正在逐村体检")
    return len(codes) - len(done)


@transaction.atomic
def check_village(code: str) -> dict[str, int]:
    """Open doubts of the village by rule, kept for the counts of township and county."""
    households = Household.objects.active().filter(village_id=code)
    return keep(code, doubt_facts.open_doubts(households))


@transaction.atomic
def keep(code: str, left: dict) -> dict[str, int]:
    """Keep how many doubts are open by rule; `left` are those of every household of the village."""
    counts = {one.key: 0 for one in doubts.CATALOGUE} | _counted(left)
    now = clock.now()
    rows = [DoubtCount(village_id=code, rule=key, open=n, checked_at=now)
            for key, n in counts.items()]  # fmt: skip
    DoubtCount.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["village", "rule"],
        update_fields=["open", "checked_at"],
    )  # fmt: skip
    DoubtCount.objects.filter(village_id=code).exclude(rule__in=counts).delete()
    return counts


def keep_if_changed(code: str, left: dict) -> None:
    """What was put right by day need not wait for the night to leave the home page."""
    kept = DoubtCount.objects.filter(village_id=code, open__gt=0).values_list("rule", "open")
    if dict(kept) != _counted(left):
        keep(code, left)


def _counted(left: dict) -> Counter:
    return Counter(doubt.rule.key for found in left.values() for doubt in found)


def every_village() -> list[str]:
    """Villages in use, in the order of their codes."""
    return list(Area.objects.active().villages().order_by("code").values_list("code", flat=True))
