"""Pure decisions of assistance: may this risk be recognised as cleared, is help complete, is a measure sound."""

from calendar import monthrange
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
    holds_from: str = ""  # ISO day from which the calendar alone meets it, whatever is asked when


@dataclass(frozen=True)
class IncomeFact:
    """One statement of income against the line of its own year, 元 a person and year."""

    period_end: date
    per_capita: Decimal
    per_capita_reference: Decimal  # after 理赔收入 and 合规自付支出
    line: Decimal | None


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
    periods_required: int = 1
    incomes: tuple[IncomeFact, ...] = ()  # newest first
    low_income_kind: str = ""
    is_labour_known: bool = True  # somebody's 劳动技能 is on record, or the household is marked
    has_other_support: bool = False  # delivered beyond 综合保障 and 兜底
    open_money: tuple[str, ...] = ()  # claims and requests not answered yet, in words
    answers: dict[str, str] = field(default_factory=dict)  # risk -> what answered it, in words
    risks: tuple[str, ...] = field(default=())


def after_months(start: date, months: int) -> date:
    """The first day on which `months` whole months have passed since start."""
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    if start.day > monthrange(year, month + 1)[1]:
        year, month = divmod(year * 12 + month + 1, 12)
        return date(year, month + 1, 1)
    return date(year, month + 1, start.day)


def clearing_conditions(facts: ClearingFacts) -> list[Condition]:
    """Every condition of clearing, met or not, in the order a cadre checks them (四（六）; domain facts §3)."""
    return [
        _long_enough(facts),
        _income_above_line(facts),
        _expense_resolved(facts),
        _safeguards_held(facts),
        Condition(
            "已落实至少一项帮扶措施",
            "六（三）",
            facts.measures_delivered > 0,
            f"已落实 {facts.measures_delivered} 项，未完成 {facts.measures_open} 项",
        ),
        _risks_answered(facts),
        _no_open_money(facts),
        Condition(
            "已明确帮扶责任人",
            "六（三）",
            facts.has_helper,
            "已明确，消除后作为监测联系人" if facts.has_helper else "尚未明确",
        ),
        _not_on_floor_only(facts),
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
    if not facts.months_required:
        return Condition(name, "四（六）", True, f"{facts.identified_on} 审定，不限月数")
    # The day rather than a count: the fact stays the same from month to month, and so does the booklet.
    full_on = after_months(facts.identified_on, facts.months_required)
    fact = f"{facts.identified_on} 审定，{full_on} 满 {facts.months_required} 个月"
    return Condition(name, "四（六）", facts.today >= full_on, fact, holds_from=f"{full_on}")


def _income_above_line(facts: ClearingFacts) -> Condition:
    """Above the line of its own year in each of the last periods that the county asks for."""
    many = facts.periods_required > 1
    name = "人均纯收入稳定超过当年监测线" + (
        f"（连续 {facts.periods_required} 个周期）" if many else ""
    )
    if not many and not facts.incomes:
        if facts.per_capita_income is None:
            return Condition(name, "三", False, "人均纯收入未填写")
        return _above(name, facts.per_capita_income, facts.line)
    found = facts.incomes[: max(facts.periods_required, 1)]
    if len(found) < facts.periods_required:
        return Condition(name, "三", False, f"只登记了 {len(found)} 个周期的收支")
    judged = [_above(name, one.per_capita, one.line) for one in found]
    fact = "；".join(
        f"截至 {one.period_end:%Y-%m}：{said.fact}" for one, said in zip(found, judged, strict=True)
    )
    return Condition(name, "三", all(one.is_met for one in judged), fact)


def _above(name: str, income: Decimal, line: Decimal | None) -> Condition:
    if line is None:
        return Condition(name, "三", False, "当年监测线未配置，请联系县扶贫办")
    fact = f"{income:,.2f} 元，监测线 {line:,.0f} 元"
    return Condition(name, "三", income > line, fact)


def _expense_resolved(facts: ClearingFacts) -> Condition:
    """Large expense is under control when what is left after it is above the line (domain §3③)."""
    name = "大额刚性支出已稳定解决（扣除合规自付、计入理赔后仍超过监测线）"
    if not facts.incomes:
        return Condition(name, "三", False, "分项收支未登记，无法核对")
    latest = facts.incomes[0]
    if latest.line is None:
        return Condition(name, "三", False, "当年监测线未配置，请联系县扶贫办")
    fact = f"人均参考收入 {latest.per_capita_reference:,.2f} 元，监测线 {latest.line:,.0f} 元"
    return Condition(name, "三", latest.per_capita_reference > latest.line, fact)


def _risks_answered(facts: ClearingFacts) -> Condition:
    """Risk by risk: a delivered measure, a payout, relief, or its recorded end (domain §3⑤)."""
    name = "逐项风险均已化解或消失"
    if not facts.risks:
        return Condition(name, "四（六）", False, "致贫/返贫风险未填写")
    told = "；".join(
        f"{risk}：{facts.answers.get(risk, '没有落实的对应措施')}" for risk in facts.risks
    )
    return Condition(name, "四（六）", all(r in facts.answers for r in facts.risks), told)


def _no_open_money(facts: ClearingFacts) -> Condition:
    return Condition(
        "没有未办结的防贫保理赔和救助",
        "五（二）、五（三）",
        not facts.open_money,
        "、".join(facts.open_money) or "均已办结",
    )


def _not_on_floor_only(facts: ClearingFacts) -> Condition:
    """Wholly without labour and living on 低保 alone: supported, but not cleared (domain §3)."""
    name = "不是只靠兜底保障的整户无劳动能力户"
    if facts.has_labour:
        return Condition(name, "五（三）", True, "有劳动力")
    if not facts.is_labour_known:
        return Condition(name, "五（三）", False, "成员的劳动技能没有登记，请先在农户档案中补登")
    kept = f"，{facts.low_income_kind}" if facts.low_income_kind else ""
    if facts.has_other_support:
        return Condition(name, "五（三）", True, f"整户无劳动能力{kept}，另有已落实的其他帮扶")
    fact = f"整户无劳动能力{kept}，落实兜底后暂不消除，持续监测"
    return Condition(name, "五（三）", False, fact)


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
    *, starts_on: date, due_on: date, done_on: date | None, is_done: bool, today: date
):
    """Why a measure cannot be stored as given: {field: sentence}; empty when sound."""
    problems = {}
    if due_on < starts_on:
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


def is_beyond(kind: str, total: Decimal, planned: dict[str, Decimal | None]) -> bool:
    """Does the money of one kind go beyond a plan? A plan of no measures limits none, and a kind
    without amount is not limited."""
    if not planned or (kind in planned and planned[kind] is None):
        return False
    return total > (planned.get(kind) or Decimal(0))


def over_plan(
    *, kind: str, total: Decimal, planned: dict[str, Decimal | None], version: int
) -> str:
    """Why the money of one kind of measure exceeds the approved plan; empty when inside it.

    `planned` is kind -> amount of the plan, None where the plan names no amount.
    """
    if not is_beyond(kind, total, planned):
        return ""
    if kind not in planned:
        return f"已审批的第 {version} 版计划里没有该类措施，请村级先修订帮扶计划并报县级审批。"
    most = planned[kind]
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
