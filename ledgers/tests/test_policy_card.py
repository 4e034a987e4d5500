"""政策明白卡: one page a household, what it says, and what it must never say."""

import datetime
import io
from decimal import Decimal

import pytest
from django.urls import reverse
from pypdf import PdfReader

from accounts.models import User
from accounts.tests.factories import (
    VILLAGE,
    county_officer,
    department_clerk,
    neighbour_cadre,
    supervisor,
    system_admin,
    township_reviewer,
    village_cadre,
)
from assistance.models import Measure
from assistance.tests.factories import HelperAssignmentFactory, MeasureFactory
from assistance.tests.relief_factories import InsuranceCoverFactory, ReliefRequestFactory
from audit import clock
from audit.models import Event
from households import idnumbers
from jobs.actions import enqueue
from jobs.models import Job
from ledgers import exporting, pdf, policy_card
from ledgers.tests.factories import march
from workflow.models import Case, Status
from workflow.tests.factories import case_in, moment

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_march():
    with clock.at(moment(21)):
        yield


def monitored_case(**facts) -> Case:
    return case_in(Status.MONITORED, identified_on=datetime.date(2021, 3, 1), **facts)


def helped_case() -> Case:
    case = monitored_case(remark="户主透析治疗", risks=["因病"])
    HelperAssignmentFactory(case=case)
    InsuranceCoverFactory(household=case.household)
    ReliefRequestFactory(household=case.household, state="paid", description="透析自付较多")
    MeasureFactory(
        case=case, kind="medical_aid", department_id="yibao", description="透析费用医疗救助",
        state=Measure.State.DONE, amount_paid=Decimal("3800.00"), effect="病情稳定",
    )  # fmt: skip
    MeasureFactory(case=case, kind="public_post", amount_planned=Decimal("3000"))
    MeasureFactory(case=case, kind="job", state=Measure.State.WITHDRAWN)
    return case


def only_card(case) -> policy_card.Card:
    (card,) = policy_card.cards(Case.objects.filter(pk=case.pk))
    return card


def pages_of(content: bytes):
    return PdfReader(io.BytesIO(content)).pages


def opened(client, user):
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_a_card_says_what_from_whom_and_whom_to_call():
    User.objects.filter(pk=department_clerk("yibao").pk).update(phone="0393-7220001")
    User.objects.filter(pk=village_cadre().pk).update(phone="13700000002")

    card = only_card(helped_case())

    assert [(one.what, one.amount, one.state) for one in card.helps][:2] == [
        ("防贫保（免费）", "保到 2021-12-31", "已参保"),
        ("临时救助（急难型）", "3,000 元", "已发放"),
    ]
    aid = next(one for one in card.helps if one.amount == "3,800 元")
    assert (aid.giver, aid.state, aid.phone) == ("县医保局", "已落实", "0393-7220001")
    assert [one.amount for one in card.helps if one.giver == "村级"] == ["计划 3,000 元"]
    assert len(card.helps) == 4  # the measure withdrawn is not promised
    assert (card.helper.name[:3], card.helper.phone) == ("责任人", "13900000000")
    assert card.offices[0].phone == "13700000002"
    assert card.offices[1].office.endswith("扶贫办")


def test_the_county_office_answers_for_what_it_handles_itself():
    case = monitored_case()
    InsuranceCoverFactory(household=case.household)
    User.objects.filter(pk=county_officer().pk).update(phone="0393-7220002")
    (cover,) = only_card(case).helps
    assert (cover.giver, cover.phone) == ("县扶贫办", "0393-7220002")


def test_protection_that_was_granted_stands_once_with_what_it_brings_a_month():
    case = monitored_case()
    case.household.members.update(low_income_kind="低保")
    type(case.household).objects.update(low_income_kind="低保")
    assert [(one.what, one.amount) for one in only_card(case).helps] == [("低保", "按月发放")]
    ReliefRequestFactory(
        household=case.household, kind="floor", state="paid", protection="低保",
        amount_approved=Decimal(530), amount_paid=Decimal(530),
    )  # fmt: skip
    assert [(one.what, one.amount) for one in only_card(case).helps] == [("低保", "每月 530 元")]


def test_a_card_never_tells_id_number_phone_or_illness_of_the_household():
    case = helped_case()
    html = policy_card.html_of([only_card(case)])

    numbers = [idnumbers.decrypt(person.id_cipher) for person in case.household.members.all()]
    for secret in (*numbers, case.household.phone, "透析", "病情", "因病"):
        assert secret not in html


@pytest.mark.parametrize("count", [0, 3, 4, 7, 14, 40])
def test_a_card_is_one_page_however_much_the_household_gets(count):
    case = monitored_case()
    HelperAssignmentFactory(
        case=case, helper__unit="清丰县农业农村局驻村帮扶工作队", helper__post_title="第一书记"
    )
    MeasureFactory.create_batch(
        count, case=case, kind="public_post", department_id="nongye",
        amount_planned=Decimal("123456.78"),
    )  # fmt: skip
    card = only_card(case)

    pages = pages_of(policy_card.pdf_of([card]))

    assert len(pages) == 1
    assert ("另有 26 项" in pages[0].extract_text()) is (count == 40)
    assert ("正在安排" in pages[0].extract_text()) is (count == 0)


@pytest.mark.django_db(transaction=True)
def test_a_village_is_one_pdf_with_a_bookmark_a_household():
    for _ in range(3):
        monitored_case()
    job = enqueue(
        "ledgers.export_cards", by=village_cadre(), title="明白卡",
        args=exporting.as_args(march()),
    )  # fmt: skip
    job = Job.objects.get(pk=job.pk)

    reader = PdfReader(job.file.open("rb"))
    assert len(reader.pages) == len(reader.outline) == 3
    assert reader.outline[0].title == "张三丰户"
    event = Event.objects.get(kind="card_exported")
    assert (event.area_code, event.detail["files"]) == (VILLAGE, 3)


@pytest.mark.parametrize("count", [2, 6])
def test_queries_do_not_grow_with_cards(count, django_assert_num_queries):
    for _ in range(count):
        helped_case()
    list(policy_card.cards(Case.objects.all()))  # code tables are remembered

    with django_assert_num_queries(8):
        assert len(list(policy_card.cards(Case.objects.all()))) == count


@pytest.mark.parametrize("user", [village_cadre, township_reviewer, supervisor])
def test_the_card_of_a_household_is_given_to_those_over_it_and_recorded(client, user):
    case = helped_case()

    file = opened(client, user()).post(reverse("card_pdf", args=[case.pk]))

    assert file["Content-Type"] == "application/pdf"
    assert len(pages_of(file.content)) == 1
    assert Event.objects.get(kind="card_exported").object_id == str(case.pk)


def test_others_get_no_card_and_before_determination_there_is_none(client):
    case, lead = helped_case(), case_in(Status.SCREENED)
    url = reverse("card_pdf", args=[case.pk])

    assert opened(client, neighbour_cadre()).post(url).status_code == 404
    assert opened(client, system_admin()).post(url).status_code == 403
    page = opened(client, village_cadre()).post(reverse("card_pdf", args=[lead.pk]), follow=True)
    assert "还没有审定为监测对象" in page.content.decode()
    assert not Event.objects.filter(kind="card_exported").exists()


def test_without_a_font_the_page_says_so(client, monkeypatch):
    monkeypatch.setattr(pdf, "has_font", lambda: False)
    case = helped_case()

    page = opened(client, village_cadre()).post(reverse("card_pdf", args=[case.pk]), follow=True)

    assert "fonts-noto-cjk" in page.content.decode()
    assert not Event.objects.filter(kind="card_exported").exists()


def test_the_case_page_and_the_ledger_page_lead_to_the_cards(client):
    case = helped_case()
    opened(client, village_cadre())

    assert (
        reverse("card_pdf", args=[case.pk])
        in client.get(reverse("case_detail", args=[case.pk])).content.decode()
    )
    page = client.get(reverse("ledger_list"), {"month": "2021-03"}).content.decode()
    assert "打印政策明白卡" in page
    client.post(reverse("archive_new"), {"month": "2021-03", "area": VILLAGE, "what": "cards"})
    assert Job.objects.get().kind == "ledgers.export_cards"
