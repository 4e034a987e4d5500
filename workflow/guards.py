"""Reasons against a step that only an upper app knows, e.g. the clearing conditions of assistance.

The upper app registers in its `AppConfig.ready()` (by importing the module that decorates), so
this app never imports upwards.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable

_guards: dict[str, list[Callable]] = defaultdict(list)


def guard(step_key: str):
    """Register `f(cases) -> {case id: [Chinese reason, …]}`; a case that may take the step is absent.

    It is asked once for a whole batch, so it answers with a constant number of queries. Decorators
    stack, so one function may guard several steps. Registering twice changes nothing.
    """

    def register(function):
        if function not in _guards[step_key]:
            _guards[step_key].append(function)
        return function

    return register


def unregister(step_key: str, function) -> None:
    """Take a guard away again; for tests."""
    _guards[step_key].remove(function)


def is_guarded(step_key: str) -> bool:
    """Whether any guard watches the step."""
    return bool(_guards[step_key])


def obstacles(step_key: str, cases: Iterable) -> dict[int, list[str]]:
    """Reasons by case id; a case without reasons is absent."""
    cases, found = list(cases), defaultdict(list)
    for ask in _guards[step_key] if cases else ():
        for pk, reasons in ask(cases).items():
            found[pk] += reasons
    return {pk: reasons for pk, reasons in found.items() if reasons}
