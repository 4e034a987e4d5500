"""A village in which nothing happened hands its month in from the home page."""

import re

import pytest

from accounts.tests import factories as people
from tests.journeys.steps import follows, is_told, opens, presses, sees
from workflow.models import ReportedList

pytestmark = pytest.mark.journey


def test_nothing_new_is_handed_in_with_two_actions(month, signed_in):
    page = signed_in(people.village_cadre())
    sees(page, "现在要办：上报排查台账", "本月没有新情况")

    follows(page, re.compile("^零报告$"))  # the first
    presses(page, re.compile("^零报告"))  # the second

    is_told(page, "排查台账已上报")
    found = ReportedList.objects.get()
    assert found.is_zero
    assert found.area_id == people.VILLAGE
    opens(page, "home")
    sees(page, "零报告，不用报")
