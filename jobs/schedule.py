"""What runs by the clock. Declared beside its handler, installed as rows that can be changed."""

from collections.abc import Callable
from dataclasses import dataclass

from audit import clock
from jobs import registry

# How the runs of one period are told apart: two beats in one period start one job.
PERIODS = {"month": "%Y-%m", "day": "%Y-%m-%d", "hour": "%Y-%m-%dT%H"}


@dataclass(frozen=True)
class Entry:
    kind: str
    title: str
    period: str
    minute: str
    hour: str
    day_of_month: str
    month_of_year: str


_entries: dict[str, Entry] = {}


def scheduled(
    kind: str, *, title: str, period: str, minute: str = "0", hour: str = "*",
    day_of_month: str = "*", month_of_year: str = "*",
) -> Callable:  # fmt: skip
    """Start a job of this kind at these times (cron fields, county's time), once per period.

    Stands above @handler. The job's args hold {"period": "2021-03"}; its title gets the period
    behind it. Administrators may change the times; `load_schedule` keeps theirs.
    """
    if period not in PERIODS:
        raise ValueError(f"unknown period {period}")

    def declare(function):
        _entries[kind] = Entry(kind, title, period, minute, hour, day_of_month, month_of_year)
        return function

    return declare


def entries() -> list[Entry]:
    """Everything that runs by the clock and has a handler."""
    return [entry for kind, entry in sorted(_entries.items()) if kind in registry.known()]


def find(kind: str) -> Entry:
    """The entry of a kind. KeyError if it does not run by the clock."""
    return _entries[kind]


def period_of(entry: Entry) -> str:
    """The present period of an entry, e.g. 2021-03."""
    return clock.local(clock.now()).strftime(PERIODS[entry.period])
