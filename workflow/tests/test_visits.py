"""Visits and attachments: recorded once, stripped of what they should not carry."""

import io
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from accounts.tests import factories as people
from audit import clock
from audit.events import EventKind
from audit.models import Event
from workflow import actions, attachments, findings
from workflow.models import Visit
from workflow.outcomes import StepRefused
from workflow.states import Level, Status
from workflow.tests import factories

pytestmark = pytest.mark.django_db
GPS = 0x8825


@pytest.fixture
def cadre():
    return people.village_cadre()


def record(case, by, **kwargs):
    words = {"kind": "home", "visited_on": clock.today(), "people": "郑西关、赵驻村"}
    return actions.record_visit(case=case, by=by, **words | kwargs)


@pytest.mark.parametrize(
    ("status", "person", "level", "purpose"),
    [
        (Status.LEAD, people.village_cadre, Level.VILLAGE, "SCREENING"),
        (Status.REVIEWED, people.township_reviewer, Level.TOWNSHIP, "RECHECK"),
        (Status.MONITORED, people.village_cadre, Level.VILLAGE, "HELP"),
        (Status.CLEARING_REVIEWED, people.township_reviewer, Level.TOWNSHIP, "CLEARING"),
        (Status.MONITORED, people.county_officer, Level.COUNTY, "HELP"),
    ],
)
def test_level_and_purpose_follow_from_who_and_where(status, person, level, purpose):
    visit = record(factories.case_in(status), person())

    assert (visit.level, visit.purpose) == (level, purpose)
    assert Event.objects.filter(kind=EventKind.VISIT_RECORDED).count() == 1


def test_safeguards_seen_go_into_the_register(cadre):
    case = factories.case_in(Status.LEAD)

    visit = record(
        case, cadre, findings={"expense": " 住院 ", "housing_problem": True, "nonsense": "x"}
    )

    assert visit.findings == {"expense": "住院", "housing_problem": True}
    safeguard = case.household.safeguards.get()
    assert (safeguard.housing_problem, safeguard.water_problem) == (True, False)
    assert findings.lines(visit.findings) == [
        ("三看刚性支出", "住院"),
        ("三保障和饮水", "住房有安全问题"),
    ]


def test_the_same_form_twice_is_one_visit(cadre):
    case = factories.case_in(Status.LEAD)
    key = "5b2f6f4e-0000-4000-8000-000000000002"

    assert record(case, cadre, form_key=key).pk == record(case, cadre, form_key=key).pk
    assert Visit.objects.count() == 1


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ({"visited_on": clock.today() + timedelta(days=2)}, "不能晚于今天"),
        ({"people": "  "}, "走访人"),
        ({"kind": "letter"}, "方式或事由不正确"),
        ({"purpose": "PARTY"}, "方式或事由不正确"),
        ({"level": "county"}, "岗位职责范围"),
    ],
)
def test_impossible_visits_are_refused(cadre, words, text):
    with pytest.raises(StepRefused, match=text):
        record(factories.case_in(Status.LEAD), cadre, **words)

    assert not Visit.objects.exists()


def test_a_finished_case_is_not_visited(cadre):
    with pytest.raises(StepRefused, match="不再登记"):
        record(factories.case_in(Status.NOT_ADMITTED), cadre)


@pytest.mark.parametrize("person", [people.neighbour_cadre, people.supervisor, people.system_admin])
def test_who_has_no_post_there_records_no_visit(person):
    with pytest.raises(StepRefused, match="岗位职责范围"):
        record(factories.case_in(Status.LEAD), person())


def test_a_photo_loses_its_place_and_its_name(cadre):
    exif = Image.Exif()
    exif[GPS] = {1: "N", 2: (35.0, 53.0, 0.0)}
    exif[0x010F] = "SecretPhone"
    upload = factories.photo("../../王家 门口.jpg", exif=exif.tobytes())

    kept = actions.store_attachment(upload=upload, area=people.area_at(people.VILLAGE), by=cadre)

    with kept.file.open() as stored:
        content = stored.read()
    assert b"SecretPhone" not in content
    assert not dict(Image.open(io.BytesIO(content)).getexif())
    assert kept.name == "王家 门口.jpg"
    assert "王家" not in kept.file.name
    assert kept.size == len(content)


def test_a_large_picture_is_made_readable_not_huge(cadre):
    upload = factories.photo(size=(4000, 3000), image_format="PNG")

    kept = attachments.cleaned(upload)

    assert max(Image.open(io.BytesIO(kept.content)).size) == attachments.MAX_SIDE
    assert kept.content_type == "image/jpeg"


def file(content: bytes, name="a.jpg"):
    return SimpleUploadedFile(name, content)


@pytest.mark.parametrize(
    ("upload", "text"),
    [
        (file(b""), "空的"),
        (file(b"MZ\x90\x00" * 100), "不是能用的图片"),
        (file(b"<svg onload=alert(1)>", "a.svg"), "不是能用的图片"),
        (file(b"GIF89a" + b"\0" * 50), "不是能用的图片"),
        (file(factories.photo().read()[:300]), "不是能用的图片"),
        (file(b"x" * (attachments.MAX_BYTES + 1)), "超过 10 MB"),
    ],
)
def test_what_is_no_picture_is_refused_with_the_remedy(upload, text):
    with pytest.raises(StepRefused, match=text):
        attachments.cleaned(upload)


def test_a_pixel_flood_is_refused_before_it_is_unpacked(monkeypatch):
    monkeypatch.setattr(attachments, "MAX_PIXELS", 1000)

    with pytest.raises(StepRefused, match="尺寸过大"):
        attachments.cleaned(factories.photo(size=(64, 64)))


def test_a_pdf_is_kept_as_it_came():
    kept = attachments.cleaned(file(b"%PDF-1.7 rest", "扫描件.pdf"))

    assert (kept.content_type, kept.content) == ("application/pdf", b"%PDF-1.7 rest")


def test_a_family_away_is_called_and_the_record_says_who_answered(cadre):
    case = factories.case_in(Status.LEAD)

    with pytest.raises(StepRefused, match="联系到了谁"):
        record(case, cadre, kind="telephone")
    visit = record(case, cadre, kind="telephone", contacted=" 户主本人 ")

    assert (visit.contacted, visit.is_remote) == ("户主本人", True)
    assert record(case, cadre, kind="home", contacted="邻居").contacted == ""
