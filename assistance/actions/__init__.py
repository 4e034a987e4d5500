"""Verbs that change assistance; each checks, changes, audits in one transaction."""

from assistance.actions.attention import set_attention
from assistance.actions.batches import update_measures
from assistance.actions.helpers import (
    add_helper,
    assign_helper,
    correct_helper,
    hand_over,
)
from assistance.actions.measure_sheets import (
    apply_measure_sheet,
    drop_measure_sheet,
    receive_measure_sheet,
)
from assistance.actions.measures import (
    refuse_measure,
    set_measure,
    update_measure,
    withdraw_measure,
)
from assistance.actions.plans import approve_plan, check_plan, make_plan, return_plan

__all__ = [
    "add_helper",
    "apply_measure_sheet",
    "approve_plan",
    "assign_helper",
    "check_plan",
    "correct_helper",
    "drop_measure_sheet",
    "hand_over",
    "make_plan",
    "receive_measure_sheet",
    "refuse_measure",
    "return_plan",
    "set_attention",
    "set_measure",
    "update_measure",
    "update_measures",
    "withdraw_measure",
]
