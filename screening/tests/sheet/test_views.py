"""The pages of the sheet: who gets in, what they say, what they change."""

import json
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.tests import factories as people
from households.tests.factories import HouseholdFactory
from screening.models import CellChange, SheetRow
from screening.sheet import rows
from screening.tests.factories import CellChangeFactory
from screening.views import sheet
from workflow.models import Attachment, ReportedList, Visit
from workflow.states import Status
from workflow.tests.factories import MonthlyRoundFactory, case_in, photo

pytestmark = pytest.mark.django_db


@pytest.fixture
def month():
    return MonthlyRoundFactory()


@pytest.fixture
def household(month):
    return case_in(Status.MONITORED).household


@pytest.fixture
def cadre(client):
    user = people.village_cadre()
    client.force_login(user)
    return user


def send(client, by, month, *changes, **more):
    body = {"user": by.pk, "round": month.pk, "changes": list(changes)} | more
    return client.post(
        reverse("sheet_save"), json.dumps(body), content_type="application/json",
        headers={"accept": "application/json"},
    )  # fmt: skip


def cell(household, key, new, seen="", **more):
    return {"id": str(uuid.uuid4()), "household": household.pk, "key": key, "seen": seen,
            "new": new} | more  # fmt: skip


def test_a_script_learns_what_became_of_each_cell(client, month, household, cadre):
    answer = send(
        client, cadre, month, cell(household, "remark", "儿子住院"),
        cell(household, "phone", "没有", seen="13800000000"),
    ).json()  # fmt: skip
    assert [r["status"] for r in answer["results"]] == ["saved", "error"]
    row = answer["rows"][str(household.pk)]
    assert (row["label"], list(row["errors"])) == ("有疑点", ["phone"])


def test_an_expired_sign_in_is_told_to_the_script(client, month, household):
    answer = send(client, people.village_cadre(), month, cell(household, "remark", "x"))
    assert answer.status_code == 401


def test_who_took_over_the_window_does_not_send_for_another(client, month, household, cadre):
    answer = send(client, cadre, month, cell(household, "remark", "x"), user=cadre.pk + 1)
    assert answer.status_code == 409
    assert not CellChange.objects.exists()


@pytest.mark.parametrize(
    "body",
    ["", "[]", "{}", '{"user": 1, "round": 1, "changes": [{}]}', '{"user": 1, "round": 1, "changes": 3}',
     '{"user": 1, "round": 99999999999999999999, "changes": []}',
     '{"user": 1, "round": 1, "changes": [{"id": "c0a80101-0000-4000-8000-000000000001", "household": 1,'
     ' "key": "remark", "seen": "", "new": "\\ud800"}]}'],
)  # fmt: skip
def test_nonsense_is_refused_in_words(client, cadre, body):
    answer = client.post(reverse("sheet_save"), body, content_type="application/json")
    assert answer.status_code == 400
    assert "内容不完整" in answer.json()["detail"]


def posted(response):
    """Every field of the form as a browser without scripts would send it back."""
    data = {"form_key": str(response.context["form_key"])}
    for step in response.context["steps"]:
        for field in step.fields:
            if field.is_open:
                data[f"seen-{field.key}"] = field.seen
                chosen = [word for word, on in field.choices if on]
                data[field.key] = chosen if field.choices else field.text
    return data


def test_the_form_works_without_scripts(client, month, household, cadre):
    page = reverse("sheet_household", args=[household.pk])
    data = posted(client.get(page)) | {"remark": "次子上大学", "risks": ["因病", "因学"]}
    assert client.post(page, data).status_code == 302
    assert client.post(page, data).status_code == 302  # the second click
    assert CellChange.objects.count() == 2
    row = rows.of_households(month, [household.pk])[0]
    assert (row.text("remark"), row.text("risks")) == ("次子上大学", "因病、因学")


def test_the_form_without_scripts_shows_both_values(client, month, household, cadre):
    page = reverse("sheet_household", args=[household.pk])
    data = posted(client.get(page)) | {"remark": "乙写的"}
    send(client, cadre, month, cell(household, "remark", "甲写的"))
    answer = client.post(page, data)
    assert answer.status_code == 200
    text = answer.content.decode()
    assert "甲写的" in text
    assert "乙写的" in text
    data = posted(answer) | {"remark": "乙写的"}
    assert client.post(page, data).status_code == 302
    assert rows.of_households(month, [household.pk])[0].text("remark") == "乙写的"


def test_the_neighbours_household_does_not_exist(client, month, household):
    client.force_login(people.user_at("village_cadre", people.NEIGHBOUR))
    for name in ("sheet_household", "sheet_doubts", "sheet_history", "sheet_print"):
        assert client.get(reverse(name, args=[household.pk])).status_code == 404
    assert client.post(reverse("sheet_restore", args=[CellChangeFactory().pk])).status_code == 404
    assert client.get(reverse("sheet"), {"village": people.VILLAGE}).status_code == 404


def test_unchanged_is_one_act_and_leads_on(client, month, cadre):
    first, second = (case_in(Status.MONITORED).household for _ in range(2))
    data = {"village": people.VILLAGE, "household": first.pk, "go_on": "1"}
    answer = client.post(reverse("sheet_confirm"), data)
    assert answer.url == reverse("sheet_household", args=[second.pk])
    client.post(reverse("sheet_confirm"), {"village": people.VILLAGE})
    assert SheetRow.objects.exclude(confirmed_at=None).count() == 2


def test_check_answers_then_hand_in(client, month, household, cadre):
    page = reverse("sheet_hand_in")
    text = client.get(page).content.decode()
    assert "确认 1 户无变化，零报告，报城关镇" in text
    answer = client.post(page)
    found = ReportedList.objects.get()
    assert answer.url == reverse("reported_list_detail", args=[found.pk])


def test_hand_in_names_what_is_wrong(client, month, household, cadre):
    send(client, cadre, month, cell(household, "phone", "没有", seen="13800000000"))
    answer = client.post(reverse("sheet_hand_in"))
    assert "先改正" in answer.content.decode()
    assert not ReportedList.objects.exists()


def test_hand_in_says_how_many_cells_of_a_household_are_wrong(client, month, household, cadre):
    send(client, cadre, month, cell(household, "wage", "12000"))
    answer = client.get(reverse("sheet_hand_in"))
    assert "没有的填 0；填齐后一起记入档案（本户共 6 处）" in answer.content.decode()


def test_history_tells_and_puts_back(client, month, household, cadre):
    send(client, cadre, month, cell(household, "remark", "写错了"))
    page = reverse("sheet_history", args=[household.pk])
    assert "写错了" in client.get(page).content.decode()
    client.post(reverse("sheet_restore", args=[CellChange.objects.get().pk]))
    assert rows.of_households(month, [household.pk])[0].text("remark") == ""


def test_a_doubt_is_answered_on_the_page(client, month, household, cadre):
    send(client, cadre, month, cell(household, "phone", "1380000000", seen="13800000000"))
    page = reverse("sheet_doubts", args=[household.pk])
    assert "11 位" in client.get(page).content.decode()
    client.post(page, {"doubt": "mobile_length", "note": "外地号"})
    assert "已核实的疑点" in client.get(page).content.decode()


def test_a_household_is_found_and_added(client, month, cadre):
    extra = HouseholdFactory(
        village=people.area_at(people.VILLAGE), head_name="刘满仓", with_members=2
    )
    assert "刘满仓" in client.get(reverse("sheet_add"), {"q": "刘满仓"}).content.decode()
    answer = client.post(reverse("sheet_add"), {"household": extra.pk})
    assert answer.url == reverse("sheet_household", args=[extra.pk])
    assert SheetRow.objects.get().household == extra


def test_the_visit_sheet_has_a_box_for_every_cell_and_no_id_number(client, month, household, cadre):
    text = client.get(reverse("sheet_print", args=[household.pk])).content.decode()
    assert all(cell.label in text for cell in rows.TYPED)
    assert "data:image/svg+xml" in text
    assert "身份证" not in text


def test_the_members_are_shown_and_corrected_from_the_form(client, month, household, cadre):
    person = household.members.get(relation="配偶")
    person.student_state, person.work_place, person.work_months = "", "省外", 8
    person.save()
    address = reverse("sheet_household", args=[household.pk])
    text = client.get(address).content.decode()
    assert f"{reverse('person_edit', args=[person.pk])}?next={address}" in text
    assert "在校：未填写；健康：健康；劳动技能：普通劳动力；务工：省外 8 个月" in text
    assert person.name in client.get(reverse("sheet_print", args=[household.pk])).content.decode()


@pytest.mark.parametrize("count", [2, 12])
def test_the_list_costs_the_same_for_few_and_many(
    client, month, cadre, count, django_assert_max_num_queries
):
    for _ in range(count):
        case_in(Status.MONITORED)
    with django_assert_max_num_queries(30):
        assert client.get(reverse("sheet")).status_code == 200


def photographs(client, household, *photos):
    sent = {"photos": list(photos)} if photos else {}
    answer = client.post(reverse("sheet_photos", args=[household.pk]), sent, follow=True)
    return [str(one) for one in answer.context["messages"]]


def test_pictures_of_the_visit_that_the_sheet_has_recorded(client, month, household, cadre):
    assert "请先在“基本情况”里选核实方式" in photographs(client, household, photo())[0]
    send(
        client, cadre, month, cell(household, "checked_how", "入户"),
        cell(household, "checked_on", month.month.isoformat()),
    )  # fmt: skip
    visit = Visit.objects.get()
    assert "还没有选择照片" in photographs(client, household)[0]
    assert "已传 2 张" in photographs(client, household, photo("a.jpg"), photo("b.jpg"))[0]
    assert visit.photos.count() == 2
    assert "a.jpg" in client.get(reverse("sheet_household", args=[household.pk])).content.decode()
    told = photographs(client, household, *(photo(f"{n}.jpg") for n in range(8)))[0]
    assert told == "一次走访最多 9 张照片，已有 2 张，这次选了 8 张，请少选几张。"
    broken = SimpleUploadedFile("c.jpg", b"no picture", content_type="image/jpeg")
    assert "不是能用的图片" in photographs(client, household, photo("d.jpg"), broken)[0]
    assert (visit.photos.count(), Attachment.objects.count()) == (2, 2)


def test_nobody_puts_pictures_to_the_neighbours_visit(client, month, household):
    client.force_login(people.neighbour_cadre())
    answer = client.post(reverse("sheet_photos", args=[household.pk]), {"photos": photo()})
    assert answer.status_code == 404


def test_each_field_leads_to_its_own_history(client, month, household, cadre):
    send(client, cadre, month, cell(household, "remark", "儿子住院"),
         cell(household, "phone", "13900000000", seen="13800000000"))  # fmt: skip
    own = reverse("sheet_history", args=[household.pk])
    form = client.get(reverse("sheet_household", args=[household.pk])).content.decode()
    assert f'href="{own}?cell=remark"' in form
    assert f"{own}?cell=wage" not in form
    shown = client.get(own, {"cell": "remark"}).context["lines"]
    assert [line.new for line in shown] == ["儿子住院"]
    assert len(client.get(own, {"cell": "no_such"}).context["lines"]) == 2


def test_what_must_be_corrected_is_told_at_the_door_with_the_way_there(
    client, month, household, cadre
):
    household.members.filter(relation="之子").update(sex="女")
    son = household.members.get(relation="之子")
    form = client.get(reverse("sheet_household", args=[household.pk])).content.decode()
    assert "证件上的性别却是女" in form
    assert reverse("person_edit", args=[son.pk]) in form
    sent = {"doubt": f"relation_sex-{son.pk}", "note": "属实"}
    told = client.post(reverse("sheet_doubts", args=[household.pk]), sent).content.decode()
    assert "必须改正，不能按属实处理" in told


def test_a_page_to_take_along_for_each_household_nobody_has_seen(client, month, cadre):
    first, second = (case_in(Status.MONITORED).household for _ in range(2))
    there = reverse("sheet_print_all")
    assert [one["row"].household for one in client.get(there).context["sheets"]] == [first, second]
    client.post(reverse("sheet_confirm"), {"household": first.pk})
    page = client.get(there)
    assert [one["row"].household for one in page.context["sheets"]] == [second]
    assert page.content.decode().count("data:image/svg+xml") == 1


def test_sheets_that_do_not_fit_into_one_printing_are_told(client, month, cadre, monkeypatch):
    monkeypatch.setattr(sheet, "MOST_SHEETS", 1)
    first, _, _ = (case_in(Status.MONITORED).household for _ in range(3))
    page = client.get(reverse("sheet_print_all"))
    assert [one["row"].household for one in page.context["sheets"]] == [first]
    assert "还有 2 户不在这一批里" in page.content.decode()
