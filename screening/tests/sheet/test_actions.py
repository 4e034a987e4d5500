"""Saving cells: once, not over somebody else, into the register or kept until it can be."""

import uuid
from dataclasses import replace
from datetime import date

import pytest

from accounts.tests import factories as people
from audit.models import Event
from households.models import Household, Income, Safeguard
from households.tests.factories import HouseholdFactory, IncomeFactory, SafeguardFactory
from screening.sheet import actions, rows
from screening.sheet.actions import Change, Status
from screening.sheet.models import CellChange, SheetRow
from screening.sheet.refusals import SheetRefused
from screening.sheet.rows import State
from workflow.actions import report_list
from workflow.models import ReportedList, Visit
from workflow.outcomes import StepRefused
from workflow.states import Status as CaseStatus
from workflow.tests.factories import ClosedRoundFactory, MonthlyRoundFactory, case_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def cadre():
    return people.village_cadre()


@pytest.fixture
def month():
    return MonthlyRoundFactory()


@pytest.fixture
def household(month):
    return case_in(CaseStatus.MONITORED).household


def change(household, key, new, seen="", **more):
    return Change(more.pop("id", None) or uuid.uuid4(), household.pk, key, seen, new, **more)


def save(month, by, *changes):
    return actions.save_cells(round=month, changes=list(changes), by=by).results


def row_of(month, household):
    return rows.of_households(month, [household.pk])[0]


def test_a_fact_goes_to_the_register_with_history_and_audit(month, household, cadre):
    [result] = save(month, cadre, change(household, "phone", "139 1111-2222", seen="13800000000"))
    assert (result.status, result.text) == (Status.SAVED, "13911112222")
    household.refresh_from_db()
    assert household.phone == "13911112222"
    kept = CellChange.objects.get()
    assert (kept.key, kept.old, kept.new, kept.by) == ("phone", "13800000000", "13911112222", cadre)
    assert set(Event.objects.values_list("kind", flat=True)) >= {
        "household_changed",
        "sheet_changed",
    }
    assert row_of(month, household).state is State.CHANGED


def test_the_same_change_sent_twice_acts_once(month, household, cadre):
    sent = change(household, "remark", "儿子住院")
    first, second = save(month, cadre, sent)[0], save(month, cadre, sent)[0]
    assert (first.status, second.status) == (Status.SAVED, Status.SAVED)
    assert CellChange.objects.count() == 1
    # …even when somebody else has written something since
    save(month, cadre, change(household, "remark", "已出院", seen="儿子住院"))
    again = save(month, cadre, sent)[0]
    assert (again.status, again.text) == (Status.SAVED, "已出院")
    assert CellChange.objects.count() == 2


def test_what_was_typed_on_under_an_id_that_has_arrived_is_written(month, household, cadre):
    sent = change(household, "remark", "儿子")
    save(month, cadre, sent)
    longer = replace(sent, new="儿子住院")
    for _ in range(2):
        [result] = save(month, cadre, longer)
        assert (result.status, result.text) == (Status.SAVED, "儿子住院")
        assert result.change is longer  # the browser knows it by the id that it sent
    assert list(CellChange.objects.order_by("at").values_list("old", "new")) == [
        ("", "儿子"),
        ("儿子", "儿子住院"),
    ]


def test_what_was_typed_on_does_not_write_over_somebody_else(month, household, cadre):
    sent = change(household, "remark", "儿子")
    save(month, cadre, sent)
    other = people.user_at("village_cadre", people.VILLAGE)
    save(month, other, change(household, "remark", "已出院", seen="儿子"))
    [result] = save(month, cadre, replace(sent, new="儿子住院"))
    assert (result.status, result.text, result.by) == (Status.CONFLICT, "已出院", other.full_name)


def test_who_comes_second_sees_both_values(month, household, cadre):
    other = people.user_at("village_cadre", people.VILLAGE)
    save(month, other, change(household, "remark", "甲写的"))
    [result] = save(month, cadre, change(household, "remark", "乙写的", seen=""))
    assert (result.status, result.text, result.by) == (Status.CONFLICT, "甲写的", other.full_name)
    assert CellChange.objects.count() == 1
    # choosing one's own: the other value has now been seen
    [result] = save(month, cadre, change(household, "remark", "乙写的", seen="甲写的"))
    assert result.status is Status.SAVED


def test_two_who_write_the_same_do_not_quarrel(month, household, cadre):
    save(month, cadre, change(household, "remark", "儿子住院"))
    [result] = save(month, cadre, change(household, "remark", "儿子住院 ", seen=""))
    assert result.status is Status.SAVED
    assert CellChange.objects.count() == 1


def test_typing_on_before_the_answer_came_is_no_conflict(month, household, cadre):
    results = save(
        month, cadre,
        change(household, "remark", "儿", seen=""), change(household, "remark", "儿子", seen="儿"),
    )  # fmt: skip
    assert [r.status for r in results] == [Status.SAVED, Status.SAVED]
    assert row_of(month, household).text("remark") == "儿子"


def test_a_wrong_value_waits_as_typed_and_keeps_the_register_clean(month, household, cadre):
    [result] = save(month, cadre, change(household, "phone", "没有", seen="13800000000"))
    assert result.status is Status.ERROR
    assert "不是号码" in result.message
    household.refresh_from_db()
    assert household.phone == "13800000000"
    row = row_of(month, household)
    assert (row.text("phone"), row.state) == ("没有", State.DOUBTFUL)
    [result] = save(month, cadre, change(household, "phone", "13900000000", seen="没有"))
    assert result.status is Status.SAVED
    assert row_of(month, household).errors == {}
    assert SheetRow.objects.get().drafts == {}


def test_safeguards_wait_for_each_other_and_are_one_check(month, household, cadre):
    keys = ("housing_problem", "education_problem", "medical_problem", "water_problem")
    first = save(month, cadre, change(household, keys[0], "是"))[0]
    assert first.status is Status.DRAFT
    assert "失学辍学" in first.message
    assert not Safeguard.objects.exists()
    rest = save(month, cadre, *[change(household, key, "否") for key in keys[1:]])
    assert {r.status for r in rest} == {Status.SAVED}
    save(month, cadre, change(household, keys[0], "否", seen="是"))
    found = Safeguard.objects.get()  # corrected, not repeated
    assert found.problems == []


def test_a_known_check_is_carried_over_and_a_new_one_made(month, household, cadre):
    SafeguardFactory(household=household, water_problem=True)
    [result] = save(month, cadre, change(household, "housing_problem", "是", seen="否"))
    assert result.status is Status.SAVED
    latest = Safeguard.objects.order_by("-checked_on").first()
    assert (latest.housing_problem, latest.water_problem) == (True, True)
    assert Safeguard.objects.count() == 2


def test_one_changed_amount_carries_the_rest_of_the_last_statement(month, household, cadre):
    IncomeFactory(household=household)
    [result] = save(month, cadre, change(household, "wage", "2万", seen="18000"))
    assert (result.status, result.text) == (Status.SAVED, "20000")
    now = Income.objects.order_by("-period_end").first()
    assert (now.wage, now.business, now.member_count) == (20000, 6000, 3)
    household.refresh_from_db()
    assert household.per_capita_income == now.per_capita_net
    assert Income.objects.count() == 2
    save(month, cadre, change(household, "wage", "21000", seen="20000"))
    assert Income.objects.count() == 2


def test_amounts_nobody_has_stated_are_not_taken_for_nothing(month, household, cadre):
    """Wage alone would turn the household's income into that of a family without any other."""
    before = household.per_capita_income
    [result] = save(month, cadre, change(household, "wage", "20000"))
    assert result.status is Status.DRAFT
    household.refresh_from_db()
    assert household.per_capita_income == before
    assert not Income.objects.exists()
    assert "business" in row_of(month, household).errors


def test_risks_and_remark_belong_to_the_case(month, household, cadre):
    case = household.cases.get()
    results = save(
        month, cadre, change(household, "risks", "因学、因病", seen="因病"),
        change(household, "remark", "次子上大学"),
    )  # fmt: skip
    assert {r.status for r in results} == {Status.SAVED}
    case.refresh_from_db()
    assert (case.risks, case.remark) == (["因病", "因学"], "次子上大学")


def test_another_risk_asks_for_a_remark(month, household, cadre):
    [result] = save(month, cadre, change(household, "risks", "其他", seen="因病"))
    assert result.status is Status.SAVED
    assert "备注" in row_of(month, household).errors["remark"]


def test_a_case_in_other_hands_is_not_described(month, cadre):
    held = case_in(CaseStatus.RECHECKED).household
    [result] = save(month, cadre, change(held, "remark", "改"))
    assert result.status is Status.REFUSED


def test_the_neighbours_household_is_refused(month, household):
    stranger = people.user_at("village_cadre", people.NEIGHBOUR)
    [result] = save(month, stranger, change(household, "remark", "改"))
    assert (result.status, result.text) == (Status.REFUSED, "")
    assert not CellChange.objects.exists()


def test_a_closed_month_takes_nothing(household, cadre):
    closed = ClosedRoundFactory(month=date(2021, 1, 1))
    with pytest.raises(SheetRefused, match="已经结束"):
        save(closed, cadre, change(household, "remark", "改"))


def test_a_failure_in_the_middle_leaves_nothing(month, household, cadre, monkeypatch):
    def fails(*_args, **_kwargs):
        raise RuntimeError("link cut")

    monkeypatch.setattr(actions, "record", fails)
    with pytest.raises(RuntimeError):
        save(month, cadre, change(household, "phone", "13911112222", seen="13800000000"))
    household.refresh_from_db()
    assert household.phone == "13800000000"
    assert not CellChange.objects.exists()


def test_restoring_is_a_new_change(month, household, cadre):
    save(month, cadre, change(household, "remark", "错的"))
    wrong = CellChange.objects.get()
    result = actions.restore(change=wrong, id=uuid.uuid4(), by=cadre)
    assert (result.status, result.text) == (Status.SAVED, "")
    assert CellChange.objects.exclude(pk=wrong.pk).get().restores == wrong


def test_all_unchanged_are_confirmed_in_one_act(month, cadre):
    ids = [case_in(CaseStatus.MONITORED).household_id for _ in range(3)]
    save(month, cadre, change(Household.objects.get(pk=ids[0]), "phone", "没有", "13800000000"))
    assert actions.confirm_unchanged(round=month, household_ids=ids, by=cadre) == 2
    assert actions.confirm_unchanged(round=month, household_ids=ids, by=cadre) == 0
    assert Event.objects.filter(kind="sheet_confirmed").count() == 2
    states = [row.state for row in rows.of_village(month, people.VILLAGE)]
    assert sorted(states) == ["confirmed", "confirmed", "doubtful"]


def test_a_stranger_confirms_nothing(month, household):
    stranger = people.user_at("village_cadre", people.NEIGHBOUR)
    found = actions.confirm_unchanged(round=month, household_ids=[household.pk], by=stranger)
    assert (found, SheetRow.objects.count()) == (0, 0)


def test_a_doubt_is_accepted_with_a_note_until_its_words_change(month, household, cadre):
    save(month, cadre, change(household, "phone", "1380000000", seen="13800000000"))
    [doubt] = row_of(month, household).doubts
    with pytest.raises(SheetRefused, match="请写明"):
        actions.accept_doubt(round=month, household=household, key=doubt.key, note=" ", by=cadre)
    actions.accept_doubt(round=month, household=household, key=doubt.key, note="外地号", by=cadre)
    assert row_of(month, household).doubts == []
    save(month, cadre, change(household, "phone", "138000000", seen="1380000000"))
    assert len(row_of(month, household).doubts) == 1


def test_hand_in_waits_for_hard_errors_and_then_confirms_the_rest(month, household, cadre):
    untouched = case_in(CaseStatus.MONITORED).household
    village = people.area_at(people.VILLAGE)
    save(month, cadre, change(household, "phone", "没有", seen="13800000000"))
    with pytest.raises(StepRefused, match=household.head_name):
        actions.hand_in(round=month, village=village, by=cadre)
    assert not ReportedList.objects.exists()
    save(month, cadre, change(household, "phone", "13800000000", seen="没有"))
    found = actions.hand_in(round=month, village=village, by=cadre)
    assert (found.kind, found.is_zero) == ("SCREENING", True)
    assert row_of(month, untouched).state is State.CONFIRMED


@pytest.mark.parametrize("count", [2, 12])
def test_the_sheet_is_read_in_the_same_number_of_queries(
    month, count, django_assert_max_num_queries
):
    for _ in range(count):
        case_in(CaseStatus.MONITORED)
    with django_assert_max_num_queries(12):
        found = rows.of_village(month, people.VILLAGE)
        assert [row.state for row in found] == [State.UNCONFIRMED] * count


def test_a_household_of_the_village_is_added(month, cadre):

    extra = HouseholdFactory(village=people.area_at(people.VILLAGE), with_members=2)
    actions.add_household(round=month, household=extra, by=cadre)
    actions.add_household(round=month, household=extra, by=cadre)
    [row] = rows.of_village(month, people.VILLAGE)
    assert row.household == extra
    assert not row.may_type("risks")


def test_how_and_when_it_was_checked_is_the_visit_once(month, household, cadre):
    on = date(month.month.year, month.month.month, 1).isoformat()
    save(month, cadre, change(household, "checked_how", "入户"))
    assert not Visit.objects.exists()
    save(month, cadre, change(household, "checked_on", on))
    [visit] = Visit.objects.all()
    assert (visit.kind, visit.level, f"{visit.visited_on}") == ("home", "village", on)
    assert visit.visitors == cadre.full_name
    save(month, cadre, change(household, "remark", "无"))
    assert Visit.objects.count() == 1
    [told] = save(month, cadre, change(household, "checked_how", "电话", seen="入户"))
    assert told.status is Status.DRAFT
    assert "contacted" in row_of(month, household).errors
    save(month, cadre, change(household, "contacted", "户主本人"))
    [visit] = Visit.objects.all()
    assert (visit.kind, visit.contacted) == ("telephone", "户主本人")
    assert not row_of(month, household).errors
    assert Event.objects.filter(kind="visit_corrected").count() == 1


def test_a_household_without_a_case_has_no_visit(month, cadre):
    household = HouseholdFactory(village=people.area_at(people.VILLAGE))
    save(month, cadre, change(household, "checked_how", "入户"))
    save(month, cadre, change(household, "checked_on", month.month.isoformat()))
    assert not Visit.objects.exists()


def test_the_report_page_cannot_go_round_the_sheet(month, household, cadre):
    save(month, cadre, change(household, "phone", "没有", seen="13800000000"))
    village = people.area_at(people.VILLAGE)
    with pytest.raises(StepRefused, match="还有要改正的内容"):
        report_list(area=village, round=month, kind=ReportedList.Kind.SCREENING, by=cadre)
    assert not ReportedList.objects.exists()
