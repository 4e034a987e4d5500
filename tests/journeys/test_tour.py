"""The first-use tour: at most five stops beside what they are about, seen once, left by one key."""

import pytest
from playwright.sync_api import expect

from accounts.tests import factories as people
from tests.journeys.axe import assert_accessible
from tests.journeys.steps import DESK, PHONE, keeps_picture, opens

pytestmark = pytest.mark.journey

MOST_STOPS = 5


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_it_goes_round_once(size, month, signed_in):
    page = signed_in(people.village_cadre(), size)
    page.get_by_role("button", name="看一遍").click()
    tour = page.get_by_role("dialog", name="首次引导")
    stops = 1
    while True:
        expect(page.locator(".tour-target")).to_have_count(1)
        expect(page.locator(".tour-target")).to_be_in_viewport()
        expect(tour).to_be_in_viewport()
        if stops == 1:
            assert_accessible(page)
            keeps_picture(page, "tour")
        if tour.get_by_role("button", name="看完了").is_visible():
            break
        tour.get_by_role("button", name="下一步").click()
        stops += 1
    assert 1 < stops <= MOST_STOPS
    with page.expect_navigation():
        tour.get_by_role("button", name="看完了").click()
    expect(page.get_by_text("第一次用？")).to_have_count(0)
    opens(page, "home")
    expect(page.get_by_text("第一次用？")).to_have_count(0)


def test_escape_leaves_it_for_good(month, signed_in):
    page = signed_in(people.village_cadre())
    page.get_by_role("button", name="看一遍").press("Enter")
    expect(page.get_by_role("dialog", name="首次引导")).to_be_visible()
    with page.expect_navigation():
        page.keyboard.press("Escape")
    opens(page, "home")
    expect(page.get_by_text("第一次用？")).to_have_count(0)
