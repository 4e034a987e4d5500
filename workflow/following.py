"""What an upper app writes when a case moved: leads are answered by the step, 五（一）三.

The upper app registers from its `AppConfig.ready()`, so this app never imports upwards.
"""

from collections import defaultdict
from collections.abc import Callable

_followers: dict[str, list[Callable]] = defaultdict(list)


def when_taken(*step_keys: str):
    """Register `follow(*, changes, by)` for these steps; `changes` are StatusChange rows.

    It runs once a batch, inside the transaction of the step, so both happen or neither.
    """

    def register(follow):
        for key in step_keys:
            if follow not in _followers[key]:
                _followers[key].append(follow)
        return follow

    return register


def follow_up(*, step_key: str, changes: list, by) -> None:
    """Tell every registered app that these cases took this step."""
    for follow in _followers[step_key]:
        follow(changes=changes, by=by)


_case_followers: list[Callable] = []


def when_case_moves(follow):
    """Register `follow(*, case, household)`: the case is from now on that of `household` (分户、并户)."""
    if follow not in _case_followers:
        _case_followers.append(follow)
    return follow


def follow_case(*, case, household) -> None:
    """Tell every registered app, inside the transaction of the natural change."""
    for follow in _case_followers:
        follow(case=case, household=household)
