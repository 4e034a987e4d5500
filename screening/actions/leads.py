"""What was found at the door: the answer to a lead, alone or for many households at once."""

from collections import defaultdict

from django.db import transaction

from accounts import access
from accounts.permissions import Permission
from audit import clock
from audit.events import EventKind
from audit.record import record_many
from policy import codes
from screening import rules
from screening.models import Lead
from screening.refusals import LeadRefused
from workflow.actions import take_many
from workflow.outcomes import BatchOutcome
from workflow.states import Status

Answer = Lead.Answer


@transaction.atomic
def answer_leads(*, cases, answer, by, reason="", note="", leads=None) -> BatchOutcome:
    """Answer the open leads of these cases, or those of them in `leads`; set-based.

    Anything but 属实 needs a reason of the code table lead_answer_reason. A case whose leads all
    proved untrue is not admitted at once (step refuse), with the reason that follows from the
    answers. `done` holds the answered leads, `refused` pairs of case and Chinese sentence.
    Raises LeadRefused when answer or reason are not ones there are.
    """
    _check_words(answer, reason)
    outcome = BatchOutcome()
    found = Lead.objects.select_for_update(of=("self",)).unanswered().filter(
        case__in=[case.pk for case in cases]
    )  # fmt: skip
    if leads is not None:
        found = found.filter(pk__in=[lead.pk for lead in leads])
    mine = []
    for lead in found.select_related("case__household").order_by("pk"):
        if access.may(by, Permission.CASE_SCREEN, area=lead.village_id):
            mine.append(lead)
    touched = {lead.case_id: lead.case for lead in mine}
    outcome.refused += [
        (case, "没有待核实的线索，或该户不在您的岗位职责范围内，请刷新后查看。")
        for case in cases
        if case.pk not in touched
    ]
    record_answers(leads=mine, answer=answer, reason=reason, note=note, by=by)
    outcome.done = mine
    if mine and answer != Answer.TRUE:
        outcome.refused += _refuse_untrue(touched, by)
    return outcome


def record_answers(*, leads, answer, reason, by, note="") -> None:
    """Write one answer to these open leads, with its events. Inside the caller's transaction."""
    if not leads:
        return
    now = clock.now()
    Lead.objects.unanswered().filter(pk__in=[lead.pk for lead in leads]).update(
        answer=answer, answer_reason=reason, answer_note=note.strip()[:200],
        answered_at=now, answered_by=by,
    )  # fmt: skip
    detail = {"answer": str(answer), "reason": reason}
    record_many(
        EventKind.LEAD_ANSWERED,
        by=by,
        rows=[{"obj": lead, "area": lead.village_id, "detail": detail} for lead in leads],
    )


def _check_words(answer, reason) -> None:
    if answer not in Answer.values:
        raise LeadRefused("请选择核实结果。")
    if answer == Answer.TRUE:
        return
    if reason not in dict(codes.choices("lead_answer_reason")):
        raise LeadRefused("请选择原因：核实结果不是“属实”的，要说明原因。")


def _refuse_untrue(cases, by) -> list:
    """不予纳入 for every case still a lead of which nothing was true; one step call a reason."""
    answered = defaultdict(list)
    waiting = [pk for pk, case in cases.items() if case.status == Status.LEAD]
    leads = Lead.objects.filter(case__in=waiting).order_by("case_id", "pk")
    for case_id, answer, reason in leads.values_list("case_id", "answer", "answer_reason"):
        answered[case_id].append((answer, reason))
    by_reason = defaultdict(list)
    for case_id, answers in answered.items():
        if all(answer and answer != Answer.TRUE for answer, _reason in answers):
            reason = rules.not_admitted_reason(reason for _answer, reason in answers)
            by_reason[reason].append(cases[case_id])
    refused = []
    for reason, group in by_reason.items():
        refused += take_many(cases=group, step="refuse", by=by, reason=reason).refused
    return refused
