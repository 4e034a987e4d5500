"""缺什么、扶什么 (二（二）): what a household lacks, and which measures the county proposes for it."""

from dataclasses import dataclass

from policy import codes

GAPS = ("housing_problem", "education_problem", "medical_problem", "water_problem")


@dataclass(frozen=True)
class Need:
    """One risk of the case or one gap of its safeguards, with the proposed kinds of measures."""

    cause: str
    label: str
    kinds: tuple[str, ...]


def of_case(case) -> list[Need]:
    """The needs of a case by its risks and its latest look at the safeguards. One query."""
    latest = case.household.safeguards.order_by("-checked_on", "-pk").first()
    gaps = [gap for gap in GAPS if latest is not None and getattr(latest, gap)]
    known = dict(codes.choices("measure_proposal"))
    return [_need(cause, known) for cause in (*case.risks, *gaps)]


def _need(cause: str, known: dict[str, str]) -> Need:
    in_use = {code for code, _ in codes.choices("measure_kind")}
    kinds = codes.extra("measure_proposal", cause).get("kinds", []) if cause in known else []
    label = codes.label("measure_proposal", cause)
    return Need(cause, label, tuple(kind for kind in kinds if kind in in_use))


def proposed(needs: list[Need]) -> dict[str, str]:
    """Kind of measure -> the first need that asks for it."""
    found = {}
    for need in needs:
        for kind in need.kinds:
            found.setdefault(kind, need.cause)
    return found
