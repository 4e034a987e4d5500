"""Whether a department's row is a lead, and why, in words a cadre understands (附件1). Pure."""

import functools
import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

_as_json = json.JSONEncoder(ensure_ascii=False).encode  # made once, not once a row
POPULATION_LABELS = {"lifted": "脱贫户", "general": "一般农户"}


class Judgement(NamedTuple):
    """The verdict on one readable row: is it a lead, and the sentence that says why or why not."""

    is_lead: bool
    reason: str


class Subject(NamedTuple):
    """What a rule looks at: the row's facts, whose household it is, the threshold in force."""

    facts: Mapping[str, str]
    population: str  # lifted or general; who is not in the register counts as general
    is_known: bool  # found in the register
    limit: Decimal | None
    label: str
    clause: str
    labels: Mapping[str, str] = {}  # of the facts worth telling
    amount: tuple[str, Decimal] | None = None  # (column label, value) of what the line is about


def inpatient_self_paid(subject: Subject) -> Judgement:
    """One stay, paid by the patient after reimbursement, above the line of the group 附件1-1."""
    if subject.limit is None:
        return listed(subject)
    paid = Decimal(subject.facts["self_paid"])
    group = POPULATION_LABELS[subject.population]
    if paid > subject.limit:
        words = (
            f"{subject.facts['stayed_on']} 住院自付 {money(paid)} 元 > {money(subject.limit)} 元"
        )
        return Judgement(True, f"{words}，{group}，{subject.clause}")
    words = f"住院自付 {money(paid)} 元，未超过 {money(subject.limit)} 元"
    return Judgement(False, f"{words}（{group}，{subject.clause}）")


def new_disability_certificate(subject: Subject) -> Judgement:
    """Whoever is newly certified as disabled is a lead 附件1-10."""
    on = f"{subject.facts['certified_on']} " if subject.facts.get("certified_on") else ""
    kind = "，".join(filter(None, (subject.facts.get("category"), subject.facts.get("grade"))))
    return Judgement(True, "，".join(filter(None, (f"{on}新办残疾证", kind, subject.clause))))


def listed(subject: Subject) -> Judgement:
    """Being on the department's list is the lead 附件1-2 to 附件1-11."""
    facts = subject.facts
    told = "，".join(
        f"{label}{facts[key]}" for key, label in subject.labels.items() if key in facts
    )
    return Judgement(True, "，".join(filter(None, (subject.label, told, subject.clause))))


def listed_lifted(subject: Subject) -> Judgement:
    """As `listed`, but the document asks about 脱贫户 only 附件1-2, 附件1-5."""
    if subject.is_known and subject.population != "lifted":
        return Judgement(False, f"不是脱贫户，{subject.clause}只报脱贫户")
    return listed(subject)


def above_line(subject: Subject) -> Judgement:
    """An amount above the county's line of the group 附件1-3; without a line every row counts."""
    if subject.limit is None or subject.amount is None:
        return listed(subject)
    (label, paid), limit = subject.amount, money(subject.limit)
    group = POPULATION_LABELS[subject.population]
    if paid > subject.limit:
        words = f"{subject.label}，{label} {money(paid)} 元 > {limit} 元，{group}，{subject.clause}"
        return Judgement(True, words)
    words = f"{label} {money(paid)} 元，未超过 {limit} 元（{group}，{subject.clause}）"
    return Judgement(False, words)


def names_areas(subject: Subject) -> Judgement:
    """The row names a township or village, whose households the village looks through 附件1-2, 1-9, 1-11."""
    return listed(subject)


@dataclass(frozen=True)
class RuleType:
    """A rule as an administrator chooses it for a lead kind."""

    judge: Callable[[Subject], Judgement]
    label: str
    has_line: bool = False  # compares with a policy parameter
    needs: Mapping[str, tuple[str, str]] = field(default_factory=dict)  # key -> (label, type)


TYPES = {
    rule.judge.__name__: rule
    for rule in (
        RuleType(listed, "在名单上的就是线索"),
        RuleType(listed_lifted, "在名单上的脱贫户是线索"),
        RuleType(above_line, "金额超过标准的是线索", has_line=True),
        RuleType(
            inpatient_self_paid, "住院自付超过标准的是线索", has_line=True,
            needs={"self_paid": ("个人自付", "amount"), "stayed_on": ("住院日期", "date")},
        ),
        RuleType(new_disability_certificate, "新办残疾证的是线索"),
        RuleType(names_areas, "写明乡镇、村，由村里逐户排查"),
    )
}  # fmt: skip
RULES = {key: rule.judge for key, rule in TYPES.items()}


def has_fallen(before: Decimal, now: Decimal, ratio: Decimal) -> bool:
    """收入骤减: less than before by the ratio or more 附件1-12; from nothing nothing falls."""
    return before > 0 and now <= before * (1 - ratio)


def has_risen(before: Decimal, now: Decimal, ratio: Decimal) -> bool:
    """支出骤增: more than before by the ratio or more 附件1-12; a first expense is no rise."""
    return before > 0 and now >= before * (1 + ratio)


def money(amount: Decimal) -> str:
    """6,320 or 6,320.50."""
    return f"{amount:,.2f}".removesuffix(".00")


def fact_hash(kind: object, whose: object, facts: Mapping[str, str]) -> str:
    """One hash of who and what: equal leads are one, and an answered one is remembered.

    `whose` is household and person, or before matching the row's own person.
    """
    told = _as_json([str(kind), whose, sorted(facts.items())])
    return hashlib.sha256(told.encode()).hexdigest()


@functools.lru_cache(maxsize=1_000)
def is_of_month(day: date, month: date) -> bool:
    """Lists handed in by the 20th speak of the month itself and the one before 五（一）三."""
    before = (month - timedelta(days=1)).replace(day=1)
    return before <= day.replace(day=1) <= month


def months_before(day: date, months: int) -> date:
    """First day of the month that lies so many months before the day's."""
    at = day.year * 12 + day.month - 1 - months
    return date(at // 12, at % 12 + 1, 1)


@dataclass
class Signs:
    """What a file as a whole looks like; counted over its readable rows."""

    usable: int = 0
    not_found: int = 0
    of_other_county: int = 0  # not found, with a number that another county gave
    dated: int = 0
    of_other_month: int = 0
    placed: int = 0
    elsewhere: int = 0
    same_as_before: int = 0  # rows that last month's file had, word for word


FEWEST = 3  # two odd rows are seen at a glance; no brake is needed


def brake(signs: Signs, ratio: Decimal, month_label: str, county_name: str) -> str:
    """Why the file looks like the wrong one, so that a human confirms it first; '' = go on."""
    reasons = []
    if _many(signs.not_found, signs.usable, ratio):
        words = f"{signs.usable} 行里有 {signs.not_found} 行不在{county_name}花名册"
        if _many(signs.of_other_county, signs.not_found, ratio):
            words += f"，其中 {signs.of_other_county} 行是外县的证件号码"
        reasons.append(words)
    if _many(signs.of_other_month, signs.dated, ratio):
        reasons.append(f"{signs.dated} 个日期里有 {signs.of_other_month} 个不在{month_label}及上月")
    if _many(signs.elsewhere, signs.placed, ratio):
        reasons.append(f"{signs.placed} 行里有 {signs.elsewhere} 行的乡镇、村不属于{county_name}")
    if signs.usable >= FEWEST and signs.same_as_before == signs.usable:
        reasons.append(f"{signs.usable} 行与上次报送的名单完全相同")
    if not reasons:
        return ""
    return "；".join(reasons) + "，像是传错了文件，请核对：没错就确认继续，错了就作废重传"


def _many(count: int, total: int, ratio: Decimal) -> bool:
    return count >= FEWEST and count >= total * ratio


# Answer and reason at the door -> why the case is not admitted (code table not_admitted_reason).
_BY_REASON = {
    "resolved": "burden_resolved",
    "income_above_line": "income_above_line",
    "reimbursed": "burden_resolved",
    "facts_wrong": "facts_untrue",
    "not_of_village": "not_of_village",
    "moved_away": "moved_away",
    "deceased": "deceased",
    "already_listed": "already_protected",
    "duplicate": "duplicate",
}
# A case refused or closed by itself answers its open leads, too.
_BACK = {
    "not_of_village": ("not_ours", "not_of_village"),
    "moved_away": ("deceased_or_moved", "moved_away"),
    "deceased": ("deceased_or_moved", "deceased"),
    "duplicate": ("not_true", "duplicate"),
    "income_above_line": ("not_true", "income_above_line"),
    "burden_resolved": ("not_true", "resolved"),
    "facts_untrue": ("not_true", "facts_wrong"),
    "already_protected": ("not_true", "resolved"),
}
# Which reasons go with which answer, in the order a cadre needs them 五（一）三.
REASONS_OF = {
    "not_true": ("resolved", "income_above_line", "reimbursed", "facts_wrong", "duplicate", "other"),
    "not_ours": ("not_of_village",),
    "already_listed": ("already_listed",),
    "deceased_or_moved": ("deceased", "moved_away"),
}  # fmt: skip


def not_admitted_reason(reasons: Iterable[str]) -> str:
    """Why a case whose leads all proved untrue is not admitted; several reasons: the first."""
    return next((_BY_REASON[reason] for reason in reasons if reason in _BY_REASON), "other")


def answer_for_ended_case(reason: str) -> tuple[str, str]:
    """(answer, reason) for open leads of a case that was refused or closed with this reason."""
    return _BACK.get(reason, ("not_true", "other"))
