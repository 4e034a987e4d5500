"""Parameters and codes are read on every page and changed a few times a year."""

import time
from collections.abc import Callable

KEEP_SECONDS = 5  # how long another process may still show the old value

_kept: dict[str, tuple[float, object]] = {}


def remembered(name: str, load: Callable[[], object]):
    """What `load` returned at most a few seconds ago in this process."""
    loaded_at, value = _kept.get(name, (0.0, None))
    if not loaded_at or time.monotonic() - loaded_at > KEEP_SECONDS:
        value = load()
        _kept[name] = (time.monotonic(), value)
    return value


def forget() -> None:
    """Read again at the next question."""
    _kept.clear()
