"""The catalogue's B27, B29, B30, B35–B41 and B44–B46 for departments' lists: golden outcomes, never a crash."""

from datetime import date

import openpyxl
import pytest
from django.core.files.base import ContentFile
from django.urls import reverse

from accounts.tests.factories import VILLAGE, area_at, county_officer, department_clerk
from audit import clock
from households import idnumbers
from households.tests.factories import HouseholdFactory, PersonFactory, next_id_number
from jobs.workbooks.limits import LEAD_FILE
from jobs.workbooks.reader import read_rows
from screening import actions, checking, returning
from screening.models import LeadFile, LeadRow
from screening.tests.factories import kind_of, workbook
from screening.tests.test_checking import checked, person, received, rows_of, stay
from workflow.tests.factories import moment

pytestmark = pytest.mark.django_db
MONTH = date(2021, 3, 1)
Verdict, State = LeadRow.Verdict, LeadFile.State
SCRIPT = "<script>alert(1)</script>"


@pytest.fixture(autouse=True)
def march():
    with clock.at(moment(10)):
        yield


@pytest.fixture
def village():
    return area_at(VILLAGE)


@pytest.fixture
def number(village):
    return person(HouseholdFactory(village=village))[1]


# --- B27, B29, B30: who it is --------------------------------------------------------------------


@pytest.mark.parametrize("year", [1940, 1960, 1983, 2000, 2020])
@pytest.mark.parametrize("region", ["410922", "410926", "412621", "150102"])
def test_b27_withdrawn_and_other_regions_are_accepted(village, year, region):
    value = idnumbers.synthetic(date(year, 2, 28), "女", 7, region)
    assert rows_of(checked(stay(value, paid=20000)))[2].verdict == Verdict.OK


def test_b29_the_same_number_again(village, number):
    file = checked(
        stay(number, paid=20000), stay(number, paid=20000), stay(number, paid=30000),
        stay(number, "王别名", paid=40000),
    )  # fmt: skip
    rows = rows_of(file)
    assert [rows[n].verdict for n in (2, 3, 4, 5)] == [
        Verdict.OK, Verdict.BAD, Verdict.OK, Verdict.OK,
    ]  # fmt: skip
    assert rows[3].reason == "与第 2 行相同，只算一次，请删去"
    assert "姓名与花名册登记的不一致" in rows[5].note
    assert file.figures["households"] == 1


def test_b29_the_same_name_in_the_village_with_another_number(village, number):
    [row] = checked(stay(next_id_number(), "张三丰", paid=20000)).rows.all()
    assert (row.match, row.household) == (LeadRow.Match.NAME_ONLY, None)


@pytest.mark.parametrize(
    ("name", "verdict"),
    [
        ("买买提·艾力", Verdict.OK), ("欧阳 修", Verdict.OK), ("𠮷田", Verdict.OK), ("王䶮", Verdict.OK),
        ("张😀", Verdict.BAD), ("李\ue000", Verdict.BAD), ("王", Verdict.BAD), ("王" * 41, Verdict.BAD),
    ],
)  # fmt: skip
def test_b30_names(village, name, verdict, tmp_path):
    value = next_id_number()
    PersonFactory(household=HouseholdFactory(village=village), id_number=value, name="张三丰")
    file = checked(stay(value, name, paid=20000))
    row = file.rows.get()
    assert row.verdict == verdict
    if verdict == Verdict.OK:
        assert row.name == name.replace(" ", "")
    assert returned_cells(file, tmp_path)[1][0] == name


# --- B35, B37, B38: texts ------------------------------------------------------------------------


def test_b37_markup_is_shown_as_text_everywhere(client, village, number, tmp_path):
    hostile = [SCRIPT, "{{7*7}}", "'; DROP TABLE x; --", "长" * 150]
    titles = ["姓名", "身份证号", "入院日期", "个人自付", "<b>备注</b>", "b", "c", "d"]
    row = ["张三丰", number, "2021-02-11", 20000, *hostile]
    file = checked(row, ["张三丰", SCRIPT, "", "", *hostile], titles=titles, name=f"{SCRIPT}.xlsx")
    assert file.rows.first().extra == dict(zip(titles[4:], hostile, strict=True))
    client.force_login(county_officer())
    pages = [reverse("lead_file_list"), reverse("lead_file_detail", args=[file.pk]),
             reverse("lead_arrival_list"), reverse("lead_file_columns", args=[file.pk]),
             reverse("lead_row_correct", args=[file.rows.last().pk])]  # fmt: skip
    for url in pages:
        page = client.get(url)
        assert page.status_code == 200, url
        assert SCRIPT not in page.text, url
        assert "<b>备注</b>" not in page.text, url
    assert returned_cells(file, tmp_path)[1][4:8] == hostile


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("..\\..\\win.xlsx", "win.xlsx"),
        ("../../etc/a.xlsx", "a.xlsx"),
        ("名" * 300 + ".xlsx", ("名" * 300 + ".xlsx")[-200:]),
        ("a\u202exslx.exe", "axslx.exe"),
        ("a\r\nX-Evil: 1.xlsx", "aX-Evil: 1.xlsx"),
        ("CON", "CON"),
        ("\x00\x07", "名单"),
    ],
)
def test_b38_file_names(client, number, name, kept):
    content = ContentFile(workbook(stay(number, paid=20000)), name="a.xlsx")
    file = actions.receive_file(
        file=content, department=kind_of().department, kind=kind_of(), month=MONTH,
        county=kind_county(), by=None, in_background=False, name=name,
    )  # fmt: skip
    assert file.name == kept
    assert "/" in file.file.name
    assert kept not in file.file.name
    checking.check(file)
    client.force_login(county_officer())
    answer = client.get(reverse("lead_file_returned", args=[file.pk]))
    assert answer.status_code == 200
    assert "\n" not in answer.headers["Content-Disposition"]
    assert not answer.has_header("X-Evil")


@pytest.mark.parametrize("field", ["name", "stayed_on", "self_paid", "hospital", "id_number"])
@pytest.mark.parametrize("text", ["\x00", "a\x00b", "\x1f", "\ud7ff", "=1+1", "9" * 200])
def test_b35_control_characters_in_a_correction(client, village, field, text):
    file = checked(stay("", paid=20000))
    client.force_login(department_clerk())
    url = reverse("lead_row_correct", args=[file.rows.get().pk])
    assert client.post(url, {field: text}).status_code in (200, 302)


# --- B36, B39–B41: files -------------------------------------------------------------------------


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t=", "|", "＝", "＋"])
def test_b36_nothing_becomes_a_formula(village, number, tmp_path, start):
    text = f"{start}cmd|' /C calc'!A0"
    file = checked([*stay(number, paid=20000)[:-1], text])
    path = tmp_path / "out.xlsx"
    returning.write(file, path)
    cells = [cell for row in openpyxl.load_workbook(path).active for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f"]


def test_b39_another_months_list_waits_for_a_human(village, number):
    file = checked(*(stay(number, paid=20000 + n, day="2019-02-11") for n in range(3)))
    assert file.state == State.HELD
    assert "不在2021年3月及上月" in file.message


def test_b40_renamed_it_is_the_same_and_reordered_it_adds_nothing(village, number):
    rows = [stay(number, paid=20000), stay(number, paid=30000)]
    content = workbook(*rows)
    first = checking.check(received(ContentFile(content, name="a.xlsx")))
    with pytest.raises(actions.AlreadyReceived):
        received(ContentFile(content, name="b.xlsx"))
    officer = county_officer()
    actions.dispatch_leads(file=first, by=officer)
    second = actions.dispatch_leads(file=checked(*reversed(rows)), by=officer)
    assert {row.lead_id for row in second.rows.all()} == {row.lead_id for row in first.rows.all()}


def test_b41_the_bad_rows_put_right_come_in_once(village, number, tmp_path):
    file = checked(stay(number, paid=20000), stay("", paid=30000))
    path = tmp_path / "bad.xlsx"
    assert returning.write(file, path, only_bad=True) == 1
    titles = [
        "姓名",
        "身份证号",
        "乡镇",
        "行政村",
        "入院日期",
        "个人自付",
        "医院名称",
        "核对结果",
        "说明",
    ]
    corrected = [*stay(number, paid=30000), "有误", "没有填证件号码"]
    again = checked(corrected, titles=titles)
    assert (again.state, again.figures["ok"]) == (State.CHECKED, 1)
    with pytest.raises(actions.AlreadyReceived), again.file.open() as stream:
        received(ContentFile(stream.read(), name="c.xlsx"))


# --- B44–B46: requests ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "data",
    [
        {}, {"kind": ["1", "2"], "month": ["2021-03", "x"]}, {"kind[]": "1"}, {"kind": "-1"},
        {"kind": "9" * 30}, {"month": "0000-00"}, {"file": "text instead of a file"},
        {f"field{n}": "x" for n in range(900)},
    ],
)  # fmt: skip
def test_b44_posts_that_no_form_sends(client, data):
    client.force_login(department_clerk())
    assert client.post(reverse("lead_file_new"), data).status_code in (200, 400)
    assert not LeadFile.objects.exists()


def test_b44_json_and_too_many_fields(client):
    client.force_login(department_clerk())
    url = reverse("lead_file_new")
    assert client.post(url, {"kind": 1}, content_type="application/json").status_code == 200
    many = {f"field{n}": "x" for n in range(5000)}
    assert client.post(url, many).status_code == 400


@pytest.mark.parametrize(
    "query",
    ["page=-1", "page=999999999", "page=x", "sort=password", "show=x", "state__regex=.", "month=2021-99",
     "state=%00", "page=%00", "show=%00", "month=%00"],
)  # fmt: skip
@pytest.mark.parametrize(
    "name", ["lead_file_list", "lead_arrival_list", "lead_pool", "lead_file_detail"]
)
def test_b45_queries_nobody_offers(client, village, number, name, query):
    file = checked(stay(number, paid=20000))
    client.force_login(county_officer())
    url = reverse(name, args=[file.pk] if name == "lead_file_detail" else [])
    assert client.get(f"{url}?{query}").status_code == 200


@pytest.mark.parametrize("pk", ["0", "9223372036854775807", "99999999999999999999"])
@pytest.mark.parametrize(
    "address", ["/lead-files/{}/", "/lead-files/{}/columns/", "/lead-rows/{}/correct/",
                "/lead-kinds/{}/trial/", "/api/v1/lead-files/{}/", "/api/v1/lead-files/{}/rows/"],
)  # fmt: skip
def test_b46_ids_of_nothing(client, address, pk):
    client.force_login(county_officer())
    assert client.get(address.format(pk)).status_code == 404


def test_the_api_gives_one_verdict_or_says_which_there_are(client, number):
    file = checked(stay(number, paid=20000), stay("", paid=1))
    client.force_login(department_clerk())
    url = reverse("api_lead_file-rows", args=[file.pk])
    [row] = client.get(url, {"verdict": "bad"}).json()["results"]
    assert (row["sheet_row"], row["answered_on"]) == (3, None)
    assert client.get(url, {"verdict": "x"}).status_code == 400


def kind_county():
    return area_at(VILLAGE[:6])


def returned_cells(file, folder) -> list[list]:
    path = folder / "returned.xlsx"
    returning.write(file, path)
    with read_rows(path, LEAD_FILE, name="a.xlsx") as reading:
        return [row for batch in reading for row in batch.rows]
