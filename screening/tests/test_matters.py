"""部门事项: who starts, holds and closes them; their clocks; lists, workbooks, areas."""

import io
from datetime import date, timedelta

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.tests.factories import (
    COUNTY,
    NEIGHBOUR,
    OTHER_TOWNSHIP,
    TOWNSHIP,
    VILLAGE,
    area_at,
    user_at,
)
from audit import clock
from audit.models import Event
from households.tests.factories import HouseholdFactory
from screening import actions
from screening.duties import kinds, rules
from screening.duties.kinds import COUNTY as AT_COUNTY
from screening.duties.kinds import DEPARTMENT, KINDS
from screening.duties.presenting import MatterLine
from screening.models import Lead, LeadKind, Matter
from screening.refusals import LeadRefused
from screening.tests.duty_factories import MatterFactory
from screening.tests.factories import workbook
from workflow.models import Case
from workflow.tests.factories import MonitoredCaseFactory, moment, photo

pytestmark = pytest.mark.django_db
DAY = date(2021, 3, 10)
WATER = {"cause": "管道破损", "households": "40", "situation": "主管道爆裂"}


@pytest.fixture(autouse=True)
def march():
    with clock.at(moment(10)):
        yield


@pytest.fixture
def village():
    return area_at(VILLAGE)


def cadre():
    return user_at("village_cadre", VILLAGE)


def clerk(key):
    return user_at("department_clerk", key)


def water(by=None, **more):
    by = by or cadre()
    return actions.raise_matter(
        kind=KINDS["water"], facts=WATER, by=by, village=area_at(VILLAGE),
        happened_on=more.pop("happened_on", DAY), **more,
    )  # fmt: skip


# --- declarations ---------------------------------------------------------------------------------


def test_every_kind_is_whole():
    for kind in KINDS.values():
        assert len(kind.path) == len(kind.verbs), kind.key
        assert len({f.key for f in kind.fields}) == len(kind.fields)
        assert not (kind.path and kind.raised_by == kinds.LIST and not kind.outcomes)


@pytest.mark.parametrize(
    ("happened", "raised", "late"),
    [(DAY, DAY, False), (DAY, DAY + timedelta(1), False), (DAY, DAY + timedelta(2), True)],
)
def test_reported_within_one_day(happened, raised, late):  # 附件1-6
    assert rules.is_reported_late(happened, raised, 24) is late


@pytest.mark.parametrize(
    ("period", "first", "last"),
    [("month", date(2021, 3, 1), date(2021, 3, 31)), ("quarter", date(2021, 1, 1), date(2021, 3, 31)),
     ("year", date(2021, 1, 1), date(2021, 12, 31))],
)  # fmt: skip
def test_periods(period, first, last):
    assert rules.first_of_period(DAY, period) == first
    assert rules.last_of_period(first, period) == last


# --- water 附件1-9 ---------------------------------------------------------------------------------


def test_water_goes_from_village_to_township_to_department_and_is_closed(village):
    matter = water()
    assert matter.holder == "township"
    assert matter.department_id == "shuili"
    with pytest.raises(LeadRefused, match="由乡镇办理"):
        actions.take_step(matter=matter, by=clerk("shuili"), words="已修好")
    actions.take_step(matter=matter, by=user_at("township_office", TOWNSHIP), words="送水车已到")
    assert matter.holder == DEPARTMENT
    with clock.at(moment(12)):
        actions.take_step(matter=matter, by=clerk("shuili"), words="管道已修复，恢复供水")
        assert matter.holder == ""
        assert MatterLine(matter).clock.startswith("用时 2 天")
    assert [step.holder for step in matter.steps.all()] == ["township", DEPARTMENT]
    events = list(Event.objects.filter(kind__startswith="matter").values_list("kind", flat=True))
    assert sorted(events) == ["matter_closed", "matter_moved", "matter_raised"]


def test_the_department_sends_back_and_the_reason_is_kept(village):
    matter = water()
    actions.take_step(matter=matter, by=user_at("township_office", TOWNSHIP), words="已送水")
    with pytest.raises(LeadRefused, match="退回原因"):
        actions.send_back(matter=matter, by=clerk("shuili"), words=" ")
    actions.send_back(
        matter=matter, by=user_at("department_clerk", "shuili"), words="请写明影响户数"
    )
    assert matter.holder == "township"
    assert matter.words == "请写明影响户数"


def test_a_race_loses_politely(village):
    """Without the conditional UPDATE the second township officer would pass it on again."""
    matter = water()
    first, second = (Matter.objects.get(pk=matter.pk) for _ in range(2))
    officer = user_at("township_office", TOWNSHIP)
    actions.take_step(matter=first, by=officer, words="已送水")
    with pytest.raises(LeadRefused, match="刚刚被别人办理过"):
        actions.take_step(matter=second, by=officer, words="又点了一次")
    assert matter.steps.count() == 1


def test_a_refused_step_leaves_nothing(village):
    matter = water()
    strangers = (user_at("township_office", OTHER_TOWNSHIP), cadre())
    before = Event.objects.count()
    for by in strangers:
        with pytest.raises(LeadRefused):
            actions.take_step(matter=matter, by=by, words="办好了")
    matter.refresh_from_db()
    assert matter.holder == "township"
    assert Event.objects.count() == before


def test_the_clock_is_visible_and_overdue_is_flagged(village):
    matter = water(happened_on=date(2021, 3, 7))
    assert "迟报" in MatterLine(matter).late
    with clock.at(moment(20)):
        assert "已超时" in MatterLine(matter).late
        assert matter.is_overdue
        assert Matter.objects.overdue().count() == 1


def test_the_same_form_twice_is_one_matter(village):
    by, key = cadre(), "3f2504e0-4f89-41d3-9a0c-0305e82c3301"
    assert water(by, form_key=key) == water(by, form_key=key)
    assert Matter.objects.count() == 1


# --- house 附件1-6 ---------------------------------------------------------------------------------


def test_a_bad_house_is_reported_once_and_becomes_a_lead(village):
    home = HouseholdFactory(village=village, with_members=2)
    matter = actions.raise_matter(
        kind=KINDS["house"], facts={"house": "漏雨", "situation": "东屋漏雨"}, by=cadre(),
        village=village, household=home, happened_on=DAY,
    )  # fmt: skip
    assert matter.lead.risks == ["因安全住房"]
    assert matter.lead.case.household == home
    by = clerk("zhujian")
    with pytest.raises(LeadRefused, match="请选择结果"):
        actions.take_step(matter=matter, by=by, words="看过")
    with pytest.raises(LeadRefused, match="写明原因"):
        actions.take_step(matter=matter, by=by, outcome="safe")
    actions.take_step(matter=matter, by=by, outcome="renovated")
    assert matter.closed_by == by
    assert matter.outcome == "renovated"


def test_another_villages_house_is_not_mine(village):
    home = HouseholdFactory(village=area_at(NEIGHBOUR))
    with pytest.raises(LeadRefused, match="别的村"):
        actions.raise_matter(
            kind=KINDS["house"], facts={"house": "漏雨", "situation": "漏雨"}, by=cadre(),
            village=home.village, household=home, happened_on=DAY,
        )  # fmt: skip
    assert not Matter.objects.exists()
    assert not Lead.objects.exists()


# --- areas 附件1-2, 附件1-9, 附件1-11 --------------------------------------------------------------


def disaster(*areas, by=None):
    return actions.raise_in_areas(
        kind=KINDS["disaster_area"], areas=list(areas), by=by or clerk("yingji"),
        facts={"disaster": "风雹", "situation": "大风倒房"}, happened_on=DAY,
    )  # fmt: skip


def test_an_area_becomes_one_task_a_village_and_no_lead(village):
    area_at(NEIGHBOUR)
    made = disaster(area_at(TOWNSHIP))
    assert {m.village_id for m in made} == {VILLAGE, NEIGHBOUR}
    assert not Lead.objects.exists()
    assert disaster(village, by=user_at("department_clerk", "yingji")) == []  # named again


def test_the_village_picks_affected_households(village):
    home, other = HouseholdFactory(village=village), HouseholdFactory(village=area_at(NEIGHBOUR))
    (matter,) = disaster(village)
    by = cadre()
    with pytest.raises(LeadRefused, match="本村"):
        actions.take_step(matter=Matter.objects.get(pk=matter.pk), by=by, households=[other])
    matter.refresh_from_db()
    assert matter.holder == "village"
    assert not matter.steps.exists()
    actions.take_step(matter=matter, by=by, households=[home])
    lead = Lead.objects.get()
    assert lead.household == home
    assert lead.kind.key == "disaster"
    assert lead.risks == ["因自然灾害"]
    assert Case.objects.get().household == home
    assert matter.words == "受影响 1 户"


def test_a_village_without_damage_says_so(village):
    (matter,) = disaster(village)
    actions.take_step(matter=matter, by=cadre())
    assert matter.outcome == "none"
    assert not Lead.objects.exists()


# --- records, lights, lists 附件1-8, 附件1-13, 附件1-14 ---------------------------------------------


def test_a_fund_allocation_is_on_record_at_once():
    facts = {
        "project": "水利提升",
        "amount": "120000.00",
        "paid_on": "2021-03-05",
        "receiver": "城关镇",
    }
    matter = actions.raise_matter(kind=KINDS["fund_allocation"], facts=facts, by=clerk("caizheng"))
    assert matter.holder == ""
    assert matter.closed_at


def test_a_red_light_is_answered_and_checked_by_the_county():
    by = clerk("caizheng")
    facts = {"colour": "红灯", "project": "产业园", "reason": "资金滞留"}
    matter = actions.raise_matter(kind=KINDS["fund_light"], facts=facts, by=by, happened_on=DAY)
    actions.take_step(matter=matter, by=by, words="已拨付，张三，3月12日")
    assert matter.holder == AT_COUNTY
    actions.take_step(matter=matter, by=user_at("county_office", COUNTY), words="核对属实")
    assert matter.holder == ""


def test_unsold_produce_finds_a_channel_and_the_village_closes_it(village):  # 附件1-15
    by = cadre()
    matter = actions.raise_matter(
        kind=KINDS["unsold"], village=village, by=by,
        facts={"product": "大蒜", "quantity": "3 万斤", "until": "2021-04-01"},
    )  # fmt: skip
    actions.take_step(matter=matter, by=clerk("shangwu"), words="联系濮阳批发市场收购")
    assert matter.holder == "village"
    actions.send_back(matter=matter, by=by, words="只收了一半，还剩 1.5 万斤")
    assert matter.holder == DEPARTMENT
    actions.take_step(matter=matter, by=user_at("department_clerk", "shangwu"), words="电商再收")
    actions.take_step(matter=matter, by=by, words="全部卖出")
    assert matter.holder == ""


@pytest.mark.parametrize(("key", "department"), [("loan", "jinrong"), ("floor_check", "minzheng")])
def test_a_list_holds_every_monitored_household_once(village, key, department):
    MonitoredCaseFactory.create_batch(3)
    by = clerk(department)
    assert actions.make_list(kind=KINDS[key], county=COUNTY, by=by) == 3
    MonitoredCaseFactory()
    assert actions.make_list(kind=KINDS[key], county=COUNTY, by=by) == 1
    with pytest.raises(LeadRefused):
        actions.make_list(kind=KINDS[key], county=COUNTY, by=clerk("yibao"))


def test_the_list_goes_out_and_comes_back_as_a_workbook(client):
    MonitoredCaseFactory.create_batch(2)
    by = clerk("minzheng")
    actions.make_list(kind=KINDS["floor_check"], county=COUNTY, by=by)
    client.force_login(by)
    response = client.post(reverse("matter_list_export", args=["floor_check"]))
    book = openpyxl.load_workbook(io.BytesIO(b"".join(response.streaming_content)))
    assert Event.objects.filter(kind="matter_list_exported").count() == 1
    first, second = Matter.objects.order_by("pk")
    sheet = book.active
    assert sheet["A1"].value == "事项编号"
    filled = workbook(
        [str(first.pk), "享受低保", ""], [str(second.pk), "停发", ""], ["999", "享受低保", ""],
        titles=["事项编号", "结果", "说明"],
    )  # fmt: skip
    page = client.post(
        reverse("matter_upload", args=["floor_check"]),
        {"file": SimpleUploadedFile("清单.xlsx", filled)},
    )
    text = page.content.decode()
    assert "写明原因" in text
    assert "1 个事项编号不在" in text
    first.refresh_from_db(), second.refresh_from_db()
    assert first.outcome == "subsistence"
    assert first.holder == ""
    assert second.holder == DEPARTMENT


def supported(case, kind):
    """A case whose household is on record with this support."""
    case.household.members.update(low_income_kind=kind)
    type(case.household).objects.filter(pk=case.household_id).update(low_income_kind=kind)
    return case


# on record, answered, on record afterwards: the stronger stays, 停发 ends all 附件1-8
ANSWERS = [
    ("", "subsistence", "低保"),
    ("低保", "hardship", "特困"),
    ("特困", "subsistence", "特困"),
    ("低保", "stopped", ""),
    ("特困", "not_eligible", ""),
    ("", "stopped", ""),
]


@pytest.mark.parametrize("is_bulk", [False, True])
def test_what_the_comparison_answers_stands_in_the_register_at_once(is_bulk):
    by, cases = clerk("minzheng"), [supported(MonitoredCaseFactory(), a[0]) for a in ANSWERS]
    silent = supported(MonitoredCaseFactory(), "低保")
    answers = {case.household_id: a[1] for case, a in zip(cases, ANSWERS, strict=True)}
    actions.make_list(kind=KINDS["floor_check"], county=COUNTY, by=by)
    matters = list(Matter.objects.exclude(household=silent.household))
    if is_bulk:
        given = {m.pk: (answers[m.household_id], "已核对") for m in matters}
        assert actions.take_steps(matters=matters, by=by, answers=given) == []
    else:
        for m in matters:
            actions.take_step(matter=m, by=by, outcome=answers[m.household_id], words="已核对")
    for case, (_, _, left) in zip(cases, ANSWERS, strict=True):
        case.household.refresh_from_db()
        assert case.household.low_income_kind == left
        assert set(case.household.members.values_list("low_income_kind", flat=True)) == {left}
    silent.household.refresh_from_db()
    assert silent.household.low_income_kind == "低保"
    events = Event.objects.filter(kind="household_changed", actor_id=by.pk)
    assert events.count() == 4  # two said what the register knew or may not lower
    assert cases[0].household.past.exists()


def test_an_answer_of_an_earlier_quarter_does_not_undo_a_later_one():
    by, case = clerk("minzheng"), MonitoredCaseFactory()
    actions.make_list(kind=KINDS["floor_check"], county=COUNTY, by=by)
    old = Matter.objects.get()
    with clock.at(moment(10, month=4)):
        actions.make_list(kind=KINDS["floor_check"], county=COUNTY, by=by)
        new = Matter.objects.exclude(pk=old.pk).get()
        actions.take_step(matter=new, by=by, outcome="subsistence")
        actions.take_step(matter=old, by=by, outcome="not_eligible", words="当时不符合")
    case.household.refresh_from_db()
    assert case.household.low_income_kind == "低保"
    assert not Matter.objects.differing().exists()


def test_a_comparison_whose_register_is_not_written_is_not_answered_either(monkeypatch):
    by, case = clerk("minzheng"), MonitoredCaseFactory()
    actions.make_list(kind=KINDS["floor_check"], county=COUNTY, by=by)

    def broken(**kwargs):
        raise RuntimeError

    monkeypatch.setattr("screening.actions.matter_register.settle_low_income", broken)
    with pytest.raises(RuntimeError):
        actions.take_step(matter=Matter.objects.get(), by=by, outcome="subsistence")
    assert Matter.objects.get().holder == DEPARTMENT
    assert case.household.members.filter(low_income_kind="").exists()


def test_answering_a_list_asks_the_same_of_the_database_whatever_its_length():
    by = clerk("minzheng")

    def queries(count):
        MonitoredCaseFactory.create_batch(count)
        actions.make_list(kind=KINDS["floor_check"], county=COUNTY, by=by)
        matters = list(Matter.objects.filter(holder=DEPARTMENT))
        answers = {m.pk: ("subsistence", "") for m in matters}
        with CaptureQueriesContext(connection) as seen:
            actions.take_steps(matters=matters, by=by, answers=answers)
        return len(seen)

    queries(1)  # permissions are remembered from here on
    assert queries(2) == queries(9)


def test_the_comparison_names_households_whose_register_says_otherwise(client):
    kept, same = supported(MonitoredCaseFactory(), "特困"), MonitoredCaseFactory()
    by = clerk("minzheng")
    actions.make_list(kind=KINDS["floor_check"], county=COUNTY, by=by)
    for matter in Matter.objects.filter(household__in=[kept.household, same.household]):
        actions.take_step(matter=matter, by=by, outcome="subsistence")
    assert [m.household for m in Matter.objects.differing()] == [kept.household]
    client.force_login(user_at("village_cadre", kept.village_id))
    page = client.get(reverse("matter_list"), {"state": "differs"})
    assert [line.matter.household for line in page.context["rows"]] == [kept.household]
    assert "与档案不一致（档案登记：特困）" in page.content.decode()
    supported(kept, "低保")
    assert not Matter.objects.differing().exists()


def test_records_come_in_by_workbook_and_only_once(client):
    client.force_login(clerk("caizheng"))
    rows = workbook(
        ["道路", "50000", "2021-03-02", "城关镇"], ["机井", "很多", "2021-03-02", "马庄桥镇"],
        titles=["项目", "金额（元）", "拨付日期", "乡镇、单位"],
    )  # fmt: skip
    for _ in range(2):
        page = client.post(
            reverse("matter_upload", args=["fund_allocation"]),
            {"file": SimpleUploadedFile("拨付.xlsx", rows)},
        )
    assert "第 3 行" in page.content.decode()
    assert Matter.objects.filter(kind="fund_allocation").count() == 1


def test_areas_by_workbook_are_a_list_whose_rows_are_answered(client):
    client.force_login(clerk("weijian"))
    answer = client.get(reverse("matter_upload", args=["epidemic_area"]))
    kind = LeadKind.objects.get(department="weijian", key="epidemic_area")
    assert answer.url == f"{reverse('lead_file_new')}?kind={kind.pk}"


# --- pages ----------------------------------------------------------------------------------------


def test_a_clerk_sees_only_matters_of_the_own_department(client, village):
    matter = water()
    client.force_login(clerk("zhujian"))
    assert client.get(reverse("matter_detail", args=[matter.pk])).status_code == 404
    client.force_login(clerk("shuili"))
    assert client.get(reverse("matter_detail", args=[matter.pk])).status_code == 200


def test_the_village_reports_water_with_a_photo_and_the_department_sees_it(client, village):
    client.force_login(cadre())
    page = reverse("matter_new", args=["water"])
    assert client.get(page).status_code == 200
    sent = {f"fact_{key}": value for key, value in WATER.items()} | {"happened_on": "2021-03-10"}
    response = client.post(page, {**sent, "photos": [photo()]})
    matter = Matter.objects.get()
    assert response.url == reverse("matter_detail", args=[matter.pk])
    client.force_login(clerk("shuili"))
    file = reverse("matter_file", args=[matter.pk, matter.files.get().pk])
    response = client.get(file)
    assert response.status_code == 200
    assert b"".join(response.streaming_content)[:2] == b"\xff\xd8"
    client.force_login(clerk("yibao"))
    assert client.get(file).status_code == 404


def test_the_village_is_asked_which_household(client, village):
    client.force_login(cadre())
    page = reverse("matter_new", args=["house"])
    assert "是哪一户" in client.get(page).content.decode()
    home = HouseholdFactory(village=village, with_members=1)
    sent = {"fact_house": "危房", "fact_situation": "墙体开裂", "happened_on": "2021-03-10"}
    client.post(f"{page}?household={home.pk}", sent)
    assert Matter.objects.get().household == home
    elsewhere = HouseholdFactory(village=area_at(NEIGHBOUR))
    assert client.post(f"{page}?household={elsewhere.pk}", sent).status_code == 404


def test_the_village_answers_an_area_task_on_its_page(client, village):
    home = HouseholdFactory(village=village)
    (matter,) = disaster(village)
    client.force_login(cadre())
    page = reverse("matter_detail", args=[matter.pk])
    assert home.head_name in client.get(page).content.decode()
    assert "请勾选受影响的农户" in client.post(page, {"do": "step"}).content.decode()
    client.post(page, {"do": "step", "household": [home.pk]})
    assert Lead.objects.get().household == home


def test_many_are_answered_at_once(client):
    MonitoredCaseFactory.create_batch(3)
    by = clerk("jinrong")
    actions.make_list(kind=KINDS["loan"], county=COUNTY, by=by)
    client.force_login(by)
    sent = {"matter": list(Matter.objects.values_list("pk", flat=True)), "outcome": "lent"}
    client.post(reverse("matter_answer_many", args=["loan"]), sent)
    assert Matter.objects.filter(outcome="lent", holder="").count() == 3


def test_the_list_page_costs_the_same_for_ten_and_for_fifty(client, village):
    MatterFactory.create_batch(10)
    client.force_login(user_at("township_office", TOWNSHIP))
    url = reverse("matter_list")
    client.get(url)
    with CaptureQueriesContext(
        connection,
    ) as ten:
        client.get(url)
    MatterFactory.create_batch(40)
    with CaptureQueriesContext(connection) as fifty:
        client.get(url)
    assert len(fifty) == len(ten)
