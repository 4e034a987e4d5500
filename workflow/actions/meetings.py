"""A meeting is held once for its whole list; concluding it applies every decision, or none."""

from django.db import transaction

from accounts import access
from accounts.permissions import Permission
from audit import clock
from audit.events import EventKind
from audit.record import record
from workflow import minutes as words
from workflow import rounds
from workflow.actions.agenda import RECORDERS, fill_agenda, locked_for, may_conclude
from workflow.actions.lists import compile_list
from workflow.actions.moving import Move
from workflow.actions.steps import move_all
from workflow.models import Case, Meeting, MeetingDecision, ReportedList
from workflow.outcomes import BatchOutcome, StepRefused
from workflow.states import ON_REGISTER, Level, Status

State = Meeting.State
FACTS = ("held_on", "place", "host", "recorder", "expected_count", "present_count", "attendees",
         "minutes")  # fmt: skip
SHOWN_REASONS = 5


@transaction.atomic
def hold_meeting(
    *,
    area,
    round,
    held_on,
    place,
    host,
    recorder,
    expected_count,
    present_count,
    by,
    attendees="",
    is_admission=True,
    is_clearing=False,
    clearing_cases=(),
    form_key=None,
) -> Meeting:
    """Record a meeting; its agenda is filled with the cases waiting at its level.

    `clearing_cases`: monitored cases that a village meeting proposes for clearing.
    """
    if form_key and (sent := Meeting.objects.filter(form_key=form_key, recorded_by=by).first()):
        return sent
    if not access.may(by, RECORDERS[area.level], area=area.code):
        raise StepRefused(f"{area.short_name}的会议由其经办岗位登记，您没有这个岗位。")
    if round.county_id != rounds.county_of(area.code):
        raise StepRefused("会议只能登记在本县的月度。")
    _check_facts(held_on, expected_count, present_count)
    meeting = Meeting.objects.create(
        area=area,
        round=round,
        level=area.level,
        is_admission=is_admission,
        is_clearing=is_clearing or bool(clearing_cases),
        held_on=held_on,
        place=place,
        host=host,
        recorder=recorder,
        expected_count=expected_count,
        present_count=present_count,
        attendees=attendees,
        recorded_at=clock.now(),
        recorded_by=by,
        form_key=form_key,
    )
    fill_agenda(meeting, clearing_cases)
    record(EventKind.MEETING_CREATED, by=by, obj=meeting, area=area.code)
    return meeting


@transaction.atomic
def update_meeting(*, meeting, by, clearing_cases=(), **facts) -> Meeting:
    """Change the record's facts and bring the agenda up to date; not after it is concluded."""
    locked = locked_for(meeting, by)
    unknown = set(facts) - set(FACTS)
    if unknown:
        raise TypeError(f"not a fact of a meeting: {sorted(unknown)}")
    for name, value in facts.items():
        setattr(locked, name, value)
    _check_facts(locked.held_on, locked.expected_count, locked.present_count)
    locked.version += 1
    locked.save(update_fields=[*facts, "version"])
    if locked.state == State.DRAFT:
        fill_agenda(locked, clearing_cases)
    record(EventKind.MEETING_CHANGED, by=by, obj=locked, area=locked.area_id)
    return locked


@transaction.atomic
def discard_meeting(*, meeting, by) -> None:
    """Take back a record made by mistake, so that its households are free for another meeting."""
    locked = locked_for(meeting, by)
    if locked.state != State.DRAFT:
        raise StepRefused("会议已经提请，不能作废。")
    record(
        EventKind.MEETING_CHANGED,
        by=by,
        obj=locked,
        area=locked.area_id,
        detail={"discarded": True, "held_on": locked.held_on.isoformat()},
    )
    locked.decisions.all().delete()
    locked.delete()


@transaction.atomic
def attach_scan(*, meeting, attachment, by) -> Meeting:
    """Add a sign-in sheet, photo or scan; also afterwards, when the paper has been signed."""
    permissions = (RECORDERS[meeting.level], Permission.CASE_DETERMINE)
    if not any(access.may(by, p, area=meeting.area_id) for p in permissions):
        raise StepRefused("这次会议不由您的岗位登记，不能添加附件。")
    meeting.scans.add(attachment)
    record(
        EventKind.MEETING_CHANGED,
        by=by,
        obj=meeting,
        area=meeting.area_id,
        detail={"attachment": attachment.pk},
    )
    return meeting


@transaction.atomic
def prepare_meeting(*, meeting, by) -> Meeting:
    """提请 四（五）: the county office compiles its lists and puts the session forward."""
    with clock.at(clock.now()):
        locked = locked_for(meeting, by)
        if locked.level != Level.COUNTY or locked.state != State.DRAFT:
            raise StepRefused("只有记录中的县级会议需要提请，请刷新后查看。")
        fill_agenda(locked, ())
        kinds = {
            ReportedList.Kind.ADMISSION: (locked.is_admission, Status.RECHECKED),
            ReportedList.Kind.CLEARING: (locked.is_clearing, Status.CLEARING_RECHECKED),
        }
        for kind, (is_wanted, status) in kinds.items():
            if is_wanted:
                cases = Case.objects.filter(decisions__meeting=locked, status=status)
                compile_list(area=locked.area, round=locked.round, kind=kind, cases=cases, by=by)
        locked.state, locked.prepared_at, locked.prepared_by = State.PREPARED, clock.now(), by
        locked.save(update_fields=["state", "prepared_at", "prepared_by"])
        record(EventKind.MEETING_PREPARED, by=by, obj=locked, area=locked.area_id)
    meeting.refresh_from_db()
    return meeting


@transaction.atomic
def conclude_meeting(*, meeting, by, minutes="") -> BatchOutcome:
    """Apply every decision in one transaction; one refusal refuses the whole, with its reasons.

    The minutes are drafted from the decisions unless given. Concluding again raises StepRefused.
    """
    with clock.at(clock.now()):
        locked = Meeting.objects.select_for_update().get(pk=meeting.pk)
        _may_conclude_now(locked, by)
        decisions = list(
            MeetingDecision.objects.filter(meeting=locked)
            .select_related("case__household")
            .order_by("pk")
        )
        open_ones = [d for d in decisions if not d.decision]
        if open_ones:
            raise StepRefused(f"还有 {len(open_ones)} 户没有结论，请逐户填写后再结束会议。")
        locked.minutes = minutes.strip() or locked.minutes or drafted(locked, decisions)
        locked.state, locked.concluded_at, locked.concluded_by = State.CONCLUDED, clock.now(), by
        locked.save(update_fields=["minutes", "state", "concluded_at", "concluded_by"])
        record(
            EventKind.MEETING_CONCLUDED,
            by=by,
            obj=locked,
            area=locked.area_id,
            detail={"cases": len(decisions), "late": clock.today() > locked.held_on},
        )
        outcome = _apply(locked, decisions, by)
    if outcome.refused:
        raise StepRefused(_whole_refusal(outcome))
    meeting.refresh_from_db()
    return outcome


def drafted(meeting: Meeting, decisions) -> str:
    """Minutes in words, from the decisions as they stand."""
    lines = [
        {
            "name": d.case.household.head_name,
            "subject": "风险消除" if _is_clearing(d.case) else "纳入监测",
            "decision": d.get_decision_display(),
            "votes": (d.votes_for, d.votes_against, d.votes_abstain),
            "opinion": d.opinion,
        }
        for d in decisions
    ]
    return words.draft_minutes(meeting, lines)


def _is_clearing(case: Case) -> bool:
    return case.status in ON_REGISTER or case.status == Status.RISK_CLEARED


def _apply(meeting, decisions, by) -> BatchOutcome:
    outcome = BatchOutcome()
    for step in sorted({d.step for d in decisions if d.step}):
        moves = [
            Move(d.case, d.opinion, d.reason, clearing_kind=d.clearing_kind)
            for d in decisions
            if d.step == step
        ]
        part = move_all(moves=moves, step=step, by=by, meeting=meeting)
        outcome.done += part.done
        outcome.refused += part.refused
    return outcome


def _whole_refusal(outcome: BatchOutcome) -> str:
    told = [f"{case.household.head_name}户：{why}" for case, why in outcome.refused]
    more = f" 等 {len(told)} 户" if len(told) > SHOWN_REASONS else ""
    return "会议未能结束。" + " ".join(told[:SHOWN_REASONS]) + more


def _may_conclude_now(meeting: Meeting, by) -> None:
    if meeting.is_concluded:
        raise StepRefused("这次会议已经结束，不能再改。")
    if meeting.level == Level.COUNTY and meeting.state == State.DRAFT:
        raise StepRefused("请先由县扶贫办提请，再由领导小组办公室结束会议。")
    if not may_conclude(meeting, by):
        raise StepRefused("这次会议不由您的岗位结束。")
    if meeting.level == Level.COUNTY and meeting.prepared_by_id == by.pk:
        raise StepRefused("提请和审定须由两人办理，您已提请，请由领导小组办公室其他人员结束会议。")


def _check_facts(held_on, expected_count, present_count) -> None:
    if held_on > clock.today():
        raise StepRefused("会议日期不能晚于今天，请核对。")
    if expected_count < 1 or present_count < 0 or present_count > expected_count:
        raise StepRefused("实到人数不能超过应到人数，应到人数至少 1 人，请核对。")
