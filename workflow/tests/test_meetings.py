"""Meetings: agenda, decisions, the two hands of the county, immutability."""

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.actions import end_post
from accounts.tests import factories as people
from audit import clock
from audit.events import EventKind
from audit.models import Event
from workflow import actions, minutes
from workflow.models import Case, Meeting, MeetingDecision, ReportedList, StatusChange
from workflow.outcomes import StepRefused
from workflow.states import Status
from workflow.tests import factories

pytestmark = pytest.mark.django_db
Decision = MeetingDecision.Decision


@pytest.fixture
def cadre():
    return people.village_cadre()


def hold(by, code=people.VILLAGE, **kwargs):
    area = people.area_at(code)
    words = {
        "area": area,
        "round": factories.MonthlyRoundFactory(),
        "held_on": clock.today(),
        "place": "村委会会议室",
        "host": "郑西关",
        "recorder": "赵驻村",
        "expected_count": 12,
        "present_count": 10,
    }
    return actions.hold_meeting(by=by, **words | kwargs)


def test_the_agenda_fills_itself_with_what_waits_here(cadre):
    waiting = [factories.case_in(Status.SCREENED) for _ in range(2)]
    factories.case_in(Status.LEAD)
    factories.case_in(Status.SCREENED, village=people.NEIGHBOUR)
    monitored = factories.case_in(Status.MONITORED)
    factories.case_in(Status.MONITORED)

    meeting = hold(cadre, clearing_cases=[monitored])

    on_agenda = set(meeting.decisions.values_list("case_id", flat=True))
    assert on_agenda == {case.pk for case in [*waiting, monitored]}
    assert meeting.is_clearing
    assert Event.objects.filter(kind=EventKind.MEETING_CREATED).count() == 1


def test_a_case_on_another_open_agenda_is_not_taken_twice(cadre):
    case = factories.case_in(Status.SCREENED)
    first = hold(cadre)

    second = hold(cadre)

    assert list(first.decisions.values_list("case_id", flat=True)) == [case.pk]
    assert not second.decisions.exists()


def test_the_same_form_twice_is_one_meeting(cadre):
    key = "5b2f6f4e-0000-4000-8000-000000000001"

    assert hold(cadre, form_key=key).pk == hold(cadre, form_key=key).pk
    assert Meeting.objects.count() == 1


def test_concluding_applies_every_decision_and_writes_minutes(cadre):
    admitted, refused, deferred = [factories.case_in(Status.SCREENED) for _ in range(3)]
    meeting = hold(cadre)
    actions.decide(meeting=meeting, case=admitted, decision="ADMIT", votes_for=10, by=cadre)
    actions.decide(
        meeting=meeting,
        case=refused,
        decision="REFUSE",
        votes_for=2,
        votes_against=8,
        reason="income_above_line",
        opinion="收入稳定",
        by=cadre,
    )
    actions.decide(meeting=meeting, case=deferred, decision="DEFER", by=cadre)

    outcome = actions.conclude_meeting(meeting=meeting, by=cadre)

    assert len(outcome.done) == 2
    states = dict(Case.objects.values_list("pk", "status"))
    assert states == {
        admitted.pk: Status.REVIEWED,
        refused.pk: Status.NOT_ADMITTED,
        deferred.pk: Status.SCREENED,
    }
    assert meeting.state == Meeting.State.CONCLUDED
    assert "同意 2 票，不同意 8 票" in meeting.minutes
    assert set(StatusChange.objects.values_list("meeting_id", flat=True)) == {meeting.pk}
    kinds = set(Event.objects.values_list("kind", flat=True))
    assert {EventKind.MEETING_CONCLUDED, EventKind.CASE_PUT_FORWARD} <= kinds


def test_one_refusal_takes_the_whole_conclusion_back(cadre):
    cases = [factories.case_in(Status.SCREENED) for _ in range(2)]
    meeting = hold(cadre)
    for case in cases:
        actions.decide(meeting=meeting, case=case, decision="ADMIT", votes_for=10, by=cadre)
    actions.take(case=cases[1], step="refuse", by=cadre, reason="declined")

    with pytest.raises(StepRefused, match="会议未能结束"):
        actions.conclude_meeting(meeting=meeting, by=cadre)

    meeting.refresh_from_db()
    cases[0].refresh_from_db()
    assert (meeting.state, cases[0].status) == (Meeting.State.DRAFT, Status.SCREENED)
    assert not Event.objects.filter(kind=EventKind.MEETING_CONCLUDED).exists()


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ({"decision": "ADMIT", "votes_for": 9, "votes_against": 2}, "超过实到"),
        ({"decision": "ADMIT", "votes_for": -1}, "不能小于 0"),
        ({"decision": "REFUSE"}, "必须选择原因"),
        ({"decision": "SEND_BACK", "opinion": "x"}, "不能作出"),
        ({"decision": "PERHAPS"}, "请选择结论"),
    ],
)
def test_a_decision_that_cannot_be_is_refused(cadre, words, text):
    case = factories.case_in(Status.SCREENED)
    meeting = hold(cadre)

    with pytest.raises(StepRefused, match=text):
        actions.decide(meeting=meeting, case=case, by=cadre, **words)

    assert meeting.decisions.get().decision == ""


def test_a_meeting_without_all_decisions_is_not_concluded(cadre):
    factories.case_in(Status.SCREENED)
    meeting = hold(cadre)

    with pytest.raises(StepRefused, match="还有 1 户没有结论"):
        actions.conclude_meeting(meeting=meeting, by=cadre)


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ({"present_count": 13}, "不能超过应到"),
        ({"expected_count": 0, "present_count": 0}, "至少 1 人"),
        ({"held_on": clock.today().replace(year=2090)}, "不能晚于今天"),
    ],
)
def test_impossible_meetings_are_refused(cadre, words, text):
    with pytest.raises(StepRefused, match=text):
        hold(cadre, **words)


def test_another_villages_meeting_is_not_recorded(cadre):
    with pytest.raises(StepRefused, match="没有这个岗位"):
        hold(cadre, people.NEIGHBOUR)


@pytest.fixture
def session():
    """A county session with one case to determine and one to clear."""
    office = people.county_officer()
    cases = factories.case_in(Status.RECHECKED), factories.case_in(Status.CLEARING_RECHECKED)
    return hold(office, people.COUNTY, is_clearing=True), cases, office


def test_the_county_session_passes_through_two_hands(session):
    meeting, (admission, clearing), office = session
    group = people.leading_group_officer()
    with pytest.raises(StepRefused, match="先由县扶贫办提请"):
        actions.conclude_meeting(meeting=meeting, by=group)

    actions.prepare_meeting(meeting=meeting, by=office)
    assert meeting.state == Meeting.State.PREPARED
    stages = ReportedList.objects.filter(level="county").values_list("kind", "stage", "case_ids")
    assert sorted(stages) == [
        ("ADMISSION", "COMPILED", [admission.pk]),
        ("CLEARING", "COMPILED", [clearing.pk]),
    ]
    with pytest.raises(StepRefused, match="不由您的岗位"):
        actions.decide(meeting=meeting, case=admission, decision="ADMIT", by=office)

    actions.decide(meeting=meeting, case=admission, decision="ADMIT", votes_for=9, by=group)
    actions.decide(
        meeting=meeting,
        case=clearing,
        decision="ADMIT",
        votes_for=9,
        clearing_kind="assisted",
        by=group,
    )
    actions.conclude_meeting(meeting=meeting, by=group)

    states = set(Case.objects.values_list("status", flat=True))
    assert states == {Status.MONITORED, Status.RISK_CLEARED}
    admission.refresh_from_db()
    assert admission.identified_on == clock.today()


def test_whoever_put_it_forward_does_not_conclude_it(session):
    """A change of post does not make two persons of one 四（五）."""
    meeting, cases, office = session
    actions.prepare_meeting(meeting=meeting, by=office)
    security = people.security_admin()
    end_post(post=office.posts.get(), by=security, reason="调整岗位")
    people.PostFactory(user=office, role="leading_group_office", area=people.area_at(people.COUNTY))

    with pytest.raises(StepRefused, match="两人办理"):
        actions.conclude_meeting(meeting=meeting, by=office)


def test_a_refused_clearing_goes_back_with_words(session):
    meeting, (admission, clearing), office = session
    group = people.leading_group_officer()
    actions.prepare_meeting(meeting=meeting, by=office)
    actions.decide(meeting=meeting, case=admission, decision="DEFER", by=group)
    with pytest.raises(StepRefused, match="必须填写意见"):
        actions.decide(meeting=meeting, case=clearing, decision="REFUSE", by=group)

    actions.decide(
        meeting=meeting, case=clearing, decision="REFUSE", opinion="收入还不稳", by=group
    )
    actions.conclude_meeting(meeting=meeting, by=group)

    clearing.refresh_from_db()
    assert clearing.status == Status.CLEARING_REVIEWED


def refused_by_trigger(change):
    with pytest.raises(DatabaseError), transaction.atomic():
        change()


def test_a_concluded_meeting_is_kept_by_the_database(cadre):
    case = factories.case_in(Status.SCREENED)
    meeting = hold(cadre)
    actions.decide(meeting=meeting, case=case, decision="ADMIT", votes_for=10, by=cadre)
    actions.conclude_meeting(meeting=meeting, by=cadre)

    rows = Meeting.objects.filter(pk=meeting.pk)
    refused_by_trigger(lambda: rows.update(minutes="另一份"))
    refused_by_trigger(lambda: meeting.decisions.update(votes_for=1))
    refused_by_trigger(lambda: meeting.decisions.all().delete())
    refused_by_trigger(lambda: StatusChange.objects.update(comment="改"))
    refused_by_trigger(
        lambda: factories.MeetingDecisionFactory(
            meeting=meeting, case=factories.case_in(Status.SCREENED)
        )
    )
    with pytest.raises(StepRefused, match="已经结束"):
        actions.conclude_meeting(meeting=meeting, by=cadre)
    with pytest.raises(StepRefused, match="已经结束"):
        actions.update_meeting(meeting=meeting, place="别处", by=cadre)


def test_scans_may_follow_when_the_paper_is_signed(cadre):
    meeting = hold(cadre)
    actions.conclude_meeting(meeting=meeting, by=cadre)
    scan = actions.store_attachment(upload=factories.photo(), area=meeting.area, by=cadre)

    actions.attach_scan(meeting=meeting, attachment=scan, by=cadre)

    assert list(meeting.scans.all()) == [scan]


def test_concluding_a_long_list_costs_as_much_as_a_short_one(cadre):
    def queries(count):
        cases = [factories.case_in(Status.SCREENED) for _ in range(count)]
        meeting = hold(cadre)
        rows = [{"case": case, "decision": "ADMIT", "votes_for": 10} for case in cases]
        actions.decide_many(meeting=meeting, rows=rows, by=cadre)
        with CaptureQueriesContext(connection) as seen:
            actions.conclude_meeting(meeting=meeting, by=cadre)
        return len(seen)

    queries(1)
    assert queries(3) == queries(9)


@pytest.mark.parametrize(
    ("expected", "present", "is_told"),
    [(12, 8, False), (12, 7, True), (3, 2, False), (3, 1, True), (0, 0, False)],
)
def test_fewer_than_two_thirds_is_a_hint(expected, present, is_told):
    assert bool(minutes.attendance_hint(expected, present)) is is_told
