"""The one clock of all domain code, so that a rehearsal, seeding or a test can stand at any day."""

import contextlib
from collections.abc import Iterator
from contextvars import ContextVar
from datetime import date, datetime

from django.utils import timezone

_moment: ContextVar[datetime | None] = ContextVar("moment", default=None)


def now() -> datetime:
    """The present moment, aware of its time zone."""
    return _moment.get() or timezone.now()


def today() -> date:
    """The present day in the county's own time zone."""
    return timezone.localdate(now())


def local(moment: datetime) -> datetime:
    """The same moment in the county's own time zone."""
    return timezone.localtime(moment)


@contextlib.contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Inside the block it is `moment`; one without a time zone is read as local time."""
    if timezone.is_naive(moment):
        moment = timezone.make_aware(moment)
    token = _moment.set(moment)
    try:
        yield
    finally:
        _moment.reset(token)
