"""The rules as tables: thresholds, sentences, the brake, what follows from an answer (附件1)."""

from datetime import date
from decimal import Decimal

import pytest

from policy import codes
from screening import rules
from screening.models import Lead
from screening.rules import Signs, Subject


def subject(*, population="general", limit=None, is_known=True, labels=None, **facts):
    return Subject(
        facts=facts, population=population, is_known=is_known, limit=limit, label="名单",
        clause="附件1-1", labels=labels or {},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("population", "limit", "paid", "is_lead"),
    [
        ("lifted", "5500", "5500.00", False),  # 附件1-1: 超过, so the line itself is none
        ("lifted", "5500", "5500.01", True),
        ("general", "11000", "5500.01", False),
        ("general", "11000", "11000.00", False),
        ("general", "11000", "11000.01", True),
        ("general", "11000", "0.00", False),
    ],
)
def test_a_stay_is_a_lead_above_the_line_of_its_group(population, limit, paid, is_lead):
    stay = subject(
        population=population, limit=Decimal(limit), self_paid=paid, stayed_on="2021-02-11"
    )
    assert rules.inpatient_self_paid(stay).is_lead is is_lead


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({}, "新办残疾证，附件1-1"),
        ({"certified_on": "2021-02-11"}, "2021-02-11 新办残疾证，附件1-1"),
        ({"category": "肢体", "grade": "二级"}, "新办残疾证，肢体，二级，附件1-1"),
    ],
)
def test_a_new_certificate_is_always_a_lead(facts, words):
    judged = rules.new_disability_certificate(subject(**facts))
    assert (judged.is_lead, judged.reason) == (True, words)


@pytest.mark.parametrize(
    ("population", "is_known", "is_lead"),
    [("lifted", True, True), ("general", True, False), ("general", False, True)],
)
def test_some_lists_are_about_lifted_households_only(population, is_known, is_lead):
    """附件1-2, 附件1-5; who is not in the register yet may still be one."""
    judged = rules.listed_lifted(subject(population=population, is_known=is_known))
    assert judged.is_lead is is_lead


def test_a_listed_lead_tells_what_the_department_wrote():
    judged = rules.listed(
        subject(
            labels={"grade": "危房等级", "found_on": "发现日期"}, grade="D级", found_on="2021-03-01"
        )
    )
    assert judged.reason == "名单，危房等级D级，发现日期2021-03-01，附件1-1"


@pytest.mark.parametrize(
    ("amount", "words"),
    [("6320.00", "6,320"), ("6320.50", "6,320.50"), ("0", "0"), ("1234567.89", "1,234,567.89")],
)
def test_money_is_written_as_cadres_write_it(amount, words):
    assert rules.money(Decimal(amount)) == words


@pytest.mark.parametrize(
    ("day", "is_of_month"),
    [
        (date(2021, 1, 31), False),
        (date(2021, 2, 1), True),
        (date(2021, 3, 31), True),
        (date(2021, 4, 1), False),
        (date(2020, 3, 15), False),
    ],
)
def test_a_months_list_speaks_of_it_and_the_month_before(day, is_of_month):
    assert rules.is_of_month(day, date(2021, 3, 1)) is is_of_month


@pytest.mark.parametrize(
    ("signs", "words"),
    [
        (Signs(usable=10, not_found=4), ""),
        (Signs(usable=10, not_found=5), "10 行里有 5 行不在清丰县花名册"),
        (Signs(usable=2, not_found=2), ""),  # too few to need a brake
        (Signs(usable=10, dated=10, of_other_month=6), "10 个日期里有 6 个不在2021年3月及上月"),
        (Signs(usable=10, placed=8, elsewhere=4), "8 行里有 4 行的乡镇、村不属于清丰县"),
        (Signs(), ""),
    ],
)
def test_the_brake(signs, words):
    told = rules.brake(signs, Decimal("0.5"), "2021年3月", "清丰县")
    assert told.startswith(words)
    assert bool(told) is bool(words)


@pytest.mark.parametrize(
    ("day", "months", "first"),
    [
        (date(2021, 3, 10), 6, date(2020, 9, 1)),
        (date(2021, 3, 31), 0, date(2021, 3, 1)),
        (date(2021, 1, 1), 1, date(2020, 12, 1)),
        (date(2021, 1, 1), 24, date(2019, 1, 1)),
    ],
)
def test_months_before(day, months, first):
    assert rules.months_before(day, months) == first


@pytest.mark.parametrize(
    ("before", "now", "has_fallen", "has_risen"),
    [
        (1000, 500, True, False),  # 达到 the ratio
        (1000, 501, False, False),
        (1000, -200, True, False),
        (0, -200, False, False),
        (1000, 1500, False, True),
        (1000, 1499, False, False),
        (0, 900, False, False),
    ],
)
def test_sudden_changes(before, now, has_fallen, has_risen):
    half = Decimal("0.5")
    assert rules.has_fallen(Decimal(before), Decimal(now), half) is has_fallen
    assert rules.has_risen(Decimal(before), Decimal(now), half) is has_risen


def test_the_hash_tells_who_and_what_apart():
    one = rules.fact_hash(1, [5, 7], {"a": "1", "b": "2"})
    assert one == rules.fact_hash(1, [5, 7], {"b": "2", "a": "1"})
    others = [
        rules.fact_hash(2, [5, 7], {"a": "1", "b": "2"}),
        rules.fact_hash(1, [5, 8], {"a": "1", "b": "2"}),
        rules.fact_hash(1, [5, 7], {"a": "1", "b": "3"}),
        rules.fact_hash(1, [5, 7], {"a": "1"}),
    ]
    assert len({one, *others}) == 5


@pytest.mark.django_db
def test_answers_and_reasons_are_those_of_the_code_tables():
    reasons = dict(codes.choices("lead_answer_reason"))
    ends = dict(codes.choices("not_admitted_reason"))
    for answer, offered in rules.REASONS_OF.items():
        assert answer in Lead.Answer.values
        assert set(offered) <= set(reasons)
    assert {rules.not_admitted_reason([reason]) for reason in reasons} <= set(ends)
    for reason in [*ends, *dict(codes.choices("closed_reason"))]:
        answer, given = rules.answer_for_ended_case(reason)
        assert given in rules.REASONS_OF[answer]
