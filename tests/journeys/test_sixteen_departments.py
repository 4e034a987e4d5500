"""Sixteen departments' material of a month, brought in by one county clerk; every line is answered.

Hands-on time is 3 seconds for each click and each field; the pages that came by are printed, too.
"""

import io
import re
import sys

import openpyxl
import pytest
from django.core.files.base import ContentFile

from accounts.models import Department
from accounts.tests import factories as people
from audit import clock
from households import idnumbers
from households.models import Person
from households.tests.factories import HouseholdFactory
from screening import actions
from screening.models import DutyReport, Lead, LeadFile, LeadKind, LeadRow, Matter
from screening.tests.factories import workbook
from tests.journeys import steps
from tests.journeys.steps import is_told, keeps_picture, opens, sees, sees_nothing_of, signs_in
from workflow import months
from workflow.models import Case

pytestmark = [pytest.mark.journey, pytest.mark.slow]
ACT, ALLOWED = 3, 10 * 60  # seconds
NAMES = ("张有田", "李春来", "王满仓", "赵秋生", "孙喜梅", "周立冬", "吴向阳", "郑大河")
HOUSES = ("城关镇", "西关村")
# What 县财政局, 县金融局, 县商务局 and 县发改委 report is no list of persons 附件1-13 to 附件1-16.
RECORDS = {
    "fund_allocation": (["项目", "金额（元）", "拨付日期", "乡镇、单位"],
                        ["产业奖补", "380000", "{day}", "城关镇"]),
    "channel": (["企业、经纪人、平台", "产品", "日期"], ["宏达蔬菜批发市场", "大蒜", "{day}"]),
    "project": (["项目", "金额（元）", "进展"], ["农产品冷链仓储", "2600000", "已报省发改委"]),
}  # fmt: skip


class Hands:
    """What one person does at the pages, each act counted."""

    def __init__(self, page):
        self.page, self.clicks, self.fields, self.pages = page, 0, 0, 0

    def goes(self, name, *args, **query):
        """One click on the menu or a bookmark."""
        self.clicks, self.pages = self.clicks + 1, self.pages + 1
        opens(self.page, name, *args, **query)

    def follows(self, link):
        self.clicks, self.pages = self.clicks + 1, self.pages + 1
        steps.follows(self.page, link)

    def presses(self, button):
        self.clicks, self.pages = self.clicks + 1, self.pages + 1
        steps.presses(self.page, button)

    def agrees(self, button):
        self.clicks, self.pages = self.clicks + 2, self.pages + 1
        steps.agrees(self.page, button)

    def chooses(self, **fields):
        self.fields += len(fields)
        steps.chooses(self.page, **fields)

    def fills(self, **fields):
        self.fields += len(fields)
        steps.fills(self.page, **fields)

    def drops(self, label, name, content):
        """Choose a file: open the dialogue, pick it."""
        self.clicks += 2
        kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        self.page.get_by_label(re.compile(label)).set_input_files(
            {"name": name, "mimeType": kind, "buffer": content}
        )

    @property
    def seconds(self) -> int:
        return (self.clicks + self.fields) * ACT


@pytest.fixture
def county(live_server, month):
    """Two villages, eight households, every head with a number that departments know."""
    village, other = people.area_at(people.VILLAGE), people.area_at(people.NEIGHBOUR)
    homes = [
        HouseholdFactory(village=village if place < 6 else other, head_name=name, with_members=2,
                         kind="lifted" if place % 2 else "general")
        for place, name in enumerate(NAMES)
    ]  # fmt: skip
    heads = [home.members.get(relation="户主") for home in homes]
    return {p.name: idnumbers.decrypt(bytes(p.id_cipher)) for p in heads}


@pytest.fixture
def clerk(live_server, month):
    """县扶贫办's clerk, who types for all departments of this small county."""
    user = people.county_officer()
    for department in Department.objects.exclude(pk="fupin"):
        people.PostFactory(user=user, role="department_clerk", area=None, department=department)
    return user


@pytest.mark.long
def test_one_clerk_brings_sixteen_departments_in_ten_minutes(county, clerk, signed_in, capsys):
    hands, lists = Hands(signed_in(clerk)), lists_of(county)
    all_lists_go_in(hands, lists)
    a_list_with_strange_titles_is_named_once(hands)
    a_name_and_a_village_are_settled_by_a_person(hands)
    all_lists_go_out(hands, len(lists))
    for kind, content in records():
        the_records_go_in(hands, kind, content)
    the_lists_of_monitored_households_are_made(hands)
    every_department_reports(hands)
    with capsys.disabled():
        sys.stdout.write(
            f"\nsixteen departments: {hands.clicks} clicks, {hands.fields} fields, {hands.pages} "
            f"pages = {hands.seconds / 60:.1f} minutes at {ACT} s a click or field\n"
        )
    assert hands.seconds <= ALLOWED
    assert LeadFile.objects.filter(state="dispatched").count() == len(lists)
    assert DutyReport.objects.handed_in().count() == 16
    two_departments_made_one_task()


def test_many_lists_go_in_and_out_on_a_phone(county, clerk, signed_in):
    hands, lists = Hands(signed_in(clerk, steps.PHONE)), lists_of(county)[:5]
    all_lists_go_in(hands, lists)
    all_lists_go_out(hands, len(lists) - 2)  # one waits for its columns, one for a person
    opens(hands.page, "lead_file_dispatch_all")
    sees(hands.page, "没有等着下发的名单", "待指认列名", "待认定 1 行，认定后再下发")


def test_every_department_gets_its_file_back_with_an_answer_on_every_line(
    county, clerk, signed_in, window
):
    for key, kind, content in lists_of(county):
        brought_in(clerk, key, kind, content)
    two_departments_made_one_task()
    the_villages_answer(signed_in)
    each_department_has_its_own_file_back(window, county)


def lists_of(county):
    """(department, label, workbook) of 附件1-1 to 附件1-11, a disaster's area among them."""
    day = f"{clock.today():%Y-%m-%d}"
    who = [(name, number) for name, number in county.items()]
    at = dict(zip(NAMES, who, strict=True))
    yi, er, san, si, wu, liu = NAMES[:6]
    sheets = (
        ("yibao", "inpatient", ["姓名", "身份证号", "出院日期", "个人自付"],
         [[*at[yi], day, 26000], [*at[er], day, 9000], [*at[san], day, 800]]),
        ("weijian", "serious_illness", ["患者姓名", "身份证号码", "确诊日期"], [[*at[er], day]]),
        ("jiaoyu", "drop_out", ["孩子", "证号", "读书的学校"], [[*at[san], "城关镇中学"]]),
        ("nongye", "industry_failure", ["户主姓名", "乡镇", "村", "产业项目"],
         [[si, *HOUSES, "大棚蔬菜"]]),
        ("renshe", "unemployed", ["姓名", "身份证号", "就业意愿"], [[*at[si], "保洁"]]),
        ("zhujian", "dangerous_house", ["户主姓名", "证件号码", "乡镇", "村", "住房情况"],
         [[*at[wu], *HOUSES, "漏雨"]]),
        ("gongan", "traffic_accident", ["当事人", "身份证号", "事故日期"], [[*at[liu], day]]),
        ("minzheng", "hardship", ["姓名", "身份证号", "困难原因"], [[*at[wu], "因病"]]),
        ("shuili", "drinking_water", ["户主姓名", "证件号码", "乡镇", "村", "饮水情况"],
         [[*at[liu], *HOUSES, "水管冻裂"]]),
        ("canlian", "new_certificate", ["残疾人姓名", "残疾证号", "发证日期", "残疾类别"],
         [[*at[yi], day, "肢体"]]),
        ("yingji", "disaster_area", ["乡镇", "村", "受灾日期", "灾种", "受灾情况"],
         [[*HOUSES, day, "风雹", "大风刮倒树木"]]),
    )  # fmt: skip
    return [
        (key, LeadKind.objects.get(department=key, key=kind), workbook(*rows, titles=titles))
        for key, kind, titles, rows in sheets
    ]


def records():
    day = f"{clock.today():%Y-%m-%d}"
    for kind, (titles, row) in RECORDS.items():
        yield kind, workbook([cell.format(day=day) for cell in row], titles=titles)


def all_lists_go_in(hands, lists):
    hands.goes("lead_file_list")
    hands.follows("一次报送多份")
    for _key, kind, content in lists:
        place = rf"^{kind.department.name}\s*{re.escape(kind.label)}$"
        hands.drops(place, f"{kind.department.name}.xlsx", content)
    keeps_picture(hands.page, "many_files_chosen")
    hands.presses("全部上传")
    sees(hands.page, f"选了 {len(lists)} 份，接收 {len(lists)} 份", "没有认出“姓名”、“证件号码”")
    keeps_picture(hands.page, "many_files_brought")


def a_list_with_strange_titles_is_named_once(hands):
    hands.follows("县教育局.xlsx")
    hands.follows("指认列名")
    hands.chooses(孩子="姓名（必须有）", 证号="证件号码（必须有）", 读书的学校="学校")
    keeps_picture(hands.page, "naming")
    hands.presses("记住列名并核对")
    is_told(hands.page, "已记住列名")


def a_name_and_a_village_are_settled_by_a_person(hands):
    """They decide nothing by themselves."""
    hands.goes("lead_pool")
    hands.follows(re.compile("^认定$"))
    hands.presses(re.compile("^就是"))
    is_told(hands.page, "已认定为")


def all_lists_go_out(hands, count):
    hands.goes("lead_file_list")
    hands.follows("全部下发")
    sees(hands.page, f"下发 {count} 份核对好的名单")
    keeps_picture(hands.page, "dispatch_all")
    hands.presses(re.compile("^下发"))
    is_told(hands.page, f"已下发 {count} 份名单")


def the_records_go_in(hands, kind, content):
    hands.goes("matter_upload", kind)
    hands.drops("填好的表", f"{kind}.xlsx", content)
    hands.presses("上传")
    is_told(hands.page, "已办理 1 行")


def the_lists_of_monitored_households_are_made(hands):
    """附件1-8, 附件1-14: the quarter's comparison, the year's loans."""
    for kind in ("floor_check", "loan"):
        hands.goes("matter_list", kind=kind)
        hands.presses(re.compile("^生成"))
        is_told(hands.page, "清单已更新")


def every_department_reports(hands):
    hands.goes("duty_report_list")
    sees(hands.page, "还有 16 个部门没有报送")
    for done in range(16):
        hands.follows("填报")
        if done < 12:
            hands.fills(本月履职情况="按时比对本部门数据，反馈名单，跟进核实结果。")
            hands.presses("报送")
        else:
            hands.agrees("零报告")
        is_told(hands.page, "履职台账已报送")
    sees(hands.page, "各部门都已报送")
    keeps_picture(hands.page, "duty_reports")


def brought_in(clerk, key, kind, content):
    """The same in no time, by the actions of the pages."""
    file = actions.receive_file(
        file=ContentFile(content, name=f"{kind.department.name}.xlsx"), department=kind.department,
        kind=kind, month=months.first_day(clock.today()), county=people.area_at(people.COUNTY),
        by=clerk,
    )  # fmt: skip
    file.refresh_from_db()
    if file.state == LeadFile.State.UNNAMED:
        names = {"孩子": "name", "证号": "id_number", "读书的学校": "school"}
        file = actions.name_columns(file=file, names=names, by=clerk)
    for row in LeadRow.objects.doubtful().filter(file=file):
        meant = Person.objects.get(name=row.name, relation="户主")
        actions.settle_row(row=row, person=meant, by=clerk)
    actions.dispatch_leads(file=file, by=clerk)


def two_departments_made_one_task():
    case = Case.objects.get(household__head_name="张有田")
    assert {lead.kind.department_id for lead in case.leads.all()} == {"yibao", "canlian"}
    assert Case.objects.count() == 6
    assert Lead.objects.count() == 11


def the_villages_answer(signed_in):
    """All that is not true in one go; what the department named as an area, too."""
    page = signed_in(people.village_cadre())
    opens(page, "lead_list")
    page.get_by_label("本页全选").check()
    page.get_by_label("都不用纳入？").select_option(label="不属实：问题已解决，无返贫致贫风险")
    steps.agrees(page, "答复勾选的户")
    is_told(page, "已答复 6 户、11 条线索")
    opens(page, "matter_detail", Matter.objects.get(kind="disaster_area").pk)
    steps.presses(page, "本村没有受影响的农户")
    is_told(page, "已办结")


def each_department_has_its_own_file_back(window, county):
    for key, title, lines in (
        ("yibao", "县医保局", {2: "不属实", 3: "不属实", 4: ""}),
        ("canlian", "县残联", {2: "不属实"}),
        ("yingji", "县应急局", {2: "本村没有受影响的农户"}),
    ):
        page = window()
        signs_in(page, people.department_clerk(key).username, people.PASSWORD)
        opens(page, "lead_file_list")
        sees(page, title)
        sees_nothing_of(page, "县卫健委")
        steps.follows(page, f"{title}.xlsx")
        with page.expect_download() as caught:
            page.get_by_role("link", name="下载原表和结果").click()
        book = openpyxl.load_workbook(io.BytesIO(caught.value.path().read_bytes()))
        rows = list(book.active.iter_rows(values_only=True))
        told = rows[0].index("核实结果")
        for line, answer in lines.items():
            row = rows[line - 1]
            assert (row[told] or "").startswith(answer)
            assert row[told - 3]  # 核对结果: an answer on every line
            if not answer:
                assert row[told - 3] == "未达标准"
