"""A cadre fills in the month at the door: typed once and never lost, whatever happens to the link."""

import contextlib
import io
import random
import re
import time

import pytest
from django.contrib.sessions.models import Session
from django.urls import reverse
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import expect
from pypdf import PdfReader

from accounts.tests import factories as people
from households.tests.factories import HouseholdFactory, IncomeFactory
from policy import memory
from screening.models import CellChange, SheetRow
from screening.sheet import rows
from screening.views import sheet as sheet_views
from tests.journeys.steps import (
    PHONE,
    arrives,
    follows,
    is_told,
    keeps_picture,
    opens,
    presses,
    sees,
)
from workflow.models import Case
from workflow.states import Status
from workflow.tests.factories import case_in

pytestmark = pytest.mark.journey

SAVED = re.compile("已保存")
OFFLINE = re.compile("未联网，已存在本机")
SOON = 15_000  # milliseconds: typing is sent after 1.2 s, the machine may be busy


@pytest.fixture
def household(month):
    household = case_in(Status.MONITORED).household
    IncomeFactory(household=household)
    return household


@pytest.fixture
def cadre(month):
    return people.village_cadre()


def opens_form(page, household, step=""):
    page.goto(reverse("sheet_household", args=[household.pk]) + f"#{step}")
    arrives(page)
    is_ready(page)


def is_ready(page):
    expect(page.locator(".is-stepped:not([inert])")).to_be_visible()


def is_kept(page, text) -> bool:
    """Whether the remark has reached the browser's store or the server."""
    return page.evaluate(
        """async (text) => {
          const user = document.getElementById("sheet-outbox").dataset.user;
          const kept = (await window.idbKeyval.get("sheet-outbox:" + user)) || [];
          const seen = document.querySelector("[data-cell=remark] [data-seen]").value;
          return seen === text || kept.some((entry) => entry.new === text);
        }""",
        text,
    )


def types(page, key, text):
    page.locator(f"#id_{key}").fill(text)


def sees_state(page, words):
    expect(page.locator("[data-sheet-state]")).to_contain_text(words, timeout=SOON)


def text_of(household, key, month):
    return rows.of_households(month, [household.pk])[0].text(key)


def test_from_the_list_through_the_steps_to_the_hand_in(month, household, cadre, signed_in):
    case_in(Status.MONITORED)  # a second one, without change
    page = signed_in(cadre, PHONE)
    opens(page, "sheet")
    keeps_picture(page, "sheet_list")
    follows(page, re.compile(f"^{household.head_name}"))
    keeps_picture(page, "sheet_basics")
    for _ in range(5):
        page.get_by_role("button", name="下一步").click()
        keeps_picture(page, "sheet_step")
    types(page, "wage", "2.4万元")
    sees_state(page, SAVED)
    keeps_picture(page, "sheet_income")
    assert text_of(household, "wage", month) == "24000"
    page.get_by_role("button", name="下一步").click()
    page.get_by_role("button", name="下一步").click()
    types(page, "remark", "长子外出务工")
    sees_state(page, SAVED)
    keeps_picture(page, "sheet_risk")
    opens(page, "sheet_hand_in")
    keeps_picture(page, "sheet_hand_in")
    presses(page, re.compile("^确认 1 户无变化"))
    is_told(page, "已上报")
    assert Case.objects.get(household=household).remark == "长子外出务工"


def test_a_cut_link_loses_nothing(month, household, cadre, signed_in):
    page = signed_in(cadre, PHONE)
    opens_form(page, household, "risk")
    page.context.set_offline(True)
    types(page, "remark", "断网时写的")
    sees_state(page, OFFLINE)
    page.locator("[data-step-link=income]").click()  # the other screens are there without a link
    types(page, "wage", "21000")
    page.wait_for_timeout(300)
    assert not CellChange.objects.exists()
    page.context.set_offline(False)
    sees_state(page, SAVED)
    assert text_of(household, "remark", month) == "断网时写的"
    assert text_of(household, "wage", month) == "21000"


def test_whom_one_reached_is_never_kept_in_the_browser(month, household, cadre, signed_in):
    page = signed_in(cadre, PHONE)
    opens_form(page, household, "basics")
    page.context.set_offline(True)
    types(page, "contacted", "儿子王某")
    sees_state(page, re.compile("姓名、证件号码不存本机"))
    everything = """async () => JSON.stringify(await window.idbKeyval.entries())
        + JSON.stringify(localStorage) + JSON.stringify(sessionStorage)"""
    assert "王某" not in page.evaluate(everything)
    page.context.set_offline(False)
    sees_state(page, SAVED)
    assert text_of(household, "contacted", month) == "儿子王某"


def test_what_was_typed_without_a_link_is_sent_at_the_next_visit(
    month, household, cadre, signed_in
):
    page = signed_in(cadre)
    opens_form(page, household, "risk")
    page.route("**/sheet/cells/", lambda route: route.abort())
    types(page, "remark", "窗口关了")
    page.wait_for_timeout(200)
    page.close()
    again = page.context.new_page()
    opens_form(again, household, "risk")
    expect(again.locator("#id_remark")).to_have_value("窗口关了")
    sees_state(again, SAVED)
    assert text_of(household, "remark", month) == "窗口关了"


def test_an_expired_sign_in_is_renewed_in_place(month, household, cadre, signed_in):
    page = signed_in(cadre)
    opens_form(page, household, "risk")
    Session.objects.all().delete()
    types(page, "remark", "登录过期时写的")
    panel = page.get_by_role("dialog", name="登录已过期")
    expect(panel).to_be_visible(timeout=SOON)
    panel.get_by_label(re.compile("密码")).fill("wrong")
    panel.get_by_role("button", name="登录并保存").click()
    expect(panel).to_contain_text("密码不对")
    panel.get_by_label(re.compile("密码")).fill(people.PASSWORD)
    panel.get_by_role("button", name="登录并保存").click()
    sees_state(page, SAVED)
    expect(page.locator("#id_remark")).to_have_value("登录过期时写的")
    assert text_of(household, "remark", month) == "登录过期时写的"


def test_two_people_at_one_field_choose(month, household, cadre, signed_in):
    other = people.user_at("village_cadre", people.VILLAGE)
    first, second = signed_in(cadre), signed_in(other, PHONE)
    opens_form(first, household, "risk")
    opens_form(second, household, "risk")
    types(first, "remark", "甲写的")
    sees_state(first, SAVED)
    types(second, "remark", "乙写的")
    expect(second.locator(".sheet-conflict")).to_contain_text("甲写的", timeout=SOON)
    expect(second.locator(".sheet-conflict")).to_contain_text(cadre.full_name)
    keeps_picture(second, "sheet_conflict")
    assert text_of(household, "remark", month) == "甲写的"
    second.get_by_role("button", name="用我填的").click()
    expect(second.locator(".sheet-conflict")).to_have_count(0)
    sees_state(second, SAVED)
    expect(second.locator("#id_remark")).to_have_value("乙写的")
    assert text_of(household, "remark", month) == "乙写的"


def test_an_invalid_value_is_resumed_on_another_device(month, household, cadre, signed_in):
    page = signed_in(cadre, PHONE)
    opens_form(page, household, "basics")
    types(page, "phone", "没有手机")
    expect(page.locator("#error-phone")).to_contain_text("不是号码", timeout=SOON)
    desk = signed_in(cadre)
    opens_form(desk, household, "basics")
    expect(desk.locator("#id_phone")).to_have_value("没有手机")
    sees(desk, "不是号码")


def test_the_visit_sheet_is_one_page(month, cadre, signed_in):
    village = people.area_at(people.VILLAGE)
    large = case_in(Status.MONITORED, household=HouseholdFactory(village=village, with_members=6))
    page = signed_in(cadre)
    opens(page, "sheet_print", large.household_id)
    keeps_picture(page, "visit_sheet")
    assert len(PdfReader(io.BytesIO(page.pdf(format="A4"))).pages) == 1
    for _ in range(2):
        case_in(Status.MONITORED, household=HouseholdFactory(village=village, with_members=6))
    opens(page, "sheet_print_all")
    keeps_picture(page, "visit_sheets")
    assert len(PdfReader(io.BytesIO(page.pdf(format="A4"))).pages) == 3


def interrupt(page, kind, household):
    """One mishap while somebody types; the page that is open afterwards."""
    if kind == "link cut":
        page.context.set_offline(True)
        page.wait_for_timeout(random.randint(50, 800))
        page.context.set_offline(False)
    elif kind == "answer lost":
        page.route("**/sheet/cells/", loses_the_answer, times=1)
    elif kind == "tab closed":
        fresh = page.context.new_page()
        page.close()
        page = fresh
        opens_form(page, household, "risk")
    elif kind == "second tab":  # it sends what the first one has not sent yet
        other = page.context.new_page()
        opens_form(other, household, "risk")
        other.close()
    elif kind == "reloaded":
        page.reload()
        is_ready(page)
    elif kind == "sign-in expired":
        Session.objects.all().delete()
        type_on(page, "期")  # noticed at the next save
        signs_in_here(page)
    elif kind == "server restarted":
        page.route("**/*", lambda route: route.abort("connectionrefused"))
        memory.forget()
        page.wait_for_timeout(random.randint(50, 800))
        page.unroute("**/*")
    return page


def loses_the_answer(route):
    """The server has it, the browser does not know; the window may be gone by then."""
    with contextlib.suppress(PlaywrightError):
        route.fetch()
        route.abort()


KINDS = ("link cut", "answer lost", "tab closed", "second tab", "reloaded", "sign-in expired",
         "server restarted")  # fmt: skip


def type_on(page, text):
    field = page.locator("#id_remark")
    field.press("Control+End")
    field.press_sequentially(text)


def signs_in_here(page):
    panel = page.get_by_role("dialog", name="登录已过期")
    expect(panel).to_be_visible(timeout=SOON)
    panel.get_by_label(re.compile("密码")).fill(people.PASSWORD)
    panel.get_by_role("button", name="登录并保存").click()
    expect(panel).to_be_hidden(timeout=SOON)


# A slow store answers late: what is typed meanwhile is already in it.
SLOW_STORE = """() => {
  const update = window.idbKeyval.update;
  window.idbKeyval.update = (...all) =>
    update(...all).then(() => new Promise((done) => setTimeout(done, 800)));
}"""


def test_a_word_typed_while_the_last_one_is_on_its_way_is_kept(month, household, cadre, signed_in):
    page = signed_in(cadre)
    opens_form(page, household, "risk")
    page.evaluate(SLOW_STORE)
    types(page, "remark", "长子")
    page.wait_for_timeout(2500)  # the next word enters the store just before the first one leaves
    types(page, "remark", "长子外出务工")
    sees_state(page, SAVED)
    expect(page.locator("#id_remark")).to_have_value("长子外出务工")
    becomes(household, "remark", "长子外出务工", month)


# On a busy machine the store takes its time to open.
LATE_STORE = """
  let store;
  const late = (made) => () =>
    new Promise((done) => setTimeout(done, 4000)).then(() => made.keys());
  Object.defineProperty(window, "idbKeyval", {
    get: () => store,
    set: (made) => {
      const get = (whole, name) => (name === "keys" ? late(whole) : whole[name]);
      store = new Proxy(made, { get });
    },
  });
"""


def test_what_waits_in_a_slow_store_stands_in_the_form_again(month, household, cadre, signed_in):
    page = signed_in(cadre)
    opens_form(page, household, "risk")
    page.route("**/sheet/cells/", lambda route: route.abort())
    types(page, "remark", "断网时写的")
    sees_state(page, OFFLINE)
    page.context.add_init_script(LATE_STORE)
    page.reload()
    is_ready(page)
    expect(page.locator("#id_remark")).to_have_value("断网时写的")


def test_what_is_saved_while_the_next_page_is_drawn_stands_on_it(
    month, household, cadre, signed_in, monkeypatch
):
    page = signed_in(cadre)
    opens_form(page, household, "risk")
    drawn = sheet_views.render

    def drawn_slowly(*args):
        answer = drawn(*args)
        time.sleep(3)  # the word is saved meanwhile
        return answer

    monkeypatch.setattr(sheet_views, "render", drawn_slowly)
    types(page, "remark", "长子外出务工")
    page.wait_for_timeout(200)
    page.reload()
    is_ready(page)
    expect(page.locator("#id_remark")).to_have_value("长子外出务工")
    becomes(household, "remark", "长子外出务工", month)


@pytest.mark.parametrize("times", [14, pytest.param(50, marks=pytest.mark.long)])
def test_random_interruptions_lose_nothing_and_double_nothing(
    times, month, household, cadre, signed_in
):
    random.seed(4)
    page = signed_in(cadre)
    opens_form(page, household, "risk")
    expected = ""
    kinds = [*KINDS * (times // len(KINDS)), *random.sample(KINDS, times % len(KINDS))]
    random.shuffle(kinds)
    for number, kind in enumerate(kinds):
        type_on(page, f"{number},")
        expected += f"{number},"
        page.wait_for_timeout(random.randint(0, 1300))
        for _ in range(20):  # two seconds of typing is what may be lost
            if is_kept(page, expected):
                break
            page.wait_for_timeout(100)
        page = interrupt(page, kind, household)
        expected += "期" if kind == "sign-in expired" else ""
        expect(page.locator("#id_remark"), f"after {number}: {kind}").to_have_value(expected)
    becomes(household, "remark", expected, month)
    expect(page.locator(".sheet-conflict")).to_have_count(0)
    assert SheetRow.objects.count() == 1
    chain = list(CellChange.objects.order_by("at").values_list("old", "new"))
    assert [old for old, _ in chain[1:]] == [new for _, new in chain[:-1]]  # each follows the last


def test_two_windows_of_one_person_do_not_quarrel(month, household, cadre, signed_in):
    first = signed_in(cadre)
    opens_form(first, household, "risk")
    first.route("**/sheet/cells/", lambda route: route.abort())
    types(first, "remark", "长子")
    sees_state(first, OFFLINE)
    second = first.context.new_page()
    opens_form(second, household, "risk")  # sends it for the first
    becomes(household, "remark", "长子", month)
    first.unroute("**/sheet/cells/")
    types(first, "remark", "长子外出务工")
    becomes(household, "remark", "长子外出务工", month)
    expect(first.locator(".sheet-conflict")).to_have_count(0)
    assert list(CellChange.objects.order_by("at").values_list("new", flat=True)) == [
        "长子",
        "长子外出务工",
    ]


def becomes(household, key, text, month):
    """The register says so, at the latest after fifteen seconds."""
    for _ in range(60):
        if text_of(household, key, month) == text:
            return
        time.sleep(0.25)
    assert text_of(household, key, month) == text
