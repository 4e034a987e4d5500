"""Timing two things in turn and printing one JSON line per figure."""

import json
import statistics
import sys
import time
from collections.abc import Callable


def seconds(work: Callable[[], object]) -> float:
    """How long one call takes."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def in_turn(ours: Callable, floor: Callable, *, times: int) -> tuple[float, float]:
    """Median seconds of both, run A B A B … so that a drifting machine strikes both alike."""
    pairs = [(seconds(ours), seconds(floor)) for _ in range(times)]
    return statistics.median(a for a, _ in pairs), statistics.median(b for _, b in pairs)


def say(name: str, ours_s: float, floor_s: float | None, aim: float | str, **more) -> None:
    """Print one figure; `aim` is the largest ratio hoped for, or a sentence."""
    line = {
        "name": name,
        "ours_s": round(ours_s, 4),
        "floor_s": None if floor_s is None else round(floor_s, 4),
        "ratio": None if not floor_s else round(ours_s / floor_s, 2),
        "aim": aim,
        **more,
    }
    print(json.dumps(line, ensure_ascii=False), flush=True)


def tell(name: str, found: float, aim: float) -> None:
    """Print one figure that is no time: kilobytes, requests; `aim` is the most hoped for."""
    print(json.dumps({"name": name, "ours": found, "aim": aim}), flush=True)


def note(text: str) -> None:
    """What is going on meanwhile, for whoever waits."""
    print(text, file=sys.stderr, flush=True)
