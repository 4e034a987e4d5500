"""A village in which nothing happened hands its month in from the home page."""

import re

import pytest

from accounts.tests import factories as people
from screening.models import SheetRow
from tests.journeys import effort
from tests.journeys.steps import follows, is_told, opens, presses, sees
from workflow.models import ReportedList
from workflow.states import Status
from workflow.tests.factories import case_in

pytestmark = pytest.mark.journey


@pytest.mark.parametrize("monitored", [0, 4])
def test_nothing_new_is_handed_in_with_two_actions(monitored, month, signed_in):
    for _ in range(monitored):
        case_in(Status.MONITORED)
    page = signed_in(people.village_cadre())
    sees(page, "现在要办：上报排查台账", "本月没有新情况")
    hand = effort.begin(page)

    follows(page, re.compile("^零报告$"))
    presses(page, re.compile("零报告"))

    assert (hand.actions, hand.words) == (2, 0)
    is_told(page, "排查台账已上报")
    found = ReportedList.objects.get()
    assert found.is_zero
    assert found.area_id == people.VILLAGE
    assert SheetRow.objects.filter(confirmed_at__isnull=False).count() == monitored
    opens(page, "home")
    sees(page, "零报告，不用报")
