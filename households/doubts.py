"""What looks wrong about a household: the rules of the national system that fit our fields.

One catalogue for the forms, the monthly sheet and 数据体检. A rule is a pure function of `Facts`;
hard ones stop a form, soft ones take “已核实，情况属实” with a note until their facts change.
Source: 国家系统问题数据规则 (public checks of its exports), quoted at each rule.
"""

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from households import rules

LABOUR = ("普通劳动力", "技能劳动力")
NO_LABOUR = ("无劳动力", "丧失劳动力")
NOT_AT_SCHOOL = ("", "非在校生", "学前教育", "学龄前儿童", "失学辍学")
UNINSURED = ("未参加", "未参保", "无", "否")
# 小学 6–14、初中 12–17、高中中职 15–20 岁范围
SCHOOL_AGES = {"小学": (6, 14), "初中": (12, 17), "普通高中": (15, 20), "中职": (15, 20)}
COMPULSORY_AGES = range(7, 15)
MOBILE_DIGITS = 11
POST_AGES = range(16, 70)  # <16 或 ≥70 岁不得公益岗
SAFEGUARDS = {
    "housing_problem": "住房",
    "education_problem": "义务教育",
    "medical_problem": "基本医疗",
    "water_problem": "饮水",
}
LIKELY_IN_WAN = Decimal(100)  # 工资性 0<x<100 疑点（疑似单位填成万元）
HIGH_PER_CAPITA = Decimal(20000)  # 识别时人均>20000 疑点


class Level(StrEnum):
    HARD = "hard"
    SOFT = "soft"


@dataclass(frozen=True)
class Member:
    """What the rules ask about one active member."""

    pk: int
    name: str
    relation: str
    relation_sex: str = ""  # the sex that the relation itself says
    sex: str = ""
    age: int | None = None
    has_id_number: bool = True
    student_state: str = ""
    health: str = ""
    skill: str = ""
    work_months: int | None = None
    medical_insurance: str = ""
    low_income_kind: str = ""
    disability_category: str = ""
    disability_grade: str = ""
    phone: str = ""

    @property
    def is_disabled(self) -> bool:
        return "残疾" in self.health or bool(self.disability_category)

    @property
    def is_ill(self) -> bool:
        return "慢性病" in self.health or "大病" in self.health

    @property
    def is_labour(self) -> bool:
        return self.skill in LABOUR

    @property
    def is_at_school(self) -> bool:
        return self.student_state not in NOT_AT_SCHOOL

    def is_aged(self, least: int, most: int) -> bool:
        return self.age is not None and least <= self.age <= most


@dataclass(frozen=True)
class MeasureFact:
    """What the rules ask about one measure that the household has (五（四）)."""

    kind: str
    group: str
    since: date
    person: int | None = None  # pk of the member it is for; None = the whole household


@dataclass(frozen=True)
class Facts:
    """What the rules ask about one household; `has_case`: it is on the way to monitoring or there,
    `is_cleared`: its risk was recognised as cleared and nothing has come since."""

    household_id: int
    members: tuple[Member, ...] = ()
    phone: str = ""
    has_no_labour: bool | None = False
    per_capita_income: Decimal | None = None
    amounts: Mapping[str, Decimal | None] = field(default_factory=dict)
    problems: Mapping[str, bool | None] = field(default_factory=dict)  # of the latest safeguards
    income_until: date | None = None  # the last day that the amounts speak of
    risks: tuple[str, ...] = ()
    has_case: bool = False
    is_cleared: bool = False
    measures: tuple[MeasureFact, ...] = ()

    def amount(self, name: str) -> Decimal | None:
        return self.amounts.get(name)

    def measures_earning(self) -> list[MeasureFact]:
        """Measures that ran within the time that the amounts speak of."""
        until = self.income_until
        return [one for one in self.measures if until is not None and one.since <= until]


@dataclass(frozen=True)
class Found:
    """One thing that a rule finds: what is odd, about whom, and the facts that make it so."""

    what: str
    facts: tuple
    member: Member | None = None


@dataclass(frozen=True)
class Rule:
    """One check; `fields` are the member's facts that it speaks of, `cell` its place on the sheet."""

    key: str
    level: Level
    label: str
    remedy: str
    find: Callable[[Facts], Iterable[Found]]
    fields: tuple[str, ...] = ()
    cell: str = ""


@dataclass(frozen=True)
class Doubt:
    """One open question about a household."""

    rule: Rule
    found: Found

    @property
    def key(self) -> str:
        """Once a household."""
        member = self.found.member
        return self.rule.key if member is None else f"{self.rule.key}-{member.pk}"

    @property
    def words(self) -> str:
        return f"{self.found.what}，{self.rule.remedy}"

    @property
    def cell(self) -> str:
        return self.rule.cell

    @property
    def is_hard(self) -> bool:
        return self.rule.level is Level.HARD

    @property
    def digest(self) -> str:
        """Changes with the facts, not with our wording: an answer holds until then."""
        text = json.dumps([self.key, *self.found.facts], ensure_ascii=False, default=str)
        return hashlib.sha256(text.encode()).hexdigest()[:32]


CATALOGUE: list[Rule] = []


def rule(key: str, label: str, remedy: str, *, level=Level.SOFT, fields=(), cell=""):
    """Put a check into the catalogue."""

    def register(find):
        CATALOGUE.append(Rule(key, level, label, remedy, find, tuple(fields), cell))
        return find

    return register


def of(facts: Facts) -> list[Doubt]:
    """Every doubt about the household, answered or not, in the order of the catalogue."""
    return [Doubt(one, found) for one in CATALOGUE for found in one.find(facts)]


def labels() -> dict[str, str]:
    """What each rule is called, by key."""
    return {one.key: one.label for one in CATALOGUE}


# --- 人际 -----------------------------------------------------------------------------------------


@rule(
    "no_head", "没有户主", "请在“户主变更”里指定户主", level=Level.HARD, fields=("relation",),
)  # fmt: skip
def no_head(facts):
    # 关系为空、一户须有一名户主
    if facts.members and all(m.relation != rules.HEAD for m in facts.members):
        yield Found("这户没有户主", (len(facts.members),))


@rule(
    "relation_missing", "与户主关系为空", "请选择与户主关系", level=Level.HARD,
    fields=("relation",),
)  # fmt: skip
def relation_missing(facts):
    # 关系为空
    for m in facts.members:
        if not m.relation:
            yield Found(f"{m.name}没有填与户主关系", (), m)


@rule(
    "relation_sex", "与户主关系和性别矛盾", "请改正与户主关系或证件号码", level=Level.HARD,
    fields=("relation", "sex"),
)  # fmt: skip
def relation_sex(facts):
    # 与户主关系与性别矛盾（之子→男、之儿媳→女…）
    for m in facts.members:
        if m.sex and m.relation_sex and m.sex != m.relation_sex:
            yield Found(
                f"{m.name}与户主关系是“{m.relation}”，证件上的性别却是{m.sex}",
                (m.relation, m.sex),
                m,
            )


@rule(
    "spouse_sex", "户主与配偶同性别", "请改正与户主关系或证件号码", level=Level.HARD,
    fields=("relation", "sex"),
)  # fmt: skip
def spouse_sex(facts):
    # 户主与配偶同性别
    head = next((m for m in facts.members if m.relation == rules.HEAD), None)
    for m in facts.members:
        if head and m.relation == "配偶" and m.sex and m.sex == head.sex:
            yield Found(f"户主{head.name}和配偶{m.name}性别都是{m.sex}", (head.pk, m.sex), m)


# --- 证件 -----------------------------------------------------------------------------------------


@rule(
    "id_missing", "没有登记证件号码", "请补填；还没有办理的写明原因", fields=("id_number",),
)  # fmt: skip
def id_missing(facts):
    # 证件：位数、为空；刚出生的可以晚办
    for m in facts.members:
        if not m.has_id_number and m.age != 0:
            yield Found(f"{m.name}没有登记证件号码", (), m)


@rule(
    "certificate_incomplete", "残疾证类别、等级不全", "请把残疾类别和等级一起填上",
    level=Level.HARD, fields=("disability_category", "disability_grade"),
)  # fmt: skip
def certificate_incomplete(facts):
    # 残疾证=身份证 18+类别 1+等级 1
    for m in facts.members:
        if bool(m.disability_category) != bool(m.disability_grade):
            yield Found(
                f"{m.name}的残疾类别和等级只填了一项",
                (m.disability_category, m.disability_grade),
                m,
            )


@rule(
    "mobile_length", "手机号不是11位", "请核对号码", fields=("phone",), cell="phone",
)  # fmt: skip
def mobile_length(facts):
    # 手机 11 位
    for owner, phone in ((None, facts.phone), *((m, m.phone) for m in facts.members)):
        digits = re.sub(r"[\s\-]", "", phone)
        if digits.startswith("1") and digits.isdigit() and len(digits) != MOBILE_DIGITS:
            whose = f"{owner.name}的手机号" if owner else "联系电话"
            yield Found(f"{whose}应为 11 位，现有 {len(digits)} 位", (digits,), owner)


# --- 年龄、上学、劳动力 -----------------------------------------------------------------------------


@rule(
    "child_labour", "未满16周岁登记为劳动力", "一般应填“无劳动力”，请核对", fields=("skill",),
)  # fmt: skip
def child_labour(facts):
    # <16 岁劳动技能须“无劳动力”
    for m in facts.members:
        if m.is_aged(0, 15) and m.skill and m.skill not in NO_LABOUR:
            yield Found(f"{m.name}未满16周岁，劳动技能填了“{m.skill}”", (m.skill,), m)


@rule(
    "student_working", "在校生登记了务工", "毕业了请改在校状况；假期务工的写明",
    fields=("student_state", "work_months"),
)  # fmt: skip
def student_working(facts):
    # 在校生不得务工
    for m in facts.members:
        if m.is_at_school and m.work_months:
            yield Found(
                f"{m.name}是在校生（{m.student_state}），又登记务工{m.work_months}个月",
                (m.student_state, m.work_months), m,
            )  # fmt: skip


@rule(
    "student_labour", "在校生登记为劳动力", "一般应填“无劳动力”，请核对",
    fields=("student_state", "skill"),
)  # fmt: skip
def student_labour(facts):
    # 在校生…劳力须无
    for m in facts.members:
        if m.is_at_school and m.is_labour:
            yield Found(
                f"{m.name}是在校生（{m.student_state}），劳动技能填了“{m.skill}”",
                (m.student_state, m.skill), m,
            )  # fmt: skip


@rule(
    "student_age", "年龄与在校状况不符", "请核对在校生状况或出生日期", fields=("student_state",),
)  # fmt: skip
def student_age(facts):
    # 小学 6–14、初中 12–17、高中中职 15–20 岁范围
    for m in facts.members:
        least, most = SCHOOL_AGES.get(m.student_state, (0, 200))
        if m.age is not None and not least <= m.age <= most:
            yield Found(
                f"{m.name}{m.age}岁，在校生状况填了“{m.student_state}”", (m.age, m.student_state), m
            )


@rule(
    "not_at_school", "义务教育年龄未在校", "请核实是否失学辍学，是的登记到三保障",
    fields=("student_state",), cell="education_problem",
)  # fmt: skip
def not_at_school(facts):
    # 义务教育阶段失学辍学与三保障登记不一致
    for m in facts.members:
        is_away = m.student_state in ("非在校生", "失学辍学")
        told = facts.problems.get("education_problem")
        if is_away and m.age in COMPULSORY_AGES and not told:
            yield Found(
                f"{m.name}{m.age}岁，在校生状况是“{m.student_state}”，三保障却没有登记教育问题",
                (m.student_state,), m,
            )  # fmt: skip


@rule(
    "idle_adult", "健康的劳动年龄成员登记为无劳动力", "请核对劳动技能或健康状况",
    fields=("skill", "health"),
)  # fmt: skip
def idle_adult(facts):
    # 16–60 健康非在校却无劳动力=疑点
    for m in facts.members:
        is_idle = m.health == "健康" and m.skill in NO_LABOUR and not m.is_at_school
        if is_idle and m.is_aged(16, 60):
            yield Found(f"{m.name}{m.age}岁、健康、不在校，劳动技能却是“{m.skill}”", (m.skill,), m)


# --- 健康、残疾、参保 ------------------------------------------------------------------------------


@rule(
    "disabled_without_certificate", "健康状况为残疾但没有残疾证",
    "请补填残疾类别、等级；正在办证的写明", fields=("health", "disability_category"),
)  # fmt: skip
def disabled_without_certificate(facts):
    # 健康=残疾但无残疾证
    for m in facts.members:
        if "残疾" in m.health and not m.disability_category and not m.disability_grade:
            yield Found(f"{m.name}健康状况是残疾，没有登记残疾证", (), m)


@rule(
    "severe_limb_labour", "一、二级肢体残疾登记为普通劳动力", "请核对劳动技能", fields=("skill",),
)  # fmt: skip
def severe_limb_labour(facts):
    # 一二级肢体残疾却普通劳动力
    for m in facts.members:
        if m.disability_category == "4" and m.disability_grade in ("1", "2") and m.is_labour:
            yield Found(
                f"{m.name}是肢体残疾{'一二'[int(m.disability_grade) - 1]}级，劳动技能填了“{m.skill}”",
                (m.disability_grade, m.skill), m,
            )  # fmt: skip


@rule(
    "insured_twice", "同时登记居民医保和职工医保", "只保留在用的一种",
    fields=("medical_insurance",),
)  # fmt: skip
def insured_twice(facts):
    # 居民/职工医保…同时是
    for m in facts.members:
        if "居民" in m.medical_insurance and "职工" in m.medical_insurance:
            yield Found(f"{m.name}同时登记了居民医保和职工医保", (m.medical_insurance,), m)


@rule(
    "insurance_unknown", "监测户有成员没有登记医保", "请补填基本医疗保险",
    fields=("medical_insurance",), cell="medical_problem",
)  # fmt: skip
def insurance_unknown(facts):
    # 居民/职工医保同时空
    missing = [m for m in facts.members if not m.medical_insurance]
    if facts.has_case and missing and not facts.problems.get("medical_problem"):
        names = "、".join(m.name for m in missing[:3])
        more = f"等{len(missing)}人" if len(missing) > 3 else ""
        yield Found(f"{names}{more}没有登记基本医疗保险", tuple(m.pk for m in missing))


@rule(
    "uninsured_not_told", "有人未参保，三保障没有登记", "请核对参保情况或补登三保障",
    fields=("medical_insurance",), cell="medical_problem",
)  # fmt: skip
def uninsured_not_told(facts):
    # 有成员未参加居民(职工)医保
    for m in facts.members:
        if m.medical_insurance in UNINSURED and facts.problems.get("medical_problem") is False:
            yield Found(f"{m.name}未参加基本医疗保险，三保障却登记没有问题", (), m)


# --- 风险与事实 ------------------------------------------------------------------------------------


@rule("risk_disabled", "因残，但家中无残疾人", "请核对风险，或补登残疾情况", cell="risks")
def risk_disabled(facts):
    # 因残但家中无残疾人
    if "因残" in facts.risks and not any(m.is_disabled for m in facts.members):
        yield Found("风险选了“因残”，家里没有登记残疾的成员", ())


@rule("risk_ill", "因病，但无大病慢病", "请核对风险，或补登健康状况", cell="risks")
def risk_ill(facts):
    # 因病但无大病慢病
    if "因病" in facts.risks and not any(m.is_ill for m in facts.members):
        yield Found("风险选了“因病”，家里没有登记大病、慢性病的成员", ())


@rule(
    "risk_ill_paid_nothing", "因病，但合规自付为0", "请核对支出，或写明怎样报销的",
    cell="compliant_self_paid",
)  # fmt: skip
def risk_ill_paid_nothing(facts):
    # 因病…或自付=0
    if "因病" in facts.risks and facts.amount("compliant_self_paid") == 0:
        yield Found("风险选了“因病”，合规自付支出却是 0 元", ())


@rule("risk_labour", "缺劳动力，但劳动力不少", "请核对风险或成员的劳动技能", cell="risks")
def risk_labour(facts):
    # 缺劳动力但劳力占比>1/4（4 人户以上>1/2）
    count = len(facts.members)
    labour = sum(m.is_labour for m in facts.members)
    share = 2 if count >= 4 else 4
    if "缺劳动力" in facts.risks and labour * share > count:
        yield Found(f"风险选了“缺劳动力”，{count}口人里有{labour}个劳动力", (count, labour))


@rule("risk_work", "务工不稳，但没有务工登记", "请核对风险，或补登务工情况", cell="risks")
def risk_work(facts):
    # 务工不稳但全家无劳力或无务工登记
    if "因务工就业不稳" not in facts.risks:
        return
    if not any(m.skill not in ("", *NO_LABOUR) for m in facts.members):
        yield Found("风险选了“因务工就业不稳”，全家没有劳动力", ("labour",))
    elif not any(m.work_months for m in facts.members):
        yield Found("风险选了“因务工就业不稳”，没有人登记务工", ("work",))


@rule("risk_uninsured", "有人未参保，但风险没有因病", "请核对风险", cell="risks")
def risk_uninsured(facts):
    # 有人未参保但风险无“因病”
    is_told = facts.problems.get("medical_problem")
    if facts.has_case and facts.risks and is_told and "因病" not in facts.risks:
        yield Found("有成员未参加基本医疗保险，风险没有选“因病”", ())


@rule(
    "no_labour_untrue", "整户无劳动能力，但有劳动力", "请改正其中一处", cell="has_no_labour",
)  # fmt: skip
def no_labour_untrue(facts):
    # 整户无劳力
    able = [m for m in facts.members if m.is_labour]
    if facts.has_no_labour and able:
        names = "、".join(m.name for m in able[:3])
        yield Found(f"登记为整户无劳动能力，{names}却是劳动力", tuple(m.pk for m in able))


# --- 帮扶措施与消除 --------------------------------------------------------------------------------


@rule("post_age", "公益岗位受益人年龄不合适", "请核对受益人，或改换措施", fields=())
def post_age(facts):
    # <16 或 ≥70 岁不得公益岗
    holders = {one.person for one in facts.measures if one.kind == "public_post"}
    for m in facts.members:
        if m.pk in holders and m.age is not None and m.age not in POST_AGES:
            yield Found(f"{m.name}{m.age}岁，安排了公益岗位", ("public_post",), m)


@rule("post_without_wage", "有公益岗位而无工资性收入", "请核对工资性收入", cell="wage")
def post_without_wage(facts):
    # 享受公益岗而无工资性收入
    has_post = any(one.kind == "public_post" for one in facts.measures_earning())
    if has_post and facts.amount("wage") == 0:
        yield Found("家里有人在公益岗位上，工资性收入却是 0 元", ())


@rule(
    "industry_without_business", "有产业帮扶而无生产经营性收入", "请核对生产经营性收入",
    cell="business",
)  # fmt: skip
def industry_without_business(facts):
    # 享受产业措施而无经营收入；入股分红算财产性收入
    kinds = {one.kind for one in facts.measures_earning() if one.group == "industry"}
    if kinds - {"share_dividend"} and facts.amount("business") == 0:
        yield Found("落实了产业帮扶措施，生产经营性收入却是 0 元", ())


@rule(
    "cleared_with_problem", "风险已消除，三保障又有问题",
    "请核实；确有风险的登记干部摸排，重新识别", cell="risks",
)  # fmt: skip
def cleared_with_problem(facts):
    # 消除后三保障仍有问题
    problems = [label for key, label in SAFEGUARDS.items() if facts.problems.get(key)]
    if facts.is_cleared and problems:
        yield Found(f"风险已消除，{'、'.join(problems)}却登记有问题", tuple(problems))


# --- 收支 -----------------------------------------------------------------------------------------


def _in_wan(name: str, label: str):
    def find(facts):
        # 工资性 0<x<100 疑点（疑似单位填成万元）
        amount = facts.amount(name)
        if amount is not None and 0 < amount < LIKELY_IN_WAN:
            yield Found(
                f"{label}只有 {amount.normalize():f} 元，像是按万元填的", (amount.normalize(),)
            )

    return find


rule("wage_in_wan", "工资性收入像是按万元填的", "请改成元", cell="wage")(
    _in_wan("wage", "工资性收入")
)
rule("business_in_wan", "生产经营性收入像是按万元填的", "请改成元", cell="business")(
    _in_wan("business", "生产经营性收入")
)


@rule("high_income", "监测户收入明显偏高", "请核对收入", cell="wage")
def high_income(facts):
    # 识别时人均>20000 疑点
    income = facts.per_capita_income
    if facts.has_case and income is not None and income > HIGH_PER_CAPITA:
        yield Found(f"人均纯收入 {income:,.0f} 元，明显高于监测范围", (income.normalize(),))


@rule("aid_without_transfer", "享受低保、特困而无转移性收入", "请补登转移性收入", cell="transfer")
def aid_without_transfer(facts):
    # 享受低保而无转移性收入
    kinds = sorted({m.low_income_kind for m in facts.members if m.low_income_kind})
    if kinds and facts.amount("transfer") == 0:
        yield Found(f"家里有人享受{'、'.join(kinds)}，转移性收入却是 0 元", tuple(kinds))
