"""A department's work list as a workbook: out, filled in, back; every row judged, the good ones written."""

import datetime
import io

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Department
from accounts.tests.factories import VILLAGE, user_at
from assistance import actions, measure_sheets
from assistance.models import Measure, MeasureSheet
from assistance.refusals import AssistanceRefused
from assistance.tests.factories import MeasureFactory, MeasureSheetFactory
from audit import clock
from audit.models import Event

pytestmark = pytest.mark.django_db
STATE, DONE_ON, PAID, EFFECT = 10, 11, 12, 13


@pytest.fixture
def clerk():
    return user_at("department_clerk", "yibao")


def task(**more):
    return MeasureFactory(department=Department.objects.get(pk="yibao"), **more)


def downloaded(client, clerk):
    client.force_login(clerk)
    answer = client.post(reverse("measure_sheet_download"))
    return openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content)))


def sent(book, clerk):
    out = io.BytesIO()
    book.save(out)
    sheet = actions.receive_measure_sheet(
        file=SimpleUploadedFile("表.xlsx", out.getvalue()),
        department=Department.objects.get(pk="yibao"),
        by=clerk,
    )
    measure_sheets.check(sheet)
    measure_sheets.check(sheet)  # a second run of a killed worker changes nothing
    sheet.refresh_from_db()
    return sheet


def fill(book, row, *, state="已落实", paid="800", effect="已发放"):
    ws = book.active
    ws.cell(row, STATE).value = state
    ws.cell(row, DONE_ON).value = f"{clock.today()}"
    ws.cell(row, PAID).value = paid
    ws.cell(row, EFFECT).value = effect


def verdicts(sheet):
    return {row.sheet_row: (row.verdict, row.reason) for row in sheet.rows.all()}


def test_good_rows_go_in_and_the_others_say_why(client, clerk):
    good, stale, silly, untouched = (task() for _ in range(4))
    other = MeasureFactory(department=Department.objects.get(pk="minzheng"))
    book = downloaded(client, clerk)
    assert book.active.max_row == 5  # the other department's is not in it
    rows = {book.active.cell(row, 1).value.split("-")[0]: row for row in range(2, 6)}
    fill(book, rows[str(good.pk)])
    fill(book, rows[str(stale.pk)])
    fill(book, rows[str(silly.pk)], state="办完了", paid="-3")
    book.active.append([f"{other.pk}-1", *[""] * 8, "已落实", f"{clock.today()}", "5", "x"])
    book.active.append([f"{good.pk}-1", *[""] * 8, "已落实", f"{clock.today()}", "5", "x"])
    actions.update_measure(measure=stale, version=1, by=clerk, effect="他人先改")
    sheet = sent(book, clerk)
    assert Measure.objects.get(pk=good.pk).state == "planned"  # nothing before confirmation
    found = verdicts(sheet)
    assert found[rows[str(good.pk)]] == ("good", "")
    assert found[rows[str(untouched.pk)]][0] == "same"
    assert "已被他人修改" in found[rows[str(stale.pk)]][1]
    assert "不能识别" in found[rows[str(silly.pk)]][1]
    assert "负数" in found[rows[str(silly.pk)]][1]
    assert "不是本部门" in found[6][1]
    assert "同一任务" in found[7][1]
    assert actions.apply_measure_sheet(sheet=sheet, by=clerk) == {}
    done = Measure.objects.get(pk=good.pk)
    assert (done.state, done.amount_paid, done.effect, done.version) == ("done", 800, "已发放", 2)
    assert Measure.objects.get(pk=other.pk).state == "planned"
    with pytest.raises(AssistanceRefused, match="已经办理过"):
        actions.apply_measure_sheet(sheet=sheet, by=clerk)
    assert Event.objects.filter(kind="measure_sheet_applied").count() == 1


def test_a_row_that_changed_after_the_preview_is_left_out(client, clerk):
    measure = task()
    book = downloaded(client, clerk)
    fill(book, 2)
    sheet = sent(book, clerk)
    actions.update_measure(measure=measure, version=1, by=clerk, effect="他人先改")
    assert list(actions.apply_measure_sheet(sheet=sheet, by=clerk)) == [measure.pk]
    assert Measure.objects.get(pk=measure.pk).effect == "他人先改"
    assert verdicts(sheet)[2][0] == "bad"


def test_a_file_that_is_no_work_list_is_refused(clerk):
    book = openpyxl.Workbook()
    book.active.append(["姓名", "金额"])
    sheet = sent(book, clerk)
    assert sheet.state == "refused"
    assert "任务编号" in sheet.message


@pytest.mark.parametrize(
    ("content", "words"), [(b"", "空的"), (b"x" * (10 * 1024 * 1024 + 1), "10 MB")]
)
def test_empty_and_oversized_files_are_refused(clerk, content, words):
    with pytest.raises(AssistanceRefused, match=words):
        actions.receive_measure_sheet(
            file=SimpleUploadedFile("表.xlsx", content),
            department=Department.objects.get(pk="yibao"),
            by=clerk,
        )
    assert not MeasureSheet.objects.exists()


def test_another_department_neither_sees_nor_applies(client, clerk):
    sheet = MeasureSheetFactory(state="checked")
    stranger = user_at("department_clerk", "canlian")
    client.force_login(stranger)
    assert client.get(reverse("measure_sheet_detail", args=[sheet.pk])).status_code == 404
    with pytest.raises(AssistanceRefused, match="岗位"):
        actions.apply_measure_sheet(sheet=sheet, by=stranger)
    client.force_login(user_at("village_cadre", VILLAGE))
    assert client.get(reverse("measure_sheet_list")).status_code == 403


def test_applying_asks_the_same_number_of_queries_for_any_number_of_rows(clerk):
    def queries(number):
        measures = [task() for _ in range(number)]
        fields = {"state": "done", "done_on": clock.today(), "amount_paid": 5}
        changes = {measure.pk: (1, dict(fields)) for measure in measures}
        with CaptureQueriesContext(connection) as captured:
            assert actions.update_measures(changes=changes, by=clerk) == {}
        return len(captured)

    queries(1)  # the clerk's posts are read once
    two, many = queries(2), queries(12)
    assert two == many


def test_text_that_looks_like_a_formula_stays_text(client, clerk):
    task(description="=1+1", starts_on=clock.today() - datetime.timedelta(days=1))
    book = downloaded(client, clerk)
    assert book.active.cell(2, 7).value == "=1+1"
    assert book.active.cell(2, 7).data_type == "s"
