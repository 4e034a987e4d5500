from decimal import Decimal as D

import pytest

from households import pinyin, rules

NOTHING = dict.fromkeys(["wage", "business", "property", "transfer", "business_expense"], D(0))


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, 0),
        ({"wage": D(18000)}, 18000),
        ({"wage": D(100), "business": D(20), "property": D(3), "transfer": D(4)}, 127),
        ({"business": D(1000), "business_expense": D(1500)}, -500),
    ],
)
def test_net_income_is_four_kinds_less_business_expense(given, expected):
    assert rules.net_income(**NOTHING | given) == expected


@pytest.mark.parametrize(
    ("net", "payout", "self_paid", "expected"),
    [
        (20000, 0, 0, 20000),
        (20000, 5000, 0, 25000),
        (20000, 0, 18000, 2000),
        (1000, 0, 6000, -5000),
    ],
)
def test_reference_income_adds_payouts_and_takes_self_paid_cost(net, payout, self_paid, expected):
    income = rules.reference_income(
        net=D(net), insurance_payout=D(payout), compliant_self_paid=D(self_paid)
    )
    assert income == expected


@pytest.mark.parametrize(
    ("amount", "members", "expected"),
    [
        (D(24000), 3, "8000.00"),
        (D(10000), 3, "3333.33"),
        (D("0.05"), 2, "0.03"),
        (D(6000), 0, "6000.00"),
        (D(-300), 3, "-100.00"),
    ],
)
def test_per_capita_rounds_to_fen_and_never_divides_by_nothing(amount, members, expected):
    assert str(rules.per_capita(amount, members)) == expected


@pytest.mark.parametrize(
    ("kinds", "expected"),
    [([], ""), (["", ""], ""), (["", "低保"], "低保"), (["低保", "特困", ""], "特困")],
)
def test_a_household_is_what_its_strongest_member_is(kinds, expected):
    assert rules.strongest_low_income_kind(kinds) == expected


@pytest.mark.parametrize(
    ("relations", "problem"),
    [
        (["户主", "配偶"], ""),
        (["配偶"], "没有户主"),
        ([], "没有户主"),
        (["户主", "户主", "之子"], "2名户主"),
    ],
)
def test_a_household_has_exactly_one_head(relations, problem):
    found = rules.head_problem(relations)

    assert problem in found
    assert bool(found) == bool(problem)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("张三丰", ("zsf", "")),
        ("单雄信", ("sxx", "dxx")),
        ("仇小燕", ("qxy", "cxy")),
        ("区家麟", ("ojl", "qjl")),
        ("解晓东", ("xxd", "jxd")),
        ("查良镛", ("zly", "cly")),
        ("尉迟恭", ("ycg", "wcg")),
        ("买买提·艾力", ("mmtal", "")),
        ("", ("", "")),
    ],
)
def test_initials_know_both_readings_of_a_surname(name, expected):
    assert pinyin.initials(name) == expected


def test_a_rare_character_without_reading_is_left_out_not_fatal():
    assert pinyin.initials("王\U0002b740明")[0] == "wm"
