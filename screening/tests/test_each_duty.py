"""附件1 sentence by sentence: what a department sends or enters, and where it arrives (docs/duties.md)."""

from datetime import date

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse

from accounts.models import Department
from accounts.tests.factories import COUNTY, VILLAGE, area_at, county_officer, user_at
from audit import clock
from households.tests.factories import HouseholdFactory
from screening import actions, checking
from screening.duties import known
from screening.models import Lead, Matter
from screening.tests.factories import kind_of, workbook
from screening.tests.test_checking import person, received
from workflow.tests.factories import moment

pytestmark = pytest.mark.django_db
MONTH = date(2021, 3, 1)
WHO = ["姓名", "身份证号"]
PLACED = ["户主姓名", "证件号码", "乡镇", "村"]
HERE = ["城关镇", "西关村"]


@pytest.fixture(autouse=True)
def march():
    with clock.at(moment(10)):
        yield


def lead_from(department, key, titles, *cells) -> Lead:
    """The department's line about a household of 西关村, dispatched; its one lead."""
    who, number = person(HouseholdFactory(village=area_at(VILLAGE), kind="lifted"), name="张三丰")
    content = ContentFile(workbook([who.name, number, *cells], titles=titles), name="名单.xlsx")
    file = checking.check(received(content, department, key))
    actions.dispatch_leads(file=file, by=county_officer())
    lead = Lead.objects.get()
    assert (lead.household, lead.case.risks) == (who.household, [kind_of(department, key).risk])
    assert lead.clause == Department.objects.get(pk=department).clause
    assert lead.clause in lead.explanation
    return lead


def entered(client, department, kind, **typed) -> Matter:
    """The department's clerk enters it on its page; it counts in the month's duty report."""
    client.force_login(user_at("department_clerk", department))
    typed = {k if k == "happened_on" else f"fact_{k}": v for k, v in typed.items()}
    answer = client.post(reverse("matter_new", args=[kind]), typed)
    matter = Matter.objects.get(kind=kind)
    assert answer.url == reverse("matter_detail", args=[matter.pk])
    own = Department.objects.get(pk=department)
    figures = dict(known.figures(own, area_at(COUNTY), MONTH))
    assert figures[f"{matter.of_kind.label}（件）"] == 1
    return matter


# --- lists of persons ----------------------------------------------------------------------------


def test_a_drop_out_is_followed_until_back_at_school():  # 附件1-3
    lead = lead_from("jiaoyu", "drop_out", [*WHO, "学校", "辍学原因"], "城关镇中学", "外出务工")
    assert lead.explanation == (
        "义务教育阶段失学辍学，学校城关镇中学，辍学原因外出务工，附件1-3"
    )  # fmt: skip


def test_a_student_beyond_compulsory_school_with_high_own_cost():  # 附件1-3
    lead = lead_from(
        "jiaoyu", "school_cost", [*WHO, "学段", "自费金额"], "大专以上（省外）", "18000"
    )
    assert "大专以上（省外）" in lead.explanation
    assert lead.risks == ["因学"]


def test_a_household_tied_to_a_failed_project():  # 附件1-4
    lead = lead_from(
        "nongye", "industry_failure", [*PLACED, "产业项目", "损失金额"], *HERE, "大棚蔬菜", "3万"
    )
    assert "产业项目大棚蔬菜，损失金额30000.00" in lead.explanation


def test_a_traffic_accident_with_one_badly_hurt():  # 附件1-7
    lead = lead_from(
        "gongan", "traffic_accident", [*WHO, "事故日期", "伤亡情况"], "2021-03-02", "一人重伤"
    )
    assert "伤亡情况一人重伤" in lead.explanation


def test_a_family_in_distress_is_looked_at_for_floor_protection():  # 附件1-8
    lead = lead_from("minzheng", "hardship", [*WHO, "困难原因"], "因病")
    assert lead.risks == ["兜底保障"]


def test_whoever_died_or_is_missing_in_a_disaster_is_listed():  # 附件1-11
    lead = lead_from(
        "yingji", "disaster", [*PLACED, "灾种", "受灾情况"], *HERE, "洪涝", "家中一人失踪"
    )
    assert "受灾情况家中一人失踪" in lead.explanation


def test_a_house_fallen_in_a_disaster_is_a_lead_and_is_answered_to_the_department():  # 附件1-11
    lead = lead_from("yingji", "disaster", [*PLACED, "灾种", "倒损房屋"], *HERE, "风雹", "倒塌两间")
    assert lead.rows.get().file.department_id == "yingji"
    assert "倒塌两间" in lead.explanation


# --- what is entered -----------------------------------------------------------------------------


def test_industry_projects_are_looked_through_every_month(client):  # 附件1-4
    matter = entered(client, "nongye", "industry_check", checked="大棚蔬菜", checked_on="2021-03-08",
                     found="棚膜老化，有大风风险", done="已更换")  # fmt: skip
    assert (matter.holder, matter.facts["found"]) == ("", "棚膜老化，有大风风险")


def test_who_wants_work_is_helped_to_it(client):  # 附件1-5
    matter = entered(client, "renshe", "job_help", activity="专场招聘", held_on="2021-03-09",
                     people="26")  # fmt: skip
    assert matter.facts["people"] == "26"


def test_the_water_company_is_supervised(client):  # 附件1-9
    matter = entered(client, "shuili", "water_check", checked="清丰中州农村供水有限公司",
                     checked_on="2021-03-06", found="一处水压偏低", done="已调整")  # fmt: skip
    assert matter.closed_by == matter.raised_by


def test_a_loan_at_risk_stays_open_until_it_is_resolved(client):  # 附件1-14
    matter = entered(client, "jinrong", "loan_risk", borrower="张三丰，农商行", amount="50000",
                     situation="逾期 60 天", happened_on="2021-03-05")  # fmt: skip
    page = reverse("matter_detail", args=[matter.pk])
    assert matter.holder == "department"
    client.post(page, {"words": "", "do": "step"})
    matter.refresh_from_db()
    assert matter.holder == "department"  # without a word nothing is resolved
    client.post(page, {"words": "已展期一年", "do": "step"})
    matter.refresh_from_db()
    assert (matter.holder, matter.words) == ("", "已展期一年")


def test_those_who_sell_are_found_and_trained(client):  # 附件1-15
    matter = entered(client, "shangwu", "channel", partner="城关镇经纪人协会", product="大蒜",
                     since="2021-03-05", details="培训农村经纪人 30 人")  # fmt: skip
    assert matter.facts["details"] == "培训农村经纪人 30 人"


def test_projects_are_planned_and_funds_asked_for(client):  # 附件1-16
    matter = entered(client, "fagai", "project", project="农产品冷链仓储", amount="2600000",
                     stage="已报省发改委")  # fmt: skip
    assert matter.facts["stage"] == "已报省发改委"


def test_consumption_assistance_is_held(client):  # 附件1-16
    matter = entered(client, "fagai", "consumption", activity="机关食堂采购脱贫户农产品",
                     held_on="2021-03-10", amount="86000")  # fmt: skip
    assert matter.facts["activity"] == "机关食堂采购脱贫户农产品"


def test_a_channel_takes_what_would_not_sell(client):  # 附件1-15
    village = area_at(VILLAGE)
    unsold = actions.raise_matter(
        kind=Matter(kind="unsold").of_kind, village=village, by=user_at("village_cadre", VILLAGE),
        facts={"product": "大蒜", "quantity": "3 万斤", "until": "2021-03-28"},
    )  # fmt: skip
    client.force_login(user_at("department_clerk", "shangwu"))
    client.post(reverse("matter_detail", args=[unsold.pk]), {"words": "对接批发市场收购"})
    unsold.refresh_from_db()
    assert (unsold.holder, unsold.words) == ("village", "对接批发市场收购")
