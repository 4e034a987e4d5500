"""Kinds of matters, in the order of 附件1: who starts one, whose hands it passes through, what is asked.

A matter is anything a department handles that is no list of persons: a water interruption, a red
light, a loan, unsold produce. One declaration here makes its form, its list, its workbook, its
clock and its ledger; there is no code for a single kind.
"""

from collections.abc import Sequence
from dataclasses import dataclass

VILLAGE, TOWNSHIP, DEPARTMENT, COUNTY = "village", "township", "department", "county"
HOLDERS = ((VILLAGE, "村级"), (TOWNSHIP, "乡镇"), (DEPARTMENT, "部门"), (COUNTY, "县扶贫办"))
LIST = "list"  # raised for every household on the register at once, not one by one


@dataclass(frozen=True)
class Field:
    """One thing that is asked when a matter is raised."""

    key: str
    label: str
    type: str = "text"  # text, long, amount, count, date, choice
    choices: tuple[str, ...] = ()
    is_required: bool = True
    hint: str = ""


@dataclass(frozen=True)
class Outcome:
    """How a department may answer; one that is no plain yes wants its reason in words."""

    key: str
    label: str
    needs_words: bool = False
    protects: str | None = None  # 低保, 特困 or '' that the register should hold by this answer


@dataclass(frozen=True)
class MatterKind:
    key: str
    department: str
    label: str
    clause: str
    raised_by: str  # VILLAGE, DEPARTMENT or LIST
    fields: tuple[Field, ...] = ()
    path: tuple[str, ...] = ()  # hands it passes through; empty: on record as soon as it is entered
    verbs: tuple[str, ...] = ()  # what each of them does, in the order of the path
    outcomes: tuple[Outcome, ...] = ()  # how the department answers; empty: in words only
    has_household: bool = False
    has_area: bool = False  # the department names townships or villages; each village gets its own
    period: str = "month"  # month, quarter or year: one of a household in each
    happened: str = ""  # label of the day it was found or began: its clock runs from there
    is_urgent: bool = False  # reported within one day 附件1-6, handled within the parameter's hours
    risk: str = ""  # a household found affected becomes a lead with this risk
    lead_kind: str = ""  # key of the department's lead kind for such leads
    hint: str = ""

    @property
    def compares_register(self) -> bool:
        """Is this the comparison of 低保 and 特困 with the register (附件1-8)?"""
        return any(outcome.protects is not None for outcome in self.outcomes)

    def verb(self, holder: str) -> str:
        return self.verbs[self.path.index(holder)] if holder in self.path else ""

    def after(self, holder: str) -> str:
        """Who comes next; '' when this was the last."""
        place = self.path.index(holder) + 1
        return self.path[place] if place < len(self.path) else ""

    def before(self, holder: str) -> str:
        """To whom it is sent back; '' for the first of the path."""
        place = self.path.index(holder)
        return self.path[place - 1] if place else ""


def _kind(key, department, label, clause, raised_by, *fields, **more) -> MatterKind:
    return MatterKind(key, department, label, clause, raised_by, fields, **more)


SITUATION = Field("situation", "情况", "long", hint="在哪里、怎么回事、影响多大。")
AMOUNT = Field("amount", "金额（元）", "amount", hint="单位是元，不是万元。")
DETAILS = Field("details", "说明", "long", is_required=False, hint="还要说明的，没有可不填。")
HELD_ON = Field("held_on", "日期", "date", hint="开展的那一天。")
CHECKED = (
    Field("checked", "检查、排查对象", hint="哪些项目、单位、水厂。"),
    Field("checked_on", "日期", "date", hint="检查的那一天。"),
    Field("found", "发现的问题", "long", is_required=False, hint="没有问题的不填"),
    Field("done", "处置情况", "long", is_required=False, hint="怎么处理的、什么时候处理好。"),
)
AREA_CHECK = {
    "raised_by": DEPARTMENT, "has_area": True, "path": (VILLAGE,), "verbs": ("报排查结果",),
    "is_urgent": True,
}  # fmt: skip

KINDS = {
    kind.key: kind
    for kind in (
        MatterKind(
            "epidemic_area", "weijian", "疫情受灾区域", "附件1-2",
            fields=(Field("event", "事件名称", hint="通报上的名称。"), SITUATION), happened="发生日期", risk="因疫",
            lead_kind="epidemic", hint="写明乡镇或村，系统请村里排查本村受影响的农户，不必列出每一户。",
            **AREA_CHECK,
        ),
        _kind("industry_check", "nongye", "产业项目动态排查", "附件1-4", DEPARTMENT, *CHECKED,
              hint="每月排查产业项目，记录自然、技术、市场风险隐患和处置。"),
        _kind(
            "job_help", "renshe", "就业帮扶", "附件1-5", DEPARTMENT,
            Field("activity", "帮扶内容", hint="招聘会、技能培训、劳务输出等。"), HELD_ON,
            Field("people", "帮助就业人数", "count", hint="真正上岗的人数。"), DETAILS,
        ),
        _kind(
            "house", "zhujian", "危房、老旧住房透风漏雨", "附件1-6", VILLAGE,
            Field("house", "房屋情况", "choice", ("危房", "透风", "漏雨", "墙体开裂", "其他"),
                  hint="几样都有的选最重的。"), SITUATION,
            has_household=True, path=(DEPARTMENT,), verbs=("办结",), happened="发现日期", is_urgent=True,
            outcomes=(Outcome("renovated", "纳入危房改造"), Outcome("repaired", "已修缮"),
                      Outcome("safe", "鉴定安全，不需改造", needs_words=True)),
            risk="因安全住房", lead_kind="dangerous_house",
            hint="发现问题必须在一日内上报，直接报县住建局。",
        ),
        _kind(
            "water", "shuili", "临时饮水不保障", "附件1-9", VILLAGE,
            Field("cause", "原因", "choice", ("管道破损", "停电", "水源不足", "水质异常", "其他"),
                  hint="最主要的一个。"),
            Field("households", "影响户数", "count", hint="大约多少户没有水用。"), SITUATION,
            path=(TOWNSHIP, DEPARTMENT), verbs=("已应急供水，报县水利局", "已修复，办结"),
            happened="停水日期", is_urgent=True,
            hint="先报乡镇，乡镇协同供水企业应急供水后报县水利局，修复后办结。",
        ),
        MatterKind(
            "water_area", "shuili", "饮水不保障区域", "附件1-9", fields=(SITUATION,), happened="停水日期",
            risk="因安全饮水", lead_kind="drinking_water",
            hint="成片停水的写明乡镇或村，系统请村里排查受影响的农户。", **AREA_CHECK,
        ),
        _kind("water_check", "shuili", "饮水安全和供水企业监管", "附件1-9", DEPARTMENT, *CHECKED,
              hint="“三个责任”“三项制度”查缺补漏，供水公司的监管检查。"),
        _kind(
            "floor_check", "minzheng", "兜底保障比对", "附件1-8", LIST, has_household=True,
            path=(DEPARTMENT,), verbs=("报比对结果",), period="quarter",
            outcomes=(Outcome("subsistence", "享受低保", protects="低保"),
                      Outcome("hardship", "享受特困", protects="特困"),
                      Outcome("stopped", "停发", needs_words=True, protects=""),
                      Outcome("not_eligible", "不符合条件", needs_words=True, protects="")),
            hint="每季度与扶贫部门比对一次：监测对象逐户答复是否纳入兜底保障，答复直接写入农户档案；档案登记为特困的不改成低保，由村级核对。",
        ),
        MatterKind(
            "disaster_area", "yingji", "受灾区域", "附件1-11",
            fields=(Field("disaster", "灾种", "choice", ("洪涝", "风雹", "旱灾", "低温雪灾", "地质", "其他"),
                          hint="最主要的一种。"),
                    SITUATION),
            happened="受灾日期", risk="因自然灾害", lead_kind="disaster",
            hint="写明受灾的乡镇或村，系统请村里排查受灾农户，重灾户逐户列出。", **AREA_CHECK,
        ),
        _kind(
            "fund_allocation", "caizheng", "资金拨付", "附件1-13", DEPARTMENT,
            Field("project", "项目", hint="资金文件上的名称。"), AMOUNT,
            Field("paid_on", "拨付日期", "date", hint="资金拨出的那一天。"),
            Field("receiver", "乡镇、单位", hint="钱拨给了谁。"),
        ),
        _kind(
            "fund_light", "caizheng", "资金动态监控红黄灯", "附件1-13", DEPARTMENT,
            Field("colour", "灯色", "choice", ("红灯", "黄灯"), hint="照监控系统上的。"),
            Field("project", "项目、单位", hint="是哪个项目、哪个单位的资金。"),
            Field("reason", "预警原因", "long", hint="监控系统为什么亮灯。"), happened="预警日期",
            path=(DEPARTMENT, COUNTY), verbs=("报整改情况", "核对通过"),
            hint="每个红灯、黄灯都要写明整改情况、整改人和日期，由县扶贫办核对。",
        ),
        _kind(
            "loan", "jinrong", "扶贫小额信贷", "附件1-14", LIST, has_household=True,
            path=(DEPARTMENT,), verbs=("报结果",), period="year",
            outcomes=(Outcome("lent", "已放贷"), Outcome("no_wish", "无贷款意愿"),
                      Outcome("refused", "未放贷", needs_words=True)),
            hint="在册的脱贫不稳定户、边缘易致贫户应贷尽贷，没有放贷的写明原因。",
        ),
        _kind(
            "loan_risk", "jinrong", "信贷风险", "附件1-14", DEPARTMENT,
            Field("borrower", "借款人、银行", hint="谁借的、哪家银行放的。"), AMOUNT, SITUATION, happened="发现日期",
            path=(DEPARTMENT,), verbs=("已化解，办结",),
        ),
        _kind(
            "unsold", "shangwu", "农产品滞销", "附件1-15", VILLAGE,
            Field("product", "产品", hint="什么农产品。"), Field("quantity", "数量", hint="例如 3 万斤"),
            Field("until", "最迟卖到", "date", hint="过了这一天就要坏掉。"),
            Field("grower", "种养户", is_required=False, hint="谁家的，几家都有的可以不填。"),
            path=(DEPARTMENT, VILLAGE), verbs=("已找到渠道", "已卖出，办结"),
            hint="村里报产品、数量和最迟日期，县商务局找销路，卖出后由村里办结。",
        ),
        _kind(
            "channel", "shangwu", "流通主体和销售渠道", "附件1-15", DEPARTMENT,
            Field("partner", "企业、经纪人、平台", hint="引进或培育的是谁。"),
            Field("product", "产品", hint="销什么农产品。"),
            Field("since", "日期", "date", hint="从哪一天开始。"), DETAILS,
        ),
        _kind(
            "project", "fagai", "项目谋划和资金争取", "附件1-16", DEPARTMENT,
            Field("project", "项目", hint="申报文件上的名称。"), AMOUNT,
            Field("stage", "进展", hint="谋划、申报、批复、开工等。"),
            DETAILS,
        ),
        _kind(
            "consumption", "fagai", "消费扶贫活动", "附件1-16", DEPARTMENT,
            Field("activity", "活动", hint="活动的名称。"), HELD_ON, AMOUNT,
            DETAILS,
        ),
    )
}  # fmt: skip


def choices() -> list[tuple[str, str]]:
    """Key and label of each kind. The model names this function, so a new kind is no migration."""
    return [(kind.key, kind.label) for kind in KINDS.values()]


def of_departments(keys: Sequence[str]) -> list[MatterKind]:
    """The kinds that these departments handle."""
    return [kind for kind in KINDS.values() if kind.department in keys]


def outcome_of(kind_key: str, outcome: str) -> Outcome | None:
    """The answer of this key."""
    return next((o for o in KINDS[kind_key].outcomes if o.key == outcome), None)


def outcome_label(kind_key: str, outcome: str) -> str:
    """已放贷; '' for none."""
    found = outcome_of(kind_key, outcome)
    return found.label if found else ""
