"""What upper apps do when a whole household is gone (自然减少): the workflow closes its case."""

_followers = []


def when_household_gone(follow):
    """Register `follow(*, household, reason, by)`, from `AppConfig.ready()`.

    It runs inside the transaction of the natural change, so both happen or neither.
    """
    if follow not in _followers:
        _followers.append(follow)
    return follow


def follow_up(*, household, reason, by):
    """Tell every registered app that this household is gone."""
    for follow in _followers:
        follow(household=household, reason=reason, by=by)
