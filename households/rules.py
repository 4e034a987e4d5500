"""Pure decisions about income and family structure: values in, answer out."""

from collections.abc import Iterable, Sequence
from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")
HEAD = "户主"
# The strongest first: a household counts as what its strongest member is.
LOW_INCOME_STRENGTH = ("特困", "低保", "")


def net_income(
    *,
    wage: Decimal,
    business: Decimal,
    property: Decimal,
    transfer: Decimal,
    business_expense: Decimal,
) -> Decimal:
    """纯收入 of a household, 元: 工资性+生产经营性+财产性+转移性 − 生产经营性支出 (domain §0.3).

    May be negative after a failed harvest.
    """
    return wage + business + property + transfer - business_expense


def reference_income(
    *, net: Decimal, insurance_payout: Decimal, compliant_self_paid: Decimal
) -> Decimal:
    """纳入监测收入参考 of a household, 元: 纯收入 + 理赔收入 − 合规自付支出 (domain §0.3)."""
    return net + insurance_payout - compliant_self_paid


def counted_payout(*, typed: Decimal, recorded: Decimal) -> Decimal:
    """理赔收入 of a period: what the village typed holds 防贫保 too, so a recorded payout counts
    once, whether it was typed as well or not (五（二）)."""
    return max(Decimal(typed), Decimal(recorded))


def per_capita(amount: Decimal, member_count: int) -> Decimal:
    """元 per member, rounded to 分; fewer than one member counts as one (domain §4)."""
    return (Decimal(amount) / max(member_count, 1)).quantize(CENT, rounding=ROUND_HALF_UP)


def strongest_low_income_kind(kinds: Iterable[str]) -> str:
    """特困 before 低保 before neither, over the members of a household."""
    found = set(kinds)
    return next((kind for kind in LOW_INCOME_STRENGTH if kind in found), "")


def head_problem(relations: Sequence[str]) -> str:
    """Why these members are not a household with exactly one head; '' when they are."""
    heads = sum(relation == HEAD for relation in relations)
    if heads == 0:
        return "本户没有户主，请指定一名户主"
    if heads > 1:
        return f"本户有{heads}名户主，只能有一名，请改正与户主关系"
    return ""


def sex_contradiction(relation_sex: str, sex: str, relation: str) -> str:
    """Doubt when the relation says one sex and the ID number the other (domain §7); '' if none."""
    if relation_sex and sex and relation_sex != sex:
        return f"与户主关系为“{relation}”，但证件号码显示性别为{sex}，请核对"
    return ""
