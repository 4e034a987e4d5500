"""Nobody searches, reveals or exports without end (reliability A12): counts per person and hour."""

import logging

from django.core.cache import cache
from django.db import transaction
from django.db.models import F
from redis.exceptions import RedisError

from accounts.models import RateCount
from audit import clock
from audit.events import EventKind
from audit.record import record

PER_HOUR = {"search": 200, "reveal": 60, "export": 60}
HOUR = 3600

logger = logging.getLogger(__name__)


class TooMany(Exception):
    """The limit of the hour is reached; the message is one Chinese sentence."""


def limit(user, kind: str, per_hour: int | None = None) -> None:
    """Count one more of this kind for this person; raise TooMany beyond the limit.

    `per_hour` is PER_HOUR[kind] by default. The first refusal of an hour is an audit event, so
    call this before the transaction of the work begins.
    """
    most = per_hour or PER_HOUR[kind]
    count = _count(user, kind)
    if count <= most:
        return
    if count == most + 1:
        with transaction.atomic():
            detail = {"kind": kind, "per_hour": most}
            record(EventKind.LIMIT_REACHED, by=user, detail=detail, outcome="refused")
    raise TooMany(f"本小时内操作次数已达上限（{most} 次），请在下一个整点后再试")


def _count(user, kind: str) -> int:
    """The number of this one within the hour; from the database when Redis is away."""
    hour = clock.now().replace(minute=0, second=0, microsecond=0)
    key = f"rate:{kind}:{user.pk}:{hour:%Y%m%d%H}"
    try:
        cache.add(key, 0, timeout=HOUR)
        return cache.incr(key)
    except (RedisError, OSError, ValueError):  # ValueError: the key went between the two
        logger.warning("rate limits are counted in the database: Redis does not answer")
        return _count_in_database(user, kind, hour)


@transaction.atomic
def _count_in_database(user, kind: str, hour) -> int:
    this = {"user": user, "kind": kind, "hour": hour}
    RateCount.objects.bulk_create([RateCount(**this)], ignore_conflicts=True)
    RateCount.objects.filter(**this).update(count=F("count") + 1)
    return RateCount.objects.get(**this).count
