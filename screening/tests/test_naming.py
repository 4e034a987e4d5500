"""Columns that no synonym knows: asked once, remembered, the rest of the sheet kept."""

import pytest
from django.urls import reverse

from accounts.tests.factories import VILLAGE, area_at, department_clerk, user_at
from audit import clock
from audit.models import Event
from households.tests.factories import HouseholdFactory, next_id_number
from screening import actions, checking, naming
from screening.models import LeadFile, LeadRow
from screening.refusals import LeadRefused
from screening.row_form import masked
from screening.tests.factories import kind_of, upload
from screening.tests.test_checking import checked, person, received, stay
from workflow.tests.factories import moment

pytestmark = pytest.mark.django_db
State = LeadFile.State
STRANGE = ["对象", "公民号", "乡镇", "行政村", "入院日期", "自己掏的钱", "医院名称"]
NAMES = {"对象": "name", "公民号": "id_number", "自己掏的钱": "self_paid"}


@pytest.fixture(autouse=True)
def march():
    with clock.at(moment(10)):
        yield


@pytest.fixture
def number():
    return person(HouseholdFactory(village=area_at(VILLAGE)))[1]


@pytest.fixture
def clerk():
    return department_clerk()


def test_an_unknown_header_asks_and_is_remembered(number, clerk):
    file = checked(stay(number, paid=20000), titles=STRANGE, above=[["三月名单"]])
    assert file.state == State.UNNAMED
    assert file.message == (
        "表头里没有认出“姓名”、“证件号码”、“个人自付”，请指认是哪一列；"
        "指认一次，以后同样的表头自动认出"
    )
    columns = {c.title: c for c in naming.offered(file)}
    assert columns["行政村"].key == "village"
    assert columns["公民号"].samples == [number[:3] + "*" * 11 + number[-4:]]
    assert number not in str(file.header)
    file = actions.name_columns(file=file, names=NAMES, by=clerk)
    assert (file.job_id is not None, file.state) == (True, State.RECEIVED)
    assert checking.check(file).state == State.CHECKED
    assert file.rows.get().verdict == LeadRow.Verdict.OK
    assert Event.objects.filter(kind="lead_columns_named").count() == 1
    following = checked(stay(number, paid=30000), titles=STRANGE)
    assert following.state == State.CHECKED


def test_a_title_can_be_said_to_mean_nothing_of_ours(number, clerk):
    titles = ["户主姓名", "患者", "身份证号", "入院日期", "个人自付"]
    file = checked(["李大", "张三丰", number, "2021-02-11", 20000], titles=titles)
    assert file.rows.get().name == "李大"
    file = actions.name_columns(file=file, names={"户主姓名": "", "患者": "name"}, by=clerk)
    row = checking.check(file).rows.get()
    assert (row.name, row.extra) == ("张三丰", {"户主姓名": "李大"})


def test_other_columns_stay_with_the_row_and_hide_their_numbers(number):
    other = next_id_number()
    file = checked(
        [*stay(number, paid=20000), "八区3床", f"户主 {other}", "138 0000 1234"],
        titles=["姓名", "身份证号", "乡镇", "行政村", "入院日期", "个人自付", "医院名称",
                "床位", "备注", "电话"],
    )  # fmt: skip
    assert file.rows.get().extra == {
        "床位": "八区3床", "备注": f"户主 {masked(other)}", "电话": "138 0000 1234",
    }  # fmt: skip
    assert file.warnings == ["以下列判定时用不到，随行保留：床位、备注、电话"]


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("410922197001011234", "410***********1234"),
        ("证号41092219700101123x完", "证号410***********123x完"),
        ("6222 0000 1111 2222 333", "622****************" + " 333"),
        ("13800001234", "13800001234"),
        ("2021-02-11", "2021-02-11"),
        ("无", "无"),
    ],
)
def test_long_numbers_are_masked(text, kept):
    assert masked(text) == kept


def test_what_is_no_table_is_refused():
    file = checking.check(received(upload(titles=["说明"])))
    assert (file.state, "没有找到表头" in file.message) == (State.REFUSED, True)


def test_naming_is_the_senders_and_happens_once(number, clerk):
    file = checked(stay(number), titles=STRANGE)
    with pytest.raises(LeadRefused, match="您的岗位"):
        actions.name_columns(file=file, names=NAMES, by=department_clerk("canlian"))
    with pytest.raises(LeadRefused, match="同一项"):
        actions.name_columns(file=file, names={"对象": "name", "公民号": "name"}, by=clerk)
    assert kind_of().titles == {}
    actions.name_columns(file=file, names=NAMES, by=clerk)
    with pytest.raises(LeadRefused, match="不能指认"):
        actions.name_columns(file=file, names=NAMES, by=clerk)


def test_the_page_from_question_to_answer(client, number, clerk):
    file = checked(stay(number, paid=20000), titles=STRANGE, above=[["三月", "名单", "打印"]])
    client.force_login(clerk)
    assert "指认列名" in client.get(reverse("lead_file_detail", args=[file.pk])).text
    url = reverse("lead_file_columns", args=[file.pk])
    page = client.get(url)
    assert "自己掏的钱" in page.text
    assert number not in page.text
    wrong = client.post(url, {"row": 1, "column_0": "name"})
    assert "还没有指认“证件号码”、“住院日期”、“个人自付”" in wrong.text
    data = {"row": 1, "column_0": "name", "column_1": "id_number", "column_2": "township",
            "column_3": "village", "column_4": "stayed_on", "column_5": "self_paid"}  # fmt: skip
    assert client.post(url, data).status_code == 302
    # 医院名称 was left out: said to be none of ours.
    assert kind_of().titles == NAMES | {"医院名称": ""}
    assert client.get(url).status_code == 302  # being checked: nothing to name now


def test_another_row_may_be_the_header(client, number, clerk):
    file = checked(stay(number), titles=STRANGE, above=[list("一二三四五六七八九")])
    client.force_login(clerk)
    url = reverse("lead_file_columns", args=[file.pk])
    assert "自己掏的钱" in client.get(url, {"row": 1}).text
    assert client.get(url, {"row": 99}).status_code == 200
    client.force_login(user_at("department_clerk", "canlian"))
    assert client.get(url).status_code == 404
