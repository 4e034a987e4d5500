"""Everything that changes a lead, a department's file or one of its rows. Keyword-only, `by=`."""

from screening.actions.applications import take_application
from screening.actions.dispatch import dispatch_later, dispatch_leads, return_later
from screening.actions.duty_reports import (
    gate_on,
    hand_in_duty_report,
    save_duty_report,
    send_back_duty_report,
)
from screening.actions.files import (
    confirm_file,
    counties_of,
    discard_file,
    name_columns,
    receive_file,
)
from screening.actions.kinds import save_kind
from screening.actions.leads import answer_leads
from screening.actions.matter_lists import make_list, raise_in_areas, raise_many, take_steps
from screening.actions.matters import raise_matter, send_back, take_step
from screening.actions.pulling import pull_later, pull_leads
from screening.actions.recall import Recalled, recall_file, recall_lead
from screening.actions.rows import correct_row, rematch, settle_row
from screening.actions.sources import save_source
from screening.refusals import AlreadyReceived, LeadRefused

__all__ = [
    "AlreadyReceived",
    "LeadRefused",
    "Recalled",
    "answer_leads",
    "confirm_file",
    "correct_row",
    "counties_of",
    "discard_file",
    "dispatch_later",
    "dispatch_leads",
    "name_columns",
    "recall_file",
    "recall_lead",
    "receive_file",
    "gate_on",
    "hand_in_duty_report",
    "make_list",
    "pull_later",
    "pull_leads",
    "raise_in_areas",
    "raise_many",
    "raise_matter",
    "save_duty_report",
    "send_back",
    "send_back_duty_report",
    "take_step",
    "take_steps",
    "rematch",
    "return_later",
    "save_kind",
    "save_source",
    "settle_row",
    "take_application",
]
