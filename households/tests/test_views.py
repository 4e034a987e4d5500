"""Pages: right post, wrong post (403), wrong area (404), constant queries, bad input never 500."""

import datetime
import re

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.tests import factories as people
from accounts.tests.factories import PASSWORD
from audit.events import EventKind
from audit.models import Event
from households import actions, idnumbers, register_import
from households.models import Household, NaturalChange, RegisterImport
from households.sections import Sections
from households.tests.factories import (
    HouseholdFactory,
    IncomeFactory,
    NaturalChangeFactory,
    SafeguardFactory,
    next_id_number,
)
from households.views import detail
from policy.tests.factories import ParameterFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def sign_in(client):
    def as_person(user):
        client.force_login(user)
        return client

    return as_person


@pytest.fixture
def cadre(sign_in):
    return sign_in(people.village_cadre())


@pytest.fixture
def officer(sign_in):
    return sign_in(people.county_officer())


@pytest.fixture
def household():
    return HouseholdFactory(with_members=3, village=people.area_at(people.VILLAGE))


def words(response):
    return response.content.decode()


PAGES_OF_HOUSEHOLD = [
    ("household_detail", []),
    ("household_edit", []),
    ("person_new", []),
    ("income_new", []),
    ("safeguard_new", []),
    ("natural_change_new", ["arrival"]),
    ("natural_change_new", ["departure"]),
    ("natural_change_new", ["head"]),
]


@pytest.mark.parametrize(("name", "more"), PAGES_OF_HOUSEHOLD)
def test_pages_of_a_household_open_for_its_cadre_and_do_not_exist_next_door(
    sign_in, household, name, more
):
    address = reverse(name, args=[household.pk, *more])

    assert sign_in(people.village_cadre()).get(address).status_code == 200
    assert sign_in(people.neighbour_cadre()).get(address).status_code == 404
    assert sign_in(people.system_admin()).get(address).status_code == 403


@pytest.mark.parametrize("name", ["person_edit", "person_reveal"])
def test_pages_of_a_person_keep_to_the_area(sign_in, household, name):
    address = reverse(name, args=[household.members.first().pk])

    assert sign_in(people.village_cadre()).get(address).status_code == 200
    assert sign_in(people.neighbour_cadre()).get(address).status_code == 404
    assert sign_in(people.supervisor()).get(address).status_code == 403


@pytest.mark.parametrize(
    ("name", "person", "expected"),
    [
        ("household_list", people.village_cadre, 200),
        ("household_list", people.supervisor, 200),
        ("household_list", people.department_clerk, 403),
        ("household_new", people.village_cadre, 200),
        ("household_new", people.supervisor, 403),
        ("natural_change_list", people.supervisor, 200),
        ("natural_change_list", people.audit_admin, 403),
        ("register_import_list", people.county_officer, 200),
        ("register_import_list", people.village_cadre, 403),
        ("register_import_new", people.village_cadre, 403),
    ],
)
def test_who_may_open_a_page(sign_in, name, person, expected):
    assert sign_in(person()).get(reverse(name)).status_code == expected


def test_a_supervisor_reads_and_changes_nothing(sign_in, household):
    client = sign_in(people.supervisor())
    page = words(client.get(reverse("household_detail", args=[household.pk])))

    assert "张三丰" in page
    assert reverse("household_edit", args=[household.pk]) not in page
    assert client.post(reverse("household_edit", args=[household.pk])).status_code == 403


# --- list and search ----------------------------------------------------------------------------


def test_a_village_sees_its_households_and_a_county_searches_first(sign_in, household):
    HouseholdFactory(head_name="外村人", village=people.area_at(people.NEIGHBOUR))

    page = words(sign_in(people.village_cadre()).get(reverse("household_list")))
    assert household.number in page
    assert "外村人" not in page
    page = words(sign_in(people.county_officer()).get(reverse("household_list")))
    assert household.number not in page


@pytest.mark.parametrize(
    "query",
    [
        "area=410922100", "kind=general", "low_income=any", "state=removed", "sort=-income&kind=lifted",
        "page=-1&area=410922100", "page=999999999&area=410922100", "sort=password&area=410922100",
        "area=999999", "kind=nonsense", "kind__regex=.*", "q=%00%01", "q=%25%25", "q=" + "长" * 500,
    ],
)  # fmt: skip
def test_no_filter_breaks_the_list(officer, household, query):
    assert officer.get(f"{reverse('household_list')}?{query}").status_code == 200


def test_the_list_asks_the_same_number_of_queries_at_10_and_50_rows(officer):
    address = f"{reverse('household_list')}?area={people.TOWNSHIP}"
    officer.get(address)  # what is read once and remembered
    counts = []
    for more in (10, 40):
        HouseholdFactory.create_batch(more, village=people.area_at(people.VILLAGE))
        with CaptureQueriesContext(connection) as queries:
            officer.get(address)
        counts.append(len(queries))

    assert counts[0] == counts[1]
    assert counts[0] <= 12


def test_a_search_shows_masked_numbers_of_ones_own_area(cadre, household):
    HouseholdFactory(with_members=1, village=people.area_at(people.NEIGHBOUR))
    number = idnumbers.decrypt(household.members.get(relation="户主").id_cipher)

    page = words(cadre.get(reverse("household_list"), {"q": "zsf"}))

    assert page.count(f">{'张三丰'}</a>") == 1
    assert number not in page
    assert idnumbers.masked(number) in page


def test_too_many_searches_are_told_so(cadre, household, monkeypatch):
    monkeypatch.setattr(actions.lookups, "SEARCHES_PER_HOUR", 0)

    assert "一小时内" in words(cadre.get(reverse("household_list"), {"q": "张三"}))


# --- the household's page -----------------------------------------------------------------------


def test_the_page_shows_members_income_worked_out_and_leaves_a_trace(cadre, household):
    IncomeFactory(household=household, compliant_self_paid=4000)
    SafeguardFactory(household=household, water_problem=True)

    page = words(cadre.get(reverse("household_detail", args=[household.pk])))

    assert "24,000.00 ÷ 3 人 = 8,000.00 元" in page
    assert "20,000.00 ÷ 3 人 = 6,666.67 元" in page
    assert "饮水出现安全问题" in page
    assert not re.search(r"\d{17}[\dX]", page)
    assert Event.objects.filter(kind=EventKind.HOUSEHOLD_VIEWED).count() == 1


def test_the_page_tells_who_changed_what(sign_in, household):
    client = sign_in(people.village_cadre())
    client.post(
        reverse("household_edit", args=[household.pk]),
        {
            "number": household.number,
            "kind": "lifted",
            "phone": "13900000000",
            "version": household.version,
        },
    )

    page = words(client.get(reverse("household_more", args=[household.pk])))

    assert "联系电话：13800000000 → 13900000000" in page
    assert "户类型：一般农户 → 脱贫户" in page
    assert "郑西关" in page


def test_the_page_asks_the_same_number_of_queries_for_small_and_large_families(cadre):
    warm = HouseholdFactory(with_members=1, village=people.area_at(people.VILLAGE))
    cadre.get(reverse("household_detail", args=[warm.pk]))
    counts = []
    for size in (1, 6):
        household = HouseholdFactory(with_members=size, village=people.area_at(people.VILLAGE))
        IncomeFactory(household=household)
        NaturalChangeFactory.create_batch(
            size, household=household, person=household.members.first()
        )
        with CaptureQueriesContext(connection) as queries:
            cadre.get(reverse("household_detail", args=[household.pk]))
        counts.append(len(queries))

    assert counts[0] == counts[1]
    assert counts[0] <= 12


def test_natural_changes_and_edits_follow_as_a_fragment(sign_in, household):
    NaturalChangeFactory(household=household, person=household.members.first())
    address = reverse("household_more", args=[household.pk])
    client = sign_in(people.village_cadre())

    assert address in words(client.get(reverse("household_detail", args=[household.pk])))
    fragment = words(client.get(address, headers={"HX-Request": "true"}))
    assert "国家系统待更新" in fragment
    assert "<html" not in fragment
    assert sign_in(people.neighbour_cadre()).get(address).status_code == 404


def test_upper_apps_add_sections_to_those_who_may_see_them(cadre, household, monkeypatch):
    sections = Sections()
    shape = {"template": "components/empty.html", "context": lambda request, h: {"text": h.number}}
    sections.add(order=1, title="线索", **shape)
    sections.add(order=2, title="秘密", permission="audit_view", **shape)
    monkeypatch.setattr(detail, "household_page", sections)

    page = words(cadre.get(reverse("household_detail", args=[household.pk])))

    assert "<h2>线索</h2>" in page
    assert "秘密" not in page


def test_a_number_is_revealed_for_a_reason_and_never_stored_by_the_browser(cadre, household):
    person = household.members.get(relation="户主")
    address = reverse("person_reveal", args=[person.pk])

    response = cadre.post(address, {"reason": "核对医保报销单", "password": PASSWORD})

    assert idnumbers.decrypt(person.id_cipher) in words(response)
    assert "no-store" in response["Cache-Control"]
    assert Event.objects.filter(kind=EventKind.ID_NUMBER_REVEALED).count() == 1


@pytest.mark.parametrize("password", ["", "wrong-Password-1"])
def test_a_number_is_not_revealed_to_whoever_sits_at_the_open_computer(cadre, household, password):
    person = household.members.get(relation="户主")
    data = {"reason": "核对医保报销单", "password": password}

    page = words(cadre.post(reverse("person_reveal", args=[person.pk]), data))

    assert idnumbers.decrypt(person.id_cipher) not in page
    assert not Event.objects.filter(kind=EventKind.ID_NUMBER_REVEALED).exists()


def test_where_the_county_does_not_ask_for_it_no_password_is_typed(cadre, household):
    ParameterFactory(key="reveal_asks_password", given=False)
    person = household.members.get(relation="户主")
    address = reverse("person_reveal", args=[person.pk])

    assert 'name="password"' not in words(cadre.get(address))
    page = words(cadre.post(address, {"reason": "核对医保报销单"}))
    assert idnumbers.decrypt(person.id_cipher) in page


@pytest.mark.parametrize("reason", ["", "看", "\x00\x00\x00\x00"])
def test_without_a_reason_nothing_is_revealed(cadre, household, reason):
    person = household.members.get(relation="户主")

    data = {"reason": reason, "password": PASSWORD}
    page = words(cadre.post(reverse("person_reveal", args=[person.pk]), data))

    assert idnumbers.decrypt(person.id_cipher) not in page


# --- forms --------------------------------------------------------------------------------------


def test_a_stale_form_shows_both_values_and_may_be_sent_again(cadre, household):
    address = reverse("household_edit", args=[household.pk])
    stale = {
        "number": household.number,
        "kind": "general",
        "phone": "13900000001",
        "version": household.version,
    }
    cadre.post(address, stale | {"phone": "13900000002"})

    page = words(cadre.post(address, stale))
    assert "13900000001" in page
    assert "13900000002" in page
    version = re.search(r'name="version" value="(\d+)"', page)[1]
    cadre.post(address, stale | {"version": version})

    household.refresh_from_db()
    assert household.phone == "13900000001"


@pytest.mark.parametrize(
    "data",
    [{}, {"kind": "x"}, {"phone": "abc"}, {"version": "-1"}, {"version": "9" * 40}, {"address": "a\x00b"},
     {"kind": ["general", "lifted"], "version": "1", "is_superuser": "1", "state": "removed"}],
)  # fmt: skip
def test_bad_input_is_answered_on_the_form(cadre, household, data):
    response = cadre.post(reverse("household_edit", args=[household.pk]), data)

    assert response.status_code in (200, 302)
    household.refresh_from_db()
    assert household.state == Household.State.ACTIVE


def test_a_new_household_is_entered_with_its_head(cadre):
    response = cadre.post(
        reverse("household_new"),
        {"village": people.VILLAGE, "number": "N1", "kind": "general", "head-name": "王建国",
         "head-relation": "户主", "head-id_number": next_id_number()},
    )  # fmt: skip

    household = Household.objects.get(number="N1")
    assert response["Location"] == reverse("household_detail", args=[household.pk])
    assert household.head_name == "王建国"


def test_a_new_household_cannot_be_put_into_the_next_village(cadre):
    people.area_at(people.NEIGHBOUR)
    response = cadre.post(
        reverse("household_new"),
        {"village": people.NEIGHBOUR, "number": "N1", "kind": "general", "head-name": "王建国",
         "head-relation": "户主", "head-id_number": next_id_number()},
    )  # fmt: skip

    assert response.status_code == 200
    assert not Household.objects.exists()


def test_a_member_is_corrected_without_typing_the_number_again(cadre, household):
    person = household.members.get(relation="配偶")
    before = bytes(person.id_index)
    cadre.post(
        reverse("person_edit", args=[person.pk]),
        {"name": "李秀兰", "relation": "配偶", "health": "健康", "version": person.version},
    )

    person.refresh_from_db()
    assert (person.name, person.initials, person.health) == ("李秀兰", "lxl", "健康")
    assert bytes(person.id_index) == before


@pytest.mark.parametrize(
    ("wanted", "is_followed"), [("/sheet/", True), ("https://elsewhere.example/", False)]
)
def test_after_correcting_a_member_one_is_back_where_one_came_from(
    cadre, household, wanted, is_followed
):
    person = household.members.get(relation="配偶")
    answer = cadre.post(
        f"{reverse('person_edit', args=[person.pk])}?next={wanted}",
        {"name": "李秀兰", "relation": "配偶", "health": "健康", "version": person.version},
    )
    assert answer.url == (
        wanted if is_followed else reverse("household_detail", args=[household.pk])
    )


@pytest.mark.parametrize(
    ("number", "why"),
    [("110105194912310021", "最后一位"), ("4.1E+17", "Excel"), ("123", "18位"), ("9" * 60, "位")],
)
def test_a_wrong_id_number_is_explained(cadre, household, number, why):
    data = {"name": "张小二", "relation": "之子", "id_number": number}

    assert why in words(cadre.post(reverse("person_new", args=[household.pk]), data))


def test_income_is_recorded_and_prefilled_next_time(cadre, household):
    address = reverse("income_new", args=[household.pk])
    cadre.post(
        address,
        {"period_start": "2019-10-01", "period_end": "2020-09-30", "wage": "24000", "member_count": "3",
         "source": "self"},
    )  # fmt: skip

    household.refresh_from_db()
    assert household.per_capita_income == 8000
    assert 'value="24000.00"' in words(cadre.get(address))


@pytest.mark.parametrize(
    "cells",
    [{"wage": "-1"}, {"wage": "NaN"}, {"wage": "1e99"}, {"member_count": "0"}, {"period_end": "2019-01-01"},
     {"period_end": "2999-01-01"}, {"period_start": "不知道"}],
)  # fmt: skip
def test_a_bad_income_is_answered_on_the_form(cadre, household, cells):
    data = {"period_start": "2019-10-01", "period_end": "2020-09-30", "wage": "1", "member_count": "3",
            "source": "self"}  # fmt: skip

    response = cadre.post(reverse("income_new", args=[household.pk]), data | cells)

    assert response.status_code == 200
    assert "有内容需要改正" in words(response)
    assert not household.incomes.exists()


def test_natural_changes_by_form(cadre, household):
    head, child = household.members.get(relation="户主"), household.members.get(relation="之子")
    day = {"changed_on": "2021-03-05"}

    def record(what, data):
        return cadre.post(
            reverse("natural_change_new", args=[household.pk, what]), data | day
        ).status_code

    assert record("head", {"new_head": child.pk, f"relation_{head.pk}": "之父"}) == 302
    assert record("departure", {"person": head.pk, "kind": "death"}) == 302
    birth = {
        "name": "张小小",
        "relation": "之子",
        "kind": "birth",
        "birth_on": "2021-03-05",
        "sex": "男",
    }
    assert record("arrival", birth) == 302
    assert record("departure", {"person": head.pk, "kind": "death"}) == 200  # the back button
    assert record("nonsense", {}) == 404

    household.refresh_from_db()
    assert (household.head_name, household.member_count) == (child.name, 3)
    assert NaturalChange.objects.pending_in_national_system().count() == 3


def test_changes_of_other_villages_are_neither_shown_nor_marked(cadre):
    theirs = NaturalChangeFactory(household__village=people.area_at(people.NEIGHBOUR))
    mine = NaturalChangeFactory(household__village=people.area_at(people.VILLAGE))

    page = words(cadre.get(reverse("natural_change_list")))
    cadre.post(reverse("natural_change_mark"), {"change": [mine.pk, theirs.pk, "x", "9" * 30]})

    assert f'value="{mine.pk}"' in page
    assert f'value="{theirs.pk}"' not in page
    assert list(NaturalChange.objects.pending_in_national_system()) == [theirs]


# --- imports ------------------------------------------------------------------------------------


def csv(*lines):
    head = "乡镇,行政村,户编号,姓名,与户主关系,证件号码"
    return ContentFile("\n".join([head, *lines]).encode("gbk"), name="名单.csv")


@pytest.fixture
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    people.area_at(people.VILLAGE)


def test_an_import_is_uploaded_previewed_and_confirmed(officer, media):
    good = f"城关镇,西关村,H1,张三丰,户主,{next_id_number()}"
    response = officer.post(
        reverse("register_import_new"), {"file": csv(good, "城关镇,西关村,H2,李四,户主,123")}
    )
    imported = RegisterImport.objects.get()
    address = reverse("register_import_detail", args=[imported.pk])
    assert response["Location"] == address
    assert 'hx-trigger="every 2s"' in words(officer.get(address))

    register_import.check(imported)
    page = words(officer.get(address))
    assert "确认写入档案" in page
    assert "身份证号码应为18位" in page

    officer.post(reverse("register_import_apply", args=[imported.pk]), {"decision": "apply"})
    imported.refresh_from_db()
    register_import.apply(imported)
    assert Household.objects.get().number == "H1"
    returned = officer.get(reverse("register_import_rejected", args=[imported.pk]))
    assert returned.status_code == 200
    returned.close()


def test_a_workbook_without_a_good_row_offers_its_rejected_rows_not_a_write(officer, media):
    officer.post(reverse("register_import_new"), {"file": csv("城关镇,西关村,H2,李四,户主,123")})
    imported = RegisterImport.objects.get()
    register_import.check(imported)

    page = words(officer.get(reverse("register_import_detail", args=[imported.pk])))

    assert "没有要写入的行；结束后可下载退回的 1 行" in page
    assert "结束这次导入" in page
    assert "确认写入档案" not in page


def test_imports_of_another_county_do_not_exist(sign_in, media):
    imported = actions.receive_register(
        file=csv("x"), by=people.county_officer(), in_background=False
    )
    client = sign_in(people.user_at("county_office", people.OTHER_COUNTY))

    for name in ("register_import_detail", "register_import_rejected"):
        assert client.get(reverse(name, args=[imported.pk])).status_code == 404
    assert client.post(reverse("register_import_apply", args=[imported.pk])).status_code == 404
    assert imported.name not in words(client.get(reverse("register_import_list")))


@pytest.mark.parametrize("data", [{}, {"file": ContentFile(b"", name="空.xlsx")}])
def test_no_file_or_an_empty_one_is_told_at_the_field(officer, media, data):
    response = officer.post(reverse("register_import_new"), data)

    assert response.status_code == 200
    assert not RegisterImport.objects.exists()


# --- API ----------------------------------------------------------------------------------------


def test_the_api_keeps_to_the_area_and_masks(sign_in, household):
    other = HouseholdFactory(village=people.area_at(people.NEIGHBOUR))
    client = sign_in(people.village_cadre())
    number = idnumbers.decrypt(household.members.get(relation="户主").id_cipher)

    listed = client.get("/api/v1/households/").json()
    assert [row["number"] for row in listed["results"]] == [household.number]
    response = client.get(f"/api/v1/households/{household.pk}/")
    assert response.json()["members"][0]["id_number"] == idnumbers.masked(number)
    assert number not in words(response)
    assert client.get(f"/api/v1/households/{other.pk}/").status_code == 404
    found = client.get("/api/v1/households/search/", {"q": "张三"}).json()
    assert [row["head_name"] for row in found["persons"]] == ["张三丰"]


def test_the_api_refuses_the_wrong_post_and_too_many_searches(sign_in, household, monkeypatch):
    monkeypatch.setattr(actions.lookups, "SEARCHES_PER_HOUR", 0)

    assert sign_in(people.department_clerk()).get("/api/v1/households/").status_code == 403
    client = sign_in(people.village_cadre())
    assert client.get("/api/v1/households/search/", {"q": "张三"}).status_code == 429


def test_a_birth_in_the_future_is_refused(cadre, household):
    tomorrow = (datetime.date.today() + datetime.timedelta(days=2)).isoformat()
    birth = {"name": "张小小", "relation": "之子", "kind": "birth", "birth_on": tomorrow, "sex": "女",
             "changed_on": tomorrow}  # fmt: skip

    page = words(cadre.post(reverse("natural_change_new", args=[household.pk, "arrival"]), birth))

    assert "不能晚于今天" in page
