"""Where departments put their lists: one taken, one lying there to be pulled, one that cannot be reached;
a list whose columns wait to be named, one of names alone, and one of areas that a village has answered."""

from pathlib import Path

from django.conf import settings

from accounts.models import Department
from areas.models import Area
from audit import clock
from demo import accounts, workbooks
from demo.department_lists import heads, received
from demo.month import Month
from screening import actions, checking
from screening.models import Matter
from screening.pulling import Protocol

ILL = ("患者姓名", "身份证号码", "确诊日期", "是否录入")
STRUCK = ("乡镇", "村", "受灾日期", "灾种", "受灾情况")
DRY = ("乡镇", "村", "停水日期", "停水原因")
LEAKING = ("户主姓名", "乡镇", "村", "发现日期", "住房情况")
STRANGE = ("孩子", "证号", "读书的学校")
PLACES = (("weijian", "卫健委"), ("yingji", "应急局"), ("nongye", "农业农村局共享目录"))


def tell(first, people, folder) -> None:
    """Places of three departments and what came of them this month."""
    folder.mkdir(parents=True, exist_ok=True)
    inbox, clerks = Path(settings.QF_INBOX), accounts.clerks()
    county, departments = Area.objects.get(code=accounts.COUNTY), Department.objects.in_bulk()
    for key, address in PLACES:
        actions.save_source(
            county=county, by=people["xitong"], department=departments[key], kind=None,
            protocol=Protocol.FOLDER, address=address, pattern="{year}{month}*.xlsx",
        )  # fmt: skip
    day, name = f"{first:%Y-%m}-02", f"{first:%Y%m}"
    for address in ("卫健委", "应急局"):
        (inbox / address).mkdir(parents=True, exist_ok=True)
    lifted = heads(accounts.FAR_VILLAGE, 3, household__kind="lifted")
    ill = [(*head, day, "是") for head in lifted]
    workbooks.write_rows(inbox / "卫健委" / f"{name}大病.xlsx", "新增大病", ILL, ill)
    with Month(first).on(6):
        for key in ("weijian", "nongye"):
            taken = actions.pull_leads(
                month=first, department=departments[key], county=county, in_background=False
            )
            for one in taken:
                if one.lead_file:
                    checking.check(one.lead_file)
    struck = [("马庄桥镇", "", day, "风雹", "大风刮倒树木、损坏房屋")]
    workbooks.write_rows(inbox / "应急局" / f"{name}受灾.xlsx", "受灾区域", STRUCK, struck)
    _strange(first, clerks, folder)
    _leaking(first, clerks, folder)
    _dry(first, people, clerks, folder)


def _strange(first, clerks, folder) -> None:
    """县教育局 has titles of its own: its clerk names them once."""
    rows = [(*head, "城关镇中学") for head in heads(accounts.NEIGHBOUR, 9)[7:]]
    path = folder / "教育局辍学名单.xlsx"
    workbooks.write_rows(path, "控辍保学", STRANGE, rows)
    with Month(first).on(7):
        received(path, "jiaoyu", "drop_out", first, clerks["jiaoyu"])


def _leaking(first, clerks, folder) -> None:
    """附件1-6: names and villages without numbers; somebody has to look who is meant."""
    rows = [
        (name, "城关镇", "西关村", f"{first:%Y-%m}-03", "屋顶漏雨")
        for name, _ in heads(accounts.VILLAGE, 12)[10:]
    ]
    path = folder / "住建局新增危房台账.xlsx"
    workbooks.write_rows(path, "新增危房", LEAKING, rows)
    with Month(first).on(8):
        received(path, "zhujian", "dangerous_house", first, clerks["zhujian"])


def _dry(first, people, clerks, folder) -> None:
    """附件1-9: two villages without water; one has looked through its households."""
    day = f"{first:%Y-%m}-01"
    path = folder / "水利局停水区域.xlsx"
    rows = [("城关镇", "西关村", day, "水源井检修"), ("城关镇", "南关村", day, "水源井检修")]
    workbooks.write_rows(path, "饮水不保障区域", DRY, rows)
    with Month(first).on(2):
        file = received(path, "shuili", "water_area", first, clerks["shuili"])
        actions.dispatch_leads(file=file, by=people["xian"])
    with Month(first).on(3):
        task = Matter.objects.get(kind="water_area", village=accounts.NEIGHBOUR, lead_file=file)
        actions.take_step(matter=task, by=people["cun2"], words=f"{clock.today():%m-%d} 已恢复供水")
