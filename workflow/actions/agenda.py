"""The agenda of a meeting and who may write in its record."""

from accounts import access
from accounts.permissions import Permission
from workflow import minutes as words
from workflow.models import Case, Meeting, MeetingDecision
from workflow.outcomes import StepRefused
from workflow.states import Level, Status

RECORDERS = {
    Level.VILLAGE: Permission.CASE_SCREEN,
    Level.TOWNSHIP: Permission.CASE_RECHECK,
    Level.COUNTY: Permission.CASE_COMPILE,
}


def may_record(meeting: Meeting, user) -> bool:
    """Who may write in the record now: the level's office; once put forward, the leading group."""
    if meeting.is_concluded:
        return False
    is_prepared = meeting.state == Meeting.State.PREPARED
    permission = Permission.CASE_DETERMINE if is_prepared else RECORDERS[meeting.level]
    return access.may(user, permission, area=meeting.area_id)


def may_conclude(meeting: Meeting, user) -> bool:
    """Village and township conclude their own; the county's is concluded by the leading group."""
    if meeting.is_concluded or (
        meeting.level == Level.COUNTY and meeting.state == Meeting.State.DRAFT
    ):
        return False
    is_county = meeting.level == Level.COUNTY
    permission = Permission.CASE_DETERMINE if is_county else RECORDERS[meeting.level]
    return access.may(user, permission, area=meeting.area_id)


def locked_for(meeting: Meeting, by) -> Meeting:
    """The meeting's row, held until the transaction ends, if this person may write in it."""
    locked = Meeting.objects.select_for_update(of=("self",)).select_related("area", "round")
    locked = locked.get(pk=meeting.pk)
    if locked.is_concluded:
        raise StepRefused("这次会议已经结束，不能再改。")
    if not may_record(locked, by):
        raise StepRefused("这次会议现在不由您的岗位登记。")
    return locked


def waiting_cases(meeting: Meeting):
    """The cases that belong on the agenda of this meeting."""
    statuses = words.agenda_statuses(
        meeting.level, is_admission=meeting.is_admission, is_clearing=meeting.is_clearing
    )
    cases = Case.objects.in_area(meeting.area_id).filter(status__in=statuses)
    return cases if meeting.level == Level.VILLAGE else cases.filter(on_list__isnull=False)


def fill_agenda(meeting: Meeting, clearing_cases) -> None:
    """Put waiting cases on, take off those that moved on or sit on another open agenda."""
    wanted = set(waiting_cases(meeting).values_list("pk", flat=True))
    if meeting.level == Level.VILLAGE:
        chosen = [case.pk for case in clearing_cases]
        already = meeting.decisions.filter(case__status=Status.MONITORED)
        wanted |= set(already.values_list("case_id", flat=True))
        wanted |= set(
            Case.objects.in_area(meeting.area_id)
            .filter(pk__in=chosen, status=Status.MONITORED)
            .values_list("pk", flat=True)
        )
    elsewhere = MeetingDecision.objects.filter(
        case_id__in=wanted, meeting__level=meeting.level
    ).exclude(meeting=meeting).exclude(meeting__state=Meeting.State.CONCLUDED)  # fmt: skip
    wanted -= set(elsewhere.values_list("case_id", flat=True))
    meeting.decisions.exclude(case_id__in=wanted).delete()
    MeetingDecision.objects.bulk_create(
        [MeetingDecision(meeting=meeting, case_id=pk) for pk in sorted(wanted)],
        ignore_conflicts=True,
    )
