"""What a meeting should know of each household, on one line: facts of the case, and its leads.

Upper apps add theirs from `AppConfig.ready()`, so this app never imports upwards.
"""

from collections.abc import Callable

from workflow import presenters
from workflow.models import Case

_tellers: list[Callable] = []


def tell(teller: Callable) -> Callable:
    """Register `f(cases) -> dict[case id, list[str]]`; asked once for the whole agenda."""
    if teller not in _tellers:
        _tellers.append(teller)
    return teller


def of(cases: list[Case]) -> dict[int, list[str]]:
    """By case id: first the facts, then one line each for what upper apps know."""
    lines = {case.pk: [presenters.one_line(case)] for case in cases}
    for teller in _tellers:
        for pk, told in teller(cases).items():
            lines[pk] += told
    return lines
