"""Minutes of a meeting as a paper: village review, township session, county determination."""

from django.db import transaction
from django.template.loader import render_to_string

from audit.events import EventKind
from audit.record import record
from ledgers import pdf
from policy import codes
from workflow.models import Meeting, MeetingDecision


def pdf_of(meeting: Meeting) -> bytes:
    """The minutes as PDF with the vote on every household and room to sign. Raises FontMissing."""
    return pdf.of_html(html_of(meeting), "print.css", "ledger_print.css")


@transaction.atomic
def record_export(meeting: Meeting, *, by) -> None:
    """Minutes that leave the system are an event."""
    record(
        EventKind.LEDGER_EXPORTED, by=by, obj=meeting, detail={"ledger": "minutes", "form": "pdf"}
    )


def html_of(meeting: Meeting) -> str:
    """The minutes as a whole HTML document. Three queries."""
    decisions = (
        MeetingDecision.objects.filter(meeting=meeting)
        .select_related("case__household", "case__village")
        .order_by("case__village_id", "case__household__number")
    )
    return render_to_string(
        "ledgers/print/minutes.html",
        {
            "meeting": meeting,
            "decisions": [
                (decision, codes.labels("risk", decision.case.risks)) for decision in decisions
            ],
            "scan_count": meeting.scans.count(),
        },
    )
