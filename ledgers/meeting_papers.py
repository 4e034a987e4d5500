"""The papers of a meeting: sign-in sheet, minutes, and the public notice of what it passed."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from django.db import transaction
from django.template.loader import render_to_string

from audit.events import EventKind
from audit.record import record
from ledgers import pdf
from ledgers.sheets import only_public
from policy import codes
from workflow.models import Meeting, MeetingDecision, PublicNotice
from workflow.reporting import PASSED_BY

BLANK_LINES = 12  # for those who are not named beforehand
# 公示 hangs on the wall: whitelist, never ID number, telephone, account, illness.
NOTICE_COLUMNS = only_public(("序号", "户主", "人口", "类别"))


@dataclass(frozen=True)
class Paper:
    """One paper: its name on the file, its template, what it shows; None = there is none."""

    key: str
    name: str
    template: str
    context: Callable[[Meeting], dict | None]


def pdf_of(meeting: Meeting, paper: Paper) -> bytes | None:
    """The paper as PDF; None if this meeting has no such paper. Raises FontMissing."""
    text = html_of(meeting, paper)
    return pdf.of_html(text, "print.css", "ledger_print.css") if text else None


@transaction.atomic
def record_export(meeting: Meeting, paper: Paper, *, by) -> None:
    """A paper that leaves the system is an event."""
    record(
        EventKind.LEDGER_EXPORTED, by=by, obj=meeting, detail={"ledger": paper.key, "form": "pdf"}
    )


def html_of(meeting: Meeting, paper: Paper) -> str:
    """The paper as a whole HTML document; empty if this meeting has none."""
    context = paper.context(meeting)
    return render_to_string(paper.template, {"meeting": meeting, **context}) if context else ""


def _decisions(meeting):
    return (
        MeetingDecision.objects.filter(meeting=meeting)
        .select_related("case__household", "case__village")
        .order_by("case__village_id", "case__household__number")
    )


def _minutes(meeting) -> dict:
    """The vote on every household and room to sign. Three queries."""
    return {
        "decisions": [
            (decision, codes.labels("risk", decision.case.risks))
            for decision in _decisions(meeting)
        ],
        "scan_count": meeting.scans.count(),
    }


def _sign_in(meeting) -> dict:
    """A line for everybody who was invited by name, and blank ones up to the number expected."""
    names = [name for name in re.split(r"[、，,；;\s]+", meeting.attendees) if name]
    blank = max(meeting.expected_count - len(names), 0 if names else BLANK_LINES)
    lines = names + [""] * min(blank, 200)
    half = (len(lines) + 1) // 2
    right = lines[half:] + [""] * (half - len(lines[half:]))
    return {
        "pairs": [
            (number, left, half + number, other)
            for number, (left, other) in enumerate(zip(lines[:half], right, strict=True), start=1)
        ]
    }


def _notice(meeting) -> dict | None:
    """What hangs in the village, admission and clearing apart; None before it is posted."""
    notice = PublicNotice.objects.filter(meeting=meeting).first()
    if notice is None:
        return None
    tables = []
    for kind, heading in (("ADMISSION", "拟纳入监测对象"), ("CLEARING", "拟消除风险对象")):
        rows = [
            (
                d.case.household.head_name,
                d.case.household.member_count,
                d.case.get_category_display(),
            )
            for d in _decisions(meeting)
            if d.step == PASSED_BY[kind]
        ]
        if rows:
            tables.append((heading, rows))
    return {"notice": notice, "tables": tables, "columns": NOTICE_COLUMNS}


MINUTES = Paper("minutes", "记录", "ledgers/print/minutes.html", _minutes)
SIGN_IN = Paper("sign-in", "签到册", "ledgers/print/sign_in.html", _sign_in)
NOTICE = Paper("notice", "公示", "ledgers/print/notice.html", _notice)
PAPERS = {paper.key: paper for paper in (MINUTES, SIGN_IN, NOTICE)}
