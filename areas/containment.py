"""What lies inside what: a division code begins with the code of everything around it."""

from collections.abc import Iterable

from django.db.models import Q

from areas.rules import LENGTHS

NOTHING = Q(pk__in=[])


def within(codes: Iterable[str], field: str = "village_id") -> Q:
    """Rows whose area lies in any of these areas; no codes match nothing.

    `field` is a foreign key to Area by its column name (`village_id`, `case__village_id`) or Area's own `code`.
    """
    found = NOTHING
    if field.endswith("_id"):
        field = f"{field.removesuffix('_id')}__code"  # the key itself, so no join is made
    for code in outermost(codes):
        found |= Q(**{f"{field}__startswith": code})
    return found


def contains(outer: str, inner: str) -> bool:
    """Is the second area the first one or inside it? An empty code contains nothing."""
    return bool(outer) and inner.startswith(outer)


def ancestor(code: str, level: str) -> str:
    """The code of the area of that level around this one. ValueError if this one is larger."""
    length = LENGTHS[level]
    if len(code) < length:
        raise ValueError(f"{code} is larger than a {level}")
    return code[:length]


def outermost(codes: Iterable[str]) -> list[str]:
    """The same ground with as few codes as possible, in order; empty codes are dropped."""
    kept: list[str] = []
    for code in sorted(filter(None, set(codes))):
        if not kept or not code.startswith(kept[-1]):
            kept.append(code)
    return kept
