"""Recording income and safeguards."""

from django.db import transaction
from django.db.models import F

from audit import clock
from audit.events import EventKind
from audit.record import record, record_many
from households import payouts, rules
from households.actions.households import locked, touch
from households.models import Household, Income, Person, Safeguard
from households.models.facts import AMOUNTS
from households.refusals import Refused


@transaction.atomic
def record_income(
    *,
    household,
    period_start,
    period_end,
    by,
    source=Income.Source.SELF_REPORTED,
    member_count=None,
    note="",
    **amounts,
) -> Income:
    """Record income and expense of a period in 元 (AMOUNTS, for the whole household).

    The same period again corrects the statement; history keeps the earlier one. The latest
    period gives the household its 人均纯收入. Raises Refused for a period in the future.
    """
    household = locked(household)
    if period_end > clock.today() or period_start >= period_end:
        raise Refused("收入周期应是已经过去的一段时间，请核对起止日期")
    income, is_new = Income.objects.update_or_create(
        household=household,
        period_start=period_start,
        period_end=period_end,
        defaults={
            **{name: amounts.get(name, 0) for name in AMOUNTS},
            "member_count": member_count or max(household.member_count, 1),
            "recorded_payout": payouts.received(household, period_start, period_end),
            "source": source,
            "note": note,
            "recorded_at": clock.now(),
            "recorded_by": by,
        },
    )
    _carry_latest(household)
    record(
        EventKind.INCOME_RECORDED,
        by=by,
        obj=household,
        detail={
            "period": [period_start.isoformat(), period_end.isoformat()],
            "corrected": not is_new,
            "per_capita_net": str(income.per_capita_net),
        },
    )
    return income


@transaction.atomic
def grant_low_income(*, household, kind, by, person=None) -> int:
    """低保 or 特困 was granted to a member, or to everybody of the household; returns to how many.

    Whoever has the stronger support keeps it. Raises Refused for a household that is gone.
    """
    household = locked(household)
    members = household.members.active().filter(low_income_kind__in=_weaker(kind))
    if person is not None:
        members = members.filter(pk=person.pk)
    granted = _support(members, kind)
    if granted:
        touch(household)
        detail = {"fields": ["low_income_kind"], "members": granted}
        record(EventKind.HOUSEHOLD_CHANGED, by=by, obj=household, detail=detail)
    return granted


@transaction.atomic
def settle_low_income(*, kinds: dict[int, str], by) -> int:
    """What 民政 answered of whole households, id -> 低保, 特困 or '' for none (附件1-8); returns how
    many changed. Set-based.

    Who is on record with the same or a stronger support is left alone, but '' ends every one; a
    household that is gone keeps what it had.
    """
    strong = rules.LOW_INCOME_STRENGTH
    found = Household.objects.active().filter(pk__in=kinds).select_for_update().order_by("pk")
    changed = [
        household for household in found
        if household.low_income_kind != kinds[household.pk]
        and (not kinds[household.pk] or household.low_income_kind in _weaker(kinds[household.pk]))
    ]  # fmt: skip
    for kind in strong:
        own = [household.pk for household in changed if kinds[household.pk] == kind]
        members = Person.objects.active().filter(household__in=own)
        _support(members.filter(low_income_kind__in=_weaker(kind) if kind else strong[:-1]), kind)
    touch(*changed)
    record_many(
        EventKind.HOUSEHOLD_CHANGED,
        by=by,
        rows=[{"obj": one, "detail": {"fields": ["low_income_kind"]}} for one in changed],
    )
    return len(changed)


def _weaker(kind: str) -> tuple[str, ...]:
    return rules.LOW_INCOME_STRENGTH[rules.LOW_INCOME_STRENGTH.index(kind) + 1 :]


def _support(members, kind: str) -> int:
    return members.update(low_income_kind=kind, version=F("version") + 1, updated_at=clock.now())


@transaction.atomic
def record_safeguard(*, household, checked_on, by, note="", **problems) -> Safeguard:
    """Record 三保障和饮水 as found on a day; `problems` are Safeguard's booleans.

    Raises Refused for a day in the future.
    """
    household = locked(household)
    if checked_on > clock.today():
        raise Refused("核查日期不能晚于今天，请核对")
    safeguard = Safeguard.objects.create(
        household=household, checked_on=checked_on, note=note, recorded_by=by, **problems
    )
    record(
        EventKind.SAFEGUARD_CHECKED,
        by=by,
        obj=household,
        detail={"checked_on": checked_on.isoformat(), "problems": len(safeguard.problems)},
    )
    return safeguard


@transaction.atomic
def correct_safeguard(*, safeguard, by, **problems) -> Safeguard:
    """Correct what the same check found; the audit log keeps that it was corrected."""
    household = locked(safeguard.household)
    Safeguard.objects.filter(pk=safeguard.pk).update(
        **problems, recorded_at=clock.now(), recorded_by=by
    )
    safeguard.refresh_from_db()
    record(
        EventKind.SAFEGUARD_CHECKED,
        by=by,
        obj=household,
        detail={
            "checked_on": safeguard.checked_on.isoformat(),
            "problems": len(safeguard.problems),
            "corrected": True,
        },
    )
    return safeguard


def _carry_latest(household):
    latest = household.incomes.order_by("-period_end", "-pk").first()
    Household.objects.filter(pk=household.pk).update(
        per_capita_income=latest.per_capita_net,
        income_year=latest.period_end.year,
        updated_at=clock.now(),
    )
