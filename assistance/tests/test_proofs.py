"""印证材料 of measures, claims and relief: what is kept, who may open it, what is refused (六（二）)."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.urls import reverse
from PIL import Image

from accounts.models import Department
from accounts.tests.factories import COUNTY, NEIGHBOUR, VILLAGE, area_at, user_at
from assistance import actions as helping
from assistance.models import InsuranceClaim, Measure
from assistance.refusals import AssistanceRefused
from assistance.relief import actions
from assistance.tests.factories import MeasureFactory
from assistance.tests.relief_factories import (
    InsuranceClaimFactory,
    InsuranceCoverFactory,
    ReliefRequestFactory,
)
from audit import clock
from audit.models import Event
from households.tests.factories import HouseholdFactory
from workflow.models import Attachment, Status
from workflow.tests.factories import AttachmentFactory, case_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def household():
    return HouseholdFactory(village=area_at(VILLAGE), with_members=3)


def signed_in(client, role, place):
    user = user_at(role, place)
    client.force_login(user)
    return user


def photo(width=40, height=40, *, exif=False, kind="JPEG"):
    image, out = Image.new("RGB", (width, height)), io.BytesIO()
    facts = image.getexif()
    if exif:
        facts[0x010E] = "where it was taken"
    image.save(out, kind, exif=facts)
    return out.getvalue()


def upload(content, name="照片.jpg"):
    return SimpleUploadedFile(name, content)


BAD = {
    "wrong type": (b"MZ not a picture", "不是能用的图片"),
    "image bomb": (photo(9000, 9000), "尺寸过大"),
    "empty": (b"", "空"),
    "svg": (b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>", "不是能用的图片"),
    "gif": (photo(kind="GIF"), "不是能用的图片"),
}


@pytest.mark.parametrize("what", BAD)
def test_a_bad_file_changes_nothing_and_says_why(client, household, what):
    content, words = BAD[what]
    claim = InsuranceClaimFactory(household=household, state="inspected")
    signed_in(client, "department_clerk", "fupin")
    today = clock.today().isoformat()
    page = client.post(
        reverse("claim_step", args=[claim.pk, "pay"]),
        {"paid_on": today, "amount_paid": "8000", "proofs": upload(content)},
    ).content.decode()
    assert words in page
    claim.refresh_from_db()
    assert (claim.state, claim.amount_paid) == ("inspected", None)
    assert not Attachment.objects.exists()


def test_papers_come_with_the_report_and_with_the_money(client, household):
    InsuranceCoverFactory(household=household)
    today = clock.today().isoformat()
    signed_in(client, "village_cadre", VILLAGE)
    client.post(
        reverse("claim_new", args=[household.pk]),
        {
            "happened_on": today, "cause": "traffic", "description": "被撞伤",
            "proofs": [upload(photo(exif=True)), upload(b"%PDF-1.4 x", "认定书.pdf")],
        },
    )  # fmt: skip
    claim = InsuranceClaim.objects.get()
    picture, paper = claim.proofs.all()
    assert (picture.area_id, paper.content_type) == (VILLAGE, "application/pdf")
    with picture.file.open() as kept:
        assert not Image.open(kept).getexif()
    signed_in(client, "department_clerk", "fupin")
    client.post(
        reverse("claim_step", args=[claim.pk, "inspect"]),
        {"inspected_on": today, "inspector": "李", "finding": "属实", "amount_claimed": "9000"},
    )
    client.post(
        reverse("claim_step", args=[claim.pk, "pay"]),
        {"paid_on": today, "amount_paid": "8000", "proofs": upload(photo(), "转账单.jpg")},
    )
    shown = client.get(reverse("claim_detail", args=[claim.pk])).content.decode()
    assert "转账单.jpg" in shown
    assert [e.detail["proofs"] for e in Event.objects.filter(kind__startswith="claim_")] == [
        2,
        0,
        1,
    ]


@pytest.mark.parametrize(
    ("make", "prove", "desk"),
    [
        (InsuranceClaimFactory, "claim_prove", "fupin"),
        (ReliefRequestFactory, "relief_prove", "minzheng"),
    ],
)
def test_papers_may_come_later(client, household, make, prove, desk):
    paid = make(household=household, state="paid")
    url = reverse(prove, args=[paid.pk])
    for role, place in (("village_cadre", VILLAGE), ("department_clerk", desk)):
        signed_in(client, role, place)
        answer = client.post(url, {"proofs": upload(photo())}, follow=True)
        assert "已上传 1 个印证材料" in answer.content.decode()
    assert "还没有选择文件" in client.post(url, {}, follow=True).content.decode()
    ten = {"proofs": [upload(photo()) for _ in range(10)]}
    assert "一次最多上传 9 个" in client.post(url, ten, follow=True).content.decode()
    assert paid.proofs.count() == 2


def test_only_the_village_and_the_desk_add_papers(household):
    claim = InsuranceClaimFactory(household=household)
    relief = ReliefRequestFactory(household=household)
    for by in (user_at("village_cadre", NEIGHBOUR), user_at("department_clerk", "canlian")):
        with pytest.raises(AssistanceRefused):
            actions.prove_claim(claim=claim, proofs=[AttachmentFactory()], by=by)
        with pytest.raises(AssistanceRefused):
            actions.prove_relief(relief=relief, proofs=[AttachmentFactory()], by=by)
    assert not claim.proofs.exists()
    assert not relief.proofs.exists()


def test_a_clerk_opens_what_a_colleague_sent_for_the_same_department_and_nothing_else(client):
    case = case_in(Status.MONITORED)
    own, others = (
        MeasureFactory(case=case, department=Department.objects.get(pk=key))
        for key in ("yibao", "renshe")
    )
    for measure in (own, others):
        measure.proofs.add(AttachmentFactory(uploaded_by=user_at("county_office", COUNTY)))
    signed_in(client, "department_clerk", "yibao")
    (paper,), (hidden,) = own.proofs.all(), others.proofs.all()
    assert client.get(reverse("measure_proof", args=[own.pk, paper.pk])).status_code == 200
    page = client.get(reverse("measure_edit", args=[own.pk])).content.decode()
    assert reverse("measure_proof", args=[own.pk, paper.pk]) in page
    for name, args in (
        ("measure_proof", [others.pk, hidden.pk]),
        ("measure_proof", [own.pk, hidden.pk]),  # a paper of another thing under an own measure
        ("attachment_file", [paper.pk]),
        ("attachment_file", [hidden.pk]),
    ):
        assert client.get(reverse(name, args=args)).status_code == 404, (name, args)
    assert Event.objects.filter(kind="attachment_downloaded").count() == 1


def test_the_desk_opens_the_papers_of_its_claims_only(client, household):
    claim = InsuranceClaimFactory(household=household)
    relief = ReliefRequestFactory(household=household)
    claim.proofs.add(first := AttachmentFactory())
    relief.proofs.add(second := AttachmentFactory())
    claim_paper = reverse("claim_proof", args=[claim.pk, first.pk])
    relief_paper = reverse("relief_proof", args=[relief.pk, second.pk])
    signed_in(client, "department_clerk", "fupin")
    assert client.get(claim_paper).status_code == 200
    assert client.get(relief_paper).status_code == 404
    signed_in(client, "department_clerk", "minzheng")
    assert client.get(claim_paper).status_code == 404
    assert client.get(relief_paper).status_code == 200
    signed_in(client, "village_cadre", NEIGHBOUR)
    assert client.get(claim_paper).status_code == client.get(relief_paper).status_code == 404


def test_a_lost_race_keeps_no_paper(household):
    """Two people answer one claim; what the second brought is not hung on the first one's answer."""
    clerk = user_at("department_clerk", "fupin")
    claim = InsuranceClaimFactory(household=household)
    first, second = (InsuranceClaim.objects.get(pk=claim.pk) for _ in range(2))
    today = clock.today()
    actions.refuse_claim(claim=first, refused_on=today, reason="不属于保险责任", by=clerk)
    with pytest.raises(AssistanceRefused, match="状态已变"):
        actions.inspect_claim(
            claim=second, inspected_on=today, inspector="李", finding="属实", amount_claimed=1,
            by=clerk, proofs=[AttachmentFactory()],
        )  # fmt: skip
    assert not claim.proofs.exists()


def test_the_page_of_a_household_asks_one_query_for_all_its_papers(
    client, django_assert_max_num_queries
):
    case = case_in(Status.MONITORED)
    for _ in range(6):
        MeasureFactory(case=case).proofs.set(AttachmentFactory.create_batch(2))
    signed_in(client, "supervisor", COUNTY)
    url = reverse("plan_detail", args=[case.pk])
    client.get(url)
    with django_assert_max_num_queries(16, connection=connection):
        page = client.get(url).content.decode()
    assert page.count("/proofs/") == 12
    measure = Measure.objects.first()
    paper = measure.proofs.first()
    assert client.get(reverse("measure_proof", args=[measure.pk, paper.pk])).status_code == 200


def test_a_stale_measure_keeps_no_paper():
    clerk = user_at("department_clerk", "yibao")
    measure = MeasureFactory(
        case=case_in(Status.MONITORED), department=Department.objects.get(pk="yibao")
    )
    helping.update_measure(measure=measure, version=1, state="active", by=clerk)
    with pytest.raises(AssistanceRefused, match="刚被他人修改"):
        helping.update_measure(
            measure=measure, version=1, state="active", by=clerk, proofs=[AttachmentFactory()]
        )
    assert not measure.proofs.exists()
