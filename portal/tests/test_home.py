"""本月任务: each post sees its own work, the late first, at a constant number of queries."""

import datetime

import pytest
from django.urls import reverse

from accounts.models import Department
from accounts.tests import factories as people
from assistance.tests.relief_factories import InsuranceClaimFactory, ReliefRequestFactory
from audit import clock
from households.tests.factories import HouseholdFactory, NaturalChangeFactory
from portal.tests.counting import queries
from screening.models import LeadFile, LeadKind
from screening.tests.factories import LeadFileFactory, LeadRowFactory
from workflow.models import ReportedList
from workflow.states import Status
from workflow.tests.factories import (
    CaseFactory,
    MonthlyRoundFactory,
    ReportedListFactory,
    VisitFactory,
    put_on_list,
)
from workflow.transitions import LISTED

pytestmark = pytest.mark.django_db
MOST_QUERIES = 14  # the county office: its month, matters in hand, sixteen duty reports


@pytest.fixture
def march():
    """18 March 2021: two days before the village's gate."""
    with clock.at(datetime.datetime(2021, 3, 18, 10)):
        MonthlyRoundFactory()
        yield


def case_in(status, village=people.VILLAGE, *, reported=True):
    """A case in this state, on the list that brings it to its holder unless told otherwise."""
    household = HouseholdFactory(village=people.area_at(village))
    case = CaseFactory(status=status, household=household)
    if reported and status in LISTED:
        put_on_list(case)
    return case


def opened(client, user):
    client.force_login(user)
    response = client.get("/")
    assert response.status_code == 200
    return response


def task(response, name):
    found = [t for s in response.context["sections"] for t in s.tasks if t.name == name]
    assert found, f"no task {name}"
    return found[0]


def test_stranger_is_sent_to_sign_in(client):
    assert client.get("/").status_code == 302


@pytest.mark.usefixtures("march")
def test_quiet_village_is_offered_zero_report(client):
    response = opened(client, people.village_cadre())
    hand_in = task(response, "上报排查台账")
    assert hand_in.action == "零报告"
    assert response.context["next_task"] == hand_in
    assert "/sheet/hand-in/" in hand_in.url
    assert task(response, "核实线索").is_done


@pytest.mark.usefixtures("march")
def test_zero_report_leaves_nothing_to_do(client):
    cadre = people.village_cadre()
    ReportedListFactory(kind=ReportedList.Kind.SCREENING)
    response = opened(client, cadre)
    assert task(response, "上报排查台账").is_done
    assert task(response, "上报初步名单").is_done
    assert response.context["next_task"] is None


@pytest.mark.usefixtures("march")
def test_village_screens_before_it_hands_in(client):
    cadre = people.village_cadre()
    case_in(Status.LEAD)
    response = opened(client, cadre)
    assert task(response, "入户排查").state_label == "1 户待排查"
    assert not task(response, "上报排查台账").is_now
    assert response.context["next_task"].name == "入户排查"


@pytest.mark.usefixtures("march")
def test_after_the_gate_the_task_is_late_but_still_offered(client):
    cadre = people.village_cadre()
    with clock.at(datetime.datetime(2021, 3, 21, 9)):
        hand_in = task(opened(client, cadre), "上报排查台账")
    assert hand_in.is_late
    assert hand_in.is_now


@pytest.mark.usefixtures("march")
def test_village_reviews_and_reports(client):
    cadre = people.village_cadre()
    case_in(Status.SCREENED)
    passed = case_in(Status.REVIEWED, reported=False)
    assert passed.on_list is None
    response = opened(client, cadre)
    assert task(response, "开村级评议会").state_label == "1 户待评议"
    assert task(response, "上报初步名单").state_label == "1 户待上报"


def test_a_lead_after_the_gate_has_its_own_date_and_holds_nothing_up(client):
    """四（二）: what comes on the 22nd is due on 20 April; March is still handed in."""
    with clock.at(datetime.datetime(2021, 3, 22, 9)):
        round = MonthlyRoundFactory()
        case = case_in(Status.LEAD)
        type(case).objects.update(due_on=datetime.date(2021, 4, 20))
        response = opened(client, people.village_cadre())
    screen = task(response, "入户排查")
    assert (screen.due_on, screen.is_late) == (datetime.date(2021, 4, 20), False)
    assert "4月20日前办完" in screen.hint
    assert task(response, "上报排查台账").is_now
    assert response.context["next_task"].name == "上报排查台账"
    assert round.screening_on == datetime.date(2021, 3, 20)


@pytest.mark.usefixtures("march")
def test_a_household_under_monitoring_is_to_be_visited_when_its_interval_is_over(client):
    seen, unseen = case_in(Status.MONITORED), case_in(Status.MONITORED)
    type(seen).objects.update(identified_on=datetime.date(2021, 1, 10))
    VisitFactory(case=seen, purpose="HELP", visited_on=datetime.date(2021, 3, 2))
    VisitFactory(case=unseen, purpose="HELP", visited_on=datetime.date(2021, 1, 27))
    due = task(opened(client, people.village_cadre()), "到期的帮扶走访")
    assert due.state_label == "1 户到期"
    listed = client.get(due.url).content.decode()
    assert reverse("plan_detail", args=[unseen.pk]) in listed
    assert reverse("plan_detail", args=[seen.pk]) not in listed


@pytest.mark.usefixtures("march")
def test_a_clearing_that_passed_leads_to_its_own_list(client):
    case_in(Status.CLEARING_REVIEWED, reported=False)
    response = opened(client, people.village_cadre())
    assert "kind=CLEARING" in task(response, "上报消除风险名单").url
    assert "kind=ADMISSION" not in task(response, "上报初步名单").state_label


@pytest.mark.usefixtures("march")
def test_a_month_without_change_is_two_actions(client):
    """零报告: one press at home, one on the page that asks to check it."""
    first = opened(client, people.village_cadre())
    main = first.content.decode().split("<main")[1].split("</main>")[0]
    assert main.count("btn-primary") == 1
    url = first.context["next_task"].url
    assert "零报告，报" in client.get(url).content.decode()
    client.post(url)
    assert client.get("/").context["next_task"] is None


@pytest.mark.usefixtures("march")
def test_neighbour_sees_none_of_it(client):
    neighbour = people.neighbour_cadre()
    case_in(Status.LEAD)
    case_in(Status.SCREENED)
    response = opened(client, neighbour)
    assert task(response, "入户排查").is_done
    assert task(response, "开村级评议会").is_done


@pytest.mark.usefixtures("march")
def test_township_sees_late_villages_first_and_what_to_recheck(client):
    reviewer = people.township_reviewer()
    people.area_at(people.NEIGHBOUR)
    case_in(Status.REVIEWED)
    ReportedListFactory(kind=ReportedList.Kind.SCREENING)
    with clock.at(datetime.datetime(2021, 3, 22, 9)):
        response = opened(client, reviewer)
    assert task(response, "复核名单").state_label == "1 户待复核"
    villages = response.context["sections"][0].rows
    assert [v.code for v in villages] == [people.NEIGHBOUR, people.VILLAGE]
    assert villages[0].is_late
    assert not villages[1].is_late


@pytest.mark.usefixtures("march")
def test_township_waits_for_the_list_of_the_village(client):
    reviewer = people.township_reviewer()
    case_in(Status.REVIEWED, reported=False)
    assert task(opened(client, reviewer), "复核名单").is_done


@pytest.mark.usefixtures("march")
def test_township_repeats_natural_changes_in_the_national_system(client):
    reviewer = people.township_reviewer()
    household = HouseholdFactory(village=people.area_at(people.VILLAGE), with_members=1)
    change = NaturalChangeFactory(household=household, person=household.members.get())
    told = task(opened(client, reviewer), "自然增减录入国家系统")
    assert told.state_label == "1 条待同步"
    assert household.head_name in client.get(told.url).content.decode()
    client.post(reverse("natural_change_mark"), {"change": change.pk})
    assert task(opened(client, reviewer), "自然增减录入国家系统").is_done


@pytest.mark.usefixtures("march")
def test_county_office_compiles_and_leading_group_determines(client):
    officer, leader = people.county_officer(), people.leading_group_officer()
    case_in(Status.RECHECKED)
    case_in(Status.MONITORED)
    assert task(opened(client, officer), "汇总提请审定").state_label == "1 户待提请"
    response = opened(client, leader)
    assert task(response, "开审定会").is_done  # nothing was put forward yet
    assert task(response, "落实帮扶责任人、计划和措施").state_label == "1 户没有落实"
    assert task(response, "标注全国系统").state_label == "1 户待标注"


@pytest.mark.usefixtures("march")
def test_claims_and_relief_wait_with_those_who_handle_them(client):
    InsuranceClaimFactory()
    ReliefRequestFactory.create_batch(2)
    ReliefRequestFactory(state="refused")
    office, village = people.county_officer(), people.village_cadre()
    names = ("办理防贫保理赔", "审批、发放救助")
    found = [task(opened(client, office), name).state_label for name in names]
    assert found == ["1 件未办结", "2 笔未办结"]
    assert task(opened(client, people.township_reviewer()), names[1]).state_label == "2 笔未办结"
    desk = people.department_clerk("minzheng")
    assert task(opened(client, desk), names[1]).state_label == "2 笔未办结"
    for other in (village, people.department_clerk("yibao")):
        shown = {t.name for s in opened(client, other).context["sections"] for t in s.tasks}
        assert not shown & set(names)


@pytest.mark.usefixtures("march")
def test_department_clerk_is_asked_for_this_months_lists(client):
    LeadKind.objects.filter(department_id="canlian").delete()
    LeadKind.objects.create(
        department_id="canlian", key="probe", label="新增残疾人", risk="因残", columns=[],
        rule="every", cadence=LeadKind.Cadence.MONTHLY_20TH, clause="附件1-10",
    )  # fmt: skip
    found = task(opened(client, people.department_clerk("canlian")), "报送新增残疾人名单")
    assert found.due_on == datetime.date(2021, 3, 20)
    assert found.action == "去报送"


@pytest.mark.usefixtures("march")
def test_a_list_whose_columns_nobody_knows_is_a_task_of_sender_and_county(client):
    file = LeadFileFactory(state=LeadFile.State.UNNAMED)
    asked = task(opened(client, people.department_clerk()), f"指认列名：{file.name}")
    assert asked.url == reverse("lead_file_columns", args=[file.pk])
    asked = task(opened(client, people.county_officer()), "指认列名")
    assert asked.state_label == "1 份待指认"
    assert file.name in client.get(asked.url).text
    assert not any(
        "指认" in t.name
        for s in opened(client, people.department_clerk("canlian")).context["sections"]
        for t in s.tasks
    )


@pytest.mark.usefixtures("march")
def test_a_checked_list_is_to_be_sent_out_only_when_it_holds_leads(client):
    file, officer = LeadFileFactory(state=LeadFile.State.CHECKED), people.county_officer()
    assert task(opened(client, officer), "下发部门名单").state_label == "没有待办"
    home = HouseholdFactory(village=people.area_at(people.VILLAGE))
    LeadRowFactory(file=file, household=home, match="equal")
    assert task(opened(client, officer), "下发部门名单").state_label == "1 份待下发"


@pytest.mark.usefixtures("march")
def test_who_acts_for_many_departments_is_told_by_the_first_posts(client):
    officer = people.county_officer()
    for one in Department.objects.all()[:3]:
        people.PostFactory(user=officer, role="department_clerk", area=None, department=one)
    assert "等 4 个岗位" in opened(client, officer).text


@pytest.mark.usefixtures("march")
def test_supervisor_reads_figures_and_has_no_task(client):
    supervisor = people.supervisor()
    case_in(Status.LEAD)
    response = opened(client, supervisor)
    assert not any(s.tasks for s in response.context["sections"])
    figures = {f.label: f.number for s in response.context["sections"] for f in s.figures}
    assert figures["线索"] == 1


def test_administrator_has_consoles(client):
    response = opened(client, people.system_admin())
    assert "政策参数" in [f.number for f in response.context["sections"][0].figures]


def test_somebody_without_a_post_is_told_so(client):
    assert "没有任何岗位" in opened(client, people.UserFactory()).content.decode()


@pytest.mark.parametrize(
    "persona",
    [
        people.village_cadre,
        people.township_reviewer,
        people.county_officer,
        people.leading_group_officer,
        people.department_clerk,
        people.supervisor,
        people.system_admin,
    ],
)
@pytest.mark.usefixtures("march")
def test_home_costs_the_same_at_1_and_at_20_rows(client, persona):
    user = persona()
    opened(client, user)
    for status in (Status.LEAD, Status.REVIEWED, Status.RECHECKED, Status.MONITORED):
        case_in(status)
    few = len(queries(client, "/"))
    for number in range(20):
        case_in(Status.LEAD, village=f"4109221002{number + 10}")
        case_in(Status.REVIEWED, village=f"4109221012{number + 10}")
    many = len(queries(client, "/"))
    assert many == few
    assert few <= MOST_QUERIES


@pytest.mark.parametrize(
    "persona",
    [
        people.village_cadre,
        people.township_reviewer,
        people.county_officer,
        people.leading_group_officer,
        people.department_clerk,
        people.supervisor,
        people.system_admin,
        people.security_admin,
        people.audit_admin,
    ],
)
@pytest.mark.usefixtures("march")
def test_everything_a_home_or_menu_points_to_opens(client, persona):
    user = persona()
    for status in Status:
        case_in(status)
    response = opened(client, user)
    sections = response.context["sections"]
    asked = {t.url for s in sections for t in s.tasks} | {
        f.url for s in sections for f in s.figures
    }
    asked |= {
        item.url for group in response.context["navigation"].groups for item in group["items"]
    }
    assert {url: client.get(url).status_code for url in asked} == dict.fromkeys(asked, 200)
