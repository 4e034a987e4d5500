"""A closed month's ledgers come out again exactly as they were (DESIGN: papers)."""

import datetime

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.tests.factories import (
    COUNTY,
    NEIGHBOUR,
    VILLAGE,
    area_at,
    leading_group_officer,
    village_cadre,
)
from assistance.tests.factories import HelperAssignmentFactory, MeasureFactory
from audit import clock
from households.models import Household
from ledgers import kept, sheets
from ledgers.models import KeptLedger, KeptRows
from ledgers.presenters import opened_id, shown
from ledgers.tests.factories import MARCH, march
from screening.models import Lead
from screening.tests.factories import LeadFactory
from workflow import actions
from workflow.states import Status
from workflow.tests.factories import MonthlyRoundFactory, case_in, moment

pytestmark = pytest.mark.django_db


@pytest.fixture
def round():
    with clock.at(moment(30)):
        yield MonthlyRoundFactory(month=MARCH)


@pytest.fixture
def case(round):
    """A household with something in every ledger over cases and leads."""
    found = case_in(Status.MONITORED, identified_on=datetime.date(2021, 2, 26))
    HelperAssignmentFactory(case=found)
    MeasureFactory(case=found, amount_planned=3000)
    LeadFactory(household=found.household, case=found, month=MARCH, village=found.village)
    case_in(Status.MONITORED, village=NEIGHBOUR, identified_on=datetime.date(2021, 2, 26))
    return found


def everything(user=None, code=COUNTY) -> dict:
    """Every kept ledger as it is drawn: cells in words, so that types cannot hide a difference."""
    return {key: _drawn(sheets.find(key), user, code) for key in sorted(kept._live)}


def _drawn(ledger, user, code) -> list:
    kinds = [column.kind for column in ledger.columns]
    return [
        [
            tuple(shown(kind, value) for kind, value in zip(kinds, line, strict=True))
            for line in block
        ]
        for block in ledger.blocks(march(code), user)
    ]


def closed(round):
    actions.close_round(round=round, by=leading_group_officer())
    round.refresh_from_db()
    return round


def later_changes(case):
    """What cadres go on doing in April."""
    Household.objects.filter(pk=case.household_id).update(head_name="改名", member_count=9)
    type(case).objects.filter(pk=case.pk).update(risks=["因学"], remark="后来的备注")
    Lead.objects.update(explanation="后来改过的说明")
    case.measures.update(description="后来改过的措施", amount_planned=1)


def test_a_closed_month_is_shown_as_it_was_whatever_is_edited_since(case, round):
    before = everything()
    kept.keep_round(closed(round))

    later_changes(case)

    assert everything() == before
    assert all(before[key] for key in ("assistance", "leads", "annex2", "national", "public"))


def test_an_open_month_is_shown_as_it_stands(case, round):
    before = everything()
    later_changes(case)
    assert everything() != before
    assert list(kept.rounds_to_keep()) == []


def test_a_reopened_month_lives_again_until_it_is_closed_again(case, round):
    kept.keep_round(closed(round))
    assert list(kept.rounds_to_keep()) == []
    actions.reopen_round(round=round, reason="补报", by=leading_group_officer())
    later_changes(case)
    assert "改名" in str(everything()["assistance"])

    with clock.at(moment(3, month=4)):
        closed(round)
        assert list(kept.rounds_to_keep()) == [round]
        kept.keep_round(round)
    Household.objects.filter(pk=case.household_id).update(head_name="又改")

    assert "改名" in str(everything()["assistance"])
    assert KeptLedger.objects.filter(ledger="assistance").count() == 2


def test_everyone_sees_the_part_of_the_own_area(case, round):
    cadre = village_cadre()
    kept.keep_round(closed(round))

    assert everything(cadre, COUNTY) == everything(None, VILLAGE)
    assert everything(cadre)["assistance"][0][0][0] == "1"


def test_kept_rows_carry_a_sum_and_nobody_changes_them(case, round):
    kept.keep_round(closed(round))

    assert all(kept.is_intact(head) for head in KeptLedger.objects.all())
    for changed in (
        lambda: KeptRows.objects.update(blocks=[]),
        lambda: KeptLedger.objects.update(line_count=0),
        lambda: KeptRows.objects.all()._raw_delete("default"),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            changed()


def test_no_clear_number_is_kept(case, round):
    number = opened_id(case.household.members.first().id_cipher)
    kept.keep_round(closed(round))

    assert number
    assert all(number not in str(rows.blocks) for rows in KeptRows.objects.all())


def test_keeping_costs_the_same_at_one_and_at_many_villages(round):
    def cost(villages):
        for number in villages:
            case_in(
                Status.MONITORED, village=f"4109221002{number}",
                identified_on=datetime.date(2021, 2, 26),
            )  # fmt: skip
            area = area_at(f"4109221002{number}")
            area.short_name = f"村{number}"
            area.save()
        with CaptureQueriesContext(connection) as queries, transaction.atomic():
            kept.keep_round(round)
        return len(queries)

    closed(round)
    few = cost(range(10, 12))
    assert cost(range(12, 30)) <= few  # the first time warms the caches
