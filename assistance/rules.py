"""Pure decisions of assistance: may this risk be recognised as cleared, is help complete, is a measure sound."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

SAFEGUARDS = {
    "housing": "住房",
    "education": "义务教育",
    "medical": "基本医疗",
    "water": "饮水",
}  # 三、两不愁三保障


@dataclass(frozen=True)
class Condition:
    """One condition of clearing with the fact behind it, green or red."""

    name: str
    clause: str
    is_met: bool
    fact: str


@dataclass(frozen=True)
class ClearingFacts:
    """What must be known of a monitored household before its risk can be recognised as cleared."""

    identified_on: date | None
    today: date
    months_required: int
    per_capita_income: Decimal | None  # 元 a person and year
    line: Decimal | None  # 元 a person and year
    safeguard_problems: frozenset[str] | None  # keys of SAFEGUARDS; None = never checked
    measures_delivered: int
    measures_open: int
    has_helper: bool
    has_labour: bool
    clearing_visit_on: date | None
    risks: tuple[str, ...] = field(default=())


def whole_months(start: date, end: date) -> int:
    """Whole calendar months from start to end; an incomplete month does not count."""
    return (end.year - start.year) * 12 + end.month - start.month - (end.day < start.day)


def clearing_conditions(facts: ClearingFacts) -> list[Condition]:
    """Every condition of clearing, met or not, in the order a cadre checks them (四（六）; domain facts §3)."""
    return [
        _long_enough(facts),
        _income_above_line(facts),
        _safeguards_held(facts),
        Condition(
            "已落实至少一项帮扶措施",
            "六（三）",
            facts.measures_delivered > 0,
            f"已落实 {facts.measures_delivered} 项，未完成 {facts.measures_open} 项",
        ),
        Condition(
            "已明确帮扶责任人",
            "六（三）",
            facts.has_helper,
            "已明确" if facts.has_helper else "尚未明确",
        ),
        Condition(
            "家中有劳动能力（整户无劳动能力的落实兜底后暂不消除，持续监测）",
            "五（三）",
            facts.has_labour,
            "有劳动力" if facts.has_labour else "整户无劳动能力",
        ),
        Condition(
            "本轮已入户核实风险消除情况",
            "四（六）",
            facts.clearing_visit_on is not None,
            f"{facts.clearing_visit_on} 已核实"
            if facts.clearing_visit_on
            else "尚无消除核实走访记录",
        ),
    ]


def unmet(conditions: list[Condition]) -> list[str]:
    """The red conditions as sentences that say what is missing."""
    return [f"{c.name}（{c.clause}）：{c.fact}" for c in conditions if not c.is_met]


def _long_enough(facts: ClearingFacts) -> Condition:
    name = f"识别满 {facts.months_required} 个月"
    if facts.identified_on is None:
        return Condition(name, "四（六）", False, "没有审定日期")
    months = max(0, whole_months(facts.identified_on, facts.today))
    return Condition(
        name,
        "四（六）",
        months >= facts.months_required,
        f"{facts.identified_on} 审定，已满 {months} 个月",
    )


def _income_above_line(facts: ClearingFacts) -> Condition:
    name = "人均纯收入稳定超过当年监测线"
    if facts.per_capita_income is None:
        return Condition(name, "三", False, "人均纯收入未填写")
    if facts.line is None:
        return Condition(name, "三", False, "当年监测线未配置，请联系县扶贫办")
    fact = f"{facts.per_capita_income:,.2f} 元，监测线 {facts.line:,.0f} 元"
    return Condition(name, "三", facts.per_capita_income > facts.line, fact)


def _safeguards_held(facts: ClearingFacts) -> Condition:
    name = "“三保障”和饮水安全均有保障"
    if facts.safeguard_problems is None:
        return Condition(name, "三", False, "尚未核查")
    if not facts.safeguard_problems:
        return Condition(name, "三", True, "均无问题")
    problems = "、".join(
        label for key, label in SAFEGUARDS.items() if key in facts.safeguard_problems
    )
    return Condition(name, "三", False, f"{problems}仍有问题")


def measure_problems(
    *, starts_on: date, due_on: date | None, done_on: date | None, is_done: bool, today: date
):
    """Why a measure cannot be stored as given: {field: sentence}; empty when sound."""
    problems = {}
    if due_on and due_on < starts_on:
        problems["due_on"] = "计划完成日期早于开始日期，请核对。"
    if is_done and not done_on:
        problems["done_on"] = "已落实的措施请填写完成日期。"
    if done_on and done_on > today:
        problems["done_on"] = "完成日期不能晚于今天，请核对。"
    if done_on and done_on < starts_on:
        problems["done_on"] = "完成日期早于开始日期，请核对。"
    return problems


def lacks_development(*, has_labour: bool, kinds_are_development: list[bool], reason: str) -> str:
    """Why a plan cannot pass: a household with labour needs work, skill or production, not only money.

    domain facts §4; a doubt that a person may settle with an explanation (§7). Empty when sound.
    """
    if not has_labour or any(kinds_are_development) or reason.strip():
        return ""
    return (
        "该户有劳动力，计划里还没有开发式帮扶措施（入股分红、直接发钱发物不算），"
        "请至少安排一项，或写明不能安排的原因。"
    )


def over_plan(
    *, kind: str, total: Decimal, planned: dict[str, Decimal | None], version: int
) -> str:
    """Why the money of one kind of measure exceeds the approved plan; empty when inside it.

    `planned` is kind -> amount of the plan, None where the plan names no amount.
    """
    if not total or (kind in planned and planned[kind] is None):
        return ""
    most = planned.get(kind) or Decimal(0)
    if total <= most:
        return ""
    return (
        f"该类措施金额合计 {total:,.2f} 元，超过已审批的第 {version} 版计划（{most:,.2f} 元），"
        "请先修订帮扶计划并报审批。"
    )


def measure_before_determination(
    *, starts_on: date, identified_on: date | None, is_urgent: bool
) -> str:
    """四（五）: measures follow determination, but for 先行帮扶. Empty when sound."""
    if is_urgent or (identified_on and starts_on >= identified_on):
        return ""
    if identified_on is None:
        return "该户尚未审定为监测对象；情况紧急的请先标注“先行帮扶”。"
    return f"开始日期早于审定日期 {identified_on}，请核对；只有先行帮扶的措施可以早于审定。"
