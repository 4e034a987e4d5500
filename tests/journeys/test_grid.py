"""On a PC the month is typed like in Excel: by keyboard, by pasting a block, by a workbook."""

import re

import openpyxl
import pytest
from django.urls import reverse
from playwright.sync_api import expect

from accounts.tests import factories as people
from screening.models import CellChange
from screening.sheet import rows, workbook
from tests.journeys.axe import assert_accessible
from tests.journeys.steps import arrives, follows, keeps_picture, opens, presses
from workflow.states import Status
from workflow.tests.factories import case_in

pytestmark = pytest.mark.journey

LAPTOP = {"width": 1366, "height": 768}
SAVED = re.compile("已保存")
SOON = 15_000
FIRST_SCREEN = 10  # of grid.js


@pytest.fixture
def households(month):
    return [case_in(Status.MONITORED).household for _ in range(4)]


@pytest.fixture
def grid(month, households, signed_in):
    page = signed_in(people.village_cadre(), LAPTOP)
    page.complaints = []
    page.on("console", lambda m: m.type == "error" and page.complaints.append(m.text))
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    opens(page, "sheet")
    follows(page, "用表格填写")
    arrives(page)
    expect(page.locator(".tabulator-row")).to_have_count(4)
    return page


def cell(page, line, key):
    row = page.locator(".tabulator-row").nth(line)
    return row.locator(f".tabulator-cell[tabulator-field={key}]")


def sees_saved(page):
    expect(page.locator("[data-sheet-state]")).to_contain_text(SAVED, timeout=SOON)


def text_of(month, household, key):
    return rows.of_households(month, [household.pk])[0].text(key)


def becomes(page, month, household, key, text):
    """The register says so, at the latest after fifteen seconds."""
    for _ in range(60):
        if text_of(month, household, key) == text:
            return
        page.wait_for_timeout(250)
    assert text_of(month, household, key) == text


def pastes(page, text):
    page.evaluate(
        """text => {
            const data = new DataTransfer();
            data.setData("text/plain", text);
            document.activeElement.dispatchEvent(
                new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
        }""",
        text,
    )


def test_typed_by_keyboard_undone_and_still_there_after_reload(month, households, grid):
    page = grid
    keeps_picture(page, "grid")
    assert_accessible(page)
    first, second = sorted(households, key=lambda h: h.number)[:2]
    cell(page, 0, "phone").click()
    page.keyboard.type("13911112222")
    page.keyboard.press("Enter")
    page.keyboard.type("13911113333")
    page.keyboard.press("Tab")
    page.keyboard.press("F2")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    sees_saved(page)
    expect(cell(page, 1, "has_no_labour")).to_have_text(re.compile("是|否"))
    becomes(page, month, first, "phone", "13911112222")
    becomes(page, month, second, "phone", "13911113333")
    cell(page, 2, "phone").click()
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+z")
    expect(cell(page, 1, "phone")).to_have_text("13800000000")
    becomes(page, month, second, "phone", "13800000000")
    cell(page, 0, "phone").click()
    page.keyboard.press("F2")
    page.keyboard.press("Control+a")
    page.keyboard.insert_text("没有")  # as an input method does
    page.keyboard.press("Enter")
    expect(cell(page, 0, "phone")).to_have_class(re.compile("has-error"), timeout=SOON)
    keeps_picture(page, "grid_error")
    page.reload()
    arrives(page)
    expect(cell(page, 0, "phone")).to_have_text("没有")
    assert page.complaints == []


def test_a_block_is_shown_before_it_is_written_and_can_be_taken_back(month, households, grid):
    page = grid
    cell(page, 0, "wage").click()
    pastes(page, "1.2万\t3000\t0\n20000\t\t很多\n15000\t1\t2\n")
    panel = page.locator("[data-paste]")
    expect(panel).to_contain_text("将要改，还没有写入")
    expect(panel).to_contain_text("1 格有错")
    keeps_picture(page, "grid_paste")
    assert_accessible(page)
    assert not CellChange.objects.exists()
    page.get_by_role("button", name=re.compile("^写入这")).click()
    expect(page.locator("[data-told]")).to_contain_text("已写入")
    expect(cell(page, 0, "wage")).to_have_text("12,000")
    assert text_of(month, sorted(households, key=lambda h: h.number)[0], "wage") == "12000"
    keeps_picture(page, "grid_pasted")
    page.keyboard.press("Control+z")
    expect(cell(page, 0, "wage")).to_have_text("")
    sees_saved(page)
    assert page.complaints == []


def test_a_block_longer_than_the_first_screen_finds_all_its_rows(month, signed_in):
    """The rows below the first screen come after it has been drawn: a paste waits for them."""
    for _ in range(FIRST_SCREEN + 4):
        case_in(Status.MONITORED)
    page = signed_in(people.village_cadre(), LAPTOP)
    opens(page, "sheet_grid")
    cell(page, 0, "wage").click()
    pastes(page, "20000\n" * (FIRST_SCREEN + 4))
    panel = page.locator("[data-paste]")
    expect(panel).to_contain_text(f"{FIRST_SCREEN + 4} 格将要改")
    expect(panel).not_to_contain_text("没有地方放")


def test_rows_that_do_not_come_are_told(month, households, signed_in):
    page = signed_in(people.village_cadre(), LAPTOP)
    page.route("**/sheet/lines/**", lambda route: route.abort())
    opens(page, "sheet_grid")
    expect(page.locator("[data-told]")).to_contain_text("没有取到各户，请检查网络，再刷新页面")


def test_the_workbook_goes_out_and_comes_back(month, households, grid, tmp_path):
    page = grid
    follows(page, "用 Excel、WPS 填写")
    keeps_picture(page, "workbook")
    with page.expect_download() as taken:
        page.get_by_role("link", name=re.compile("^下载")).click()
    path = tmp_path / "排查表.xlsx"
    taken.value.save_as(path)
    book = openpyxl.load_workbook(path)
    sheet = book[workbook.NAME]
    phone = next(c.column for c in sheet[3] if c.value == "联系电话")
    sheet.cell(4, phone).value = "13911112222"
    sheet.cell(5, phone).value = "没有"
    book.save(path)
    page.locator("#id_file").set_input_files(path)
    presses(page, "上传并核对")
    keeps_picture(page, "workbook_preview")
    assert_accessible(page)
    assert not CellChange.objects.exists()
    presses(page, "写入这 1 格")
    expect(page.get_by_text("已写入 1 格")).to_be_visible()
    keeps_picture(page, "workbook_applied")
    assert text_of(month, sorted(households, key=lambda h: h.number)[0], "phone") == "13911112222"
    assert page.url.endswith(reverse("sheet_apply"))
