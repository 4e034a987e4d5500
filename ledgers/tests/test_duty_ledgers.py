"""The departments' papers, and leads fed back to township and village 六（二）."""

import pytest
from django.urls import reverse

from accounts.models import Department
from accounts.tests.factories import COUNTY, TOWNSHIP, VILLAGE, area_at, user_at
from audit import clock
from ledgers import sheets
from ledgers.tests.factories import march
from screening.models import Lead
from screening.tests.duty_factories import DutyReportFactory, MatterFactory
from screening.tests.factories import (
    AnsweredLeadFactory,
    LeadFactory,
    LeadFileFactory,
    LeadRowFactory,
    kind_of,
)
from workflow.tests.factories import VisitFactory, moment

pytestmark = pytest.mark.django_db
QUERY = {"month": "2021-03", "area": COUNTY}


@pytest.fixture(autouse=True)
def _in_march():
    with clock.at(moment(29)):
        yield


def lines(key, code=COUNTY, user=None) -> list[dict]:
    ledger = sheets.find(key)
    labels = [column.label for column in ledger.columns]
    found = ledger.blocks(march(code), user)
    return [dict(zip(labels, line, strict=True)) for block in found for line in block]


def test_a_department_has_its_own_comparison_and_nothing_else(client):
    LeadRowFactory(name="赵医保", lead=AnsweredLeadFactory())
    other = LeadFileFactory(department=Department.objects.get(pk="canlian"))
    LeadRowFactory(file=other, name="钱残联")
    assert {line["姓名"] for line in lines("department_comparison")} == {"赵医保", "钱残联"}
    clerk = user_at("department_clerk", "yibao")
    (own,) = lines("department_comparison", user=clerk)
    assert own["部门"] == "县医保局"
    assert own["核实结果"].startswith("不属实")
    client.force_login(clerk)
    page = client.get(
        reverse("ledger_show", args=["department_comparison"]), QUERY
    ).content.decode()
    assert "赵医保" in page
    assert "钱残联" not in page
    sent = client.post(
        reverse("ledger_export", args=["department_comparison"]), {**QUERY, "form": "flat"}
    )
    assert sent["Content-Type"].startswith("application/vnd.openxml")


@pytest.mark.parametrize("key", ["annex2", "leads", "assistance", "verification"])
def test_a_department_has_no_ledger_of_households(client, key):
    client.force_login(user_at("department_clerk", "yibao"))
    assert client.get(reverse("ledger_show", args=[key]), QUERY).status_code == 404
    assert client.post(reverse("ledger_export", args=[key]), QUERY).status_code == 404
    page = client.get(reverse("ledger_list"), QUERY)
    assert {ledger.key for ledger, _ in page.context["ledgers"]} == {
        "department_comparison", "matters", "duty_reports", "department_measures",
        "insurance", "insured", "relief",
    }  # fmt: skip


def test_a_department_takes_its_own_county_only(client):
    client.force_login(user_at("department_clerk", "yibao"))
    query = {**QUERY, "area": area_at("410923").pk}
    assert client.get(reverse("ledger_show", args=["duty_reports"]), query).status_code == 404


def test_leads_are_fed_back_by_department_township_and_village():
    LeadFactory(kind=kind_of("canlian", "new_certificate"))
    LeadFactory()
    LeadFactory(source=Lead.Source.CADRE, kind=None)
    by_department = lines("department_leads")
    assert [line["部门及类型"].split()[0] for line in by_department] == ["县医保局", "县残联"]
    assert len(lines("township_leads", TOWNSHIP)) == len(lines("village_leads", VILLAGE)) == 2
    assert len(lines("leads")) == 3
    assert not sheets.find("department_leads").is_of(area_at(TOWNSHIP))


def test_the_verification_ledger_has_visit_and_answer():
    lead = AnsweredLeadFactory()
    VisitFactory(case=lead.case, purpose="SCREENING", visitors="王村干、驻村工作队")
    (line,) = lines("verification")
    assert line["走访人员"] == "王村干、驻村工作队"
    assert (line["走访方式"], line["核实结果"]) == ("入户", "不属实")
    assert line["核实人"]


def test_the_matters_of_the_month_tell_where_they_are():
    MatterFactory()
    (line,) = lines("matters")
    assert (line["部门"], line["办到哪里"]) == ("县水利局", "乡镇办理")
    assert "管道破损" in line["内容"]
    assert lines("matters", TOWNSHIP) == [line]
    assert lines("matters", user=user_at("department_clerk", "zhujian")) == []


def test_the_duty_table_lists_sixteen_with_the_missing_ones():
    DutyReportFactory(is_late=True)
    found = {line["部门"]: line["报送情况"] for line in lines("duty_reports")}
    assert len(found) == 16
    assert found["县医保局"] == "已报送，迟报"
    assert found["县发改委"] == "未报"
