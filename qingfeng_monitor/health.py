"""Is the system able to work? Asked by load balancers, compose and people in a hurry."""

import redis
from django.conf import settings
from django.db import DatabaseError, connection
from django.http import JsonResponse
from django.views.decorators.http import require_safe
from redis.backoff import NoBackoff
from redis.retry import Retry

from accounts.access import public


@public
@require_safe
def healthz(request):
    parts = {"database": _database_answers(), "redis": _redis_answers()}
    return JsonResponse(parts, status=200 if all(parts.values()) else 503)


def _database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True


def _redis_answers() -> bool:
    try:
        once = Retry(NoBackoff(), retries=0)
        with redis.Redis.from_url(settings.REDIS_URL, socket_timeout=2, retry=once) as client:
            return client.ping()
    except redis.exceptions.RedisError:
        return False
