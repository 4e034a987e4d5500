"""Pages and API of leads: right role, wrong role, wrong area, constant query counts."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Department
from accounts.tests.factories import (
    COUNTY,
    NEIGHBOUR,
    OTHER_TOWNSHIP,
    TOWNSHIP,
    VILLAGE,
    area_at,
    user_at,
)
from audit import clock
from audit.models import Event
from households.tests.factories import HouseholdFactory, next_id_number
from jobs.models import Job
from jobs.workbooks.reader import read_rows
from policy import memory
from screening import actions, checking
from screening.models import Lead, LeadFile, LeadRow
from screening.tests.factories import (
    AnsweredLeadFactory,
    LeadFactory,
    LeadRowFactory,
    kind_of,
    upload,
    workbook,
)
from screening.tests.test_checking import person, stay
from screening.views import files
from workflow.models import Case
from workflow.states import Status
from workflow.tests.factories import LeadCaseFactory, moment, photo

pytestmark = pytest.mark.django_db
MONTH = date(2021, 3, 1)


@pytest.fixture(autouse=True)
def march():
    with clock.at(moment(10)):
        yield


@pytest.fixture
def village():
    return area_at(VILLAGE)


def signed_in(client, role, place):
    user = user_at(role, place)
    client.force_login(user)
    return user


def checked(*rows, department="yibao", key="inpatient", **more):
    file = actions.receive_file(
        file=upload(*rows, **more), department=Department.objects.get(pk=department),
        kind=kind_of(department, key), month=MONTH, county=area_at(COUNTY), by=None,
        in_background=False,
    )  # fmt: skip
    return checking.check(file)


def text(response) -> str:
    return response.content.decode()


def queries(client, url) -> int:
    client.get(url)  # the first request after signing in writes the session
    memory.forget()
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len([q for q in captured if not q["sql"].startswith(("SAVEPOINT", "RELEASE"))])


# --- the village --------------------------------------------------------------------------------


def test_the_list_shows_open_leads_of_the_own_village_in_words(client):
    lead = LeadFactory()
    AnsweredLeadFactory(case=LeadCaseFactory(household=HouseholdFactory(
        village=area_at(VILLAGE), head_name="钱已核")))  # fmt: skip
    signed_in(client, "village_cadre", VILLAGE)
    page = text(client.get(reverse("lead_list")))
    assert "12,000 元 &gt; 11,000 元" in page
    assert lead.case.household.head_name in page
    assert "钱已核" not in page
    assert "钱已核" in text(client.get(reverse("lead_list"), {"state": "answered"}))
    signed_in(client, "village_cadre", NEIGHBOUR)
    assert "12,000" not in text(client.get(reverse("lead_list")))


@pytest.mark.parametrize("query", ["month=2021-13", "origin=x", "page=-1", "area=%00", "state=?"])
def test_the_list_bears_any_query(client, query):
    LeadFactory()
    signed_in(client, "county_office", COUNTY)
    assert client.get(f"{reverse('lead_list')}?{query}").status_code == 200


def test_many_are_answered_with_one_reason(client):
    leads = LeadFactory.create_batch(3)
    signed_in(client, "village_cadre", VILLAGE)
    answer = client.post(
        reverse("lead_answer_many"),
        {"case": [lead.case_id for lead in leads[:2]], "verdict": "not_true:reimbursed"},
        follow=True,
    )
    assert "已答复 2 户、2 条线索" in text(answer)
    assert Case.objects.filter(status=Status.NOT_ADMITTED).count() == 2
    assert Lead.objects.unanswered().get() == leads[2]


@pytest.mark.parametrize(
    "data", [{}, {"case": ["1"]}, {"case": ["x", "9" * 30]}, {"verdict": "not_true:resolved"}]
)
def test_an_incomplete_batch_says_what_is_missing(client, data):
    LeadFactory()
    signed_in(client, "village_cadre", VILLAGE)
    answer = client.post(reverse("lead_answer_many"), data, follow=True)
    assert "请先勾选户" in text(answer)
    assert Lead.objects.unanswered().count() == 1


def test_a_true_lead_leads_to_the_visit(client):
    lead = LeadFactory()
    signed_in(client, "village_cadre", VILLAGE)
    url = reverse("lead_answer", args=[lead.case_id])
    answer = client.post(url, {"lead": [lead.pk], "verdict": "true:"})
    assert answer["Location"] == reverse("visit_new", args=[lead.case_id])
    assert "不由您核实" in text(client.post(url, {"lead": [lead.pk]}, follow=True))


def test_an_answer_without_a_reason_stays_on_the_page(client):
    lead = LeadFactory()
    signed_in(client, "village_cadre", VILLAGE)
    url = reverse("lead_answer", args=[lead.case_id])
    assert "有内容需要改正" in text(client.post(url, {"lead": [lead.pk], "verdict": ""}))
    assert "至少勾选一条" in text(client.post(url, {"verdict": "not_true:resolved"}))


def test_the_earlier_answer_is_proposed(client):
    earlier = AnsweredLeadFactory(month=date(2021, 1, 1))
    lead = LeadFactory(earlier=earlier)
    signed_in(client, "village_cadre", VILLAGE)
    page = text(client.get(reverse("lead_answer", args=[lead.case_id])))
    assert "核实过同一线索：不属实：问题已解决" in page
    assert 'value="not_true:resolved"' in page.split("checked")[-2] + page.split("checked")[-1]


@pytest.mark.parametrize(
    ("role", "place", "status"),
    [
        ("village_cadre", VILLAGE, 200),
        ("village_cadre", NEIGHBOUR, 404),
        ("township_office", TOWNSHIP, 200),
        ("township_office", OTHER_TOWNSHIP, 404),
        ("county_office", COUNTY, 200),
        ("supervisor", COUNTY, 200),
        ("department_clerk", "yibao", 403),
        ("system_admin", COUNTY, 403),
    ],
)
def test_who_sees_the_leads_of_a_case(client, role, place, status):
    lead = LeadFactory()
    signed_in(client, role, place)
    assert client.get(reverse("lead_answer", args=[lead.case_id])).status_code == status


def test_the_leads_stand_on_the_pages_of_case_and_household(client):
    lead = LeadFactory()
    signed_in(client, "village_cadre", VILLAGE)
    for url in (
        reverse("case_detail", args=[lead.case_id]),
        reverse("household_detail", args=[lead.household_id]),
    ):
        assert "2021-02-11 住院自付 12,000 元" in text(client.get(url))


def test_the_list_costs_the_same_for_ten_and_fifty(client):
    signed_in(client, "village_cadre", VILLAGE)
    LeadFactory.create_batch(10)
    few = queries(client, reverse("lead_list"))
    LeadFactory.create_batch(40)
    assert queries(client, reverse("lead_list")) == few <= 12


# --- applications -------------------------------------------------------------------------------


def test_an_application_from_search_to_case(client, village):
    home = HouseholdFactory(village=village, with_members=3)
    HouseholdFactory(village=area_at(NEIGHBOUR), with_members=3, head_name="张三邻")
    signed_in(client, "village_cadre", VILLAGE)
    url = reverse("application_new")
    found = text(client.get(url, {"q": "张三"}))
    assert f"?household={home.pk}" in found
    assert "张三邻" not in found
    form = {
        "source": "application", "risks": ["因病"], "statement": "住院花了四万", "applied_on": "2021-03-09",
        "scan": photo("申请书.jpg"),
    }  # fmt: skip
    answer = client.post(f"{url}?household={home.pk}", form)
    lead = Lead.objects.get()
    assert answer["Location"] == reverse("case_detail", args=[lead.case_id])
    assert lead.scan.content_type == "image/jpeg"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"risks": []}, "至少勾选一种困难原因"),
        ({"statement": ""}, "请写明情况"),
        ({"statement": "a\x00b"}, "控制字符"),
        ({"applied_on": "2021-04-01"}, "不能晚于今天"),
        ({"scan": SimpleUploadedFile("x.jpg", b"no picture")}, "不是能用的图片"),
    ],
)
def test_a_wrong_application_is_told_and_keeps_what_was_typed(client, village, change, words):
    home = HouseholdFactory(village=village)
    signed_in(client, "village_cadre", VILLAGE)
    form = {"source": "cadre", "risks": ["因病"], "statement": "花费大", "applied_on": "2021-03-09"}
    page = text(client.post(f"{reverse('application_new')}?household={home.pk}", form | change))
    assert words in page
    assert not Case.objects.exists()


def test_another_villages_household_does_not_exist_here(client):
    home = HouseholdFactory(village=area_at(NEIGHBOUR))
    signed_in(client, "village_cadre", VILLAGE)
    url = f"{reverse('application_new')}?household={home.pk}"
    assert client.get(url).status_code == 404
    assert client.post(url, {"source": "cadre"}).status_code == 404


# --- files --------------------------------------------------------------------------------------


def test_a_clerk_sends_a_file_and_sees_every_row(client, village):
    _, number = person(HouseholdFactory(village=village))
    signed_in(client, "department_clerk", "yibao")
    sent = client.post(
        reverse("lead_file_new"),
        {
            "kind": kind_of().pk,
            "month": "2021-03",
            "file": SimpleUploadedFile("三月.xlsx", workbook(stay(number, paid=20000), stay(""))),
        },
        follow=True,
    )
    file = LeadFile.objects.get()
    assert (file.county_id, file.month) == (COUNTY, MONTH)
    # Without a queue the job runs when its row is committed, which a test's transaction never is.
    checking.check(file)
    assert sent.redirect_chain[-1][0] == reverse("lead_file_detail", args=[file.pk])
    page = text(client.get(reverse("lead_file_detail", args=[file.pk])))
    assert "2021-02-11 住院自付 20,000 元" in page
    assert number not in page
    bad = text(client.get(reverse("lead_file_detail", args=[file.pk]), {"show": "bad"}))
    assert "没有填证件号码" in bad
    assert "20,000 元" not in bad
    assert "下发" not in page.split("</nav>")[-1].split("<table")[0]


def test_the_same_file_again_leads_to_the_one_there_is(client, village):
    file = checked(stay(next_id_number()))
    signed_in(client, "department_clerk", "yibao")
    with file.file.open() as stream:
        content = stream.read()
    answer = client.post(
        reverse("lead_file_new"),
        {"kind": kind_of().pk, "month": "2021-03", "file": SimpleUploadedFile("b.xlsx", content)},
        follow=True,
    )
    assert "已经报送过" in text(answer)
    assert LeadFile.objects.count() == 1


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({}, "请选择要上传的文件"),
        ({"month": "三月"}, "月份请写成"),
        ({"kind": "999"}, "请重新选择名单类型"),
        ({"file": SimpleUploadedFile("a.xlsx", b"")}, "空的"),
    ],
)
def test_a_wrong_upload_says_what_is_wrong(client, data, words):
    signed_in(client, "department_clerk", "yibao")
    form = {"kind": kind_of().pk, "month": "2021-03"} | data
    assert words in text(client.post(reverse("lead_file_new"), form))


def test_another_departments_file_does_not_exist(client):
    file = checked(stay(next_id_number()))
    signed_in(client, "department_clerk", "canlian")
    for name in ("lead_file_detail", "lead_file_returned"):
        assert client.get(reverse(name, args=[file.pk])).status_code == 404
    assert client.post(reverse("lead_file_discard", args=[file.pk])).status_code == 404
    assert file.name not in text(client.get(reverse("lead_file_list")))


def test_the_county_office_dispatches(client, village):
    _, number = person(HouseholdFactory(village=village))
    file = checked(stay(number, paid=20000))
    signed_in(client, "county_office", COUNTY)
    page = text(client.get(reverse("lead_file_detail", args=[file.pk])))
    assert "下发 1 条线索到村" in page
    answer = client.post(reverse("lead_file_dispatch", args=[file.pk]), follow=True)
    assert "已下发，涉及 1 户" in text(answer)
    assert Case.objects.count() == 1


def test_a_large_file_is_dispatched_by_a_worker(
    client, village, monkeypatch, django_capture_on_commit_callbacks
):
    _, number = person(HouseholdFactory(village=village))
    file = checked(stay(number, paid=20000), stay(number, paid=30000))
    monkeypatch.setattr(files, "AT_ONCE", 1)
    signed_in(client, "county_office", COUNTY)
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(reverse("lead_file_dispatch", args=[file.pk]))
    job = Job.objects.get(kind="screening.dispatch_lead_file")
    assert answer["Location"] == reverse("job_detail", args=[job.pk])
    assert (job.state, job.result["households"]) == ("done", 1)
    assert Lead.objects.count() == 2


def test_the_files_page_costs_the_same_for_ten_and_fifty_rows(client, village):
    signed_in(client, "county_office", COUNTY)
    counts = []
    for count in (10, 50):
        file = checked(*(stay(next_id_number(), paid=20000 + n) for n in range(count)))
        counts.append(queries(client, reverse("lead_file_detail", args=[file.pk])))
    assert counts[0] == counts[1] <= 14
    few = queries(client, reverse("lead_file_list"))
    for n in range(8):
        checked(stay(next_id_number(), paid=30000 + n))
    assert queries(client, reverse("lead_file_list")) == few


def test_the_departments_own_workbook_comes_back_with_answers(client, village, tmp_path):
    _, number = person(HouseholdFactory(village=village))
    rows = [stay(number, paid=20000), stay("", "=1+1"), stay(number, paid=100)]
    file = checked(*rows, above=[["三月名单"]])
    actions.dispatch_leads(file=file, by=None)
    cadre = user_at("village_cadre", VILLAGE)
    actions.answer_leads(
        cases=[Case.objects.get()],
        answer="not_true",
        reason="reimbursed",
        note="已报九成",
        by=cadre,
    )
    signed_in(client, "department_clerk", "yibao")

    def returned(query=""):
        url = reverse("lead_file_returned", args=[file.pk]) + query
        path = tmp_path / "back.xlsx"
        path.write_bytes(b"".join(client.get(url).streaming_content))
        with read_rows(path) as reading:
            return [row for batch in reading for row in batch.rows]

    title, header, first, second, third = returned()
    assert title[0] == "三月名单"
    assert header[7:] == ["核对结果", "说明", "查找结果", "核实结果", "核实日期"]
    assert first[:2] == ["张三丰", number]
    assert first[10:] == ["不属实：费用已报销或救助，自付不高，已报九成", "2021-03-10"]
    assert (second[0], second[7]) == ("=1+1", "有误")
    assert third[7] == "未达标准"
    assert [row[0] for row in returned("?only=bad")[2:]] == ["=1+1"]
    assert Event.objects.filter(kind="lead_file_returned").count() == 2


# --- rows ---------------------------------------------------------------------------------------


@pytest.fixture
def doubtful(village):
    home = HouseholdFactory(village=village, with_members=2)
    row = checked(stay(next_id_number(), "李秀英", paid=20000)).rows.get()
    row.wife = home.members.get(name="李秀英")
    return row


def test_a_doubtful_row_is_settled_beside_its_candidates(client, doubtful):
    signed_in(client, "county_office", COUNTY)
    url = reverse("lead_row_settle", args=[doubtful.pk])
    assert doubtful.name in text(client.get(reverse("lead_pool")))
    page = text(client.get(url))
    assert "就是张三丰户的李秀英" in page
    assert "不一致" in page
    answer = client.post(url, {"person": doubtful.wife.pk}, follow=True)
    assert "已认定为张三丰户" in text(answer)
    doubtful.refresh_from_db()
    assert doubtful.household == doubtful.wife.household


def test_a_township_settles_its_own_pool_only(client, doubtful):
    actions.settle_row(row=doubtful, person=None, by=user_at("county_office", COUNTY))
    url = reverse("lead_row_settle", args=[doubtful.pk])
    signed_in(client, "township_office", OTHER_TOWNSHIP)
    assert client.get(url).status_code == 404
    signed_in(client, "township_office", TOWNSHIP)
    assert doubtful.name in text(client.get(reverse("lead_pool")))
    stranger = person(HouseholdFactory(village=area_at(f"{OTHER_TOWNSHIP}201")))[0]
    assert client.post(url, {"person": stranger.pk}).status_code == 404
    assert client.post(url, {"person": "9" * 30}).status_code == 404
    client.post(url, {"person": doubtful.wife.pk})
    doubtful.refresh_from_db()
    assert doubtful.household == doubtful.wife.household


def test_the_pool_costs_the_same_for_ten_and_fifty(client):
    signed_in(client, "township_office", TOWNSHIP)
    LeadRowFactory.create_batch(10, township=area_at(TOWNSHIP))
    few = queries(client, reverse("lead_pool"))
    LeadRowFactory.create_batch(30, township=area_at(TOWNSHIP))
    assert queries(client, reverse("lead_pool")) == few


def test_a_bad_row_is_corrected_on_its_page(client, village):
    _, number = person(HouseholdFactory(village=village))
    row = checked(stay("", paid=20000)).rows.get()
    signed_in(client, "department_clerk", "yibao")
    url = reverse("lead_row_correct", args=[row.pk])
    typed = {key: value for key, value in row.raw.items()}
    again = text(client.post(url, typed | {"id_number": "123"}))
    assert "应为18位" in again
    answer = client.post(url, typed | {"id_number": number}, follow=True)
    assert f"第 {row.sheet_row} 行已改正" in text(answer)
    row.refresh_from_db()
    assert row.verdict == LeadRow.Verdict.OK


# --- API ----------------------------------------------------------------------------------------


def test_the_api_lists_and_answers_leads(client):
    lead = LeadFactory()
    signed_in(client, "village_cadre", VILLAGE)
    url = reverse("api_lead-list")
    (found,) = client.get(url, {"unanswered": "true"}).json()["results"]
    assert (found["explanation"], found["department"]) == (lead.explanation, "yibao")
    body = {"leads": [lead.pk], "answer": "not_true"}
    assert client.post(reverse("api_lead-answers"), body, "application/json").status_code == 409
    answer = client.post(
        reverse("api_lead-answers"), body | {"reason": "resolved"}, "application/json"
    )
    assert answer.json() == {"done": [lead.pk], "refused": []}
    signed_in(client, "village_cadre", NEIGHBOUR)
    assert client.get(url).json()["results"] == []
    assert client.get(reverse("api_lead-detail", args=[lead.pk])).status_code == 404


def test_the_api_takes_a_file_and_gives_its_rows(client, village):
    signed_in(client, "department_clerk", "yibao")
    data = {
        "department": "yibao", "kind": "inpatient", "month": "2021-03-10",
        "file": SimpleUploadedFile("a.xlsx", workbook(stay(next_id_number(), paid=20000))),
    }  # fmt: skip
    sent = client.post(reverse("api_lead_file-upload"), data)
    assert sent.status_code == 201
    checking.check(LeadFile.objects.get())
    (row,) = client.get(reverse("api_lead_file-rows", args=[sent.json()["id"]])).json()["results"]
    assert (row["sheet_row"], row["verdict"], row["found"]) == (2, "ok", "不在花名册")
    assert "***" in row["id_number"]
    data["file"].seek(0)
    assert client.post(reverse("api_lead_file-upload"), data).status_code == 409
    data["kind"] = "new_certificate"
    data["file"].seek(0)
    assert client.post(reverse("api_lead_file-upload"), data).status_code == 400
