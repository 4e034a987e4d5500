"""Putting what was typed where it belongs, through the actions of the register and the workflow."""

from audit import clock
from households.actions import correct_safeguard, edit_household, record_income, record_safeguard
from households.models import Income
from households.refusals import Refused
from screening.sheet.columns import BY_KEY, Target, of_target
from screening.sheet.rows import Row
from workflow.actions import correct_visit, describe_case, record_visit
from workflow.actions.visits import purpose_for
from workflow.models import Visit
from workflow.outcomes import StepRefused
from workflow.states import Level

# What the village visits for; a recheck or the look at a clearing is another level's.
VILLAGE_VISITS = (Visit.Purpose.SCREENING, Visit.Purpose.HELP)


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
    _visit(row, by)


def _visit(row, by) -> None:
    """核实方式 and 核实日期 of a case are the village's visit: typed once, corrected with the cells."""
    sheet = row.sheet
    if row.case is None or not (sheet.checked_how and sheet.checked_on):
        return
    told = {"kind": sheet.checked_how, "visited_on": sheet.checked_on, "contacted": sheet.contacted}
    if sheet.visit is not None:
        correct_visit(visit=sheet.visit, by=by, **told)
    elif purpose_for(row.case) in VILLAGE_VISITS:
        sheet.visit = record_visit(
            case=row.case, by=by, level=Level.VILLAGE, people=by.full_name, **told
        )


_WRITE = {
    Target.HOUSEHOLD: _household,
    Target.SAFEGUARD: _safeguard,
    Target.INCOME: _income,
    Target.CASE: _case,
    Target.ROW: _row,
}
ORDER = (Target.ROW, Target.HOUSEHOLD, Target.SAFEGUARD, Target.INCOME, Target.CASE)
assert all(cell.target in _WRITE for cell in BY_KEY.values() if cell.is_typed)
