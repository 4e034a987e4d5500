"""Where an action comes from: filled by the middleware, read when an event is recorded."""

import contextlib
from collections.abc import Iterator
from contextvars import ContextVar
from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Origin:
    """Address, number of the request, and the post in whose name the actor acts."""

    ip: str | None = None
    request_id: str = ""
    post: str = ""


_origin: ContextVar[Origin] = ContextVar("origin", default=Origin())  # noqa: B039 frozen


def origin() -> Origin:
    """The origin of what is being done now; empty for commands and jobs."""
    return _origin.get()


def set_post(post: str) -> None:
    """Name the post of the signed-in person, e.g. 西街村 村级, for the rest of the request."""
    _origin.set(replace(_origin.get(), post=post))


@contextlib.contextmanager
def coming_from(here: Origin) -> Iterator[None]:
    """Inside the block every recorded event carries this origin."""
    token = _origin.set(here)
    try:
        yield
    finally:
        _origin.reset(token)
