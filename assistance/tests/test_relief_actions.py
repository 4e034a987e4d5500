"""Insurance and relief: who may, in which order, what is refused, what reaches the income."""

import datetime
from decimal import Decimal

import pytest
from django.db import DatabaseError

from accounts.tests.factories import COUNTY, NEIGHBOUR, TOWNSHIP, VILLAGE, area_at, user_at
from assistance.models import InsuranceClaim, InsuranceCover, ReliefRequest
from assistance.refusals import AssistanceRefused
from assistance.relief import actions
from assistance.tests.relief_factories import (
    InsuranceClaimFactory,
    InsuranceCoverFactory,
    ReliefRequestFactory,
)
from audit import clock
from audit.models import Event
from households.actions import record_income
from households.tests.factories import HouseholdFactory, IncomeFactory
from workflow.models import Status
from workflow.tests.factories import CaseFactory, case_in

pytestmark = pytest.mark.django_db

TODAY = datetime.datetime(2021, 6, 20, 9, 0, tzinfo=datetime.UTC)


@pytest.fixture(autouse=True)
def in_june():
    with clock.at(TODAY):
        yield


@pytest.fixture
def household():
    return HouseholdFactory(village=area_at(VILLAGE), with_members=3)


@pytest.fixture
def cadre():
    return user_at("village_cadre", VILLAGE)


@pytest.fixture
def office():
    return user_at("county_office", COUNTY)


def day(month, number):
    return datetime.date(2021, month, number)


def report(household, by, **more):
    facts = {"happened_on": day(6, 10), "cause": "traffic", "description": "被撞伤"} | more
    return actions.report_claim(household=household, by=by, **facts)


def enrol(by, group="register", **more):
    return actions.enrol(
        **{"county": COUNTY, "group": group, "year": 2021, "starts_on": day(3, 1), "by": by} | more
    )


# --- enrolment ----------------------------------------------------------------------------------


def test_the_two_groups_are_insured_at_once_and_again_only_the_new_ones(office):
    first = case_in(Status.MONITORED)
    case_in(Status.SCREENED)
    assert enrol(office) == 1
    second = case_in(Status.CLEARING_REVIEWED)
    assert enrol(office) == 1
    assert set(InsuranceCover.objects.values_list("household_id", flat=True)) == {
        first.household_id,
        second.household_id,
    }
    assert InsuranceCover.objects.first().member_count == 3
    told = Event.objects.filter(kind="insurance_enrolled").order_by("id")
    assert [event.detail["households"] for event in told] == [1, 1]


def test_households_of_sudden_fall_are_insured_whether_listed_or_not(office, household):
    IncomeFactory(household=household, wage=60000)
    IncomeFactory(household=household, period_start=day(1, 1), period_end=day(5, 31), wage=6000)
    calm = HouseholdFactory(village=area_at(VILLAGE), with_members=2)
    IncomeFactory(household=calm)
    IncomeFactory(household=calm, period_start=day(1, 1), period_end=day(5, 31))
    assert enrol(office, group="sudden") == 1
    assert InsuranceCover.objects.get().household == household


def test_enrolment_costs_the_same_statements_for_any_number(office, django_assert_max_num_queries):
    for _ in range(12):
        case_in(Status.MONITORED)
    enrol(office, year=2020, starts_on=datetime.date(2020, 1, 1))
    with django_assert_max_num_queries(8):
        assert enrol(office) == 12


@pytest.mark.parametrize(
    ("role", "place"), [("village_cadre", VILLAGE), ("department_clerk", "yibao")]
)
def test_only_the_county_buys_insurance(role, place):
    with pytest.raises(AssistanceRefused, match="县级统筹"):
        enrol(user_at(role, place))


# --- claims -------------------------------------------------------------------------------------


def test_a_claim_from_report_to_money(household, cadre, office):
    InsuranceCoverFactory(household=household)
    claim = report(household, cadre)
    actions.inspect_claim(
        claim=claim, inspected_on=day(6, 20), inspector="李查勘", finding="属实",
        amount_claimed=Decimal(9000), by=office,
    )  # fmt: skip
    actions.pay_claim(claim=claim, paid_on=day(6, 20), amount_paid=Decimal(8000), by=office)
    claim.refresh_from_db()
    assert (claim.state, claim.reported_on, claim.amount_paid) == ("paid", day(6, 20), 8000)
    kinds = Event.objects.filter(object_id=str(claim.pk)).order_by("id")
    assert [event.kind for event in kinds] == ["claim_reported", "claim_inspected", "claim_paid"]


def test_the_department_named_by_the_parameter_handles_it_and_no_other(household):
    claim = InsuranceClaimFactory(household=household)
    facts = {
        "inspected_on": clock.today(), "inspector": "李", "finding": "属实",
        "amount_claimed": Decimal(1),
    }  # fmt: skip
    with pytest.raises(AssistanceRefused, match="没有该权限"):
        actions.inspect_claim(claim=claim, by=user_at("department_clerk", "yibao"), **facts)
    actions.inspect_claim(claim=claim, by=user_at("department_clerk", "fupin"), **facts)
    assert claim.state == "inspected"


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"happened_on": day(6, 21)}, "不能晚于今天"),
        ({"happened_on": day(2, 1)}, "不在保险期内"),
        ({"happened_on": datetime.date(2020, 5, 1)}, "2020 年未参加防贫保"),
        ({"cause": "nothing"}, "没有这种出险原因"),
    ],
)
def test_a_claim_that_cannot_be_is_refused(household, cadre, facts, words):
    InsuranceCoverFactory(household=household, starts_on=day(3, 1))
    with pytest.raises(AssistanceRefused, match=words):
        report(household, cadre, **facts)


def test_the_same_accident_is_reported_once(household, cadre):
    InsuranceCoverFactory(household=household)
    report(household, cadre)
    with pytest.raises(AssistanceRefused, match="已经报案"):
        report(household, cadre)
    assert InsuranceClaim.objects.count() == 1


def test_the_next_village_reports_nothing_here(household):
    InsuranceCoverFactory(household=household)
    with pytest.raises(AssistanceRefused, match="不能为该户报案"):
        report(household, user_at("village_cadre", NEIGHBOUR))


def test_money_before_the_inspection_and_twice_is_refused(household, office):
    claim = InsuranceClaimFactory(household=household)
    with pytest.raises(AssistanceRefused, match="状态已变"):
        actions.pay_claim(claim=claim, paid_on=day(6, 20), amount_paid=Decimal(1), by=office)
    paid = InsuranceClaimFactory(household=household, cause="fire", state="paid")
    with pytest.raises(AssistanceRefused, match="状态已变"):
        actions.pay_claim(claim=paid, paid_on=day(6, 20), amount_paid=Decimal(1), by=office)


def test_a_refusal_needs_its_reason_and_ends_the_claim(household, office):
    claim = InsuranceClaimFactory(household=household)
    with pytest.raises(AssistanceRefused, match="原因"):
        actions.refuse_claim(claim=claim, refused_on=day(6, 20), reason=" ", by=office)
    actions.refuse_claim(claim=claim, refused_on=day(6, 20), reason="酒后驾驶", by=office)
    assert not InsuranceClaim.objects.open().exists()


# --- payouts in the income ----------------------------------------------------------------------


def pay(household, office, amount):
    claim = InsuranceClaimFactory(household=household, state="inspected")
    actions.pay_claim(claim=claim, paid_on=day(6, 20), amount_paid=Decimal(amount), by=office)


def statement(household, cadre, **amounts):
    return record_income(
        household=household, period_start=day(1, 1), period_end=day(6, 20), by=cadre,
        wage=Decimal(9000), **amounts,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "counted"), [(0, 8000), (8000, 8000), (9500, 9500), (3000, 8000)]
)
@pytest.mark.parametrize("is_typed_first", [True, False])
def test_a_payout_counts_once_whatever_the_village_typed(
    household, cadre, office, typed, counted, is_typed_first
):
    if is_typed_first:
        statement(household, cadre, insurance_payout=Decimal(typed))
        pay(household, office, 8000)
    else:
        pay(household, office, 8000)
        statement(household, cadre, insurance_payout=Decimal(typed))
    income = household.incomes.get()
    assert income.payout == counted
    assert income.reference == 9000 + counted


def test_a_payout_belongs_to_the_periods_that_hold_its_day(household, cadre, office):
    before = IncomeFactory(household=household)
    now = statement(household, cadre)
    pay(household, office, 8000)
    before.refresh_from_db()
    now.refresh_from_db()
    assert (before.recorded_payout, now.recorded_payout) == (0, 8000)


def test_when_the_payout_is_rolled_back_so_is_the_income(household, cadre, office, monkeypatch):
    income = statement(household, cadre)
    claim = InsuranceClaimFactory(household=household, state="inspected")

    def broken(*args, **kwargs):
        raise DatabaseError("no audit")

    monkeypatch.setattr("assistance.relief.actions.claims.record", broken)
    with pytest.raises(DatabaseError):
        actions.pay_claim(claim=claim, paid_on=day(6, 20), amount_paid=Decimal(1), by=office)
    income.refresh_from_db()
    assert income.recorded_payout == 0
    assert InsuranceClaim.objects.get().state == "inspected"


# --- relief -------------------------------------------------------------------------------------


def ask(household, by, **more):
    facts = {
        "kind": "urgent", "risk": "因病", "description": "急需手术费", "requested_on": day(6, 18),
    } | more  # fmt: skip
    return actions.request_relief(household=household, by=by, **facts)


def approve(relief, by, level="county", amount=3000, **more):
    return actions.approve_relief(
        relief=relief, level=level, approved_on=day(6, 19), amount_approved=Decimal(amount), by=by,
        **more,
    )  # fmt: skip


def give(relief, by, amount=3000):
    return actions.pay_relief(relief=relief, paid_on=day(6, 20), amount_paid=Decimal(amount), by=by)


def test_relief_is_asked_for_approved_and_paid(household, cadre, office):
    relief = approve(ask(household, cadre), office)
    give(relief, office)
    assert (relief.state, relief.level, relief.amount_paid) == ("paid", "county", 3000)
    assert not ReliefRequest.objects.open().exists()


@pytest.mark.parametrize(
    ("role", "place", "level", "is_allowed"),
    [
        ("township_office", TOWNSHIP, "township", True),
        ("township_office", TOWNSHIP, "county", False),
        ("township_office", "410922101", "township", False),
        ("department_clerk", "minzheng", "county", True),
        ("department_clerk", "yibao", "county", False),
        ("leading_group_office", COUNTY, "county", True),
        ("village_cadre", VILLAGE, "township", False),
    ],
)
def test_each_level_approves_its_own(household, cadre, role, place, level, is_allowed):
    relief = ask(household, cadre)
    if is_allowed:
        assert approve(relief, user_at(role, place), level).state == "approved"
    else:
        with pytest.raises(AssistanceRefused, match="职责范围"):
            approve(relief, user_at(role, place), level)


def test_nobody_approves_their_own_request(household, office):
    relief = ask(household, office)
    with pytest.raises(AssistanceRefused, match="自己提出"):
        approve(relief, office)


def test_what_goes_ahead_is_paid_first_and_listed_until_the_procedure_is_made_up(
    household, cadre, office
):
    relief = ask(household, cadre, is_ahead=True)
    give(relief, office, 2000)
    assert relief.lacks_procedure
    assert list(ReliefRequest.objects.ahead_of_procedure()) == [relief]
    with pytest.raises(AssistanceRefused, match="少于已先行发放"):
        approve(relief, office, amount=1000)
    approve(relief, office, amount=2000)
    assert (relief.state, relief.lacks_procedure) == ("paid", False)
    assert not ReliefRequest.objects.ahead_of_procedure().exists()


def test_what_does_not_go_ahead_is_not_paid_before_approval(household, cadre, office):
    with pytest.raises(AssistanceRefused, match="尚未批准"):
        give(ask(household, cadre), office)
    with pytest.raises(AssistanceRefused, match="只有急难型"):
        ask(household, cadre, kind="expense", is_ahead=True)


def test_more_than_was_approved_is_not_paid(household, cadre, office):
    relief = approve(ask(household, cadre), office, amount=1000)
    with pytest.raises(AssistanceRefused, match="超过批准金额"):
        give(relief, office, 1001)


def test_floor_protection_says_which(household, cadre, office):
    relief = ask(household, cadre, kind="floor")
    with pytest.raises(AssistanceRefused, match="低保还是特困"):
        approve(relief, office, amount=530)
    assert approve(relief, office, amount=530, protection="低保").protection == "低保"


def test_granted_protection_stands_in_the_register_without_being_typed_again(
    household, cadre, office
):
    elder = household.members.first()
    for number, asked, protection, left in (
        (1, elder, "特困", {"特困", ""}), (2, None, "低保", {"特困", "低保"}),
    ):  # fmt: skip
        relief = ask(household, cadre, kind="floor", person=asked, requested_on=day(6, number))
        approve(relief, office, amount=530, protection=protection)
        give(relief, office, 530)
        assert set(household.members.values_list("low_income_kind", flat=True)) == left
    household.refresh_from_db()
    assert household.low_income_kind == "特困"
    assert Event.objects.filter(kind="household_changed").count() == 2


def test_nobody_is_granted_protection_in_a_household_that_is_gone(household, cadre, office):
    relief = ask(household, cadre, kind="floor")
    type(household).objects.update(
        state="removed", removed_on=day(6, 10), removed_reason="整户死亡"
    )
    with pytest.raises(AssistanceRefused, match="已销户"):
        approve(relief, office, amount=530, protection="低保")


def test_a_member_who_left_gets_no_relief(household, cadre):
    person = household.members.last()
    type(person).objects.filter(pk=person.pk).update(is_active=False, left_on=day(5, 1))
    person.refresh_from_db()
    with pytest.raises(AssistanceRefused, match="已去世或迁出"):
        ask(household, cadre, person=person)


def test_a_case_is_not_needed_for_relief(household, cadre):
    CaseFactory(household=household)
    assert ask(household, cadre).state == "requested"
    assert ReliefRequestFactory(state="refused").refused_reason
