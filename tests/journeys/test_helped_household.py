"""A household from its determination to a recognised clearing, at the pages of everybody who helps it,
and the neighbour whom nobody helps (四（五）, 四（六）, 五（二）, 五（四）, 六（三）)."""

import datetime
import io
import re
from decimal import Decimal
from types import SimpleNamespace

import pytest
from PIL import Image
from playwright.sync_api import expect
from pypdf import PdfReader

from accounts.models import Department, User
from accounts.tests import factories as people
from audit import clock
from demo.month import FINDINGS, Line, Month
from households.models import Person
from households.tests.factories import HouseholdFactory
from ledgers import pdf
from tests.journeys.acts import (
    opens_session_put_forward,
    puts_session_forward,
    records_visit,
    reports,
    status_of,
    the_county_recognises_clearing,
    the_township_checks_clearing,
    the_village_proposes_clearing,
    votes_and_concludes,
    writes_head_of_meeting,
)
from tests.journeys.steps import (
    PHONE,
    agrees,
    arrives,
    chooses,
    fills,
    finds_nothing_at,
    follows,
    is_told,
    keeps_picture,
    opens,
    presses,
    sees,
    sees_nothing_of,
    ticks,
)
from workflow.actions import open_round, record_visit
from workflow.models import Visit
from workflow.states import Status

pytestmark = [pytest.mark.journey, pytest.mark.long]

YEAR = 2021
END = datetime.datetime(YEAR, 12, 31, 12, tzinfo=datetime.UTC)
NAMES = ("张有助", "李无助")


@pytest.fixture
def calendar(monkeypatch):
    """Turn the clock that the whole server asks; whoever comes back after weeks signs in again."""
    real, ahead = clock.timezone, [datetime.timedelta(0)]
    asked = {
        name: getattr(real, name) for name in ("localdate", "localtime", "is_naive", "make_aware")
    }
    moved = SimpleNamespace(now=lambda: real.now() + ahead[0], **asked)
    monkeypatch.setattr(clock, "timezone", moved)

    def turns_to(month, day):
        morning = datetime.datetime(YEAR, month, day, 9, tzinfo=real.get_current_timezone())
        ahead[0] = morning - real.now()
        User.objects.update(password_changed_at=clock.now())  # passwords age in another tale

    return turns_to


@pytest.fixture
def posted(live_server, calendar):
    """Everybody in office since January, by what they do."""
    calendar(1, 4)
    clerk = people.department_clerk
    return SimpleNamespace(
        cadre=people.village_cadre(), reviewer=people.township_reviewer(), officer=people.county_officer(),
        leader=people.leading_group_officer(), insurer=clerk("fupin"), clinic=clerk("yibao"),
        work=clerk("renshe"), neighbour=people.neighbour_cadre(), supervisor=people.supervisor(),
    )  # fmt: skip


@pytest.fixture
def line(posted):
    return Line(people.VILLAGE, posted.cadre, posted.reviewer, posted.officer, posted.leader)


def test_from_determination_to_a_recognised_clearing(calendar, posted, line, signed_in):
    if not pdf.has_font():
        pytest.skip(pdf.FONT_MISSING)
    helped, neglected = both_stand_before_the_county(calendar, line)

    calendar(3, 28)
    officer, leader = signed_in(posted.officer), signed_in(posted.leader)
    the_county_determines_both(officer, leader, (helped, neglected))
    cadre, reviewer = signed_in(posted.cadre), signed_in(posted.reviewer)
    a_helper_is_named(cadre, helped)
    the_plan_is_proposed_checked_and_approved(cadre, reviewer, leader, helped)
    three_measures_are_set_for_two_departments(leader, helped)
    the_county_insures_its_register(leader)

    calendar(4, 12)
    cadre = signed_in(posted.cadre)
    claim = an_accident_is_reported(cadre, helped)
    calendar(4, 15)
    the_insurer_inspects(signed_in(posted.insurer), claim)
    calendar(4, 28)
    the_insurer_pays(signed_in(posted.insurer), claim)

    calendar(5, 20)
    open_round(county=people.area_at(people.COUNTY), month=datetime.date(YEAR, 5, 1))
    clearing_is_refused_with_reasons(signed_in(posted.cadre), helped)

    calendar(6, 25)
    the_clinic_answers_one_task(signed_in(posted.clinic))
    the_work_office_answers_two_at_once(signed_in(posted.work))

    for month in (7, 8):
        calendar(month, 24)
        visited(posted.cadre, helped)
    calendar(9, 14)
    phone = signed_in(posted.cadre, PHONE)
    records_visit(phone, helped, purpose="帮扶走访", opinion="生活逐步稳定")
    calendar(10, 8)
    the_visit_brings_the_income(signed_in(posted.cadre), helped)
    nothing_is_missing_but_next_door(signed_in(posted.supervisor), helped, neglected)

    open_round(county=people.area_at(people.COUNTY), month=datetime.date(YEAR, 10, 1))
    calendar(10, 18)
    Month(datetime.date(YEAR, 10, 1), now=END).hand_in(line)
    cadre, reviewer = signed_in(posted.cadre), signed_in(posted.reviewer)
    the_village_proposes_clearing(cadre, helped)
    the_township_checks_clearing(reviewer, helped)
    officer, leader = signed_in(posted.officer), signed_in(posted.leader)
    the_county_recognises_clearing(officer, leader, helped)

    the_booklet_tells_every_step(cadre, helped)
    the_ledgers_agree_to_the_yuan(leader, helped)
    nobody_else_gets_at_it(signed_in(posted.neighbour), signed_in(posted.work), helped, claim)


# --- March: determined and helped -----------------------------------------------------------------


def both_stand_before_the_county(calendar, line):
    """What comes before the determination is told by other journeys."""
    households = [
        HouseholdFactory(village=people.area_at(people.VILLAGE), head_name=name, with_members=3)
        for name in NAMES
    ]
    Person.objects.filter(household__in=households).update(skill="普通劳动力")
    for household in households:
        type(household).objects.filter(pk=household.pk).update(
            per_capita_income=Decimal(5200), income_year=2020
        )
        household.refresh_from_db()
    march = Month(datetime.date(YEAR, 3, 1), now=END)
    with march.on(1):
        open_round(county=people.area_at(people.COUNTY), month=march.first)
    cases = march.raise_leads(line, households, risk="因意外事故")
    march.screen(line, cases)
    march.hand_in(line)
    march.review(line)
    march.recheck(line)
    return cases


def the_county_determines_both(officer, leader, cases):
    puts_session_forward(officer, people.COUNTY)
    opens_session_put_forward(leader)
    votes_and_concludes(leader)
    assert {status_of(case) for case in cases} == {Status.MONITORED}
    reports(leader, "上报审定名单")


def a_helper_is_named(page, case):
    opens(page, "plan_detail", case.pk)
    sees(page, "未明确帮扶责任人")
    follows(page, "明确帮扶责任人")
    fills(page, 姓名="钱帮扶", 单位="县直单位", 职务="驻村队员", 联系电话="13900000001")
    presses(page, "保存责任人")
    is_told(page, "已明确帮扶责任人")


def the_plan_is_proposed_checked_and_approved(cadre, reviewer, leader, case):
    follows(cadre, "制定计划")
    expect(cadre.get_by_label("医疗保障与救助", exact=True)).to_be_checked()  # 缺什么、扶什么
    cadre.get_by_label("临时救助", exact=True).uncheck()
    fills(cadre, 缺什么="户主受伤，误工", 扶什么="救治、务工两手抓")
    cadre.get_by_text("其他措施").click()
    for kind, amount in (("医疗保障与救助", "2000"), ("公益岗位", "3600"), ("劳动技能培训", "500")):
        ticks(cadre, kind)
        fills(cadre, **{f"{kind}：计划金额": amount})
    keeps_picture(cadre, "helped_plan_edit")
    presses(cadre, "保存，报乡镇审核")
    is_told(cadre, "等待乡镇审核")
    opens(reviewer, "plan_list")
    sees(reviewer, case.household.head_name)
    opens(reviewer, "plan_detail", case.pk)
    presses(reviewer, "审核通过，报县级")
    opens(leader, "plan_detail", case.pk)
    presses(leader, "审批通过")
    is_told(leader, "帮扶计划已审批")


def three_measures_are_set_for_two_departments(page, case):
    """Each is taken over from its line of the plan."""
    clinic, work = (Department.objects.get(pk=key).name for key in ("yibao", "renshe"))
    for words, department in (("电焊培训", work), ("保洁公益岗位", work), ("住院费用救助", clinic)):
        opens(page, "plan_detail", case.pk)
        follows(page, "登记措施")
        chooses(page, 责任单位=department)
        fills(page, 措施内容=words, 计划完成日期="2021-09-30")
        presses(page, "保存措施")
        is_told(page, "帮扶措施已登记")
    sees_nothing_of(page, "登记措施")
    keeps_picture(page, "helped_plan")


def the_county_insures_its_register(page):
    opens(page, "enrol")
    chooses(page, 参保对象="两类人群")
    presses(page, "登记参保")
    is_told(page, "新参保 2 户")


# --- April: an accident -------------------------------------------------------------------------


def an_accident_is_reported(page, case):
    opens(page, "household_detail", case.household_id)
    page.get_by_text("防贫保和救助").scroll_into_view_if_needed()  # what few read comes then
    follows(page, "防贫保报案")
    fills(page, 出险日期="2021-04-10", 出险情况="骑车摔伤住院")
    chooses(page, 出险原因="交通事故")
    attaches(page, "印证材料", "诊断证明.jpg")
    sends(page, "报案")
    is_told(page, "已报案，等待查勘")
    keeps_picture(page, "helped_claim")
    return case.household.claims.get()


def the_insurer_inspects(page, claim):
    opens(page, "claim_list")
    follows(page, re.compile("2021-04-10|张有助|查看|办理"))
    follows(page, "登记查勘")
    fills(page, 查勘日期="2021-04-15", 查勘人="承保公司李明", 查勘情况="属实", 申请理赔金额="9000")
    presses(page, "登记查勘")
    is_told(page, "查勘已登记")


def the_insurer_pays(page, claim):
    opens(page, "claim_detail", claim.pk)
    follows(page, "登记赔付")
    fills(page, 赔付金额="8000.50")
    attaches(page, "印证材料", "转账单.jpg")
    sends(page, "登记赔付")
    is_told(page, "赔付已登记")
    sees(page, "8,000.50 元，已计入理赔收入", "诊断证明.jpg", "转账单.jpg", "历时 13 天")


# --- May: too early -------------------------------------------------------------------------------


def clearing_is_refused_with_reasons(page, case):
    records_visit(page, case, purpose="消除核实", opinion="恢复较好，提请消除")
    opens(page, "clearing_check", case.pk)
    sees(page, "未满足")
    keeps_picture(page, "helped_clearing_red")
    opens(page, "case_detail", case.pk)
    follows(page, "消除评议通过：开会评议")
    writes_head_of_meeting(page, place="村委会会议室")
    presses(page, "核对后结束会议")
    presses(page, "结束会议，结论生效")
    sees(page, "识别满 6 个月", "至少一项帮扶措施", "分项收支未登记")
    keeps_picture(page, "helped_clearing_refused")
    assert status_of(case) == Status.MONITORED
    follows(page, "返回修改")
    agrees(page, "作废")


# --- June: the departments answer -----------------------------------------------------------------


def the_clinic_answers_one_task(page):
    opens(page, "measure_list")
    sees(page, "住院费用救助")
    sees_nothing_of(page, "电焊培训")
    follows(page, re.compile("^填报"))
    chooses(page, 状态="已落实")
    fills(page, 完成日期="2021-06-20", 落实金额="2000", 成效="自付减轻")
    attaches(page, "印证材料", "报销单.jpg")
    sends(page, "保存措施")
    is_told(page, "帮扶措施已更新")


def the_work_office_answers_two_at_once(page):
    opens(page, "measure_list")
    sees_nothing_of(page, "住院费用救助")
    page.get_by_label("本页全选").check()
    fills(page, 完成日期="2021-06-20", 成效="务工收入增加")
    keeps_picture(page, "helped_batch")
    presses(page, "已落实")
    is_told(page, "已更新 2 项措施")
    for _ in range(2):
        opens(page, "measure_list", special="no_proof")
        follows(page, re.compile("^填报"))
        attaches(page, "印证材料", "培训签到、工资发放表.jpg")
        sends(page, "保存措施")
        is_told(page, "帮扶措施已更新")
    opens(page, "measure_list", special="no_proof")
    sees(page, "没有符合条件的措施")


def visited(cadre, case):
    """A visit like the one that is shown at the phone."""
    record_visit(
        case=case, by=cadre, kind=Visit.Kind.HOME, visited_on=clock.today(), people="钱帮扶", findings=FINDINGS,
        opinion="生活逐步稳定", purpose=Visit.Purpose.HELP,
    )  # fmt: skip


# --- October: visited, complete, cleared ----------------------------------------------------------


def the_visit_brings_the_income(page, case):
    """Income and safeguards are typed once, at the door."""
    opens(page, "visit_new", case.pk)
    chooses(page, 事由="帮扶走访")
    fills(page, 走访人="钱帮扶", 研判意见="收入稳定")
    page.get_by_text("有变化，一并登记").click()
    ticks(page, "登记这户的收支")
    fills(page, 工资性收入="36000", 合规自付支出="4000")
    presses(page, "保存走访记录")
    is_told(page, "走访记录已保存")
    income = case.household.incomes.get()
    assert (income.payout, income.net) == (Decimal("8000.50"), Decimal(36000))


def nothing_is_missing_but_next_door(page, helped, neglected):
    opens(page, "gap_list", area=people.VILLAGE)
    keeps_picture(page, "helped_gaps")
    sees(page, neglected.household.head_name, "未明确帮扶责任人")
    sees_nothing_of(page, helped.household.head_name)


def the_booklet_tells_every_step(page, case):
    opens(page, "booklet_show", case.pk)
    sees_nothing_of(page, "还缺")
    keeps_picture(page, "helped_booklet")
    with page.expect_download(timeout=60_000) as download:  # printed now, by a process of its own
        page.get_by_role("button", name="下载 PDF").click()
    told = words_of(download.value.path().read_bytes())
    for words in (
        "张有助", "钱帮扶", "户主受伤，误工", "住院费用救助", "保洁公益岗位", "电焊培训", "骑车摔伤住院",
        "8000.50", "2021-04-28", "36000.00", "务工收入增加", "2021-07-24", "2021-09-14", "消除核实",
        "孙城关审核", "周审定审批通过", "诊断证明.jpg", "转账单.jpg", "报销单.jpg",
        "认定时的风险消除条件核对", "风险消除：2021年10月18日认定，帮扶消除",
    ):  # fmt: skip
        assert words in told, words
    assert "未满足" not in told


def the_ledgers_agree_to_the_yuan(page, case):
    measures, paid = Decimal(6100), Decimal("8000.50")
    for key, column, amount in (
        ("insurance", "赔付金额（元）", paid),
        ("department_measures", "落实金额（元）", measures),
        ("assistance", "落实金额（元）", measures + paid),
    ):
        opens(page, "ledger_show", key, month="2021-10", area=people.COUNTY)
        assert total_of(page, column) == amount, key
    opens(page, "ledger_show", "clearing", month="2021-10", area=people.COUNTY)
    sees(page, case.household.head_name, "帮扶消除")


def nobody_else_gets_at_it(neighbour, clerk, case, claim):
    paper = claim.proofs.first()
    for page in (neighbour, clerk):
        finds_nothing_at(page, "claim_detail", claim.pk)
        finds_nothing_at(page, "claim_proof", claim.pk, paper.pk)
    finds_nothing_at(neighbour, "booklet_show", case.pk)


# --- hands ----------------------------------------------------------------------------------------


def attaches(page, label, name):
    """Choose a photo from the desk."""
    out = io.BytesIO()
    Image.new("RGB", (60, 40), "white").save(out, "JPEG")
    field = page.get_by_label(re.compile(rf"^\s*{label}"))
    field.set_input_files({"name": name, "mimeType": "image/jpeg", "buffer": out.getvalue()})


def sends(page, button):
    """Press a button that uploads: the page that answers takes the place of this one."""
    page.get_by_role("main").get_by_role("button", name=button).first.click()
    expect(page.locator(".messages")).to_be_visible()
    arrives(page)


def total_of(page, column) -> Decimal:
    heads = [text.strip() for text in page.locator(".ledger-table thead th").all_inner_texts()]
    from_right = len(heads) - heads.index(column)  # cells of the household are merged on the left
    rows = [
        row.locator("td").all_inner_texts() for row in page.locator(".ledger-table tbody tr").all()
    ]
    # What follows the column on the right may be merged too: only whole rows and rows of measures.
    texts = [
        cells[-from_right] if len(cells) == len(heads) else cells[-from_right + 1] for cells in rows
    ]
    return sum((Decimal(re.sub(r"[^\d.]", "", text) or 0) for text in texts), Decimal(0))


def words_of(content: bytes) -> str:
    pages = PdfReader(io.BytesIO(content)).pages
    return "".join("".join(page.extract_text().split()) for page in pages)
