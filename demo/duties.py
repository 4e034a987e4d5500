"""What departments do beside lists: duty reports, lights, loans, water, a bad house, unsold produce."""

import datetime

from accounts.models import Department
from areas.models import Area
from audit import clock
from demo import accounts
from demo.month import Month, candidates
from screening import actions
from screening.duties.kinds import DEPARTMENT, KINDS
from screening.models import Matter

WORK = "按月比对本部门数据，反馈疑似风险户，跟进核实结果，落实本部门帮扶措施。"
MINUTES = "分管领导主持，业务股室参加。逐条研判本月线索，未发现应报未报；对核实属实的户落实政策。"
SILENT = ("gongan", "fagai")  # have not reported last month
RECORDS = (
    ("nongye", "industry_check", {"checked": "城关镇大棚蔬菜项目", "checked_on": "{}-08",
                                  "found": "两座大棚漏雨", "done": "已督促更换棚膜"}),
    ("renshe", "job_help", {"activity": "产业集聚区专场招聘", "held_on": "{}-09", "people": "26"}),
    ("shuili", "water_check", {"checked": "清丰中州农村供水有限公司", "checked_on": "{}-06",
                               "found": "一处管网水压偏低", "done": "已调整"}),
    ("caizheng", "fund_allocation", {"project": "产业奖补", "amount": "380000.00",
                                     "paid_on": "{}-04", "receiver": "城关镇"}),
    ("caizheng", "fund_allocation", {"project": "村组道路", "amount": "520000.00",
                                     "paid_on": "{}-07", "receiver": "马庄桥镇"}),
    ("shangwu", "channel", {"partner": "濮阳宏达蔬菜批发市场", "product": "大蒜、辣椒", "since": "{}-05"}),
    ("fagai", "project", {"project": "农产品冷链仓储", "amount": "2600000.00", "stage": "已报省发改委"}),
    ("fagai", "consumption", {"activity": "机关食堂采购脱贫户农产品", "held_on": "{}-10",
                              "amount": "86000.00"}),
)  # fmt: skip


def tell(first, people) -> None:
    """Last month's duty reports, and open matters of this month in everybody's hands."""
    clerks = accounts.clerks()
    walk, county = Month(first), Area.objects.get(code=accounts.COUNTY)
    _reports(walk, county, clerks, people)
    with walk.on(10):
        for key, kind, facts in RECORDS:
            told = {k: v.format(f"{first:%Y-%m}") for k, v in facts.items()}
            actions.raise_matter(kind=KINDS[kind], facts=told, by=clerks[key])
    _lights(walk, clerks)
    _from_villages(walk, people, clerks)
    _lists(walk, clerks)


def _reports(walk, county, clerks, people) -> None:
    before = (walk.first.replace(day=1) - datetime.timedelta(days=1)).replace(day=1)
    departments = Department.objects.in_bulk()
    with Month(before).on(28):
        for key, clerk in {**clerks, "fupin": people["xian"]}.items():
            of = {"department": departments[key], "county": county, "month": before, "by": clerk}
            if key in SILENT:
                continue
            if key in ("jiaoyu", "yingji"):
                actions.hand_in_duty_report(**of, is_zero=True)
                continue
            actions.save_duty_report(**of, work=WORK, session_on=clock.today(), minutes=MINUTES)
            actions.hand_in_duty_report(**of)
    with walk.on(12):
        of = {"department": departments["yibao"], "county": county, "month": walk.first}
        actions.save_duty_report(
            **of, by=clerks["yibao"], work=WORK, session_on=clock.today(), minutes=MINUTES
        )
        actions.hand_in_duty_report(**of, by=clerks["yibao"])


def _lights(walk, clerks) -> None:
    """附件1-13: one light to be answered, one answered and to be checked by the county."""
    by, kind = clerks["caizheng"], KINDS["fund_light"]
    with walk.on(8):
        red = {"colour": "红灯", "project": "城关镇产业园", "reason": "资金滞留超过 60 天"}
        actions.raise_matter(kind=kind, facts=red, by=by, happened_on=clock.today())
        yellow = {"colour": "黄灯", "project": "马庄桥镇道路", "reason": "支付进度低于序时进度"}
        light = actions.raise_matter(kind=kind, facts=yellow, by=by, happened_on=clock.today())
        words = "已督促马庄桥镇支付进度款，责任人赵村干，10日完成"
        actions.take_step(matter=light, by=by, words=words)


def _from_villages(walk, people, clerks) -> None:
    """附件1-6, 附件1-9, 附件1-15: found in the village; 附件1-11: an area named by the department."""
    near, far = (Area.objects.get(code=c) for c in (accounts.VILLAGE, accounts.FAR_VILLAGE))
    water = {"cause": "管道破损", "households": "46", "situation": "村东主管道破裂，停水"}
    with walk.on(9):
        today = clock.today()
        (home,) = candidates(accounts.NEIGHBOUR, 1)
        actions.raise_matter(
            kind=KINDS["house"], facts={"house": "漏雨", "situation": "东屋漏雨，墙皮脱落"},
            by=people["cun2"], village=home.village, household=home, happened_on=today,
        )  # fmt: skip
        actions.raise_matter(kind=KINDS["water"], facts=water, by=people["cun"], village=near,
                             happened_on=today)  # fmt: skip
        passed = actions.raise_matter(
            kind=KINDS["water"], facts={**water, "cause": "停电", "situation": "机井停电"},
            by=people["cun3"], village=far, happened_on=today,
        )  # fmt: skip
        actions.take_step(matter=passed, by=people["xiang2"], words="已协调供水车每日送水两次")
        garlic = {"product": "大蒜", "quantity": "3 万斤", "until": f"{walk.first:%Y-%m}-28"}
        actions.raise_matter(kind=KINDS["unsold"], facts=garlic, by=people["cun3"], village=far)
        actions.raise_in_areas(
            kind=KINDS["disaster_area"], areas=[near, far], by=clerks["yingji"], happened_on=today,
            facts={"disaster": "风雹", "situation": "大风刮倒树木、损坏房屋"},
        )  # fmt: skip


def _lists(walk, clerks) -> None:
    """附件1-8, 附件1-14: every monitored household; half of the loans are answered."""
    for department, kind in (("minzheng", "floor_check"), ("jinrong", "loan")):
        with walk.on(3):
            actions.make_list(kind=KINDS[kind], county=accounts.COUNTY, by=clerks[department])
    with walk.on(11):
        loans = Matter.objects.filter(kind="loan", holder=DEPARTMENT).order_by("pk")
        some = list(loans.select_related("department"))[::2]
        answers = {matter.pk: ("lent", "5 万元，三年期") for matter in some}
        actions.take_steps(matters=some, by=clerks["jinrong"], answers=answers)
