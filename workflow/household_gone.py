"""A whole household died, moved away or joined another: its open case ends or goes along (自然减少)."""

from households.gone import when_household_gone
from households.models import NaturalChange
from households.regrouping import when_case_moves
from workflow.actions import close_case_of, move_case_to

Kind = NaturalChange.Kind
# The departure of the last member -> code table closed_reason.
REASONS = {
    Kind.DEATH.label: "deceased", Kind.MOVED_OUT.label: "moved_away",
    Kind.MARRIED_OUT.label: "moved_away", Kind.MERGE.label: "household_merged",
}  # fmt: skip


@when_household_gone
def close_open_case(*, household, reason, by):
    """Close the case by the table's step; leads and helper follow in their own apps."""
    close_case_of(
        household=household,
        reason=REASONS[reason],
        comment=f"整户{reason}，随农户档案自然减少办结",
        by=by,
    )


@when_case_moves
def move_open_case(*, household, to, by):
    """分户、并户: the case with its helper, plan and leads is that of the other household."""
    move_case_to(household=household, to=to, by=by)
