"""What upper apps do when members move to another household (分户、并户): the case goes along."""

_movers = []


def when_case_moves(move):
    """Register `move(*, household, to, by)`, from `AppConfig.ready()`.

    It runs inside the transaction of the natural change; what cannot move stays where it is.
    """
    if move not in _movers:
        _movers.append(move)
    return move


def move_case(*, household, to, by):
    """The open case of `household`, where there is one, is from now on that of `to`."""
    for move in _movers:
        move(household=household, to=to, by=by)
