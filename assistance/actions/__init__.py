"""Verbs that change assistance; each checks, changes, audits in one transaction."""

from assistance.actions.helpers import add_helper, assign_helper
from assistance.actions.measures import set_measure, update_measure, withdraw_measure
from assistance.actions.plans import approve_plan, make_plan

__all__ = [
    "add_helper",
    "approve_plan",
    "assign_helper",
    "make_plan",
    "set_measure",
    "update_measure",
    "withdraw_measure",
]
