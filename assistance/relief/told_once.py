"""防贫保 and 救助 may stand twice, as a measure and as the claim or request that paid it: the money
is counted once, where it was paid out (五（二）, 五（三）)."""

from assistance.relief.models import InsuranceClaim, ReliefRequest

INSURANCE, RELIEF, FLOOR = "insurance", "relief", "floor"  # code table measure_group
MECHANISMS = (INSURANCE, RELIEF, FLOOR)


def mechanism_of(paid) -> str:
    """The group of measures that a claim or request belongs to."""
    if isinstance(paid, InsuranceClaim):
        return INSURANCE
    return FLOOR if paid.kind == ReliefRequest.Kind.FLOOR else RELIEF


def is_told_by_payout(measure, payouts) -> bool:
    """Did a claim or request of the same mechanism pay since the measure began? It tells the money."""
    if measure.group not in MECHANISMS:
        return False
    return any(
        one.paid_on is not None
        and one.paid_on >= measure.starts_on
        and mechanism_of(one) == measure.group
        for one in payouts
    )
