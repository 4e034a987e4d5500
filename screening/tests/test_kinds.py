"""Lead kinds as an administrator keeps them: a new one without code, another line tried."""

from datetime import date
from decimal import Decimal

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Department
from accounts.tests.factories import (
    COUNTY,
    VILLAGE,
    area_at,
    county_officer,
    department_clerk,
    system_admin,
)
from audit import clock
from audit.models import Event
from households.tests.factories import HouseholdFactory, LiftedHouseholdFactory, next_id_number
from policy.actions import set_parameter
from screening import actions, checking, kinds
from screening.models import LeadKind, LeadRow
from screening.refusals import LeadRefused
from screening.tests.factories import kind_of, upload
from screening.tests.test_checking import checked, person, received, stay
from screening.trying import try_line
from workflow.tests.factories import moment

pytestmark = pytest.mark.django_db
MONTH = date(2021, 3, 1)
Verdict = LeadRow.Verdict


@pytest.fixture(autouse=True)
def march():
    with clock.at(moment(10)):
        yield


@pytest.fixture
def village():
    return area_at(VILLAGE)


def column(label, kind="text", *, synonyms=(), required=False, key=""):
    return {
        "key": key,
        "label": label,
        "type": kind,
        "synonyms": list(synonyms),
        "required": required,
    }


PERSON = [column("姓名", "name", required=True), column("证件号码", "id", required=True)]
NEW = {
    "label": "大额医药费", "risk": "因病", "rule": "above_line", "parameter": "other_amount_line",
    "basis": "", "cadence": "monthly", "clause": "五（一）", "is_active": True,
    "columns": [*PERSON, column("花了多少", "amount", synonyms=["支出"], required=True)],
}  # fmt: skip


def added(**more):
    minzheng = Department.objects.get(pk="minzheng")
    return actions.save_kind(by=system_admin(), department=minzheng, **(NEW | more))


def test_a_new_kind_needs_no_code(village):
    kind = added()
    assert (kind.key, [c["key"] for c in kind.columns]) == (
        "list1",
        ["name", "id_number", "column1"],
    )
    _, number = person(HouseholdFactory(village=village))
    _, poor = person(LiftedHouseholdFactory(village=village))
    titles = ["姓名", "身份证", "支出"]
    kind.columns[1]["synonyms"] = ["身份证"]
    kind = actions.save_kind(by=system_admin(), kind=kind, columns=kind.columns)
    rows = (["张三丰", number, 5000], ["张三丰", poor, 5000])
    without = checking.check(received(upload(*rows, titles=titles), "minzheng", "list1"))
    assert [row.verdict for row in without.rows.all()] == [Verdict.OK, Verdict.OK]
    for population, value in (("lifted", 3000), ("general", 6000)):
        set_parameter(
            key="other_amount_line", value=value, valid_from=date(2021, 1, 1), by=system_admin(),
            population=population,
        )  # fmt: skip
    file = checking.check(
        received(upload(*rows, titles=titles, above=[["改"]]), "minzheng", "list1")
    )
    below, lead = file.rows.all()
    assert (below.verdict, below.reason) == (
        Verdict.BELOW, "花了多少 5,000 元，未超过 6,000 元（一般农户，五（一））",
    )  # fmt: skip
    assert lead.reason == "大额医药费，花了多少 5,000 元 > 3,000 元，脱贫户，五（一）"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"label": "低保、特困增减"}, "已经有"),
        ({"risk": "因懒"}, "代码表"),
        ({"rule": "computed"}, "判定规则"),
        ({"rule": "inpatient_self_paid", "parameter": "inpatient_self_paid"}, "个人自付、住院日期"),
        ({"parameter": ""}, "政策参数"),
        ({"basis": "year_total"}, "口径"),
        ({"columns": PERSON}, "必填的金额"),
        ({"columns": []}, "必填的金额"),
        ({"rule": "listed", "columns": []}, "1 到 40 个"),
        ({"rule": "listed", "columns": PERSON[:1]}, "找不到人"),
        ({"rule": "listed", "columns": [*PERSON, PERSON[0]]}, "只能有一列"),
        ({"rule": "listed", "columns": [*PERSON, column("备注", "blob")]}, "内容"),
        ({"rule": "listed", "columns": [*PERSON, column("备注", synonyms=["姓 名"])]}, "分不清"),
        ({"rule": "listed", "columns": [*PERSON, column("备注", synonyms=["*"])]}, "只有符号"),
    ],
)
def test_what_a_kind_needs(change, words):
    before = LeadKind.objects.count()
    with pytest.raises(LeadRefused, match=words):
        added(**change)
    assert LeadKind.objects.count() == before
    assert not Event.objects.filter(kind="lead_kind_saved").exists()


def test_who_may_and_what_is_on_record():
    for user in (county_officer(), department_clerk()):
        with pytest.raises(LeadRefused, match="系统管理员"):
            actions.save_kind(by=user, kind=kind_of(), label="改名")
    kind = kind_of()
    kind.titles = {"对象": "name"}
    kind.save()
    kind = actions.save_kind(by=system_admin(), kind=kind, label="改名", forget=["对象"])
    assert kind.titles == {}
    detail = Event.objects.get(kind="lead_kind_saved").detail
    assert detail["before"] == {"label": "住院自付费用过高"}
    assert (detail["after"], detail["forgotten"]) == ({"label": "改名"}, ["对象"])


def test_the_first_rows_never_overwrite_what_was_changed():
    actions.save_kind(by=system_admin(), kind=kind_of(), label="改名", is_active=False)
    before = LeadKind.objects.count()
    kinds.plant(apps)
    assert (kind_of().label, kind_of().is_active) == ("改名", False)
    assert LeadKind.objects.count() == before


def test_the_pages_from_a_copy_to_a_change(client):
    client.force_login(system_admin())
    assert "照此新增" in client.get(reverse("lead_kind_list")).text
    like = kind_of("minzheng", "hardship")
    url = reverse("lead_kind_new")
    page = client.get(url, {"like": like.pk})
    assert "照“因病灾学残等陷入困境”新增" in page.text
    data = {"department": "minzheng", "label": "孤儿", "risk": "", "rule": "listed", "parameter": "",
            "basis": "", "cadence": "monthly", "clause": "附件1-8", "is_active": "on",
            "columns-TOTAL_FORMS": "3", "columns-INITIAL_FORMS": "0"}  # fmt: skip
    lines = [
        ("姓名", "name", "孩子姓名，儿童", "on"),
        ("证件号码", "id", "", "on"),
        ("", "text", "", ""),
    ]
    for n, (label, kind, synonyms, required) in enumerate(lines):
        data |= {f"columns-{n}-label": label, f"columns-{n}-type": kind,
                 f"columns-{n}-synonyms": synonyms, f"columns-{n}-required": required}  # fmt: skip
    assert client.post(url, data).status_code == 302
    kind = LeadKind.objects.get(label="孤儿")
    assert [c["synonyms"] for c in kind.columns] == [["孩子姓名", "儿童"], []]
    assert "已经有“孤儿”" in client.post(url, data).text
    edit = reverse("lead_kind_form", args=[kind.pk])
    assert "孩子姓名、儿童" in client.get(edit).text
    del data["is_active"]
    assert client.post(edit, data).status_code == 302
    kind.refresh_from_db()
    assert (kind.is_active, kind.department_id) == (False, "minzheng")
    computed = LeadKind.objects.filter(rule=LeadKind.COMPUTED).first()
    assert client.get(reverse("lead_kind_form", args=[computed.pk])).status_code == 404


# --- another line --------------------------------------------------------------------------------


def test_another_line_is_counted_and_nothing_changes(client, village):
    _, poor = person(LiftedHouseholdFactory(village=village))
    _, number = person(HouseholdFactory(village=village))
    checked(
        stay(poor, paid=6000), stay(poor, paid=4000), stay(number, paid=9000),
        stay(next_id_number(), "赵不详", paid=12000), stay("", paid=5),
    )  # fmt: skip
    before = list(LeadRow.objects.values())
    lines = {"lifted": Decimal(3000), "general": Decimal(8000)}
    kind = kind_of()
    with CaptureQueriesContext(connection) as queries:
        found = try_line(kind, [COUNTY], MONTH, MONTH, **lines)
    assert len(queries) == 1
    lifted, general, total = (
        (t.rows, t.rows_now, t.households_now, t.rows_then, t.households_then) for t in found
    )
    assert lifted == (2, 1, 1, 2, 1)
    assert general == (2, 1, 0, 2, 1)
    assert total == (4, 2, 1, 4, 2)
    assert try_line(kind_of(), [COUNTY], date(2021, 4, 1), date(2021, 5, 1), **lines) == []
    assert try_line(kind_of(), ["410999"], MONTH, MONTH, **lines) == []
    client.force_login(county_officer())
    url = reverse("lead_kind_trial", args=[kind_of().pk])
    assert "5,500 元" in client.get(url).text
    asked = {"since": "2021-01", "until": "2021-03", "lifted": "3000", "general": "8000"}
    assert "+1" in client.get(url, asked).text
    assert client.get(url, asked | {"lifted": "x"}).status_code == 200
    no_amount = kind_of("canlian", "new_certificate")
    assert client.get(reverse("lead_kind_trial", args=[no_amount.pk])).status_code == 404
    assert list(LeadRow.objects.values()) == before
