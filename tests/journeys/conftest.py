"""A real browser before a real server: every person gets a window of their own and signs in."""

import os
import shutil

import pytest
from playwright.sync_api import expect

from accounts.tests import factories as people
from households.tests.factories import HouseholdFactory
from tests.journeys import steps
from workflow.tests.factories import MonthlyRoundFactory

# The same engine without the window's own pages, which cost half of the time.
CHROMIUM = shutil.which("chromium-headless-shell") or "/usr/bin/chromium"
SWITCHES = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE = 10_000  # milliseconds to wait for a page on a busy machine

expect.set_options(timeout=PATIENCE)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    return browser_type_launch_args | {"executable_path": CHROMIUM, "args": SWITCHES}


@pytest.fixture(scope="session", autouse=True)
def pages_looked_at(tmp_path_factory):
    """One folder for all workers of a run: what one of them has checked no other checks again."""
    own = tmp_path_factory.getbasetemp()
    steps.looked_at = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "looked_at"
    steps.looked_at.mkdir(exist_ok=True)


@pytest.fixture
def window(browser, live_server):
    """Open a fresh window, as large as a desk screen unless told; closed after the journey."""
    opened = []

    def of_size(size=steps.DESK):
        context = browser.new_context(
            viewport=size, locale="zh-CN", timezone_id="Asia/Shanghai", base_url=live_server.url
        )
        context.set_default_timeout(PATIENCE)
        opened.append(context)
        return context.new_page()

    yield of_size
    for context in opened:
        context.close()


@pytest.fixture
def signed_in(window):
    """The window of this person, who has come in through the sign-in page."""

    def as_person(user, size=steps.DESK):
        page = window(size)
        steps.signs_in(page, user.username, people.PASSWORD)
        return page

    return as_person


@pytest.fixture
def month(live_server):
    """This month's round is open."""
    return MonthlyRoundFactory()


@pytest.fixture
def household(live_server):
    """A farmer's household of 西街村 with three members, one of them able to work."""
    found = HouseholdFactory(
        village=people.area_at(people.VILLAGE), head_name="张有田", with_members=3
    )
    found.members.filter(relation="户主").update(skill="普通劳动力")
    return found
