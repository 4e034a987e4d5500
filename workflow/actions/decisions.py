"""What a meeting decides, household by household; nothing moves before it is concluded."""

from django.db import transaction

from policy import codes
from workflow import minutes as words
from workflow.actions.agenda import locked_for
from workflow.models import Meeting, MeetingDecision
from workflow.outcomes import StepRefused
from workflow.transitions import LISTED, find

Decision = MeetingDecision.Decision


def decide(
    *,
    meeting,
    case,
    decision,
    by,
    votes_for=0,
    votes_against=0,
    votes_abstain=0,
    opinion="",
    reason="",
    clearing_kind="",
) -> MeetingDecision:
    """Record what the meeting decided on one household of its agenda; nothing moves yet."""
    row = {
        "case": case,
        "decision": decision,
        "votes_for": votes_for,
        "votes_against": votes_against,
        "votes_abstain": votes_abstain,
        "opinion": opinion,
        "reason": reason,
        "clearing_kind": clearing_kind,
    }
    return decide_many(meeting=meeting, rows=[row], by=by)[0]


@transaction.atomic
def decide_many(*, meeting, rows, by) -> list[MeetingDecision]:
    """`decide` for many households at once; a row is a dict of its arguments."""
    locked = locked_for(meeting, by)
    agenda = {
        decision.case_id: decision
        for decision in MeetingDecision.objects.filter(
            meeting=locked, case_id__in=[row["case"].pk for row in rows]
        ).select_related("case__household")
    }
    changed = []
    for row in rows:
        decision = agenda.get(row["case"].pk)
        if decision is None:
            raise StepRefused("该户不在这次会议的议程中，请刷新后重试。")
        _put(locked, decision, row)
        changed.append(decision)
    MeetingDecision.objects.bulk_update(
        changed,
        ["decision", "step", "votes_for", "votes_against", "votes_abstain", "opinion", "reason",
         "clearing_kind"],
    )  # fmt: skip
    return changed


def _put(meeting: Meeting, decision: MeetingDecision, row: dict) -> None:
    case = decision.case
    name = case.household.head_name
    votes = [row.get(key, 0) for key in ("votes_for", "votes_against", "votes_abstain")]
    if problem := words.votes_problem(meeting.present_count, *votes):
        raise StepRefused(f"{name}户：{problem}")
    decision.votes_for, decision.votes_against, decision.votes_abstain = votes
    decision.decision = row["decision"]
    decision.opinion = row.get("opinion", "").strip()
    decision.reason = row.get("reason", "")
    decision.clearing_kind = row.get("clearing_kind", "")
    decision.step = _step_of(meeting, case, decision, name)


def _step_of(meeting, case, decision, name) -> str:
    """The step the decision means, checked so that concluding does not stumble over it."""
    if decision.decision not in Decision.values:
        raise StepRefused(f"{name}户：请选择结论。")
    if decision.decision in (Decision.UNDECIDED, Decision.DEFER):
        return ""
    if case.status in LISTED and case.on_list_id is None:
        raise StepRefused(f"{name}户已不在本级办理，请重新整理议程。")
    key = _key_of(meeting, case, decision)
    row = find(key, case.status)
    if key and row is None:
        raise StepRefused(f"{name}户现为“{case.get_status_display()}”，不能作出这个结论。")
    if row and row.comment_required and not decision.opinion:
        raise StepRefused(f"{name}户：“{row.label}”必须填写意见。")
    if row and row.reason_table and decision.reason not in dict(codes.choices(row.reason_table)):
        raise StepRefused(f"{name}户：“{row.label}”必须选择原因。")
    return key


def _key_of(meeting, case, decision) -> str:
    if decision.decision == Decision.ADMIT:
        step = words.consent_step(meeting.level, case.status)
        return step.key if step else "-"
    if decision.decision == Decision.REFUSE:
        return words.refusal_step(meeting.level, case.status)
    return "send_back"
