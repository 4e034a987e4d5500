"""One household from a farmer's application to a cleared risk and back, through four levels."""

import datetime

import pytest

from accounts.tests import factories as people
from audit import clock
from households.models import Household
from households.tests.factories import IncomeFactory
from tests.journeys.acts import (
    opens_session_put_forward,
    puts_session_forward,
    records_visit,
    reports,
    status_of,
    takes_step,
    the_county_recognises_clearing,
    the_township_checks_clearing,
    the_village_proposes_clearing,
    votes_and_concludes,
    writes_head_of_meeting,
)
from tests.journeys.steps import (
    chooses,
    fills,
    finds_nothing_at,
    follows,
    is_told,
    keeps_picture,
    opens,
    presses,
    sees,
    sees_nothing_of,
    stands_at,
    ticks,
)
from workflow.models import Case, Meeting, ReportedList
from workflow.states import Status

pytestmark = pytest.mark.journey


@pytest.fixture
def cadre(signed_in):
    return signed_in(people.village_cadre())


@pytest.fixture
def reviewer(signed_in):
    return signed_in(people.township_reviewer())


@pytest.fixture
def officer(signed_in):
    return signed_in(people.county_officer())


@pytest.fixture
def leader(signed_in):
    return signed_in(people.leading_group_officer())


@pytest.fixture
def neighbour(signed_in):
    return signed_in(people.neighbour_cadre())


def test_a_case_goes_through_every_state(
    month, household, cadre, reviewer, officer, leader, neighbour
):
    case = the_farmer_applies(cadre, household)
    the_village_screens_and_hands_in(cadre, case)
    the_village_reviews_and_reports(cadre, case)
    the_township_rechecks_and_reports(reviewer, case)
    the_county_determines(officer, leader, case)
    the_household_is_helped(cadre, reviewer, leader, case)
    half_a_year_passes(case)
    the_village_proposes_clearing(cadre, case)
    the_township_checks_clearing(reviewer, case)
    the_county_recognises_clearing(officer, leader, case)
    the_leading_group_undoes_it(leader, case)
    the_neighbour_sees_none_of_it(neighbour, case)


def the_farmer_applies(page, household):
    opens(page, "application_new")
    fills(page, **{"户主或家里人": household.head_name[:2]})
    presses(page, "查找")
    follows(page, household.head_name)
    ticks(page, "因病")
    fills(page, 情况="户主住院，自付两万多元")
    keeps_picture(page, "application_new")
    presses(page, "登记")
    is_told(page, "已登记，请入户看一看")
    stands_at(page, "线索待核实")
    return Case.objects.get(household=household)


def the_village_screens_and_hands_in(page, case):
    opens(page, "home")
    keeps_picture(page, "home_village")
    records_visit(page, case, opinion="情况属实，建议入台账")
    opens(page, "case_detail", case.pk)
    keeps_picture(page, "case_lead")
    follows(page, "排查入台账")
    chooses(page, 类别="边缘易致贫户")
    ticks(page, "因病")
    fills(page, 人均纯收入="5200.50", 备注="住院自付")
    keeps_picture(page, "step_screen")
    presses(page, "确认排查入台账")
    assert status_of(case) == Status.SCREENED
    opens(page, "home")
    reports(page, "核对后上报")
    keeps_picture(page, "list_screening")


def the_village_reviews_and_reports(page, case):
    opens(page, "case_detail", case.pk)
    follows(page, "评议通过：开会评议")
    keeps_picture(page, "meeting_new")
    writes_head_of_meeting(page, place="村委会会议室")
    keeps_picture(page, "meeting_draft")
    votes_and_concludes(page)
    keeps_picture(page, "meeting_concluded")
    assert status_of(case) == Status.REVIEWED
    reports(page, "上报初步名单")


def the_township_rechecks_and_reports(page, case):
    opens(page, "home")
    keeps_picture(page, "home_township")
    records_visit(page, case, opinion="复核属实")
    takes_step(page, case, "复核通过", 意见="同意上报")
    assert status_of(case) == Status.RECHECKED
    reports(page, "核对后上报名单")


def the_county_determines(officer, leader, case):
    opens(officer, "home")
    keeps_picture(officer, "home_county")
    puts_session_forward(officer, people.COUNTY)
    opens(leader, "home")
    keeps_picture(leader, "home_leading_group")
    opens_session_put_forward(leader)
    votes_and_concludes(leader)
    assert status_of(case) == Status.MONITORED
    reports(leader, "上报审定名单")
    opens(officer, "case_detail", case.pk)
    follows(officer, "登记全国系统标注")
    presses(officer, "登记")
    is_told(officer, "已登记全国系统标注日期")
    case.refresh_from_db()
    assert case.in_national_system_on == clock.today()


def the_household_is_helped(cadre, reviewer, leader, case):
    opens(cadre, "plan_detail", case.pk)
    follows(cadre, "明确帮扶责任人")
    fills(cadre, 姓名="赵驻村", 单位="驻村工作队", 联系电话="13900000000")
    presses(cadre, "保存责任人")
    is_told(cadre, "已明确帮扶责任人")
    follows(cadre, "制定计划")
    fills(cadre, 缺什么="医疗支出大", 扶什么="医疗救助，公益岗位")
    keeps_picture(cadre, "plan_edit")
    presses(cadre, "保存，报乡镇审核")
    is_told(cadre, "等待乡镇审核")
    opens(reviewer, "plan_detail", case.pk)
    presses(reviewer, "审核通过，报县级")
    is_told(reviewer, "报县级审批")
    opens(leader, "plan_detail", case.pk)
    presses(leader, "审批通过")
    is_told(leader, "帮扶计划已审批")
    follows(leader, "添加措施")
    chooses(leader, 措施名称="公益岗位", 状态="已落实")
    fills(
        leader,
        措施内容="村内保洁员，每月 800 元",
        完成日期=clock.today().isoformat(),
        落实金额="800",
    )
    keeps_picture(leader, "measure_new")
    presses(leader, "保存措施")
    is_told(leader, "帮扶措施已登记")
    opens(cadre, "plan_detail", case.pk)
    sees(cadre, "赵驻村", "公益岗位", "审批")
    keeps_picture(cadre, "plan")


def half_a_year_passes(case):
    """Determined seven months ago, and the household earns enough now."""
    earlier = clock.today() - datetime.timedelta(days=215)
    Case.objects.filter(pk=case.pk).update(identified_on=earlier)
    Household.objects.filter(pk=case.household_id).update(
        per_capita_income=16000, income_year=clock.today().year
    )
    IncomeFactory(household=case.household, wage=60000)


def the_leading_group_undoes_it(page, case):
    opens(page, "case_detail", case.pk)
    follows(page, "回退")
    page.get_by_label("原因").select_option(index=1)
    fills(page, 意见="户主再次住院，消除有误")
    presses(page, "确认回退")
    is_told(page, "已办理“回退”")
    assert status_of(case) == Status.MONITORED


def the_neighbour_sees_none_of_it(page, case):
    name = case.household.head_name
    opens(page, "home")
    sees_nothing_of(page, name)
    finds_nothing_at(page, "case_detail", case.pk)
    finds_nothing_at(page, "plan_detail", case.pk)
    finds_nothing_at(page, "visit_new", case.pk)
    finds_nothing_at(page, "household_detail", case.household_id)
    finds_nothing_at(page, "meeting_detail", Meeting.objects.first().pk)
    finds_nothing_at(page, "reported_list_detail", ReportedList.objects.first().pk)
    opens(page, "household_list", q=name)
    sees(page, "没有找到")
    for listing in ("case_list", "meeting_list", "reported_list", "ledger_list"):
        opens(page, listing, scope="all")
        sees_nothing_of(page, name)
