"""A whole household died or moved away: its open case ends with it (自然减少)."""

from households.gone import when_household_gone
from households.models import NaturalChange
from workflow.actions import close_case_of

Kind = NaturalChange.Kind
# The departure of the last member -> code table closed_reason.
REASONS = {Kind.DEATH.label: "deceased", Kind.MOVED_OUT.label: "moved_away"}


@when_household_gone
def close_open_case(*, household, reason, by):
    """Close the case by the table's step; leads and helper follow in their own apps."""
    close_case_of(
        household=household,
        reason=REASONS[reason],
        comment=f"整户{reason}，随农户档案自然减少办结",
        by=by,
    )
