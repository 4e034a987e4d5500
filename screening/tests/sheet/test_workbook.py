"""The sheet as a workbook: what goes out, what is refused, what a returned one would change."""

import io
import json
import uuid

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.tests import factories as people
from audit.models import Event
from households.models import Household
from screening.models import CellChange
from screening.sheet import actions, preview, rows, workbook
from screening.sheet.actions import Change
from workflow.states import Status
from workflow.tests.factories import MonthlyRoundFactory, case_in

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


@pytest.fixture
def taken(client, household, cadre):
    """The workbook as the cadre downloads it."""
    answer = client.get(reverse("sheet_workbook"))
    return openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content)))


def place(book, title):
    sheet = book[workbook.NAME]
    return next(cell for cell in sheet[3] if (cell.value or "").startswith(title))


def put(book, title, value, line=4):
    sheet = book[workbook.NAME]
    sheet.cell(line, place(book, title).column, value)


def bring_back(client, book, name="排查表.xlsx"):
    content = io.BytesIO()
    book.save(content)
    return client.post(
        reverse("sheet_upload"), {"file": SimpleUploadedFile(name, content.getvalue())}
    )


def apply(client, answer, **more):
    context = answer.context
    sent = {"changes": context["good_json"], "wrong": context["wrong_json"]} | more
    return client.post(reverse("sheet_apply"), sent)


def save(month, by, household, key, seen, new):
    change = Change(uuid.uuid4(), household.pk, key, seen, new)
    return actions.save_cells(round=month, changes=[change], by=by)


def test_it_goes_out_prefilled_protected_and_ready_to_print(taken, household, month):
    sheet = taken[workbook.NAME]
    assert household.village.short_name in sheet["A1"].value
    assert sheet.protection.sheet
    assert sheet.page_setup.orientation == "landscape"
    assert sheet.page_setup.paperSize == 9
    number, phone = place(taken, "户编号"), place(taken, "联系电话")
    assert sheet.cell(4, number.column).value == household.number
    assert sheet.cell(4, number.column).number_format == "@"
    assert sheet.cell(4, number.column).protection.locked
    assert not sheet.cell(4, phone.column).protection.locked
    assert sheet.cell(4, place(taken, "户标识").column).value == str(household.pk)
    assert sheet.column_dimensions[place(taken, "表格编号").column_letter].hidden
    offered = {v.formula1 for v in sheet.data_validations.dataValidation}
    assert {'"是,否"', '"入户,电话,视频"'} <= offered
    assert "填表人" in sheet.cell(sheet.max_row, 1).value
    assert Event.objects.filter(kind="sheet_exported", area_code=household.village_id).exists()


def test_no_id_number_is_in_it(taken, household):
    from households import idnumbers

    written = {str(c.value) for line in taken[workbook.NAME].iter_rows() for c in line if c.value}
    numbers = [
        idnumbers.decrypt(bytes(p.id_cipher)) for p in household.members.all() if p.id_cipher
    ]
    assert not [text for text in written for number in numbers if number in text]


def test_untouched_it_changes_nothing(client, taken):
    answer = bring_back(client, taken)
    assert (answer.context["good"], answer.context["wrong"]) == ([], [])
    assert "这张表没有改动" in answer.content.decode()


def test_it_is_compared_first_and_written_when_confirmed(client, taken, household, cadre):
    put(taken, "联系电话", "139 1111 2222")
    put(taken, "工资性收入", 12000)
    put(taken, "核实日期", "去年")
    answer = bring_back(client, taken)
    assert [(d.key, d.old, d.new) for d in answer.context["good"]] == [
        ("phone", "13800000000", "13911112222"), ("wage", "", "12000")
    ]  # fmt: skip
    assert len(answer.context["wrong"]) == 1
    assert "核实日期“去年”" in answer.context["wrong"][0]
    assert not CellChange.objects.exists()
    done = apply(client, answer)
    assert done.context["done"] == 2
    assert len(done.context["wrong"]) == 1
    household.refresh_from_db()
    assert household.phone == "13911112222"
    again = apply(client, answer)
    assert again.context["done"] == 2
    assert CellChange.objects.count() == 2


def test_what_somebody_changed_meanwhile_is_a_conflict(client, taken, household, cadre, month):
    save(month, cadre, household, "phone", "13800000000", "13700000000")
    put(taken, "联系电话", "13911112222")
    answer = bring_back(client, taken)
    [(found, change)] = answer.context["conflicts"]
    assert (found.seen, found.old, found.new) == ("13800000000", "13700000000", "13911112222")
    apply(client, answer)
    assert Household.objects.get().phone == "13700000000"
    apply(client, answer, change=change)
    assert Household.objects.get().phone == "13911112222"


def test_an_untouched_cell_does_not_bring_back_an_old_value(client, taken, household, cadre, month):
    save(month, cadre, household, "phone", "13800000000", "13700000000")
    answer = bring_back(client, taken)
    assert not answer.context["good"]
    assert not answer.context["conflicts"]


def test_a_change_between_preview_and_confirmation_is_told(client, taken, household, cadre, month):
    put(taken, "联系电话", "13911112222")
    answer = bring_back(client, taken)
    save(month, cadre, household, "phone", "13800000000", "13700000000")
    done = apply(client, answer)
    assert done.context["done"] == 0
    assert "联系电话" in done.context["wrong"][0]
    assert Household.objects.get().phone == "13700000000"


@pytest.mark.parametrize(
    ("title", "value", "reason"),
    [
        ("表格编号", "qf-sheet-1|2020-01|410922100001", None),
        ("表格编号", "qf-sheet-1|{month}|410922999999", "这是别的村的排查表"),
        ("表格编号", "qf-sheet-1|2020-01|{village}", "这是2020年1月的排查表"),
        ("表格编号", "别的表", "这不是本系统的排查表"),
        ("表格编号", "", "这不是本系统的排查表"),
    ],
)
def test_a_workbook_of_elsewhere_is_refused(
    client, taken, household, month, title, value, reason
):  # fmt: skip
    put(taken, title, value.format(month=f"{month.month:%Y-%m}", village=household.village_id))
    answer = bring_back(client, taken)
    [told] = answer.context["form"].errors["file"]
    assert told.startswith(reason or "这")
    assert "is_compared" not in answer.context


def test_any_other_workbook_is_refused(client, cadre, household):
    book = openpyxl.Workbook()
    book.active.append(["户编号", "姓名"])
    answer = bring_back(client, book)
    assert "没有找到工作表" in answer.context["form"].errors["file"][0]
    book.active.title = workbook.NAME
    book.active.append(["0001", "张三"])
    answer = bring_back(client, book)
    assert answer.context["form"].errors["file"] == [workbook.NOT_OURS]


def test_a_row_written_below_is_told_and_the_others_are_read(client, taken):
    put(taken, "联系电话", "13911112222")
    put(taken, "联系电话", "13922222222", line=5)
    answer = bring_back(client, taken)
    assert [d.new for d in answer.context["good"]] == ["13911112222"]
    [line] = answer.context["wrong"]
    assert line.startswith("第 5 行：")
    assert "添加一户" in line


def test_a_household_of_another_village_cannot_be_smuggled_in(client, taken, household):
    put(taken, "户标识", str(household.pk + 1000))
    put(taken, "联系电话", "13911112222")
    answer = bring_back(client, taken)
    assert "已不在本村本月的排查表里" in answer.context["wrong"][0]
    assert not answer.context["good"]


def test_formulas_and_merged_cells_are_told(client, taken):
    put(taken, "工资性收入", "=1+1")
    answer = bring_back(client, taken)
    assert "是公式" in answer.context["wrong"][0]


@pytest.mark.parametrize("sent", ["", "{", "[1]", '[{"id": "x"}]', '{"a": 1}'])
def test_a_broken_confirmation_changes_nothing(client, cadre, household, sent):
    assert client.post(reverse("sheet_apply"), {"changes": sent}).status_code == 400


def test_a_pasted_block_is_compared_and_not_written(client, cadre, household):
    body = {"rows": {household.pk: {"phone": "13911112222", "wage": "很多", "number": "1"}}}
    answer = client.post(
        reverse("sheet_preview"), json.dumps(body), content_type="application/json"
    ).json()
    told = [(d["key"], d["shown"], bool(d["error"])) for d in answer["differences"]]
    assert told == [("phone", "13911112222", False), ("wage", "很多", True)]
    assert not CellChange.objects.exists()


@pytest.mark.parametrize("sent", ["", "[]", "{}", '{"rows": []}', '{"rows": {"x": {}}}'])
def test_a_broken_block_is_refused(client, cadre, household, sent):
    answer = client.post(reverse("sheet_preview"), sent, content_type="application/json")
    assert answer.status_code == 400


def test_a_merged_or_missing_row_is_no_difference(month, household):
    found = rows.of_households(month, [household.pk])
    assert preview.compare(found, {}) == []
    [same] = preview.compare(found, {household.pk: {"phone": "13911112222"}})
    assert (same.label, same.is_conflict) == ("联系电话", False)
