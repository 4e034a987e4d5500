"""Verbs that change the register; each is one transaction with history and audit."""

from households.actions.changes import (
    mark_changes_in_national_system,
    record_arrival,
    record_departure,
    record_new_head,
)
from households.actions.doubts import accept_doubt
from households.actions.facts import (
    correct_safeguard,
    grant_low_income,
    record_income,
    record_safeguard,
    settle_low_income,
)
from households.actions.households import add_household, add_member, edit_household, edit_person
from households.actions.lookups import look_up, reveal_id, view_household
from households.actions.register import apply_register, drop_register, receive_register
from households.actions.regrouping import merge_households, split_household

__all__ = [
    "accept_doubt",
    "add_household",
    "add_member",
    "apply_register",
    "correct_safeguard",
    "drop_register",
    "edit_household",
    "edit_person",
    "grant_low_income",
    "look_up",
    "mark_changes_in_national_system",
    "merge_households",
    "receive_register",
    "record_arrival",
    "record_departure",
    "record_income",
    "record_new_head",
    "record_safeguard",
    "reveal_id",
    "settle_low_income",
    "split_household",
    "view_household",
]
