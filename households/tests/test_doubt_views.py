"""数据体检 and the forms of 分户、并户: right people, right area, few queries."""

import datetime

import pytest
from django.urls import reverse

from accounts.tests import factories as people
from households import data_check, doubt_facts
from households.models import DoubtAnswer, DoubtCount, Household, NaturalChange
from households.tests.factories import HouseholdFactory, NaturalChangeFactory

pytestmark = pytest.mark.django_db


def words(response):
    return response.content.decode()


def signed_in(client, user):
    client.force_login(user)
    return client


@pytest.fixture
def cadre(client):
    return signed_in(client, people.village_cadre())


@pytest.fixture
def household():
    return HouseholdFactory(village=people.area_at(people.VILLAGE), with_members=3, phone="138")


def test_the_village_sees_what_is_left_and_answers(cadre, household):
    page = words(cadre.get(reverse("data_health")))
    assert household.number in page
    assert "手机号不是11位" in page
    own = reverse("household_doubts", args=[household.pk])
    assert "联系电话应为 11 位，现有 3 位，请核对号码" in words(cadre.get(own))
    assert "<html" not in words(cadre.get(own, headers={"HX-Request": "true"}))
    [doubt] = doubt_facts.open_doubts([household])[household.pk]
    facts = {"doubt": doubt.key, "digest": doubt.digest}
    accept = reverse("doubt_accept", args=[household.pk])
    assert cadre.post(accept, facts).status_code == 302
    cadre.post(accept, facts | {"digest": "old", "note": "短号"})
    assert not DoubtAnswer.objects.exists()
    cadre.post(accept, facts | {"note": "短号"})
    assert DoubtAnswer.objects.get().note == "短号"
    assert "没有要核对的地方" in words(cadre.get(reverse("data_health")))
    assert "短号" in words(cadre.get(own))


def test_one_rule_of_a_village(cadre, household):
    there = reverse("data_health")
    assert household.number in words(cadre.get(there, {"rule": "mobile_length"}))
    assert household.number not in words(cadre.get(there, {"rule": "spouse_sex"}))


def test_what_the_village_put_right_by_day_is_gone_from_its_home_at_once(client, household):
    data_check.check_village(household.village_id)
    open_now = DoubtCount.objects.filter(open__gt=0)
    [doubt] = doubt_facts.open_doubts([household])[household.pk]
    cadre = signed_in(client, people.village_cadre())
    facts = {"doubt": doubt.key, "digest": doubt.digest, "note": "短号"}
    cadre.post(reverse("doubt_accept", args=[household.pk]), facts)
    signed_in(client, people.supervisor()).get(
        reverse("data_health"), {"area": household.village_id}
    )
    assert open_now.exists()  # who only reads writes nothing
    signed_in(client, people.village_cadre()).get(reverse("data_health"))
    assert not open_now.exists()


@pytest.mark.parametrize("area", [people.NEIGHBOUR, "410922999999", "x", people.COUNTY])
def test_another_area_does_not_exist(cadre, area):
    assert cadre.get(reverse("data_health"), {"area": area}).status_code == 404


def test_a_neighbour_neither_sees_nor_answers(client, household):
    stranger = signed_in(client, people.user_at("village_cadre", people.NEIGHBOUR))
    assert stranger.get(reverse("household_doubts", args=[household.pk])).status_code == 404
    assert stranger.post(reverse("doubt_accept", args=[household.pk])).status_code == 404


@pytest.mark.parametrize(
    ("role", "place", "below"),
    [
        ("county_office", people.COUNTY, people.TOWNSHIP),
        ("township_office", people.TOWNSHIP, people.VILLAGE),
    ],
)
def test_above_the_village_last_nights_counts_by_area(client, household, role, place, below):
    office = signed_in(client, people.user_at(role, place))
    there = reverse("data_health")
    assert "还没有体检结果" in words(office.get(there))
    data_check.check_village(household.village_id)
    page = words(office.get(there))
    assert f"?area={below}" in page
    assert "还有 1 处要核对" in page
    assert household.number in words(office.get(there, {"area": household.village_id}))


@pytest.mark.parametrize("count", [2, 12])
def test_a_village_page_asks_the_same_number_of_queries(
    cadre, count, django_assert_max_num_queries
):
    village = people.area_at(people.VILLAGE)
    for _ in range(count):
        HouseholdFactory(village=village, with_members=3, phone="138")
    cadre.get(reverse("data_health"))
    with django_assert_max_num_queries(20):
        cadre.get(reverse("data_health"))


# --- 分户、并户 ------------------------------------------------------------------------------------


def test_splitting_and_merging_by_form(cadre, household):
    head, spouse, son = household.members.in_family_order()
    url = reverse("natural_change_new", args=[household.pk, "split"])
    day = {"changed_on": "2021-03-05", "note": "结婚另过"}
    page = words(cadre.get(url))
    assert "分出去的成员" in page
    assert cadre.post(url, day | {"leaving": [head.pk], "new_head": head.pk}).status_code == 200
    assert cadre.post(url, day | {"leaving": [son.pk], "new_head": son.pk}).status_code == 302
    new = Household.objects.exclude(pk=household.pk).get()
    assert new.number in words(cadre.get(reverse("household_more", args=[household.pk])))

    url = reverse("natural_change_new", args=[new.pk, "merge"])
    assert "不能撤销" in words(cadre.get(url))
    relation = {f"relation_{son.pk}": "之子"}
    assert cadre.post(url, day | {"into": household.head_name}).status_code == 200
    twin = HouseholdFactory(village=household.village, head_name=household.head_name)
    for wrong, told in ((household.head_name, "2 户户主叫"), ("查无此人", "没有找到这一户")):
        assert told in words(cadre.post(url, day | relation | {"into": wrong}))
    twin.delete()
    assert cadre.post(url, day | relation | {"into": f"{household.head_name}户"}).status_code == 302
    household.refresh_from_db()
    assert household.member_count == 3
    assert list(NaturalChange.objects.order_by("pk").values_list("kind", flat=True)) == [
        "split",
        "merge",
    ]


def test_a_household_of_another_village_cannot_be_chosen(cadre, household):
    theirs = HouseholdFactory(village=people.area_at(people.NEIGHBOUR), with_members=1)
    url = reverse("natural_change_new", args=[household.pk, "merge"])
    assert theirs.number not in words(cadre.get(url))
    facts = {"into": theirs.pk, "changed_on": "2021-03-05", "note": "合住"}
    facts |= {f"relation_{one.pk}": "其他" for one in household.members.all()}
    assert cadre.post(url, facts).status_code == 200
    assert not NaturalChange.objects.exists()


def test_the_national_number_is_filled_in_later(cadre, household):
    other = HouseholdFactory(village=people.area_at(people.VILLAGE), with_members=1)
    url = reverse("household_edit", args=[household.pk])
    facts = {"kind": "general", "version": household.version, "phone": "13800000000"}
    assert cadre.post(url, facts | {"number": other.number}).status_code == 200
    assert cadre.post(url, facts | {"number": "410922000777"}).status_code == 302
    household.refresh_from_db()
    assert household.number == "410922000777"


def test_the_list_of_an_area_is_downloaded(client):
    ours = NaturalChangeFactory(household__village=people.area_at(people.VILLAGE), note="=1+1")
    theirs = NaturalChangeFactory(household__village=people.area_at(people.NEIGHBOUR))
    office = signed_in(client, people.user_at("township_office", people.TOWNSHIP))
    url = reverse("natural_change_sheet")
    sheet = office.get(url, {"area": people.VILLAGE}).content.decode("utf-8-sig")
    assert ours.household.number in sheet
    assert theirs.household.number not in sheet
    assert '"\t=1+1"' in sheet or "\t=1+1" in sheet
    assert str(datetime.date(2021, 3, 1)) in sheet
