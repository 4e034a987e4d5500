"""Everything that changes a case, a meeting, a list, a visit or a month. Keyword-only, `by=`."""

from workflow.actions.attachments import store_attachment
from workflow.actions.cases import (
    describe_case,
    hold_case,
    mark_in_national_system,
    move_case_to,
    open_case,
    open_cases,
    take_back_cases,
)
from workflow.actions.decisions import decide, decide_many
from workflow.actions.lists import report_list
from workflow.actions.meetings import (
    attach_scan,
    conclude_meeting,
    discard_meeting,
    hold_meeting,
    prepare_meeting,
    update_meeting,
)
from workflow.actions.notices import file_authorisation, post_notice
from workflow.actions.rounds import close_round, open_round, reopen_round
from workflow.actions.steps import close_case_of, steps_for, take, take_many
from workflow.actions.visits import add_photos, correct_visit, record_visit
from workflow.outcomes import BatchOutcome, StepRefused

__all__ = [
    "BatchOutcome",
    "StepRefused",
    "add_photos",
    "attach_scan",
    "close_case_of",
    "close_round",
    "conclude_meeting",
    "decide",
    "decide_many",
    "describe_case",
    "discard_meeting",
    "file_authorisation",
    "hold_case",
    "hold_meeting",
    "mark_in_national_system",
    "move_case_to",
    "open_case",
    "open_cases",
    "open_round",
    "post_notice",
    "prepare_meeting",
    "correct_visit",
    "record_visit",
    "reopen_round",
    "report_list",
    "steps_for",
    "store_attachment",
    "take",
    "take_many",
    "update_meeting",
    "take_back_cases",
]
