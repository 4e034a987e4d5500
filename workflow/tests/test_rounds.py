"""The month as an object: opened once, closed, reopened; each area's state in constant queries."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.tests import factories as people
from audit import clock
from audit.events import EventKind
from audit.models import Event
from jobs import scheduling
from policy.tests.factories import ParameterFactory
from workflow import actions, rounds
from workflow.models import MonthlyRound
from workflow.outcomes import StepRefused
from workflow.states import Status
from workflow.tests import factories
from workflow.tests.factories import moment

pytestmark = pytest.mark.django_db


@pytest.fixture
def county():
    return people.area_at(people.COUNTY)


def test_february_ends_its_gates_on_the_28th(county):
    round = actions.open_round(county=county, month=date(2021, 2, 14))

    assert round.month == date(2021, 2, 1)
    assert [round.screening_on.day, round.review_on.day] == [20, 25]
    assert [round.recheck_on.day, round.determination_on.day] == [28, 28]


def test_opening_twice_is_one_round_and_one_event(county):
    first = actions.open_round(county=county, month=date(2021, 3, 1))

    assert actions.open_round(county=county, month=date(2021, 3, 31)).pk == first.pk
    assert Event.objects.filter(kind=EventKind.ROUND_OPENED).count() == 1


def test_a_county_may_have_gates_of_its_own(county):
    ParameterFactory(key="gate_screening", given=18, county=county)

    round = actions.open_round(county=county, month=date(2021, 3, 1))

    assert round.screening_on == date(2021, 3, 18)


def test_the_scheduled_job_opens_the_month(county, django_capture_on_commit_callbacks):
    people.area_at(people.VILLAGE)
    with clock.at(moment(1, 0)):
        with django_capture_on_commit_callbacks(execute=True):
            job = scheduling.start("workflow.open_month")
        scheduling.start("workflow.open_month")

    job.refresh_from_db()
    assert job.result == {"month": "2021-03", "counties": 1}
    assert MonthlyRound.objects.get().county == county


def test_closing_and_reopening_keep_who_and_why(county):
    office = people.county_officer()
    round = actions.open_round(county=county, month=date(2021, 3, 1))
    actions.close_round(round=round, by=office)
    assert (round.state, round.closed_by) == (MonthlyRound.State.CLOSED, office)
    with pytest.raises(StepRefused, match="已经结束"):
        actions.close_round(round=round, by=office)
    with pytest.raises(StepRefused, match="写明原因"):
        actions.reopen_round(round=round, reason=" ", by=office)

    actions.reopen_round(round=round, reason="补报两村", by=office)

    assert (round.is_open, round.reopen_reason) == (True, "补报两村")
    event = Event.objects.get(kind=EventKind.ROUND_REOPENED)
    assert event.detail["reason"] == "补报两村"
    with pytest.raises(StepRefused, match="正在进行"):
        actions.reopen_round(round=round, reason="再来", by=office)


def test_the_current_round_is_this_months_else_the_latest_open_one(county):
    with clock.at(moment(5)):
        february = factories.MonthlyRoundFactory(month=date(2021, 2, 1))
        assert rounds.current(county.code) == february
        march = factories.MonthlyRoundFactory()
        assert rounds.current(county.code) == march


def test_late_villages_come_first_and_say_what_is_late():
    quiet, late = people.area_at(people.VILLAGE), people.area_at(people.NEIGHBOUR)
    with clock.at(moment(10)):
        round = factories.MonthlyRoundFactory()
        for kind in ("SCREENING", "ADMISSION"):
            factories.ReportedListFactory(area=quiet, round=round, kind=kind)
        factories.case_in(Status.SCREENED, due_on=round.review_on)
        factories.case_in(Status.LEAD, village=late.code)
        factories.CaseFactory(
            status=Status.REVIEWED,
            household=factories.HouseholdFactory(village=late),
            due_on=round.recheck_on,
        )

    with clock.at(moment(22)):
        first, second = rounds.area_states(round, [quiet.code, late.code])

    assert (first.code, first.late) == (late.code, ["排查台账未上报", "逾期 1 户"])
    assert (first.waiting, first.to_report, first.counts[Status.LEAD]) == (1, 1, 1)
    assert (second.late, second.waiting, second.overdue) == ([], 1, 0)
    assert second.screening.kind == "SCREENING"


def test_a_township_sums_up_its_villages():
    round = factories.MonthlyRoundFactory()
    neighbour = people.area_at(people.NEIGHBOUR)
    factories.ReportedListFactory(area=neighbour, round=round, kind="SCREENING")
    later = factories.case_in(Status.SCREENED, village=people.NEIGHBOUR)
    factories.ReportedListFactory(
        area=neighbour, round=round, kind="SCREENING", case_ids=[later.pk]
    )
    quiet = people.area_at("410922100203")  # handed in zero: nothing to review 四（三）
    factories.ReportedListFactory(area=quiet, round=round, kind="SCREENING")
    factories.case_in(Status.REVIEWED)  # on the list of 西街村
    factories.CaseFactory(status=Status.RECHECKED)

    (state,) = rounds.area_states(round, [people.TOWNSHIP])

    assert (state.villages, state.villages_screened, state.villages_reported) == (3, 2, 2)
    assert (state.waiting, state.to_report) == (1, 1)


@pytest.mark.parametrize(
    ("day", "late"),
    [
        (20, []),
        (22, ["1 个村排查台账未上报"]),
        (27, ["1 个村排查台账未上报", "1 个村初步名单未上报"]),
    ],
)
def test_a_township_is_as_late_as_its_villages(day, late):
    with clock.at(moment(1)):
        round = factories.MonthlyRoundFactory()
        people.area_at(people.VILLAGE)
        zero = people.area_at(people.NEIGHBOUR)
        factories.ReportedListFactory(area=zero, round=round, kind="SCREENING")

    with clock.at(moment(day)):
        (state,) = rounds.area_states(round, [people.TOWNSHIP])

    assert state.late == late


def test_many_areas_cost_as_many_queries_as_few():
    round = factories.MonthlyRoundFactory()
    codes = [people.area_at(f"410922100{number}").code for number in range(201, 221)]

    with CaptureQueriesContext(connection) as few:
        rounds.area_states(round, codes[:2])
    with CaptureQueriesContext(connection) as many:
        rounds.area_states(round, codes)

    assert len(few) == len(many) <= 4


def test_what_is_not_reported_is_late_at_the_level_below():
    with clock.at(moment(10)):
        round = factories.MonthlyRoundFactory()
        case = factories.CaseFactory(status=Status.REVIEWED, due_on=round.recheck_on)
        for kind in ("SCREENING", "ADMISSION"):
            factories.ReportedListFactory(area=case.village, round=round, kind=kind)

    with clock.at(moment(29)):
        states = rounds.area_states(round, [people.VILLAGE, people.TOWNSHIP])

    by_level = {state.level: (state.late, state.overdue) for state in states}
    assert by_level["village"] == (["待上报 1 户"], 0)
    assert by_level["township"] == (["上报名单未上报"], 0)
