"""Pages of assistance: right role, wrong role, wrong area, constant query counts."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from PIL import Image

from accounts.models import Department
from accounts.tests.factories import COUNTY, NEIGHBOUR, VILLAGE, user_at
from assistance.models import HelperAssignment, Measure, Plan
from assistance.tests.factories import (
    HelperAssignmentFactory,
    HelperFactory,
    MeasureFactory,
    PlanFactory,
    PlanItemFactory,
)
from audit import clock
from policy import memory
from workflow.models import Status
from workflow.tests.factories import CaseFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def case():
    return CaseFactory(status=Status.MONITORED)


def signed_in(client, role, place):
    client.force_login(user_at(role, place))
    return client


@pytest.mark.parametrize(
    "name", ["plan_detail", "plan_edit", "helper_assign", "measure_new", "clearing_check"]
)
def test_pages_open_for_the_village_and_do_not_exist_next_door(client, case, name):
    url = reverse(name, args=[case.pk])
    assert signed_in(client, "village_cadre", VILLAGE).get(url).status_code == 200
    assert signed_in(client, "village_cadre", NEIGHBOUR).get(url).status_code == 404


@pytest.mark.parametrize("name", ["plan_edit", "helper_assign", "measure_new"])
def test_supervisors_read_but_never_write(client, case, name):
    signed_in(client, "supervisor", COUNTY)
    assert client.get(reverse(name, args=[case.pk])).status_code == 403
    assert client.get(reverse("plan_detail", args=[case.pk])).status_code == 200


def test_a_new_helper_is_registered_and_assigned_in_one_step(client, case):
    signed_in(client, "village_cadre", VILLAGE)
    url = reverse("helper_assign", args=[case.pk])
    missing = client.post(url, {"starts_on": "2021-03-01"})
    assert "请填写姓名" in missing.content.decode()
    done = client.post(
        url, {"name": "李明", "unit": "西街村", "phone": "13900001111", "starts_on": "2021-03-01"}
    )
    assert done.status_code == 302
    assert HelperAssignment.objects.get(case=case).helper.name == "李明"


def test_a_wrong_telephone_is_put_right_by_those_of_the_area(client, case):
    helper = HelperFactory(phone="13900000001")
    HelperAssignmentFactory(case=case, helper=helper)
    address = reverse("helper_edit", args=[helper.pk])
    client = signed_in(client, "village_cadre", VILLAGE)
    assert address in client.get(reverse("helper_detail", args=[helper.pk])).content.decode()
    typed = {"name": helper.name, "unit": helper.unit, "phone": "139", "is_active": "on"}
    assert "11位数字" in client.post(address, typed).content.decode()
    client.post(address, typed | {"phone": "13900000009"})
    helper.refresh_from_db()
    assert (helper.phone, helper.is_active) == ("13900000009", True)
    told = client.post(address, {k: v for k, v in typed.items() if k not in ("is_active", "phone")})
    assert "请先移交" in told.content.decode()
    assert signed_in(client, "village_cadre", NEIGHBOUR).get(address).status_code == 404
    assert signed_in(client, "supervisor", COUNTY).get(address).status_code == 403


def test_a_stale_measure_page_keeps_what_was_typed(client, case):
    measure = MeasureFactory(case=case, version=3)
    signed_in(client, "leading_group_office", COUNTY)
    answer = client.post(
        reverse("measure_edit", args=[measure.pk]),
        {"version": 2, "description": "我写的内容", "state": "active", "effect": "见效"},
    )
    page = answer.content.decode()
    assert "刚被他人修改" in page
    assert "我写的内容" in page
    assert Measure.objects.get(pk=measure.pk).description == "医疗救助"


@pytest.mark.parametrize(
    "name", ["measure_list", "gap_list", "visit_due_list", "helper_list", "plan_list"]
)
def test_lists_ask_the_same_number_of_queries_at_10_and_50_rows(client, name):
    signed_in(client, "leading_group_office", COUNTY)

    def queries():
        memory.forget()  # codes are read anew each time, so their cache cannot blur the count
        with CaptureQueriesContext(connection) as captured:
            assert client.get(reverse(name)).status_code == 200
        return len(captured)

    _many(10)
    client.get(reverse(name))  # content types are looked up once in a process
    at_10 = queries()
    _many(40)
    assert queries() == at_10 <= 12


def _many(number):
    for measure in MeasureFactory.create_batch(number):
        PlanFactory(case=measure.case)
        HelperAssignmentFactory(case=measure.case)


def test_the_plan_page_costs_at_most_twelve_queries(client, case, django_assert_max_num_queries):
    HelperAssignmentFactory(case=case)
    for version in (1, 2, 3):
        PlanItemFactory(plan=PlanFactory(case=case, version=version))
    MeasureFactory.create_batch(5, case=case)
    signed_in(client, "county_office", COUNTY)
    url = reverse("plan_detail", args=[case.pk])
    client.get(url)
    with django_assert_max_num_queries(12):
        client.get(url)


def plan_answers(**more):
    return {"based_on": 0, "needs": "看病负担重", "goal": "落实救助", **more}


def test_proposals_are_ticked_and_the_saved_plan_keeps_what_was_chosen(client, case):
    signed_in(client, "village_cadre", VILLAGE)
    url = reverse("plan_edit", args=[case.pk])
    form = client.get(url).context["form"]
    assert form["tick-medical_aid"].value() is True  # 因病
    assert not form["tick-housing"].value()
    answers = plan_answers(**{"tick-public_post": "on", "amount-public_post": "3600"})
    assert client.post(url, answers).status_code == 302
    item = Plan.objects.get(case=case).items.get()
    assert (item.kind, item.cause, item.amount) == ("public_post", "因病", 3600)


def test_a_stale_plan_page_shows_both_and_saves_on_purpose(client, case):
    signed_in(client, "village_cadre", VILLAGE)
    url = reverse("plan_edit", args=[case.pk])
    PlanFactory(case=case, needs="别人写的需求")
    page = client.post(url, plan_answers()).content.decode()
    assert "刚被他人修改" in page
    assert "别人写的需求" in page
    assert "看病负担重" in page
    assert 'name="based_on" value="1"' in page
    assert client.post(url, plan_answers(based_on=1)).status_code == 302
    assert Plan.objects.filter(case=case).count() == 2


def test_an_amount_without_its_tick_is_asked_about(client, case):
    signed_in(client, "village_cadre", VILLAGE)
    url = reverse("plan_edit", args=[case.pk])
    page = client.post(url, plan_answers(**{"amount-housing": "5"})).content.decode()
    assert "没有勾选" in page


def test_a_clerk_sees_the_task_and_nothing_else_of_the_household(client, case):
    person = case.household.members.exclude(relation="户主").first()
    others = case.household.members.exclude(pk=person.pk).exclude(relation="户主")
    measure = MeasureFactory(
        case=case, person=person, department=Department.objects.get(pk="yibao")
    )
    MeasureFactory(case=case, description="别家部门的措施")
    signed_in(client, "department_clerk", "yibao")
    page = client.get(reverse("measure_edit", args=[measure.pk])).content.decode()
    assert person.name in page
    assert not [one.name for one in others if one.name in page]
    assert "别家部门的措施" not in client.get(reverse("measure_list")).content.decode()
    for name in ("plan_detail", "case_detail"):
        assert client.get(reverse(name, args=[case.pk])).status_code == 403


def test_proofs_are_kept_clean_and_bad_ones_change_nothing(client, case):
    measure = MeasureFactory(case=case, department=Department.objects.get(pk="yibao"))
    signed_in(client, "department_clerk", "yibao")
    url = reverse("measure_edit", args=[measure.pk])
    answers = {"version": 1, "state": "active", "amount_paid": "10"}
    for content, words in (
        (b"MZ not a picture", "不是能用的图片"),
        (photo(9000, 9000), "尺寸过大"),
    ):
        bad = SimpleUploadedFile("x.jpg", content)
        page = client.post(url, answers | {"proofs": bad}).content.decode()
        assert words in page
        assert Measure.objects.get(pk=measure.pk).state == "planned"
    good = SimpleUploadedFile("y.jpg", photo(40, 40, exif=True))
    assert client.post(url, answers | {"proofs": good}).status_code == 302
    (proof,) = Measure.objects.get(pk=measure.pk).proofs.all()
    with proof.file.open() as kept:
        assert not Image.open(kept).getexif()


def photo(width, height, *, exif=False):
    image, out = Image.new("RGB", (width, height)), io.BytesIO()
    facts = image.getexif()
    if exif:
        facts[0x010E] = "where it was taken"
    image.save(out, "JPEG", exif=facts)
    return out.getvalue()


def test_many_ticked_measures_are_finished_at_once_and_stale_ones_named(client, case):
    clinic = Department.objects.get(pk="yibao")
    fine = MeasureFactory(case=case, department=clinic, amount_planned=300)
    stale = MeasureFactory(case=case, department=clinic, version=4)
    signed_in(client, "department_clerk", "yibao")
    answers = {
        "step": "finish",
        "done_on": str(clock.today()),
        "measure": [f"{fine.pk}.1", f"{stale.pk}.3"],
    }
    page = client.post(reverse("measure_batch"), answers, follow=True).content.decode()
    assert "已更新 1 项" in page
    assert "有 1 项没有更新" in page
    fine.refresh_from_db()
    assert (fine.state, fine.amount_paid) == ("done", 300)


@pytest.mark.parametrize(
    ("role", "place", "name", "status"),
    [
        ("village_cadre", VILLAGE, "plan_check", 403),
        ("township_office", "410922101", "plan_check", 404),
        ("township_office", "410922100", "plan_check", 302),
        ("township_office", "410922100", "plan_approve", 403),
        ("supervisor", COUNTY, "plan_return", 403),
    ],
)
def test_who_checks_and_approves(client, case, role, place, name, status):
    plan = PlanFactory(case=case)
    signed_in(client, role, place)
    assert client.post(reverse(name, args=[plan.pk]), {"reason": "x"}).status_code == status


@pytest.mark.parametrize("reason", ["", "长" * 201, "编\x00造"])
def test_a_reason_that_cannot_be_kept_is_asked_for_again(client, case, reason):
    plan, measure = PlanFactory(case=case), MeasureFactory(case=case)
    client = signed_in(client, "township_office", case.village_id[:9])
    for name, row in (("plan_return", plan), ("measure_withdraw", measure)):
        page = client.post(reverse(name, args=[row.pk]), {"reason": reason}, follow=True)
        assert "messages" in page.content.decode()
        before = type(row).objects.get(pk=row.pk)
        assert not getattr(before, "returned_at", None)
        assert getattr(before, "state", "planned") == "planned"


def test_the_plan_page_shows_helper_plan_measures_and_nothing_missing(client, case):
    HelperAssignmentFactory(case=case, helper__name="王帮扶")
    PlanFactory(case=case)
    MeasureFactory(case=case, description="保洁岗位", kind="public_post", is_development=True)
    page = (
        signed_in(client, "village_cadre", VILLAGE)
        .get(reverse("plan_detail", args=[case.pk]))
        .content.decode()
    )
    assert "王帮扶" in page
    assert "保洁岗位" in page
    assert "还缺" not in page
