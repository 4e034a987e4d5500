"""Verbs that change assistance; each checks, changes, audits in one transaction."""

from assistance.actions.attention import set_attention
from assistance.actions.helpers import add_helper, assign_helper, hand_over
from assistance.actions.measures import (
    refuse_measure,
    set_measure,
    update_measure,
    withdraw_measure,
)
from assistance.actions.plans import approve_plan, check_plan, make_plan, return_plan

__all__ = [
    "add_helper",
    "approve_plan",
    "assign_helper",
    "check_plan",
    "hand_over",
    "make_plan",
    "refuse_measure",
    "return_plan",
    "set_attention",
    "set_measure",
    "update_measure",
    "withdraw_measure",
]
