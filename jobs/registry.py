"""Which function does which kind of job. Handlers live in each app's tasks.py."""

from collections.abc import Callable
from dataclasses import dataclass

QUEUES = ("interactive", "import", "export", "periodic")
DEFAULT_SECONDS = 900
DEFAULT_ATTEMPTS = 3


class JobRefused(Exception):
    """The job cannot be done; the message is one Chinese sentence for the person who asked."""


class JobLost(BaseException):
    """This run was cancelled or taken over. No Exception, so that handlers do not swallow it."""


@dataclass(frozen=True)
class Handler:
    kind: str
    function: Callable
    queue: str
    attempts: int  # runs begun before giving up when workers keep dying
    seconds: int  # soft limit of one run


_handlers: dict[str, Handler] = {}


def handler(
    kind: str, *, queue: str = "interactive", attempts: int = DEFAULT_ATTEMPTS,
    seconds: int = DEFAULT_SECONDS,
):  # fmt: skip
    """Register `def f(job: JobHandle)` for a kind such as "ledgers.export_annex2".

    A run may be killed and begun again, so its effects must be idempotent. Raise JobRefused
    for what the user can put right.
    """
    if queue not in QUEUES:
        raise ValueError(f"unknown queue {queue}")

    def register(function):
        known = _handlers.setdefault(kind, Handler(kind, function, queue, attempts, seconds))
        if known.function is not function:
            raise ValueError(f"two handlers for {kind}")
        return function

    return register


def find(kind: str) -> Handler:
    """The handler of a kind. KeyError if no app declares it."""
    return _handlers[kind]


def known() -> dict[str, Handler]:
    """All handlers by kind."""
    return dict(_handlers)
