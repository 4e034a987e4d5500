"""Reported lists: what they carry, how they freeze, who reports them."""

import json
from datetime import date

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.tests import factories as people
from audit import clock
from audit.events import EventKind
from audit.models import Event
from households import idnumbers
from workflow import actions, lists
from workflow.models import Case, ReportedList
from workflow.outcomes import StepRefused
from workflow.states import Status
from workflow.tests import factories
from workflow.tests.factories import moment

pytestmark = pytest.mark.django_db


@pytest.fixture
def round():
    return factories.MonthlyRoundFactory()


@pytest.fixture
def cadre():
    return people.village_cadre()


def report(by, round, code=people.VILLAGE, kind="ADMISSION", **kwargs):
    area = people.area_at(code)
    return actions.report_list(area=area, round=round, kind=kind, by=by, **kwargs)


def test_reporting_carries_the_cases_to_the_next_level(cadre, round):
    cases = [factories.CaseFactory(status=Status.REVIEWED) for _ in range(2)]
    factories.case_in(Status.SCREENED)
    reviewer = people.township_reviewer()
    assert not Case.objects.awaiting(reviewer).exists()
    assert Case.objects.to_report(cadre).count() == 2

    found = report(cadre, round)

    assert (found.row_count, found.is_zero, found.title) == (2, False, "初步名单")
    assert set(Case.objects.awaiting(reviewer)) == set(cases)
    assert not Case.objects.to_report(cadre).exists()
    event = Event.objects.get(kind=EventKind.LIST_REPORTED)
    assert event.detail["number"] == found.number


def test_the_number_reads_like_a_document(cadre):
    with clock.at(moment(20)):
        cadre = people.user_at("village_cadre", people.VILLAGE)
        found = report(cadre, factories.MonthlyRoundFactory(), kind="SCREENING")

    assert found.number == "清防贫〔2021〕03-410922100201-村-1"


def test_a_month_without_news_is_a_zero_report(cadre, round):
    found = report(cadre, round, kind="SCREENING")

    assert (found.is_zero, found.row_count, found.rows) == (True, 0, [])


def test_reporting_again_without_news_returns_what_stands(cadre, round):
    factories.CaseFactory(status=Status.REVIEWED)

    assert report(cadre, round).pk == report(cadre, round).pk
    assert ReportedList.objects.count() == 1


def test_news_make_a_further_list(cadre, round):
    factories.CaseFactory(status=Status.REVIEWED)
    first = report(cadre, round)
    late = factories.CaseFactory(status=Status.REVIEWED)

    second = report(cadre, round)

    assert (first.sequence, second.sequence) == (1, 2)
    assert second.case_ids == [late.pk]


def test_the_screening_ledger_holds_what_was_screened_this_month(cadre, round):
    """四（二）: also what a meeting has put forward meanwhile, not what was refused."""
    screened = factories.case_in(Status.SCREENED)
    forward = factories.CaseFactory(status=Status.REVIEWED)
    refused = factories.case_in(Status.NOT_ADMITTED)
    for case in (forward, refused):
        factories.StatusChangeFactory(case=case, step="screen", round=round)
    factories.case_in(Status.LEAD)

    assert set(report(cadre, round, kind="SCREENING").case_ids) == {screened.pk, forward.pk}


@pytest.mark.parametrize(
    ("day", "kind", "is_late"),
    [
        (20, "SCREENING", False),
        (21, "SCREENING", True),
        (25, "ADMISSION", False),
        (26, "ADMISSION", True),
    ],
)
def test_the_gate_decides_what_is_late(day, kind, is_late):
    with clock.at(moment(1)):
        cadre, round = people.village_cadre(), factories.MonthlyRoundFactory()
    with clock.at(moment(day, 23).replace(minute=59, second=59, microsecond=900_000)):
        assert report(cadre, round, kind=kind).is_late is is_late


def test_the_snapshot_keeps_one_moment(cadre, round):
    case = factories.CaseFactory(status=Status.REVIEWED, remark="住院")
    found = report(cadre, round)
    before = json.dumps(found.rows, sort_keys=True)

    case.household.head_name = "改了名"
    case.household.save()
    case.household.members.all().delete()
    found = ReportedList.objects.get(pk=found.pk)

    assert json.dumps(found.rows, sort_keys=True) == before
    assert lists.verify_checksum(found)
    row = found.rows[0]
    assert (row["head_name"], row["remark"], row["per_capita_income"]) == (
        "张三丰",
        "住院",
        "5200.00",
    )
    assert [member["relation"] for member in row["members"]] == ["户主", "配偶", "之子"]
    assert found.figures["households"], found.figures["persons"] == (1, 3)


def test_no_clear_id_number_is_in_a_list(cadre, round):
    case = factories.CaseFactory(status=Status.REVIEWED)
    person = case.household.members.first()
    number = idnumbers.decrypt(bytes(person.id_cipher))

    found = report(cadre, round)

    assert number not in json.dumps(found.rows, ensure_ascii=False)
    kept = found.rows[0]["members"][0]["id_cipher"]
    assert idnumbers.decrypt(bytes.fromhex(kept)) == number


@pytest.mark.parametrize("field", ["rows", "figures", "number", "kind"])
def test_a_changed_list_no_longer_matches_its_checksum(cadre, round, field):
    factories.CaseFactory(status=Status.REVIEWED)
    found = report(cadre, round)
    changed = {"rows": [], "figures": {}, "number": "另一号", "kind": "CLEARING"}

    setattr(found, field, changed[field])

    assert not lists.verify_checksum(found)


def test_the_database_keeps_a_reported_list(cadre, round):
    found = report(cadre, round)
    rows = ReportedList.objects.filter(pk=found.pk)

    with pytest.raises(DatabaseError), transaction.atomic():
        rows.update(row_count=5)
    with pytest.raises(DatabaseError), transaction.atomic():
        rows._raw_delete("default")


@pytest.mark.parametrize(
    ("person", "code", "kind"),
    [
        (people.neighbour_cadre, people.VILLAGE, "ADMISSION"),
        (people.township_reviewer, people.VILLAGE, "ADMISSION"),
        (people.village_cadre, people.TOWNSHIP, "ADMISSION"),
        (people.supervisor, people.COUNTY, "ADMISSION"),
        (people.township_reviewer, people.TOWNSHIP, "SCREENING"),
        (people.village_cadre, people.VILLAGE, "NONSENSE"),
    ],
)
def test_only_the_post_of_the_area_reports(round, person, code, kind):
    with pytest.raises(StepRefused):
        report(person(), round, code, kind)

    assert not ReportedList.objects.exists()


def test_a_closed_month_takes_no_list_until_it_is_reopened(cadre):
    closed = factories.ClosedRoundFactory(month=date(2021, 2, 1))
    with pytest.raises(StepRefused, match="已经结束"):
        report(cadre, closed)

    office = people.county_officer()
    actions.reopen_round(round=closed, reason="城关镇两村补报", by=office)

    assert report(cadre, closed).is_late


def test_the_counties_two_offices_report_two_papers(round):
    case = factories.case_in(Status.RECHECKED)
    compiled = report(people.county_officer(), round, people.COUNTY)
    assert (compiled.stage, compiled.case_ids) == ("COMPILED", [case.pk])
    case.refresh_from_db()
    assert case.on_list.level == "township"

    group = people.leading_group_officer()
    meeting = factories.decided("determine", case, people.COUNTY)
    actions.take(case=case, step="determine", by=group, meeting=meeting)
    determined = report(group, round, people.COUNTY)

    assert (determined.title, determined.case_ids) == ("审定名单", [case.pk])


def test_a_long_list_costs_as_many_queries_as_a_short_one(cadre, round):
    def queries(count):
        for _ in range(count):
            factories.CaseFactory(status=Status.REVIEWED)
        with CaptureQueriesContext(connection) as seen:
            report(cadre, round)
        return len(seen)

    queries(1)
    assert queries(2) == queries(8)
