"""The catalogue rule by rule, answers that hold until the facts change, and what forms refuse."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from accounts.tests import factories as people
from audit.models import Event
from households import actions, data_check, doubt_facts, doubts
from households.doubts import Facts, MeasureFact, Member
from households.models import DoubtAnswer, DoubtCount, Person
from households.refusals import Refused
from households.tests.factories import HouseholdFactory, next_id_number

HEAD = Member(
    1,
    "张三",
    "户主",
    sex="男",
    age=50,
    health="健康",
    skill="普通劳动力",
    medical_insurance="居民医保",
)
SPOUSE = replace(HEAD, pk=2, name="李四", relation="配偶", sex="女")
SON = replace(
    HEAD,
    pk=3,
    name="张小",
    relation="之子",
    relation_sex="男",
    age=10,
    student_state="小学",
    skill="无劳动力",
)
FAMILY = Facts(9, (HEAD, SPOUSE, SON))


def of_son(**facts):
    return replace(FAMILY, members=(HEAD, SPOUSE, replace(SON, **facts)))


def of_head(**facts):
    return replace(FAMILY, members=(replace(HEAD, **facts), SPOUSE, SON))


def with_case(*risks, **facts):
    return replace(FAMILY, has_case=True, risks=risks, **facts)


def measured(kind, group="employment", person=None, **facts):
    """With a measure that began in the twelve months that the amounts speak of."""
    given = MeasureFact(kind, group, date(2020, 5, 1), person)
    return replace(FAMILY, measures=(given,), income_until=date(2020, 12, 31), **facts)


NOTHING_EARNED = {"wage": Decimal(0), "business": Decimal(0)}


# What trips a rule, and beside it the nearest that does not.
TABLE = [
    ("no_head", of_head(relation="其他"), FAMILY),
    ("relation_missing", of_son(relation=""), FAMILY),
    ("relation_sex", of_son(sex="女"), of_son(sex="")),
    ("spouse_sex", of_head(sex="女"), of_head(sex="")),
    ("id_missing", of_son(has_id_number=False), of_son(has_id_number=False, age=0, student_state="")),
    ("certificate_incomplete", of_head(disability_category="1"),
     of_head(disability_category="1", disability_grade="2")),
    ("mobile_length", of_head(phone="1380000"), of_head(phone="0393-7210000")),
    ("mobile_length", replace(FAMILY, phone="138000000001"), replace(FAMILY, phone="138 0000 0000")),
    ("child_labour", of_son(age=15, student_state="初中", skill="普通劳动力"),
     of_son(age=16, student_state="", skill="普通劳动力")),
    ("student_working", of_son(age=17, student_state="普通高中", work_months=2),
     of_son(age=17, student_state="非在校生", work_months=2)),
    ("student_labour", of_son(age=17, student_state="普通高中", skill="普通劳动力"),
     of_son(age=17, student_state="非在校生", skill="普通劳动力")),
    ("student_age", of_son(age=15), of_son(age=14)),
    ("not_at_school", of_son(age=14, student_state="失学辍学"), of_son(age=15, student_state="失学辍学")),
    ("not_at_school", of_son(student_state="非在校生"),
     replace(of_son(student_state="非在校生"), problems={"education_problem": True})),
    ("idle_adult", of_head(age=60, skill="无劳动力"), of_head(age=61, skill="无劳动力")),
    ("disabled_without_certificate", of_head(health="残疾"),
     of_head(health="残疾", disability_category="1", disability_grade="1")),
    ("severe_limb_labour", of_head(disability_category="4", disability_grade="2"),
     of_head(disability_category="4", disability_grade="3")),
    ("insured_twice", of_head(medical_insurance="居民医保、职工医保"), FAMILY),
    ("insurance_unknown", replace(of_son(medical_insurance=""), has_case=True),
     of_son(medical_insurance="")),
    ("uninsured_not_told", replace(of_son(medical_insurance="未参加"), problems={"medical_problem": False}),
     replace(of_son(medical_insurance="未参加"), problems={"medical_problem": True})),
    ("risk_disabled", with_case("因残"),
     replace(of_head(disability_category="1", disability_grade="1"), risks=("因残",))),
    ("risk_ill", with_case("因病"), replace(of_head(health="长期慢性病"), risks=("因病",))),
    ("risk_ill_paid_nothing", with_case("因病", amounts={"compliant_self_paid": Decimal(0)}),
     with_case("因病", amounts={"compliant_self_paid": Decimal(1)})),
    ("risk_labour", with_case("缺劳动力"), replace(of_head(skill="无劳动力"), members=(
        replace(HEAD, skill="无劳动力"), replace(SPOUSE, skill="无劳动力"), SON), risks=("缺劳动力",))),
    ("risk_work", with_case("因务工就业不稳"), replace(of_head(work_months=3), risks=("因务工就业不稳",))),
    ("risk_uninsured", with_case("因学", problems={"medical_problem": True}),
     with_case("因病", problems={"medical_problem": True})),
    ("no_labour_untrue", replace(FAMILY, has_no_labour=True), FAMILY),
    ("post_age", measured("public_post", person=3), measured("public_post", person=1)),
    ("post_age", replace(measured("public_post", person=1), members=(replace(HEAD, age=70), SPOUSE)),
     replace(measured("public_post"), members=(replace(HEAD, age=70), SPOUSE))),
    ("post_without_wage", measured("public_post", amounts=NOTHING_EARNED),
     replace(measured("public_post", amounts=NOTHING_EARNED), income_until=date(2020, 4, 30))),
    ("industry_without_business", measured("production_support", "industry", amounts=NOTHING_EARNED),
     measured("share_dividend", "industry", amounts=NOTHING_EARNED)),
    ("cleared_with_problem", replace(FAMILY, is_cleared=True, problems={"housing_problem": True}),
     replace(FAMILY, problems={"housing_problem": True})),
    ("wage_in_wan", replace(FAMILY, amounts={"wage": Decimal("3.5")}), replace(FAMILY, amounts={"wage": Decimal(0)})),
    ("business_in_wan", replace(FAMILY, amounts={"business": Decimal(99)}),
     replace(FAMILY, amounts={"business": Decimal(100)})),
    ("high_income", with_case(per_capita_income=Decimal(20001)), with_case(per_capita_income=Decimal(20000))),
    ("aid_without_transfer", replace(of_head(low_income_kind="低保"), amounts={"transfer": Decimal(0)}),
     replace(of_head(low_income_kind="低保"), amounts={"transfer": Decimal(5)})),
]  # fmt: skip


def keys(facts):
    return {doubt.rule.key for doubt in doubts.of(facts)}


@pytest.mark.parametrize(
    ("key", "odd", "fine"), TABLE, ids=[f"{row[0]}-{n}" for n, row in enumerate(TABLE)]
)
def test_rule(key, odd, fine):
    assert key in keys(odd)
    assert key not in keys(fine)


def test_an_ordinary_family_raises_nothing():
    assert doubts.of(FAMILY) == []


def test_every_rule_is_in_the_table_once_and_says_reason_and_remedy():
    assert {row[0] for row in TABLE} == {rule.key for rule in doubts.CATALOGUE}
    assert len(doubts.labels()) == len(doubts.CATALOGUE)
    for _key, odd, _fine in TABLE:
        for doubt in doubts.of(odd):
            assert len(doubt.words) < 200
            assert doubt.words.endswith(doubt.rule.remedy)


def test_an_answer_belongs_to_rule_member_and_facts():
    def digest(facts):
        return doubts.of(facts)[0].digest

    assert digest(of_son(age=15)) == digest(of_son(age=15))
    assert digest(of_son(age=15)) != digest(of_son(age=16))
    assert digest(of_head(health="残疾")) != digest(
        replace(FAMILY, members=(HEAD, replace(SPOUSE, health="残疾"), SON))
    )


@pytest.fixture
def cadre(db):
    return people.village_cadre()


@pytest.fixture
def household(db):
    return HouseholdFactory(village=people.area_at(people.VILLAGE), with_members=3, phone="138")


def left(household):
    return doubt_facts.open_doubts([household]).get(household.pk, [])


def test_answered_with_a_note_it_is_silent_until_the_facts_change(household, cadre):
    [doubt] = left(household)
    for note in (" ", "字" * 201):
        with pytest.raises(Refused):
            actions.accept_doubt(household=household, doubt=doubt, note=note, by=cadre)
    for _twice in range(2):
        actions.accept_doubt(household=household, doubt=doubt, note="短号", by=cadre)
    assert left(household) == []
    assert Event.objects.filter(kind="doubt_accepted").count() == 1
    household.refresh_from_db()
    actions.edit_household(
        household=household, facts={"phone": "139"}, version=household.version, by=cadre
    )
    household.refresh_from_db()
    assert [d.rule.key for d in left(household)] == ["mobile_length"]


def test_no_audit_no_answer(household, cadre, monkeypatch):
    [doubt] = left(household)

    def fail(*_args, **_kwargs):
        raise ZeroDivisionError

    monkeypatch.setattr("households.actions.doubts.record", fail)
    with pytest.raises(ZeroDivisionError):
        actions.accept_doubt(household=household, doubt=doubt, note="短号", by=cadre)
    assert not DoubtAnswer.objects.exists()


def test_a_hard_one_is_corrected_not_answered(household, cadre):
    Person.objects.filter(household=household, relation="之子").update(sex="女")
    doubt = next(one for one in left(household) if one.is_hard)
    with pytest.raises(Refused, match="必须改正"):
        actions.accept_doubt(household=household, doubt=doubt, note="属实", by=cadre)


def test_a_form_stops_what_it_would_make_wrong_and_nothing_older(household, cadre):
    son = household.members.get(relation="之子")
    with pytest.raises(Refused, match="性别却是男"):
        actions.edit_person(person=son, facts={"relation": "之女"}, version=son.version, by=cadre)
    son.refresh_from_db()
    assert son.relation == "之子"
    Person.objects.filter(pk=son.pk).update(sex="女")
    son.refresh_from_db()
    actions.edit_person(person=son, facts={"phone": "13800000000"}, version=son.version, by=cadre)
    with pytest.raises(Refused, match="性别却是男"):
        actions.add_member(
            household=household, by=cadre,
            facts={"name": "张小燕", "relation": "之女", "id_number": next_id_number(sex="男")},
        )  # fmt: skip


@pytest.mark.parametrize("count", [2, 12])
def test_a_village_is_read_in_the_same_number_of_queries(count, db, django_assert_max_num_queries):
    village = people.area_at(people.VILLAGE)
    families = [
        HouseholdFactory(village=village, with_members=3, phone="138") for _ in range(count)
    ]
    doubt_facts.open_doubts(families[:1])  # the code tables are remembered
    with django_assert_max_num_queries(6):
        assert len(doubt_facts.open_doubts(families)) == count


def test_the_nightly_check_counts_each_village_once_a_night(household):
    village = household.village_id
    seen = []
    since = household.created_at
    assert data_check.check_villages([village], since, lambda *said: seen.append(said)) == 1
    assert data_check.check_villages([village], since, lambda *said: seen.append(said)) == 0
    assert len(seen) == 2
    counts = DoubtCount.objects.filter(village_id=village, open__gt=0)
    assert list(counts.values_list("rule", "open")) == [("mobile_length", 1)]
    household.members.update(phone="1")
    data_check.check_village(village)
    assert counts.get().open == 4
