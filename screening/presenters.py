"""Words and colours of leads, files and rows."""

from dataclasses import dataclass
from datetime import date

from audit import clock
from households import idnumbers
from policy import codes
from screening.models import Lead, LeadFile, LeadRow
from screening.rules import REASONS_OF

Verdict, Match, State = LeadRow.Verdict, LeadRow.Match, LeadFile.State
FILE_TONES = {
    State.RECEIVED: "info",
    State.CHECKED: "wait",
    State.UNNAMED: "late",
    State.HELD: "late",
    State.DISPATCHED: "done",
    State.REFUSED: "late",
}
VERDICT_TONES = {Verdict.OK: "good", Verdict.BELOW: "plain", Verdict.BAD: "late"}
MATCH_TONES = {
    Match.EQUAL: "good", Match.REPAIRED: "good", Match.CHOSEN: "good", Match.NAME_ONLY: "wait",
    Match.MOVED: "wait", Match.DECEASED: "wait", Match.NOT_FOUND: "wait",
    Match.AREA: "plain",
}  # fmt: skip
NOBODY = "查无此人"


@dataclass(frozen=True)
class LeadLine:
    """A lead as pages tell it."""

    lead: Lead

    @property
    def origin(self) -> str:
        """县医保局 住院自付费用过高, or 农户申请."""
        kind = self.lead.kind
        return f"{kind.department.name} {kind.label}" if kind else self.lead.get_source_display()

    @property
    def answer(self) -> str:
        return answer_words(self.lead) or "待核实"

    @property
    def tone(self) -> str:
        if not self.lead.answer:
            return "wait"
        return "good" if self.lead.answer == Lead.Answer.TRUE else "plain"

    @property
    def earlier(self) -> str:
        """What was found when the same was reported before; '' if it was not."""
        earlier = self.lead.earlier
        if earlier is None:
            return ""
        return (
            f"{earlier.answered_at.astimezone():%Y-%m-%d} 核实过同一线索：{answer_words(earlier)}"
        )


def answer_words(lead: Lead) -> str:
    """不属实：问题已解决; '' while unanswered."""
    if not lead.answer:
        return ""
    words = lead.get_answer_display()
    reason = codes.label("lead_answer_reason", lead.answer_reason) if lead.answer_reason else ""
    told = "，".join(filter(None, (reason if reason != words else "", lead.answer_note)))
    return f"{words}：{told}" if told else words


def _area_answer(matters) -> str:
    """What the villages of a row found; a whole township in one line."""
    told = [matter for matter in matters if not matter.holder]
    if not matters:
        return "待下发"
    if len(matters) == 1:
        return told[0].words if told else "待村里排查"
    affected = sum(matter.outcome == "affected" for matter in told)
    return f"{len(matters)} 个村中 {len(told)} 个已排查，其中 {affected} 个村有受影响的农户"


def answered_on(row: LeadRow) -> date | None:
    """The day of the answer; of an area when its last village has answered."""
    if row.lead_id:
        return clock.local(row.lead.answered_at).date() if row.lead.answer else None
    closed = [matter.closed_at for matter in row.matters.all()] if row.match == Match.AREA else []
    return clock.local(max(closed)).date() if closed and all(closed) else None


def answer_choices() -> list[tuple[str, str]]:
    """Answer and reason in one choice, so that one pick says all: 不属实：问题已解决."""
    known = dict(codes.choices("lead_answer_reason"))
    return [
        (f"{answer}:{reason}", _choice(Lead.Answer(answer), reason, known))
        for answer, reasons in REASONS_OF.items()
        for reason in reasons
        if reason in known
    ]


def _choice(answer, reason, known) -> str:
    if len(REASONS_OF[answer]) == 1:
        return answer.label
    is_said = answer == Lead.Answer.DECEASED_OR_MOVED
    return known[reason] if is_said else f"{answer.label}：{known[reason]}"


def id_shown(row: LeadRow) -> str:
    """The row's ID number, masked; what is no number is masked all the same."""
    return idnumbers.masked(idnumbers.decrypt(row.id_cipher)) if row.id_cipher else ""


def match_words(row: LeadRow) -> str:
    """What the search for the person found; '' for a row that was not searched for."""
    if row.verdict == Verdict.BAD:
        return ""
    if row.settled_at and row.household_id is None:
        return NOBODY
    return row.get_match_display() if row.match else ""


def row_answer(row: LeadRow) -> str:
    """What became of a department's line, for the department: nothing else about the household."""
    if row.lead_id:
        return answer_words(row.lead) or "待核实"
    if row.match == Match.AREA:
        return _area_answer(list(row.matters.all()))
    if row.recalled_for:
        return f"已撤回：{row.recalled_for}"
    if row.verdict != Verdict.OK:
        return ""
    if row.household_id:
        return "待下发"
    return NOBODY if row.settled_at else "待认定"
