"""Division codes and village names, as pure decisions."""

LENGTHS = {"province": 2, "city": 4, "county": 6, "township": 9, "village": 12}
COMMITTEE = "村委会"
LONG_ENDINGS = {"村民委员会": "村委会", "居民委员会": "居委会"}


def level_of(code: str) -> str | None:
    """The level a code stands for by its length, None for no level at all."""
    return next((level for level, length in LENGTHS.items() if len(code) == length), None)


def is_community(name: str) -> bool:
    """A residents' committee 居委会 rather than a villagers' committee 村委会."""
    return name.endswith(("居委会", "居民委员会", "社区"))


def short_name(name: str) -> str:
    """The name as ledgers write it: 李家庄村委会 → 李家庄村, 陈村村委会 → 陈村.

    A community keeps 社区 (凤鸣社区居委会 → 凤鸣社区); one without that word stays whole, since
    卫城居委会 → 卫城 would no longer say what it is.
    """
    for long, short in LONG_ENDINGS.items():
        if name.endswith(long):
            name = name.removesuffix(long) + short
    if name.endswith("社区居委会"):
        return name.removesuffix("居委会")
    place = name.removesuffix(COMMITTEE)
    if place == name or not place:
        return name
    return place if place.endswith("村") else f"{place}村"
