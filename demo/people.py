"""Synthetic households: sizes, ages, relations, incomes and illness as a county's villages have them.

Pure: a seeded generator in, plain rows out. Nobody here exists; ID numbers have the county's prefix
and a valid check digit, and the sequence in them never repeats on one birthday.
"""

import datetime
from dataclasses import dataclass, field
from random import Random

from demo import names
from households import idnumbers

AS_OF = datetime.date(2021, 3, 1)  # the document's spring, unless another day is named
LIFTED_SHARE = 0.11
ILLNESSES = (("长期慢性病", 0.09), ("患有大病", 0.02), ("残疾", 0.03))


@dataclass
class Member:
    name: str
    relation: str
    sex: str
    birth_on: datetime.date
    id_number: str
    education: str
    health: str
    skill: str
    student_state: str = ""
    work_place: str = ""
    work_months: int | None = None
    disability_category: str = ""
    disability_grade: str = ""
    low_income_kind: str = ""
    phone: str = ""


@dataclass
class Family:
    number: str
    village: str
    kind: str  # Household.Kind
    per_capita_income: int
    members: list[Member] = field(default_factory=list)
    low_income_kind: str = ""

    @property
    def head(self) -> Member:
        return self.members[0]


class Registry:
    """Hands out ID numbers: for each birthday and sex the next free sequence, 500 of each."""

    def __init__(self):
        self._used: dict[tuple[datetime.date, str], int] = {}

    def number(self, birth_on: datetime.date, sex: str) -> str:
        sequence = self._used.get((birth_on, sex), 0)
        self._used[birth_on, sex] = sequence + 1
        return idnumbers.synthetic(birth_on, sex, sequence)


def family(
    village: str, serial: int, rng: Random, registry: Registry, *, as_of: datetime.date = AS_OF
) -> Family:
    """One household of a village, its ages those of the day `as_of`; the same generator state gives the same one."""
    is_lifted = rng.random() < LIFTED_SHARE
    made = Family(
        number=f"{village}{serial:04d}",
        village=village,
        kind="lifted" if is_lifted else "general",
        per_capita_income=_income(rng, is_lifted),
    )
    surname = rng.choice(names.SURNAMES)
    head_age = min(88, max(22, int(rng.gauss(54, 13))))
    alone = rng.random() < 0.08
    add = _Adder(made, rng, registry, as_of)
    add("户主", "男" if rng.random() < 0.88 else "女", head_age, surname)
    if not alone:
        _with_spouse_and_children(add, rng, head_age, surname)
        if head_age < 60 and rng.random() < 0.34:
            add(
                "之母" if rng.random() < 0.6 else "之父",
                None,
                head_age + rng.randint(22, 30),
                surname,
            )
    if is_lifted and (head_age > 70 or rng.random() < 0.25):
        made.low_income_kind = "特困" if alone and head_age > 60 else "低保"
        made.head.low_income_kind = made.low_income_kind
    return made


def _with_spouse_and_children(add, rng, head_age, surname):
    if rng.random() < 0.85:
        add("配偶", "女" if add.made.head.sex == "男" else "男", head_age + rng.randint(-4, 3))
    for _ in range(rng.choices((0, 1, 2, 3), (12, 30, 42, 16))[0]):
        age = head_age - rng.randint(21, 32)
        if age < 0:
            continue
        sex = rng.choice("男女")
        if sex == "女" and age > 25 and rng.random() < 0.85:
            continue  # married out
        add("之子" if sex == "男" else "之女", sex, age, surname)
        if sex == "男" and age > 24 and rng.random() < 0.5:
            add("之儿媳", "女", age + rng.randint(-4, 2))
            if rng.random() < 0.7:
                grandchild = rng.choice("男女")
                add(
                    "之孙子" if grandchild == "男" else "之孙女",
                    grandchild,
                    max(0, age - rng.randint(22, 27)),
                    surname,
                )


def _income(rng, is_lifted) -> int:
    """元 a head and year; a few fall below the line of 6,000 (三)."""
    middle, spread, floor = (11500, 3400, 3900) if is_lifted else (16500, 5200, 4300)
    return max(floor, int(rng.gauss(middle, spread)) // 10 * 10)


class _Adder:
    """Adds a member to a family with the facts that go with age and sex."""

    SEX = {"之父": "男", "之母": "女"}

    def __init__(self, made, rng, registry, as_of):
        self.made, self.rng, self.registry, self.as_of = made, rng, registry, as_of

    def __call__(self, relation, sex, age, surname=None):
        rng = self.rng
        sex = sex or self.SEX[relation]
        age = min(max(age, 0), 96)
        birth_on = self.as_of - datetime.timedelta(days=age * 365 + rng.randint(1, 364))
        characters = names.CHILD if age < 18 else names.MALE if sex == "男" else names.FEMALE
        health = _health(rng, age)
        student = _student_state(age)
        member = Member(
            name=(surname or rng.choice(names.SURNAMES)) + names.given(rng, characters),
            relation=relation,
            sex=sex,
            birth_on=birth_on,
            id_number=self.registry.number(birth_on, sex),
            education=_education(rng, age),
            health=health,
            skill=_skill(rng, age, health, student),
            student_state=student,
        )
        if health == "残疾":
            member.disability_category, member.disability_grade = (
                rng.choice("1234567"),
                rng.choice("1234"),
            )
        if member.skill in ("普通劳动力", "技能劳动力") and rng.random() < 0.45:
            member.work_place, member.work_months = (
                rng.choice(("县内", "市内", "省内", "省外")),
                rng.randint(4, 11),
            )
        if relation == "户主":
            member.phone = f"13900{rng.randint(0, 999999):06d}"
        self.made.members.append(member)


def _health(rng, age):
    drawn, weight = rng.random(), 1.9 if age > 60 else 0.6
    for illness, share in ILLNESSES:
        drawn -= share * weight
        if drawn < 0:
            return illness
    return "健康"


def _student_state(age):
    if 6 <= age <= 11:
        return "小学"
    if 12 <= age <= 14:
        return "初中"
    return "普通高中" if 15 <= age <= 17 else "学龄前儿童" if age < 6 else ""


def _education(rng, age):
    if age < 6:
        return ""
    if age < 15:
        return "小学" if age < 12 else "初中"
    if age > 65:
        return rng.choice(("文盲或半文盲", "小学", "小学"))
    return rng.choices(("小学", "初中", "高中", "大专"), (20, 55, 18, 7))[0]


def _skill(rng, age, health, student):
    if age < 16 or (student and age < 18):
        return "无劳动力"
    if health in ("残疾", "患有大病"):
        return rng.choice(("丧失劳动力", "弱劳动力或半劳动力"))
    if age > 70:
        return "无劳动力"
    if age > 60:
        return "弱劳动力或半劳动力"
    return "技能劳动力" if rng.random() < 0.15 else "普通劳动力"
