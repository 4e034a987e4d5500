"""What happens to those who go astray, press twice, go back or come late with their page."""

import re

import pytest
from playwright.sync_api import expect

from accounts.tests import factories as people
from tests.journeys.steps import (
    fills,
    finds_nothing_at,
    is_refused,
    opens,
    presses,
    sees_nothing_of,
    stands_at,
    still_reads,
)
from workflow.actions import open_case, take
from workflow.models import Case, ReportedList, StatusChange, Visit
from workflow.states import Source, Status
from workflow.tests.factories import VisitFactory, case_in

pytestmark = pytest.mark.journey


@pytest.fixture
def cadre():
    return people.village_cadre()


@pytest.fixture
def case(month, household, cadre):
    return open_case(household=household, source=Source.SCREENING, by=cadre, risks=["因病"])


def test_the_address_of_another_village_leads_nowhere(month, signed_in, cadre):
    foreign = case_in(Status.LEAD, village=people.NEIGHBOUR)
    page = signed_in(cadre)
    finds_nothing_at(page, "case_detail", foreign.pk)
    finds_nothing_at(page, "case_step", foreign.pk, "screen")
    finds_nothing_at(page, "application_new", household=foreign.household_id)
    finds_nothing_at(page, "list_report", month.pk, area=people.NEIGHBOUR)
    finds_nothing_at(page, "meeting_new", area=people.NEIGHBOUR)
    sees_nothing_of(page, foreign.household.head_name)


def test_two_clicks_on_a_button_are_one(month, signed_in, cadre):
    page = signed_in(cadre)
    opens(page, "list_report", month.pk, area=people.VILLAGE, kind="SCREENING")
    page.get_by_role("button", name=re.compile("^零报告")).dblclick()
    expect(page.locator(".messages")).to_contain_text("已上报")
    assert ReportedList.objects.count() == 1


def test_two_clicks_record_one_visit_and_going_back_does_no_harm(signed_in, cadre, case):
    page = signed_in(cadre)
    opens(page, "visit_new", case.pk)
    fills(page, 研判意见="情况属实")
    page.get_by_role("button", name="保存走访记录").dblclick()
    expect(page.locator(".messages")).to_contain_text("走访记录已保存")
    assert Visit.objects.filter(case=case).count() == 1

    page.go_back()
    fills(page, 研判意见="情况属实")
    presses(page, "保存走访记录")
    stands_at(page, "线索待核实")
    assert Visit.objects.filter(case=case).count() == 1


def test_going_back_after_a_step_shows_where_the_case_is_now(signed_in, cadre, case):
    VisitFactory(case=case, recorded_by=cadre)
    page = signed_in(cadre)
    opens(page, "case_step", case.pk, "screen")
    presses(page, "确认排查入台账")
    page.go_back()
    expect(page.locator(".messages")).to_contain_text("刚才的步骤已不能办理")
    stands_at(page, "已排查入台账")
    assert StatusChange.objects.filter(case=case).count() == 1


def test_a_page_left_open_too_long_is_told_so_and_keeps_what_was_typed(signed_in, cadre, case):
    """The household's case was changed by somebody else meanwhile."""
    VisitFactory(case=case, recorded_by=cadre)
    page = signed_in(cadre)
    opens(page, "case_step", case.pk, "screen")
    fills(page, 备注="户主住院两次", 人均纯收入="4321.00")
    Case.objects.filter(pk=case.pk).update(version=case.version + 1)

    presses(page, "确认排查入台账")

    is_refused(page, "刷新")
    still_reads(page, 备注="户主住院两次", 人均纯收入="4321.00")
    case.refresh_from_db()
    assert case.status == Status.LEAD


def test_a_step_somebody_else_took_is_not_taken_again(signed_in, cadre, case):
    colleague = people.user_at("village_cadre", people.VILLAGE)
    VisitFactory(case=case, recorded_by=colleague)
    page = signed_in(cadre)
    opens(page, "case_step", case.pk, "screen")
    take(case=case, step="screen", by=colleague)
    presses(page, "确认排查入台账")
    stands_at(page, "已排查入台账")
    assert StatusChange.objects.filter(case=case).get().by == colleague
