"""The months: opened on the 1st, closed, reopened with a reason (DESIGN §2)."""

from datetime import date

from django.db import transaction

from areas.models import Area
from audit import clock
from audit.events import EventKind
from audit.record import record, record_many
from workflow import months, rounds
from workflow.models import MonthlyRound
from workflow.outcomes import StepRefused


@transaction.atomic
def open_round(*, county: Area, month: date, by=None) -> MonthlyRound:
    """Open the county's month; opening it again returns the one that is there."""
    return open_rounds(counties=[county.code], month=month, by=by)[county.code]


@transaction.atomic
def open_rounds(*, counties, month: date, by=None) -> dict[str, MonthlyRound]:
    """The month's round of every county named, opened where it is missing. Four queries at most.

    Case actions call this too, so a scheduler that slept through the 1st keeps nobody waiting.
    """
    month = months.first_day(month)
    wanted = sorted(set(counties))
    found = _rounds(wanted, month)
    missing = [code for code in wanted if code not in found]
    if not missing:
        return found
    MonthlyRound.objects.bulk_create(
        [_new_round(code, month, by) for code in missing], ignore_conflicts=True
    )
    found = _rounds(wanted, month)
    record_many(
        EventKind.ROUND_OPENED,
        by=by,
        rows=[
            {"obj": found[code], "area": code, "detail": {"month": f"{month:%Y-%m}"}}
            for code in missing
        ],
    )
    return found


@transaction.atomic
def close_round(*, round: MonthlyRound, by) -> MonthlyRound:
    """Close the month: nothing more is reported into it unless it is reopened."""
    changed = MonthlyRound.objects.filter(pk=round.pk, state=MonthlyRound.State.OPEN).update(
        state=MonthlyRound.State.CLOSED, closed_at=clock.now(), closed_by=by
    )
    if not changed:
        raise StepRefused(f"{round.label}已经结束，不用再操作。")
    record(EventKind.ROUND_CLOSED, by=by, obj=round, area=round.county_id)
    round.refresh_from_db()
    return round


@transaction.atomic
def reopen_round(*, round: MonthlyRound, reason: str, by) -> MonthlyRound:
    """Reopen a closed month for late lists; the reason stays on record."""
    if not reason.strip():
        raise StepRefused("重新打开月度要写明原因。")
    changed = MonthlyRound.objects.filter(pk=round.pk, state=MonthlyRound.State.CLOSED).update(
        state=MonthlyRound.State.OPEN,
        closed_at=None,
        closed_by=None,
        reopened_at=clock.now(),
        reopened_by=by,
        reopen_reason=reason.strip(),
    )
    if not changed:
        raise StepRefused(f"{round.label}正在进行中，不用重新打开。")
    record(
        EventKind.ROUND_REOPENED,
        by=by,
        obj=round,
        area=round.county_id,
        detail={"reason": reason.strip()},
    )
    round.refresh_from_db()
    return round


def _rounds(counties, month) -> dict[str, MonthlyRound]:
    return {
        r.county_id: r for r in MonthlyRound.objects.filter(county_id__in=counties, month=month)
    }


def _new_round(county: str, month: date, by) -> MonthlyRound:
    dates = months.gate_dates(month, rounds.gate_days(county, month))
    return MonthlyRound(
        county_id=county,
        month=month,
        opened_by=by,
        opened_at=clock.now(),
        **{f"{gate.value}_on": day for gate, day in dates.items()},
    )
