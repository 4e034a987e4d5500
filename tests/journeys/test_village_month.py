"""The month of a village of 350 households, played as a cadre does it and counted beside the Excel way.

Four households are monitored, three leads have come (one is true), one farmer applies: verified,
visited, screened, handed in, reviewed, reported; on a PC, and on a phone whose link is slow and is
cut in between.
"""

import re
import sys
from contextvars import ContextVar

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from accounts.tests import factories as people
from audit import clock
from households.models import Household
from households.tests.factories import HouseholdFactory, IncomeFactory, SafeguardFactory
from screening.models import CellChange, Lead
from screening.tests.factories import LeadFactory
from tests.journeys import effort, excel_way
from tests.journeys.steps import (
    DESK,
    PHONE,
    agrees,
    arrives,
    chooses,
    enters,
    fills,
    follows,
    goes_by_menu,
    is_told,
    keeps_picture,
    presses,
    sees,
    signs_in,
    taps,
    ticks,
)
from workflow.models import Case, ReportedList, Visit
from workflow.states import Status
from workflow.tests.factories import case_in

pytestmark = pytest.mark.journey

HOUSEHOLDS = 350
MOST_ACTIONS, MOST_MINUTES = 120, 10
UNCHANGED_ACTIONS, CHANGED_MINUTES = 3, 1.5
SLOW = {"offline": False, "latency": 400, "downloadThroughput": 50_000, "uploadThroughput": 50_000}
SAVED = re.compile("已保存")
OFFLINE = re.compile("未联网，已存在本机")
PATIENCE = 30_000  # milliseconds, for a page over the slow link

NAMES = {
    "monitored": ("赵守义", "孙保国", "周福来", "吴长山"),
    "leads": ("王有病", "冯已报销", "陈不属实"),
    "applicant": "卫申请",
}


@pytest.fixture(autouse=True)
def twelfth(monkeypatch):
    """It is the twelfth, in the server's threads too: every gate is still ahead."""
    noon = timezone.localtime().replace(day=12, hour=12)
    monkeypatch.setattr(clock, "_moment", ContextVar("moment", default=noon))


@pytest.fixture
def village(twelfth, month):
    """350 households; what the month is about has members, incomes and checks of last year."""
    village = people.area_at(people.VILLAGE)
    for name in NAMES["monitored"]:
        case = case_in(Status.MONITORED, household=_household(village, name))
        IncomeFactory(household=case.household, compliant_self_paid=3000)
        SafeguardFactory(household=case.household)
    for name in NAMES["leads"]:
        LeadFactory(case=case_in(Status.LEAD, household=_household(village, name)))
    _household(village, NAMES["applicant"])
    rest = HOUSEHOLDS - Household.objects.count()
    Household.objects.bulk_create(
        Household(village=village, number=f"4109229{n:08d}", head_name=f"村民{n}", member_count=3)
        for n in range(rest)
    )
    return village


def _household(village, name):
    return HouseholdFactory(village=village, head_name=name, with_members=3)


@pytest.mark.parametrize(
    "size", [pytest.param(DESK, marks=pytest.mark.long), PHONE], ids=["desk", "phone"]
)
def test_the_whole_month(size, month, village, window, capsys):
    page = window(size)
    link = SlowLink(page) if size == PHONE else None
    hand = effort.begin(page)
    signs_in(page, people.village_cadre().username, people.PASSWORD)
    assert Household.objects.count() == HOUSEHOLDS
    two_leads_are_nothing(page)
    one_lead_is_true(page)
    a_farmer_applies(page)
    the_monitored_are_looked_at(page, link)
    the_ledger_is_handed_in(page)
    the_meeting_is_held(page)
    the_list_is_reported(page)
    nothing_is_left(page)

    assert ReportedList.objects.get(kind="SCREENING").row_count == 2
    assert ReportedList.objects.get(kind="ADMISSION").row_count == 2
    assert Visit.objects.count() == 6
    excel = excel_way.steps(
        month, village, leads=3, changed_cells=["2021-03-12"] * 4 + ["入户"] * 4 + ["24000"]
    )
    lines = [f"village month, {size['width']} px: {hand}"]
    lines.append(f"the same in the Excel way: {excel_way.total(excel)}")
    lines += [
        f"    {what}: {cost.actions} actions, {cost.words} words" for what, cost in excel.items()
    ]
    with capsys.disabled():
        sys.stdout.write("\n" + "\n".join(lines) + "\n")
    assert hand.actions <= MOST_ACTIONS
    assert hand.minutes <= MOST_MINUTES
    assert hand.actions < excel_way.total(excel).actions
    assert hand.words < excel_way.total(excel).words


class SlowLink:
    """400 kbit/s and 400 ms, as on a village's edge of the network; may be cut."""

    def __init__(self, page):
        self._session = page.context.new_cdp_session(page)
        self._session.send("Network.enable")
        self.mend()
        page.set_default_timeout(PATIENCE)

    def cut(self) -> None:
        self._session.send("Network.emulateNetworkConditions", SLOW | {"offline": True})

    def mend(self) -> None:
        self._session.send("Network.emulateNetworkConditions", SLOW)


def two_leads_are_nothing(page):
    sees(page, "现在要办：核实线索")
    keeps_picture(page, "month_home")
    follows(page, "去核实")
    keeps_picture(page, "month_leads")
    for name in NAMES["leads"][1:]:
        ticks(page, f"勾选{name}户")
    chooses(page, **{"都不用纳入？": "不属实：问题已解决，无返贫致贫风险"})
    agrees(page, "答复勾选的户")
    is_told(page, "已答复 2 户")


def one_lead_is_true(page):
    follows(page, "逐户核实")
    ticks(page, "属实，去入户核实")
    presses(page, "答复这条线索")
    visits_and_screens(page, opinion="情况属实，建议列入台账", income="5200")


def visits_and_screens(page, *, opinion, income):
    keeps_picture(page, "month_visit")
    fills(page, 研判意见=opinion)
    presses(page, "保存走访记录")
    follows(page, "排查入台账")
    keeps_picture(page, "month_screen")
    fills(page, 人均纯收入=income)
    presses(page, "确认排查入台账")


def a_farmer_applies(page):
    goes_by_menu(page, "受理农户申请")
    effort.of(page).types("wsq")
    page.keyboard.type("wsq")  # the field has the focus
    enters(page)
    follows(page, NAMES["applicant"])
    ticks(page, "因病")
    fills(page, 情况="户主住院，自付两万多元")
    presses(page, "登记")
    follows(page, "登记走访")
    visits_and_screens(page, opinion="属实，建议列入台账", income="4800")


def the_monitored_are_looked_at(page, link):
    goes_by_menu(page, "本月任务")
    follows(page, "填写排查表")
    keeps_picture(page, "month_sheet")
    follows(page, re.compile(f"^{NAMES['monitored'][0]}"))
    for number, name in enumerate(NAMES["monitored"]):
        expect(page.get_by_role("heading", level=1)).to_contain_text(name)
        one_household = effort.Effort(**vars(effort.of(page)))
        expect(page.locator(".is-stepped:not([inert])")).to_be_visible(timeout=PATIENCE)
        if link and number == 1:
            link.cut()
        taps(page, page.get_by_label("入户", exact=True))
        if number == 1:
            taps(page, page.locator("[data-step-link=income]"))
            fills(page, 工资性收入="2.4万")
        if link and number == 1:
            expect(page.locator("[data-sheet-state]")).to_contain_text(OFFLINE, timeout=PATIENCE)
            keeps_picture(page, "month_cut")
            link.mend()
        follows(page, "填好了")
        spent = effort.of(page)
        if number != 1:
            assert spent.actions - one_household.actions <= UNCHANGED_ACTIONS
        assert spent.minutes - one_household.minutes <= CHANGED_MINUTES
    for _ in range(2):  # the two screened just now come next
        presses(page, "这户没有变化")
    is_told(page, "已确认")
    assert CellChange.objects.filter(key="wage", new="24000").count() == 1


def the_ledger_is_handed_in(page):
    follows(page, "核对并上报")
    keeps_picture(page, "month_hand_in")
    presses(page, re.compile("^提交 2 户"))
    is_told(page, "已上报")


def the_meeting_is_held(page):
    goes_by_menu(page, "本月任务")
    sees(page, "现在要办：开村级评议会")
    follows(page, "记录评议会")
    keeps_picture(page, "month_meeting_new")
    fills(page, 地点="村委会", 主持人="郑西关", 记录人="赵驻村", 应到人数="12", 实到人数="10")
    presses(page, "保存，去填逐户结论")
    keeps_picture(page, "month_meeting")
    votes = page.get_by_label(f"{NAMES['applicant']}户：不同意")
    taps(page, votes)
    effort.of(page).types("2")
    page.keyboard.type("2")
    presses(page, "核对后结束会议")
    keeps_picture(page, "month_conclude")
    presses(page, "结束会议，结论生效")
    is_told(page, "会议已结束")


def the_list_is_reported(page):
    follows(page, "上报初步名单")
    presses(page, re.compile("^提交 2 户"))
    is_told(page, "已上报")
    keeps_picture(page, "month_reported")


def nothing_is_left(page):
    goes_by_menu(page, "本月任务")
    keeps_picture(page, "month_done")
    arrives(page)
    statuses = set(
        Case.objects.filter(household__head_name__in=NAMES["monitored"]).values_list(
            "status", flat=True
        )
    )
    assert statuses == {Status.MONITORED}
    assert not Lead.objects.unanswered().exists()
    assert not ReportedList.objects.filter(is_late=True).exists()
