"""At the door of a farmer's house: everything a cadre needs fits a small phone."""

import pytest

from accounts.tests import factories as people
from tests.journeys.axe import assert_fits
from tests.journeys.steps import DESK, PHONE, keeps_picture, opens
from workflow.states import Status
from workflow.tests.factories import MeetingDecisionFactory, MeetingFactory, case_in

pytestmark = pytest.mark.journey

SMALLEST_TARGET = 44  # CSS pixels, WCAG 2.5.5

TYPED_INTO = "input:not([type=hidden], [type=checkbox], [type=radio], [type=file])"
TARGETS = ", ".join(f"main form {part}" for part in ("button", ".btn", "select", TYPED_INTO))
TOO_SMALL = """(all, least) => all.filter(e => e.offsetParent && e.getBoundingClientRect().height < least)
    .map(e => (e.id || e.textContent.trim()) + ' ' + Math.round(e.getBoundingClientRect().height))"""


def assert_fingers_hit(page):
    """No button, field or drop-down of a form is lower than a finger needs."""
    small = page.locator(TARGETS).evaluate_all(TOO_SMALL, SMALLEST_TARGET)
    assert not small, f"{page.url}: {small}"


@pytest.fixture
def case(month):
    return case_in(Status.LEAD)


@pytest.fixture
def meeting(month):
    meeting = MeetingFactory()
    MeetingDecisionFactory(meeting=meeting, case=case_in(Status.SCREENED))
    return meeting


def test_the_cadres_pages_fit_a_phone(case, meeting, month, signed_in):
    page = signed_in(people.village_cadre(), PHONE)
    for name, args, query in pages_of_the_cadre(case, meeting, month):
        opens(page, name, *args, **query)
        keeps_picture(page, f"phone_{name}")
        assert_fits(page)
        assert_fingers_hit(page)


def test_the_same_pages_on_the_office_screen(case, meeting, month, signed_in):
    page = signed_in(people.village_cadre(), DESK)
    for name, args, query in pages_of_the_cadre(case, meeting, month):
        opens(page, name, *args, **query)
        keeps_picture(page, f"desk_{name}")
        assert_fits(page)


def pages_of_the_cadre(case, meeting, month):
    household = {"household": case.household_id}
    yield "home", (), {}
    yield "application_new", (), household
    yield "visit_new", (case.pk,), {}
    yield "case_detail", (case.pk,), {}
    yield "case_list", (), {}
    yield "lead_list", (), {}
    yield "household_list", (), {"q": case.household.head_name}
    yield "meeting_detail", (meeting.pk,), {}
    yield "list_report", (month.pk,), {}
