"""Putting what was typed where it belongs, through the actions of the register and the workflow."""

from audit import clock
from households.actions import correct_safeguard, edit_household, record_income, record_safeguard
from households.models import Income
from households.refusals import Refused
from screening.sheet.columns import BY_KEY, Target, of_target
from screening.sheet.rows import Row
from workflow.actions import describe_case
from workflow.outcomes import StepRefused


class NotYet(Exception):
    """The register cannot take it now; `str(error)` says why. What was typed stays as a draft."""


def write(row: Row, target: Target, by) -> None:
    """Write the drafts of one target. Raises NotYet; the caller holds the transaction."""
    try:
        _WRITE[target](row, by)
    except (Refused, StepRefused) as refused:
        raise NotYet(str(refused)) from None


def _typed(row: Row, target: Target) -> dict:
    """Typed values of the target's drafts."""
    return {
        cell.key: cell.value(row.drafts[cell.key])
        for cell in of_target(target)
        if cell.key in row.drafts
    }


def _whole(row: Row, target: Target) -> dict:
    """Typed values of all cells of the target."""
    return {cell.key: cell.value(row.text(cell.key)) for cell in of_target(target)}


def _household(row, by) -> None:
    facts = _typed(row, Target.HOUSEHOLD)
    if facts.get("has_no_labour", True) is None:
        raise NotYet("整户无劳动能力请选“是”或“否”")
    row.household = edit_household(
        household=row.household, facts=facts, version=row.household.version, by=by
    )


def _safeguard(row, by) -> None:
    found, kept = _whole(row, Target.SAFEGUARD), row.safeguard
    day = row.sheet.checked_on or clock.today()
    if kept is not None and kept.pk == row.sheet.safeguard_id:
        row.safeguard = correct_safeguard(safeguard=kept, by=by, **found)
        return
    if kept is not None:
        day = max(day, kept.checked_on)  # the latest check is the one that counts
    row.safeguard = record_safeguard(household=row.household, checked_on=day, by=by, **found)
    row.sheet.safeguard = row.safeguard


def _income(row, by) -> None:
    start, end = row.period
    kept = row.income
    same = kept is not None and (kept.period_start, kept.period_end) == row.period
    row.income = record_income(
        household=row.household, period_start=start, period_end=end, by=by,
        source=kept.source if same else Income.Source.SELF_REPORTED,
        note=kept.note if same else "", **_whole(row, Target.INCOME),
    )  # fmt: skip
    row.household.refresh_from_db(fields=["per_capita_income", "income_year"])


def _case(row, by) -> None:
    row.case = describe_case(case=row.case, by=by, **_typed(row, Target.CASE))


def _row(row, by) -> None:
    for key, value in _typed(row, Target.ROW).items():
        setattr(row.sheet, key, value)


_WRITE = {
    Target.HOUSEHOLD: _household,
    Target.SAFEGUARD: _safeguard,
    Target.INCOME: _income,
    Target.CASE: _case,
    Target.ROW: _row,
}
ORDER = (Target.ROW, Target.HOUSEHOLD, Target.SAFEGUARD, Target.INCOME, Target.CASE)
assert all(cell.target in _WRITE for cell in BY_KEY.values() if cell.is_typed)
