"""A list of 20,000 rows, every twentieth number damaged, beside two more departments' lists of the
same people: it goes through a real worker in front of the user, and every line is answered."""

import datetime
import io
import re
import sys
from collections import Counter

import openpyxl
import pytest
from django.urls import reverse
from playwright.sync_api import expect

from accounts.tests import factories as people
from audit import clock
from households.models import Household, Person
from households.tests.factories import HouseholdFactory, PersonFactory, next_id_number
from jobs.models import Job
from jobs.tests.test_faults import (  # noqa: F401 (fixtures)
    broker,
    redis_server,
    start_process,
    start_worker,
    surroundings,
    wait_until,
)
from screening import actions
from screening.models import LeadFile
from screening.tests.factories import kind_of, workbook
from tests.journeys import steps
from tests.journeys.steps import is_told, keeps_picture, opens, sees, signs_in
from workflow.models import Case

pytestmark = [pytest.mark.journey, pytest.mark.slow, pytest.mark.long]
ROWS, HOMES, DAMAGED = 20_000, 1000, 20  # every twentieth number
VILLAGES = (people.VILLAGE, people.NEIGHBOUR, *(f"{people.OTHER_TOWNSHIP}{n}" for n in (201, 202)))
SURNAMES, GIVEN = "张李王赵孙周吴郑钱冯", "有来满秋喜立向大春福"
LONG = 180_000  # milliseconds for what a worker does
KINDS = {"yibao": "inpatient", "weijian": "serious_illness", "canlian": "new_certificate"}
NOT_TRUE = "不属实：问题已解决，无返贫致贫风险"


@pytest.fixture
def register(live_server, month):
    """(name, number) of three people in each of 1,000 households of four villages, a fifth 脱贫户."""
    homes = Household.objects.bulk_create(
        HouseholdFactory.build(
            village=people.area_at(VILLAGES[n % 4]), kind="lifted" if n % 5 == 0 else "general",
            head_name=SURNAMES[n // 100] + GIVEN[n // 10 % 10] + GIVEN[n % 10],
        )
        for n in range(HOMES)
    )  # fmt: skip
    told = [(home, f"{home.head_name}{which}", next_id_number())
            for home in homes for which in "甲乙丙"]  # fmt: skip
    Person.objects.bulk_create(
        PersonFactory.build(household=home, name=name, id_number=number,
                            relation="户主" if name.endswith("甲") else "之子")
        for home, name, number in told
    )  # fmt: skip
    return [(name, number) for _home, name, number in told]


@pytest.fixture
def shared_media(settings):
    """The worker keeps its files beside the development server's."""
    settings.MEDIA_ROOT = settings.VAR / "media"
    yield
    for thing in (*LeadFile.objects.all(), *Job.objects.exclude(file="")):
        thing.file.storage.delete(thing.file.name)


def test_twenty_thousand_rows_go_through_before_the_users_eyes(
    register, shared_media, start_worker, signed_in, window, capsys  # noqa: F811
):  # fmt: skip
    start_worker()
    page = signed_in(people.county_officer())
    three_lists_are_brought_together(page, register)
    the_large_one_is_watched(page, capsys)
    the_page_itself_tells_when_all_are_checked(page)
    all_are_sent_out(page)
    three_departments_made_one_task()
    the_villages_answer(signed_in)
    for key in KINDS:
        every_line_is_answered(window, key)


def three_lists_are_brought_together(page, register):
    opens(page, "lead_file_many")
    for key, content in lists_of(register).items():
        place = page.locator(f"#id_kind_{kind_of(key, KINDS[key]).pk}")
        place.set_input_files({"name": f"{key}.xlsx", "mimeType": "", "buffer": content})
    steps.presses(page, "全部上传")
    sees(page, "选了 3 份，接收 3 份")


def lists_of(register) -> dict[str, bytes]:
    today = clock.today()

    def day(n):
        return f"{today - datetime.timedelta(days=n // len(register)):%Y-%m-%d}"

    def who(n):
        name, number = register[n % len(register)]
        return [name, damaged(number, n // DAMAGED) if n % DAMAGED == 0 else number]

    return {
        "yibao": workbook(*([*who(n), day(n), 1000 + n * 7907 % 12_000] for n in range(ROWS)),
                          titles=["姓名", "身份证号", "住院日期", "个人自付"]),
        "weijian": workbook(*([*who(n), day(n)] for n in range(1500)),
                            titles=["患者姓名", "身份证号码", "确诊日期"]),
        "canlian": workbook(*([*who(n), day(n), "肢体"] for n in range(750, 2250)),
                            titles=["残疾人姓名", "残疾证号", "发证日期", "残疾类别"]),
    }  # fmt: skip


def damaged(number, how):
    """Cut short, mistyped, or spoilt by Excel in two ways."""
    return (
        number[:-1],
        number[:-1] + ("1" if number[-1] != "1" else "2"),
        int(number[:15] + "000"),
        f"{number[0]}.{number[1:6]}E+17",
    )[how % 4]


def the_large_one_is_watched(page, capsys):
    """In a tab of its own: the rows are counted up, and then the result stands there by itself."""
    tab, told = page.context.new_page(), []
    opens(tab, "lead_file_detail", LeadFile.objects.get(department="yibao").pk)
    box = tab.locator("#file")
    while box.evaluate("box => box.isConnected && !!box.querySelector('progress')"):
        told.append(box.inner_text())
        if len(told) == 1 or told[-1] != told[-2]:
            keeps_picture(tab, "large_list_progress")
        tab.wait_for_timeout(200)
    counted = sorted({int(n) for n in re.findall(r"已核对 (\d+) 行", " ".join(told))})
    assert any(0 < n <= ROWS for n in counted), told[-3:]
    with capsys.disabled():
        sys.stdout.write(f"\n20,000 rows: counted before the user's eyes at {counted}\n")
    expect(tab.get_by_role("button", name=re.compile("^下发"))).to_be_visible(timeout=LONG)
    sees(tab, "应为18位")
    keeps_picture(tab, "large_list_checked")
    file = LeadFile.objects.get(department="yibao")
    assert (file.figures["rows"], file.figures["rejected"]) == (ROWS, ROWS // DAMAGED)
    tab.close()


def the_page_itself_tells_when_all_are_checked(page):
    """Nobody reloads it."""
    for key, kind in KINDS.items():
        line = page.locator(f"#came-{kind_of(key, kind).pk}")
        expect(line).to_contain_text("已核对", timeout=LONG)
    keeps_picture(page, "many_files_checked")


def all_are_sent_out(page):
    steps.follows(page, "全部下发")
    sees(page, "下发 3 份核对好的名单")
    steps.presses(page, re.compile("^下发"))
    is_told(page, "正在后台下发")
    dispatched = LeadFile.objects.filter(state=LeadFile.State.DISPATCHED)
    wait_until(lambda: dispatched.count() == len(KINDS), patience=LONG / 1000)


def three_departments_made_one_task():
    told = [
        frozenset(case.leads.values_list("kind__department", flat=True))
        for case in Case.objects.all()
    ]
    assert Counter(told)[frozenset(KINDS)] > 10
    assert Case.objects.values("household").distinct().count() == len(told) <= HOMES


def the_villages_answer(signed_in):
    """One in the browser, a page of households at a time; the others by the same action."""
    page, pages = signed_in(people.village_cadre()), 0
    opens(page, "lead_list")
    while page.get_by_label("本页全选").count():
        page.get_by_label("本页全选").check()
        page.get_by_label("都不用纳入？").select_option(label=NOT_TRUE)
        steps.agrees(page, "答复勾选的户")
        is_told(page, "已答复")
        pages += 1
    assert 1 < pages <= HOMES / len(VILLAGES) / 50
    for code in VILLAGES[1:]:
        actions.answer_leads(
            cases=list(Case.objects.filter(village=code)), answer="not_true", reason="resolved",
            by=people.user_at("village_cadre", code),
        )  # fmt: skip


def every_line_is_answered(window, key):
    """The department has its own rows back, each with a verdict; leads with the village's answer."""
    file = LeadFile.objects.get(department=key)
    page = window()
    signs_in(page, people.department_clerk(key).username, people.PASSWORD)
    opens(page, "lead_file_list")
    steps.follows(page, f"{key}.xlsx")
    with page.expect_download(timeout=LONG) as caught:
        page.get_by_role("link", name="下载原表和结果").click()
        if file.figures["rows"] > 2000:  # written by the worker
            expect(page).to_have_url(re.compile(reverse("job_list")))
            page.get_by_role("main").get_by_role("link", name=re.compile("^下载")).click(
                timeout=LONG
            )
    book = openpyxl.load_workbook(io.BytesIO(caught.value.path().read_bytes()), read_only=True)
    titles, *rows = book.active.iter_rows(values_only=True)
    at = {title: place for place, title in enumerate(titles)}
    verdicts = Counter(row[at["核对结果"]] for row in rows)
    figures = file.figures
    assert verdicts == Counter(
        线索=figures["ok"], 有误=figures["rejected"], 未达标准=figures["below_threshold"]
    )
    for row in rows:
        if row[at["核对结果"]] == "线索":
            assert row[at["核实结果"]] == NOT_TRUE
            assert row[at["核实日期"]]
        else:
            assert row[at["说明"]]
