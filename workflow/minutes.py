"""Meetings in words and numbers, pure: attendance, votes, and minutes drafted from decisions."""

from fractions import Fraction

from workflow.states import Level, Status
from workflow.transitions import Step, steps_from

QUORUM = Fraction(2, 3)  # village assemblies; a hint only, the county's document sets none
NOT_A_CONSENT = ("refuse", "send_back", "close")


def attendance_hint(expected: int, present: int) -> str:
    """A sentence if fewer than two thirds came; it never stops a meeting."""
    if expected and Fraction(present, expected) < QUORUM:
        return f"应到 {expected} 人、实到 {present} 人，不足三分之二，请确认会议有效。"
    return ""


def votes_problem(present: int, votes_for: int, votes_against: int, votes_abstain: int) -> str:
    """What is wrong with the votes on one household; empty = nothing."""
    if min(votes_for, votes_against, votes_abstain) < 0:
        return "票数不能小于 0。"
    total = votes_for + votes_against + votes_abstain
    if total > present:
        return f"票数合计 {total} 超过实到 {present} 人，请核对。"
    return ""


def is_passed(present: int, votes_for: int) -> bool:
    """More than half of those present consent; so village assemblies decide by law."""
    return votes_for * 2 > present


def consent_step(level: str, status: str) -> Step | None:
    """The step that a consent of this level's meeting means for a case in this state."""
    for step in steps_from(status):
        if step.level == level and step.key not in NOT_A_CONSENT:
            return step
    return None


def refusal_step(level: str, status: str) -> str:
    """不同意: not admitted; a clearing goes back instead, and at the village it stays monitored."""
    keys = {step.key for step in steps_from(status) if step.level == level}
    if "refuse" in keys:
        return "refuse"
    if "send_back" in keys:
        return "send_back"
    return ""


AGENDA = {
    Level.VILLAGE: (Status.SCREENED, None),
    Level.TOWNSHIP: (Status.REVIEWED, Status.CLEARING_REVIEWED),
    Level.COUNTY: (Status.RECHECKED, Status.CLEARING_RECHECKED),
}


def agenda_statuses(level: str, *, is_admission: bool, is_clearing: bool) -> list[str]:
    """The states whose waiting cases a meeting puts on its agenda by itself.

    What a village proposes for clearing is chosen by hand from its monitored households.
    """
    admission, clearing = AGENDA[level]
    chosen = [admission] if is_admission else []
    return chosen + ([clearing] if is_clearing and clearing else [])


def draft_minutes(meeting, lines: list[dict]) -> str:
    """The minutes as a cadre would write them. A line: name, subject, decision, votes, opinion.

    `subject` is 纳入 or 消除; `votes` is (for, against, abstain).
    """
    head = (
        f"{meeting.held_on:%Y年%m月%d日}，在{meeting.place}召开{meeting.title}，"
        f"{meeting.host}主持，{meeting.recorder}记录。"
        f"应到 {meeting.expected_count} 人，实到 {meeting.present_count} 人。"
    )
    if not lines:
        return f"{head}\n本次会议没有需要逐户评议的对象。"
    body = [head, f"会议逐户评议 {len(lines)} 户，结论如下："]
    body += [f"{number}. {_line(line)}" for number, line in enumerate(lines, start=1)]
    return "\n".join(body)


def _line(line: dict) -> str:
    yes, no, abstain = line["votes"]
    votes = f"（同意 {yes} 票，不同意 {no} 票，弃权 {abstain} 票）" if any(line["votes"]) else ""
    opinion = f"。{line['opinion']}" if line["opinion"] else ""
    return f"{line['name']}户：{line['subject']}，{line['decision']}{votes}{opinion}"
