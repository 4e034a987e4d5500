"""Would a measure still be sound with these fields changed? Asked by the actions and by the workbook's preview."""

from copy import copy

from assistance import rules
from assistance.budgets import Budgets
from assistance.models import Measure
from assistance.refusals import AssistanceRefused
from audit import clock

WEIGHED = ("state", "starts_on", "due_on", "done_on", "amount_planned", "amount_paid")
AMOUNTS = ("amount_planned", "amount_paid")
EDITABLE = (
    "state",
    "due_on",
    "done_on",
    "amount_planned",
    "amount_paid",
    "effect",
    "description",
    "department",
)


def check_change(measure, fields, budgets=None) -> None:
    """Raise AssistanceRefused when the measure with these fields changed would be unsound."""
    values = {key: fields.get(key, getattr(measure, key)) for key in WEIGHED}
    check_dates(values)
    is_starting = values["state"] != Measure.State.PLANNED
    is_for_somebody_gone = measure.person_id and not measure.person.is_active
    if measure.state == Measure.State.PLANNED and is_starting and is_for_somebody_gone:
        raise AssistanceRefused("受益人已去世或迁出，不能再实施，请取消该措施。")
    amounts = {key: values[key] for key in AMOUNTS}
    if amounts != {key: getattr(measure, key) for key in AMOUNTS}:
        would_be = copy(measure)
        would_be.amount_planned, would_be.amount_paid = amounts.values()
        if problem := (budgets or Budgets([measure.case_id])).problem(would_be):
            raise AssistanceRefused(problem)


def check_dates(fields) -> None:
    """Raise AssistanceRefused when the dates of a measure do not fit each other."""
    problems = rules.measure_problems(
        starts_on=fields["starts_on"],
        due_on=fields["due_on"],
        done_on=fields.get("done_on"),
        is_done=fields.get("state") == Measure.State.DONE,
        today=clock.today(),
    )
    if problems:
        raise AssistanceRefused("；".join(problems.values()))
