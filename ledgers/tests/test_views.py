"""Pages: the right role, the wrong role, the wrong area, masked numbers, files and events."""

import datetime
import io
import zipfile

import docx
import openpyxl
import pytest
from django.urls import reverse
from pypdf import PdfReader

from accounts.tests.factories import (
    COUNTY,
    NEIGHBOUR,
    TOWNSHIP,
    VILLAGE,
    area_at,
    county_officer,
    department_clerk,
    neighbour_cadre,
    system_admin,
    township_reviewer,
    village_cadre,
)
from audit import clock
from audit.models import Event
from households import idnumbers
from jobs.models import Job
from ledgers import exporting, exports, meeting_papers, pdf
from ledgers.models import Booklet
from ledgers.tests.factories import MARCH, MonthlyExportFactory
from policy.tests.factories import ParameterFactory
from workflow.models import Status
from workflow.tests.factories import (
    MonthlyRoundFactory,
    PublicNoticeFactory,
    case_in,
    decided,
    moment,
)

pytestmark = pytest.mark.django_db
MONTH = {"month": "2021-03"}


@pytest.fixture(autouse=True)
def _in_march():
    with clock.at(moment(21)):
        yield


@pytest.fixture
def case():
    MonthlyRoundFactory(month=MARCH)
    return case_in(Status.MONITORED, identified_on=datetime.date(2020, 12, 30))


def opened(client, user):
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def number_of(case) -> str:
    return idnumbers.decrypt(case.household.members.get(relation="户主").id_cipher)


PAGES = ["ledger_list", "archive_new"]


@pytest.mark.parametrize("name", PAGES)
def test_pages_open_for_those_who_export_only(client, case, name):
    assert opened(client, village_cadre()).get(reverse(name), MONTH).status_code == 200
    assert opened(client, system_admin()).get(reverse(name)).status_code == 403
    # A department has ledgers of its own rows 六（二）, not the archive of an area.
    expected = 200 if name == "ledger_list" else 403
    assert opened(client, department_clerk()).get(reverse(name)).status_code == expected


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("area", [TOWNSHIP, COUNTY, NEIGHBOUR, "410923", "\x00", "9" * 400])
def test_an_area_outside_ones_own_does_not_exist(client, case, name, area):
    area_at(NEIGHBOUR)
    page = opened(client, village_cadre()).get(reverse(name), {**MONTH, "area": area})

    assert page.status_code == (200 if area == "\x00" else 404)


def test_the_list_offers_what_an_area_of_that_size_makes(client, case):
    village = opened(client, village_cadre()).get(reverse("ledger_list"), MONTH).content.decode()
    county = opened(client, county_officer()).get(reverse("ledger_list"), MONTH).content.decode()

    assert "初步名单" in village
    assert "审定名单" not in village
    assert "审定名单" in county


def test_the_screen_masks_what_the_file_shows(client, case):
    opened(client, village_cadre())
    shown = client.get(reverse("ledger_show", args=["annex2"]), MONTH)
    file = client.post(
        reverse("ledger_export", args=["annex2"]), {**MONTH, "area": VILLAGE, "form": "signed"}
    )
    sheet = openpyxl.load_workbook(io.BytesIO(file.content)).active

    assert number_of(case) not in shown.content.decode()
    assert idnumbers.masked(number_of(case)) in shown.content.decode()
    assert sheet["E5"].value == number_of(case)
    event = Event.objects.get(kind="ledger_exported")
    assert event.detail == {
        "month": "2021-03", "area": VILLAGE, "ledger": "annex2", "form": "signed", "lines": 3,
    }  # fmt: skip
    assert event.area_code == VILLAGE


@pytest.mark.parametrize(
    "key", ["annex2", "public", "leads", "assistance", "village_list", "national"]
)
def test_every_kind_of_ledger_is_shown_and_given_as_a_data_file(client, case, key):
    opened(client, township_reviewer())
    shown = client.get(reverse("ledger_show", args=[key]), {**MONTH, "area": TOWNSHIP})
    file = client.post(
        reverse("ledger_export", args=[key]), {**MONTH, "area": TOWNSHIP, "form": "flat"}
    )

    assert shown.status_code == 200
    assert openpyxl.load_workbook(io.BytesIO(file.content)).active.max_row >= 1


def test_the_pdf_of_a_ledger(client, case):
    file = opened(client, village_cadre()).post(
        reverse("ledger_export", args=["assistance"]), {**MONTH, "area": VILLAGE, "form": "pdf"}
    )

    assert file["Content-Type"] == "application/pdf"
    assert file.content.startswith(b"%PDF-")


def test_a_missing_font_is_said_and_no_boxes_are_printed(client, case, monkeypatch):
    monkeypatch.setattr(pdf, "has_font", lambda: False)
    answer = opened(client, village_cadre()).post(
        reverse("ledger_export", args=["annex2"]),
        {**MONTH, "area": VILLAGE, "form": "pdf"},
        follow=True,
    )

    assert "fonts-noto-cjk" in answer.content.decode()
    assert not Event.objects.filter(kind="ledger_exported").exists()


@pytest.mark.django_db(transaction=True)
def test_a_long_ledger_becomes_a_job_with_the_same_content(client, case, monkeypatch):
    monkeypatch.setitem(exports.AT_ONCE, "flat", 0)
    opened(client, village_cadre())
    answer = client.post(
        reverse("ledger_export", args=["annex2"]), {**MONTH, "area": VILLAGE, "form": "flat"}
    )
    job = Job.objects.get()

    assert answer.url == reverse("job_detail", args=[job.pk])
    assert (job.state, job.result) == ("done", {"rows": 3, "files": 1})
    assert openpyxl.load_workbook(job.file.open("rb")).active.max_row == 4


@pytest.mark.parametrize(
    "asked",
    [
        {"form": "docx"},
        {"form": ""},
        {"form": "signed", "month": "2021-13"},
        {"form": "signed", "month": "'; --"},
        {"form": "signed", "area": NEIGHBOUR},
    ],
)
def test_a_file_of_something_that_is_not_there_is_404(client, case, asked):
    area_at(NEIGHBOUR)
    answer = opened(client, village_cadre()).post(
        reverse("ledger_export", args=["annex2"]), {**MONTH, "area": VILLAGE, **asked}
    )

    assert answer.status_code == 404
    assert not Event.objects.filter(kind="ledger_exported").exists()


def test_an_unknown_ledger_is_404_and_a_get_exports_nothing(client, case):
    opened(client, village_cadre())

    assert client.get(reverse("ledger_show", args=["nothing"]), MONTH).status_code == 404
    assert client.get(reverse("ledger_export", args=["annex2"]), MONTH).status_code == 405


@pytest.mark.parametrize("page", ["0", "-1", "zwei", "9" * 40, "²", "99"])
def test_a_strange_page_number_is_no_error(client, case, page):
    answer = opened(client, village_cadre()).get(
        reverse("ledger_show", args=["annex2"]), {**MONTH, "page": page}
    )

    assert answer.status_code == 200


def test_a_ledger_page_asks_as_many_questions_at_10_as_at_50_households(
    client, case, django_assert_max_num_queries
):
    user = opened(client, village_cadre())
    url = reverse("ledger_show", args=["annex2"])
    user.get(url, MONTH)  # the first request also writes its session
    counts = []
    for more in (9, 40):
        for _ in range(more):
            case_in(Status.MONITORED, identified_on=datetime.date(2020, 12, 30))
        with django_assert_max_num_queries(24) as captured:
            assert user.get(url, MONTH).status_code == 200
        # policy tables are remembered for some seconds; when they expire is chance
        counts.append(sum("policy_" not in query["sql"] for query in captured))

    assert counts[0] == counts[1]


def test_a_booklet_is_shown_masked_and_printed_in_full(client, case):
    opened(client, village_cadre())
    page = client.get(reverse("booklet_show", args=[case.pk]))
    file = client.post(reverse("booklet_pdf", args=[case.pk]))
    again = client.post(reverse("booklet_pdf", args=[case.pk]))

    assert number_of(case) not in page.content.decode()
    assert "未安排帮扶措施" in page.content.decode()
    assert file.content == again.content
    assert Booklet.objects.count() == 1
    assert Event.objects.filter(kind="booklet_exported").count() == 2


def test_a_booklet_with_its_gaps_is_not_kept_as_the_booklet(client, case):
    opened(client, village_cadre())
    plain = client.post(reverse("booklet_pdf", args=[case.pk]))
    with_gaps = client.post(reverse("booklet_pdf", args=[case.pk]), {"missing": "1"})

    assert with_gaps.content != plain.content
    assert Booklet.objects.count() == 1


def test_the_preview_is_the_pdf_inline_with_masked_numbers_and_keeps_nothing(client, case):
    page = opened(client, village_cadre()).get(reverse("booklet_preview", args=[case.pk]))

    text = "".join(found.extract_text() for found in PdfReader(io.BytesIO(page.content)).pages)
    assert page["Content-Disposition"].startswith("inline")
    assert "object-src 'self'" in page["Content-Security-Policy"]
    assert "预览" in text
    assert "一户一册" in text
    assert number_of(case) not in text
    assert not Booklet.objects.exists()
    assert not Event.objects.filter(kind="booklet_exported").exists()


def test_the_docx_is_the_same_booklet_and_an_event(client, case):
    file = opened(client, village_cadre()).post(reverse("booklet_docx", args=[case.pk]))

    document = docx.Document(io.BytesIO(file.content))
    cells = {cell.text for table in document.tables for cell in table._cells}
    assert number_of(case) in cells
    assert "第 1 版" in document.sections[0].header.paragraphs[0].text
    assert Event.objects.get(kind="booklet_exported").detail == {"version": 1, "form": "docx"}


@pytest.mark.django_db(transaction=True)
def test_the_booklets_of_a_village_are_one_pdf_with_bookmarks(client, case):
    case_in(Status.MONITORED, identified_on=datetime.date(2020, 12, 30))
    opened(client, village_cadre())
    client.post(reverse("archive_new"), {**MONTH, "area": VILLAGE, "what": "booklets"})

    job = Job.objects.get()
    reader = PdfReader(job.file.open("rb"))
    households = [entry for entry in reader.outline if not isinstance(entry, list)]
    assert job.file_name.endswith("一户一册.pdf")
    assert [entry.title[-3:] for entry in households] == ["张三丰", "张三丰"]
    assert reader.get_destination_page_number(households[1]) == len(reader.pages) // 2
    assert any(isinstance(entry, list) for entry in reader.outline)  # sections below the household


@pytest.mark.django_db(transaction=True)
def test_the_booklets_of_a_township_are_one_pdf_by_village_and_household(client, case):
    area_at(NEIGHBOUR)
    case_in(Status.MONITORED, village=NEIGHBOUR, identified_on=datetime.date(2020, 12, 30))
    case_in(Status.MONITORED, village=NEIGHBOUR, identified_on=datetime.date(2020, 12, 30))
    job = booklets_of(client, TOWNSHIP)

    reader = PdfReader(job.file.open("rb"))
    pages = len(reader.pages) // 3
    villages, below = reader.outline[::2], reader.outline[1::2]
    assert job.file_name.endswith("一户一册.pdf")
    assert [village.title for village in villages] == ["西关村", "南关村"]
    assert [reader.get_destination_page_number(v) for v in villages] == [0, pages]
    first, sections, second, _ = below[1]
    assert [reader.get_destination_page_number(h) for h in (first, second)] == [pages, 2 * pages]
    assert sections[0].title == "填写说明"
    assert reader.get_destination_page_number(sections[0]) == pages + 1


@pytest.mark.django_db(transaction=True)
def test_more_booklets_than_one_pdf_holds_are_bound_by_village(client, case, monkeypatch):
    monkeypatch.setattr(exporting, "BOUND_AT_MOST", 1)
    area_at(NEIGHBOUR)
    case_in(Status.MONITORED, village=NEIGHBOUR, identified_on=datetime.date(2020, 12, 30))
    job = booklets_of(client, TOWNSHIP)

    with zipfile.ZipFile(job.file.open("rb")) as found:
        assert found.namelist() == ["城关镇/西关村一户一册.pdf", "城关镇/南关村一户一册.pdf"]
        for name in found.namelist():
            assert len(PdfReader(io.BytesIO(found.read(name))).outline) == 2  # it and its sections
    assert job.result["files"] == 2


def booklets_of(client, area) -> Job:
    opened(client, township_reviewer())
    client.post(reverse("archive_new"), {**MONTH, "area": area, "what": "booklets"})
    job = Job.objects.get()
    assert job.state == "done", job.message
    return job


def test_a_neighbour_finds_no_booklet(client, case):
    opened(client, neighbour_cadre())
    assert client.get(reverse("booklet_preview", args=[case.pk])).status_code == 404
    assert client.post(reverse("booklet_docx", args=[case.pk])).status_code == 404

    assert client.get(reverse("booklet_show", args=[case.pk])).status_code == 404
    assert client.post(reverse("booklet_pdf", args=[case.pk])).status_code == 404
    opened(client, system_admin())
    assert client.get(reverse("booklet_show", args=[case.pk])).status_code == 403


@pytest.mark.parametrize("paper", ["minutes", "sign-in", "notice"])
def test_papers_of_a_meeting_as_pdf_for_the_own_area_only(client, case, paper):
    meeting = decided("put_forward", case, VILLAGE)
    PublicNoticeFactory(meeting=meeting)
    url = reverse("meeting_paper", args=[meeting.pk, paper])

    assert opened(client, neighbour_cadre()).post(url).status_code == 404
    answer = opened(client, township_reviewer()).post(url)
    assert answer.content.startswith(b"%PDF-")
    event = Event.objects.get(kind="ledger_exported")
    assert (event.object_id, event.detail["ledger"]) == (str(meeting.pk), paper)


@pytest.mark.parametrize("paper", ["notice", "nonsense"])
def test_a_meeting_without_the_paper_says_so(client, case, paper):
    meeting = decided("put_forward", case, VILLAGE)

    answer = opened(client, village_cadre()).post(
        reverse("meeting_paper", args=[meeting.pk, paper])
    )

    assert answer.status_code == 404


def test_the_public_notice_says_only_what_may_hang_on_a_wall(case):
    case.risks = ["因病"]
    case.save()
    member = case.household.members.get(relation="户主")
    member.phone = "13800000000"
    member.save()
    meeting = decided("put_forward", case, VILLAGE)
    PublicNoticeFactory(meeting=meeting)

    paper = meeting_papers.html_of(meeting, meeting_papers.NOTICE)

    assert f"{meeting.area.short_name}防贫监测民主评议结果公示" in paper
    assert "2021年3月21日至2021年3月25日（5天）" in paper
    assert f"<td>1</td><td>{case.household.head_name}</td><td>3</td>" in paper
    for secret in (number_of(case), member.phone, "因病", "5200"):
        assert secret not in paper


def test_exports_stop_politely_at_the_limit_of_an_hour(client, case):
    ParameterFactory(key="exports_per_hour", given=2)
    meeting = decided("put_forward", case, VILLAGE)
    url = reverse("meeting_paper", args=[meeting.pk, "minutes"])
    opened(client, village_cadre())

    answers = [client.post(url) for _ in range(3)]

    assert [a.status_code for a in answers] == [200, 200, 302]
    assert "您一小时内已导出 2 次" in client.get(answers[2].url).content.decode()
    assert Event.objects.filter(kind="ledger_exported").count() == 2
    assert opened(client, township_reviewer()).post(url).status_code == 200


def test_the_case_page_leads_to_the_booklet(client, case):
    page = opened(client, village_cadre()).get(reverse("case_detail", args=[case.pk]))

    assert reverse("booklet_show", args=[case.pk]) in page.content.decode()


def test_a_kept_ledger_is_for_those_whose_area_holds_all_of_it(client, case):
    kept = MonthlyExportFactory(area=area_at(TOWNSHIP))
    url = reverse("monthly_export_file", args=[kept.pk])

    assert opened(client, village_cadre()).get(url).status_code == 404
    answer = opened(client, county_officer()).get(url)
    assert b"".join(answer.streaming_content) == b"kept"
    assert Event.objects.get(kind="ledger_exported").detail["area"] == TOWNSHIP
    answer.close()  # ends the request, and with it the connection


@pytest.mark.django_db(transaction=True)
def test_ordering_an_archive_gives_a_job_with_the_file(client, case):
    answer = opened(client, village_cadre()).post(
        reverse("archive_new"), {**MONTH, "area": VILLAGE, "what": "archive"}
    )
    job = Job.objects.get()

    assert answer.url == reverse("job_detail", args=[job.pk])
    assert job.state == "done", job.message
    assert job.result["files"] > 5
    assert job.file_name == "城关镇西关村2021年03月归档.zip"


def test_api_rows_are_masked_and_scoped(client, case):
    opened(client, village_cadre())
    mine = client.get("/api/v1/ledgers/annex2/", {**MONTH, "area": VILLAGE})
    other = client.get("/api/v1/ledgers/annex2/", {**MONTH, "area": TOWNSHIP})
    wrong = client.get("/api/v1/ledgers/annex2/", {"month": "2021-13", "area": VILLAGE})

    assert mine.json()["rows"][0][4] == idnumbers.masked(number_of(case))
    assert (other.status_code, wrong.status_code) == (404, 400)
    assert "annex2" in {ledger["key"] for ledger in client.get("/api/v1/ledgers/").json()}
    opened(client, system_admin())
    assert client.get("/api/v1/ledgers/").status_code == 403


def test_api_orders_a_file_as_a_job(client, case):
    opened(client, village_cadre())
    order = {**MONTH, "area": VILLAGE, "what": "ledger", "ledger": "annex2", "form": "flat"}
    answer = client.post("/api/v1/exports/", order, content_type="application/json")
    foreign = client.post(
        "/api/v1/exports/", {**order, "area": TOWNSHIP}, content_type="application/json"
    )

    assert answer.status_code == 202
    assert Job.objects.get().pk.hex == answer.json()["job"].replace("-", "")
    assert foreign.status_code == 404
