"""A case that moves answers its open leads: screened means 属实, refused and closed say why not."""

from collections import defaultdict

from screening import rules
from screening.actions.leads import record_answers
from screening.models import Lead
from workflow.following import when_case_moves, when_taken


@when_taken("screen")
def answer_screened(*, changes, by):
    """Entered in the screening ledger after a visit: what was reported is true 四（二）."""
    record_answers(
        leads=_open_leads([change.case_id for change in changes]),
        answer=Lead.Answer.TRUE, reason="", by=by,
    )  # fmt: skip


@when_taken("refuse", "close")
def answer_ended(*, changes, by):
    """Every lead gets its answer, also when the case was ended on its own page 五（一）三."""
    reason_of = {change.case_id: change.reason for change in changes}
    groups = defaultdict(list)
    for lead in _open_leads(list(reason_of)):
        groups[rules.answer_for_ended_case(reason_of[lead.case_id])].append(lead)
    for (answer, reason), leads in groups.items():
        record_answers(leads=leads, answer=answer, reason=reason, by=by)


def _open_leads(case_ids) -> list[Lead]:
    return list(Lead.objects.unanswered().filter(case__in=case_ids).order_by("pk"))


@when_case_moves
def move_leads(*, case, household):
    """分户、并户: what is still to be verified is verified at the household that keeps the case."""
    Lead.objects.unanswered().filter(case=case).update(household=household)
