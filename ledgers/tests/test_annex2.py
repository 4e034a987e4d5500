"""附件2 of a month: who stands on it, what is frozen, what a viewer sees."""

import datetime

import pytest

from accounts.tests.factories import (
    COUNTY,
    NEIGHBOUR,
    TOWNSHIP,
    VILLAGE,
    area_at,
    neighbour_cadre,
    township_reviewer,
    village_cadre,
)
from audit import clock
from households.models import Person
from ledgers import annex2
from ledgers.tests.factories import MARCH, march
from workflow import lists
from workflow.models import Case, ReportedList, Status
from workflow.tests.factories import (
    MonthlyRoundFactory,
    ReportedListFactory,
    StatusChangeFactory,
    case_in,
    moment,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_march():
    with clock.at(moment(21)):
        yield


@pytest.fixture
def round():
    return MonthlyRoundFactory(month=MARCH)


def screened(village=VILLAGE, status=Status.SCREENED, **kwargs) -> Case:
    case = case_in(status, village=village, **kwargs)
    StatusChangeFactory(case=case)
    return case


def rows(code=VILLAGE, user=None):
    return list(annex2.rows(march(code), user))


def hand_in(case_ids, round):
    return ReportedListFactory(
        area=area_at(VILLAGE), round=round, kind=ReportedList.Kind.SCREENING, case_ids=case_ids
    )


def test_the_month_holds_screened_and_monitored_households(round):
    new = screened()
    monitored = case_in(Status.MONITORED, identified_on=datetime.date(2020, 12, 30))
    case_in(Status.LEAD)
    case_in(Status.NOT_ADMITTED)

    found = {row["case_id"]: row["note"] for row in rows()}

    assert found == {new.pk: "新增", monitored.pk: "在册监测"}


@pytest.mark.parametrize(
    ("facts", "note"),
    [
        ({"status": "SCREENED"}, "新增"),
        ({"status": "SCREENED", "is_urgent": True, "remark": "住院中"}, "新增；先行帮扶；住院中"),
        ({"status": "MONITORED", "identified_on": "2021-03-30"}, "新增"),
        ({"status": "MONITORED", "identified_on": "2021-02-28"}, "在册监测"),
        (
            {"status": "RISK_CLEARED", "identified_on": "2020-06-30", "cleared_on": "2021-03-30"},
            "风险消除",
        ),
        (
            {"status": "RISK_CLEARED", "identified_on": "2020-06-30", "cleared_on": "2021-05-30"},
            "在册监测",
        ),
        ({"status": "CLOSED", "identified_on": "2020-06-30"}, "自然减少"),
    ],
)
def test_the_note_says_how_the_household_stands(facts, note):
    row = {"identified_on": None, "cleared_on": None, "is_urgent": False, "remark": "", **facts}

    assert annex2.note(row, MARCH, is_screened=True) == note


def test_a_screened_case_of_an_earlier_month_is_carried_over(round):
    earlier = MonthlyRoundFactory(month=datetime.date(2021, 2, 1))
    case = case_in(Status.SCREENED, round=earlier)
    StatusChangeFactory(case=case, round=earlier)

    assert [row["note"] for row in rows()] == ["上月结转"]


def test_a_handed_in_month_comes_out_as_reported_after_later_edits(round):
    new = screened()
    standing = case_in(Status.MONITORED, identified_on=datetime.date(2020, 12, 30))
    found = hand_in([new.pk], round)
    assert found.figures.get("on_register") is None  # the factory freezes the screened ones only
    before = rows()

    Person.objects.filter(household=new.household, relation="户主").update(name="改名后")
    Case.objects.filter(pk=new.pk).update(risks=["因学"], remark="后来改的")
    late = screened()

    after = rows()
    of_new = [row for row in after if row["case_id"] == new.pk]
    assert of_new == [row for row in before if row["case_id"] == new.pk]
    assert standing.pk in {row["case_id"] for row in after}
    assert late.pk not in {row["case_id"] for row in after}


def test_the_households_under_monitoring_are_frozen_with_the_hand_in(round):
    standing = case_in(Status.MONITORED, identified_on=datetime.date(2020, 12, 30))
    new = screened()
    cases = lists.snapshot([new.pk])
    figures = {
        **lists.figures(cases),
        "on_register": lists.on_register(area_at(VILLAGE), besides=[new.pk]),
    }
    ReportedListFactory(
        area=area_at(VILLAGE), round=round, kind=ReportedList.Kind.SCREENING, case_ids=[new.pk],
        figures=figures,
    )  # fmt: skip
    Case.objects.filter(pk=standing.pk).update(remark="后来改的")

    assert {row["case_id"]: row["note"] for row in rows()} == {
        new.pk: "新增",
        standing.pk: "在册监测",
    }


def test_a_past_month_does_not_hold_what_was_identified_or_screened_later(round):
    screened()
    with clock.at(moment(21, month=4)):
        april = MonthlyRoundFactory(month=datetime.date(2021, 4, 1))
        later = case_in(Status.SCREENED, round=april)
        StatusChangeFactory(case=later, round=april)
        case_in(Status.MONITORED, round=april, identified_on=datetime.date(2021, 4, 30))

        assert later.pk not in {row["case_id"] for row in rows()}
        assert len(rows()) == 1


def test_one_line_a_member_with_the_household_on_each(round):
    screened()

    [block] = annex2.blocks(march(), None)

    assert [line[3] for line in block] == ["户主", "配偶", "之子"]
    assert {line[0] for line in block} == {1}
    assert {line[5] for line in block} == {3}
    assert {line[8] for line in block} == {"因病"}


def test_each_viewer_sees_their_own_area_only(round):
    mine, other = screened(), screened(village=NEIGHBOUR)

    def seen(user, code):
        return {row["case_id"] for row in rows(code, user)}

    assert seen(village_cadre(), TOWNSHIP) == {mine.pk}
    assert seen(neighbour_cadre(), VILLAGE) == set()
    assert seen(township_reviewer(), TOWNSHIP) == {mine.pk, other.pk}
    assert seen(None, COUNTY) == {mine.pk, other.pk}


def test_a_neighbours_frozen_list_is_not_seen_either(round):
    hand_in([screened().pk], round)

    assert rows(VILLAGE, neighbour_cadre()) == []


@pytest.mark.parametrize("count", [3, 12])
def test_queries_do_not_grow_with_households(round, count, django_assert_num_queries):
    for _ in range(count):
        screened()
    filters = march()

    with django_assert_num_queries(4):
        assert len(list(annex2.rows(filters, None))) == count


def test_the_public_list_never_names_more_than_its_columns(round):
    case = screened(remark="长期透析")

    [block] = annex2.public_blocks(march(), None)

    assert block == [(1, "城关镇", case.village.short_name, "张三丰", 3, "2", "拟纳入监测")]
