"""The administrators' pages: right role, wrong role, wrong area, bad input, audit."""

import datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.tests import factories as people
from areas.models import Area
from audit.events import EventKind
from audit.models import Event
from policy import parameters
from policy.models import CodeItem, Parameter
from policy.tables import TABLES
from portal.code_tables import TABLE_LABELS
from portal.tests.counting import queries

pytestmark = pytest.mark.django_db

PAGES = [
    ("area_list", []),
    ("area_new", []),
    ("area_load", []),
    ("parameter_list", []),
    ("parameter_form", ["monitoring_line"]),
    ("code_list", []),
    ("code_new", ["risk"]),
    ("schedule_list", []),
]


@pytest.fixture
def admin(client):
    user = people.system_admin()
    client.force_login(user)
    return user


@pytest.mark.parametrize(("name", "args"), PAGES)
def test_pages_open_for_the_system_admin_only(client, admin, name, args):
    assert client.get(reverse(name, args=args)).status_code == 200
    client.force_login(people.county_officer())
    assert client.get(reverse(name, args=args)).status_code == 403


def test_area_tree_goes_down_and_is_searched(client, admin):
    village = people.area_at(people.VILLAGE)
    top = client.get(reverse("area_list"))
    assert [a.code for a in top.context["page_obj"]] == [people.TOWNSHIP]
    inside = client.get(reverse("area_list"), {"parent": people.TOWNSHIP})
    assert [a.code for a in inside.context["page_obj"]] == [people.VILLAGE]
    found = client.get(reverse("area_list"), {"q": village.name[:2]})
    assert [a.code for a in found.context["page_obj"]] == [people.VILLAGE]
    assert client.get(reverse("area_list"), {"q": "\x00没有"}).status_code == 200


def test_area_list_costs_the_same_at_10_and_at_50_rows(client, admin):
    inside = {"parent": people.TOWNSHIP}
    for number in range(10):
        people.area_at(f"410922100{number + 201}")
    few = queries(client, reverse("area_list"), inside)
    for number in range(10, 50):
        people.area_at(f"410922100{number + 201}")
    assert len(queries(client, reverse("area_list"), inside)) == len(few) <= 12


def test_area_outside_is_not_there(client, admin):
    other = people.area_at(people.OTHER_COUNTY)
    assert client.get(reverse("area_form", args=[other.code])).status_code == 404
    assert client.get(reverse("area_list"), {"parent": other.code}).status_code == 404


def test_area_is_taken_out_of_use_and_the_act_is_on_record(client, admin):
    village = people.area_at(people.VILLAGE)
    url = reverse("area_form", args=[village.code])
    response = client.post(url, {"name": village.name, "short_name": village.short_name})
    assert response.status_code == 302
    village.refresh_from_db()
    assert not village.is_active
    event = Event.objects.get(kind=EventKind.AREA_CHANGED)
    assert event.actor_id == admin.pk
    assert event.detail["after"]["is_active"] is False


def test_new_area_of_another_county_is_refused_in_words(client, admin):
    people.area_at(people.TOWNSHIP)
    response = client.post(
        reverse("area_new"), {"code": "410923100201", "name": "甲村", "parent": "410923100"}
    )
    assert "不在您管理的区划之内" in response.content.decode()
    assert not Area.objects.filter(code="410923100201").exists()


def test_a_new_area_never_takes_the_code_of_another(client, admin):
    village = people.area_at(people.VILLAGE)

    page = client.post(
        reverse("area_new"), {"code": village.code, "name": "新村", "parent": village.parent_id}
    ).content.decode()

    assert f"这个代码已经是{village.name}" in page
    assert Area.objects.get(code=village.code).name == village.name
    assert Area.objects.get(code=village.code).is_active


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"name": ""}, "这一项没有填，请补填"),
        ({"code": "41092210"}, "村12位，乡镇9位，县6位"),
        ({"name": "长" * 61}, "最多60个字，现在有61个，请缩短"),
        ({"name": "甲\x00乙"}, "含有看不见的控制字符"),
    ],
)
def test_a_bad_area_is_refused_with_the_remedy(client, admin, typed, words):
    page = client.post(reverse("area_new"), typed).content.decode()

    assert words in page


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "文件是空的"),
        (b"code,name\n1,2\n", "缺少列"),
        (b"\x00\x01\x02", "不是 csv"),
        ("code,name,level,parent\n410923,邻县,county,\n".encode(), "不在您管理的区划之内"),
        ("code,name,level,parent\n410922100201,甲村,village,410922100\n".encode(), "上级"),
    ],
)
def test_bad_lists_are_refused_in_words(client, admin, content, words):
    sent = SimpleUploadedFile("list.csv", content, content_type="text/csv")
    response = client.post(reverse("area_load"), {"file": sent})
    assert response.status_code == 200
    assert words in response.content.decode()
    assert not Area.objects.filter(level="village").exists()


def test_a_good_list_is_loaded(client, admin):
    rows = "code,name,level,parent\n410922100,城关镇,township,410922\n410922100201,西街村委会,village,410922100\n"
    sent = SimpleUploadedFile("list.csv", rows.encode("gb18030"), content_type="text/csv")
    assert client.post(reverse("area_load"), {"file": sent}).status_code == 302
    assert Area.objects.get(code="410922100201").short_name == "西街村"


def test_next_years_value_is_added_for_the_county(client, admin):
    url = reverse("parameter_form", args=["monitoring_line"])
    given = {"value": "9000", "valid_from": "2030-01-01", "clause": "豫示例〔2030〕1号"}
    assert client.post(url, given).status_code == 302
    row = Parameter.objects.get(key="monitoring_line", valid_from="2030-01-01")
    assert row.county_id == people.COUNTY
    in_force = parameters.value(
        "monitoring_line", on=datetime.date(2030, 5, 1), county=people.COUNTY
    )
    assert in_force == 9000
    assert Event.objects.filter(kind=EventKind.PARAMETER_SET, actor_id=admin.pk).exists()


@pytest.mark.parametrize(
    ("key", "given", "words"),
    [
        (
            "gate_screening",
            {"value": "32", "valid_from": "2030-01-01", "clause": "x"},
            "到 31 之间",
        ),
        (
            "gate_screening",
            {"value": "二十", "valid_from": "2030-01-01", "clause": "x"},
            "应为数字",
        ),
        (
            "monitoring_line",
            {"value": "9000", "valid_from": "1800-01-01", "clause": "x"},
            "生效日期",
        ),
        ("monitoring_line", {"value": "9000", "clause": "x"}, "请填从哪天起执行"),
    ],
)
def test_bad_values_are_refused_in_words(client, admin, key, given, words):
    before = Parameter.objects.count()
    response = client.post(reverse("parameter_form", args=[key]), given)
    assert response.status_code == 200
    assert words in response.content.decode()
    assert Parameter.objects.count() == before


def test_unknown_parameter_and_table_are_404(client, admin):
    assert client.get(reverse("parameter_form", args=["nothing"])).status_code == 404
    assert client.get(reverse("code_list"), {"table": "nothing"}).status_code == 404
    assert client.get(reverse("code_form", args=["risk", "没有"])).status_code == 404


def test_every_code_table_has_a_name():
    assert set(TABLE_LABELS) == set(TABLES)


def test_code_is_retired_and_a_double_is_refused(client, admin):
    url = reverse("code_form", args=["risk", "因病"])
    assert client.post(url, {"label": "因病", "order": "1"}).status_code == 302
    assert not CodeItem.objects.get(table="risk", code="因病").is_active
    response = client.post(
        reverse("code_new", args=["risk"]),
        {"code": "因学", "label": "因学", "order": "1", "is_active": "on"},
    )
    assert "已经有了" in response.content.decode()
