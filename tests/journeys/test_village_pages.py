"""Every page of the village's menu and of its month: read by any eyes, worked by keys, large on a phone."""

import pytest
from django.urls import reverse

from accounts.tests import factories as people
from portal.views.text_size import TEXT_SIZE_COOKIE
from screening.tests.factories import LeadFactory
from tests.journeys.axe import assert_accessible, assert_fits
from tests.journeys.steps import DESK, PHONE, keeps_picture
from workflow.states import Status
from workflow.tests.factories import MeetingDecisionFactory, MeetingFactory, case_in

pytestmark = [pytest.mark.journey, pytest.mark.long]

ZOOMED = {"width": DESK["width"] // 2, "height": DESK["height"] // 2}  # 200 % on an office screen
MOST_TABS = 80

# Where the focus is, whether it can be seen there, and how it is marked, once it is drawn.
FOCUS = """async () => {
  await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
  const at = document.activeElement;
  const box = at.getBoundingClientRect();
  const style = getComputedStyle(at);
  return {
    id: Array.prototype.indexOf.call(document.querySelectorAll("*"), at),
    what: at.outerHTML.slice(0, 120),
    isSomewhere: at !== document.body,
    isShown: box.width > 0 && box.bottom > 0 && box.top < innerHeight,
    isMarked: style.outlineStyle !== "none" || style.boxShadow !== "none" || at.tagName === "BODY",
  };
}"""


@pytest.fixture
def addresses(month):
    """The menu of a cadre, and the pages that the month leads to."""
    lead = LeadFactory(case=case_in(Status.LEAD))
    screened, monitored = case_in(Status.SCREENED), case_in(Status.MONITORED)
    meeting = MeetingFactory()
    MeetingDecisionFactory(meeting=meeting, case=screened)
    household = monitored.household_id
    return [
        reverse("lead_answer", args=[lead.case_id]),
        reverse("case_detail", args=[lead.case_id]),
        reverse("visit_new", args=[lead.case_id]),
        f"{reverse('application_new')}?household={lead.household_id}",
        reverse("sheet_household", args=[household]),
        reverse("sheet_history", args=[household]),
        reverse("sheet_print", args=[household]),
        reverse("sheet_add"),
        reverse("sheet_hand_in"),
        reverse("sheet_upload"),
        reverse("meeting_new"),
        reverse("meeting_detail", args=[meeting.pk]),
        reverse("meeting_conclude", args=[meeting.pk]),
        reverse("list_report", args=[month.pk]),
        reverse("plan_detail", args=[monitored.pk]),
        reverse("household_detail", args=[household]),
    ]


def every(page, addresses):
    """Open the menu's pages and the others, one after the other."""
    page.goto("/")
    menu = page.locator("#menu a").evaluate_all("all => all.map((a) => a.getAttribute('href'))")
    own = page.locator(".top-viewer a").evaluate_all(
        "all => all.map((a) => a.getAttribute('href'))"
    )
    assert len(menu) > 10
    for address in [*menu, *own, *addresses]:
        answer = page.goto(address)
        assert answer.status == 200, f"{answer.status} at {address}"
        yield address


def test_large_letters_fit_a_phone_and_every_page_is_accessible(addresses, signed_in):
    page = signed_in(people.village_cadre(), PHONE)
    page.context.add_cookies([{"name": TEXT_SIZE_COOKIE, "value": "large", "url": page.url}])
    for address in every(page, addresses):
        assert "large-text" in page.locator("html").get_attribute("class")
        assert_fits(page)
        assert_accessible(page)
        keeps_picture(page, "large" + address.split("?")[0].replace("/", "_"))


def test_twice_as_large_and_by_keys_alone(addresses, signed_in):
    page = signed_in(people.village_cadre(), ZOOMED)
    for address in every(page, addresses):
        assert_fits(page)
        goes_through_by_tab(page, address)


def goes_through_by_tab(page, address):
    """Tab reaches one thing after the other, each in sight and marked; nothing holds the focus."""
    seen = []
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        now = page.evaluate(FOCUS)
        if not now["isSomewhere"] or now["id"] in seen[:1]:
            break
        assert now["id"] not in seen[-1:] or "date" in now["what"] or "month" in now["what"], (
            f"{address}: held by {now['what']}"
        )
        assert now["isShown"], f"{address}: focus out of sight at {now['what']}"
        assert now["isMarked"], f"{address}: focus not marked at {now['what']}"
        seen.append(now["id"])
    assert len(set(seen)) > 2, address
