"""What people do and see at a page, as sentences. Every page they come to is checked on arrival,
and what their hand does is counted (`effort`)."""

import hashlib
import os
import re
from pathlib import Path

from django.conf import settings
from django.urls import reverse
from playwright.sync_api import expect

from tests.journeys import effort
from tests.journeys.axe import assert_accessible, assert_fits

DESK = {"width": 1366, "height": 768}
PHONE = {"width": 360, "height": 740}

# A file for each page that axe has seen in this run, shared by all workers; set by conftest.
looked_at = Path()


# --- coming to a page -----------------------------------------------------------------------------


def signs_in(page, username: str, password: str) -> None:
    page.goto(reverse("sign_in"))
    arrives(page)
    fills(page, 登录名=username, 密码=password)
    presses(page, "登录")
    expect(page).to_have_url(re.compile(r"/$"))


def opens(page, name: str, *args, **query) -> None:
    """Go to the page of this name, which must be there for this person."""
    answer = _goes_to(page, name, args, query)
    assert answer.status == 200, f"{answer.status} at {page.url}"
    arrives(page)


def finds_nothing_at(page, name: str, *args, **query) -> None:
    """The page of this name does not exist for this person; it says so in Chinese."""
    answer = _goes_to(page, name, args, query)
    assert answer.status == 404, f"{answer.status} at {page.url}"
    expect(page.get_by_role("heading", level=1)).to_contain_text(re.compile("[一-龥]"))
    arrives(page)


def arrives(page) -> None:
    """Whoever looks at the page can read it with any eyes; it is no error page."""
    page.wait_for_load_state()
    effort.of(page).pages += 1
    assert "Server Error" not in page.content(), page.url
    expect(page.get_by_role("heading", level=1)).not_to_contain_text("出错")
    _is_readable(page)
    if page.viewport_size == PHONE:
        assert_fits(page)


def _is_readable(page) -> None:
    """Ask axe once for each kind of page, heading (which names the state) and size of screen."""
    heading = page.get_by_role("heading", level=1).inner_text()
    seen = (re.sub(r"\d+|\?.*", "", page.url), heading, page.viewport_size["width"])
    mark = looked_at / hashlib.sha256(repr(seen).encode()).hexdigest()
    if not mark.exists():
        assert_accessible(page)
        mark.touch()


def _goes_to(page, name, args, query):
    words = "&".join(f"{key}={value}" for key, value in query.items())
    return page.goto(reverse(name, args=args) + (f"?{words}" if words else ""))


# --- doing ----------------------------------------------------------------------------------------


def presses(page, button: str | re.Pattern) -> None:
    """Press a button that leads to another page."""
    effort.of(page).clicks += 1
    with page.expect_navigation():
        page.get_by_role("main").get_by_role("button", name=button).first.click()
    arrives(page)


def agrees(page, button: str) -> None:
    """Press a button that asks once more, and say yes."""
    effort.of(page).clicks += 2
    page.get_by_role("button", name=button).click()
    with page.expect_navigation():
        page.locator("#ask button[value=yes]").click()
    arrives(page)


def follows(page, link: str | re.Pattern) -> None:
    effort.of(page).clicks += 1
    with page.expect_navigation():
        page.get_by_role("main").get_by_role("link", name=link).first.click()
    arrives(page)


def goes_by_menu(page, label: str) -> None:
    """To another part by the menu; a phone has the commonest at the bottom, the rest behind a button."""
    place = page.locator("#menu")
    if page.viewport_size == PHONE:
        bottom = page.locator(".bottom-bar")
        if bottom.get_by_role("link", name=label, exact=True).count():
            place = bottom
        else:
            taps(page, bottom.get_by_role("button", name="全部"))
    effort.of(page).clicks += 1
    with page.expect_navigation():
        place.get_by_role("link", name=label, exact=True).click()
    arrives(page)


def fills(page, **fields: str) -> None:
    """Type into the fields of these labels."""
    for label, text in fields.items():
        effort.of(page).clicks += 1
        effort.of(page).types(text)
        _field(page, label).fill(text)


def chooses(page, **fields: str) -> None:
    """Choose the named option of the drop-downs of these labels."""
    for label, option in fields.items():
        effort.of(page).clicks += 2
        _field(page, label).select_option(label=option)


def ticks(page, label: str | re.Pattern) -> None:
    effort.of(page).clicks += 1
    page.get_by_label(label, exact=True).check()


def taps(page, thing) -> None:
    """Press something that stays on this page."""
    effort.of(page).clicks += 1
    thing.click()


def enters(page) -> None:
    """The Enter key leads to another page."""
    effort.of(page).keys += 1
    with page.expect_navigation():
        page.keyboard.press("Enter")
    arrives(page)


def _field(page, label):
    return page.get_by_label(re.compile(rf"^\s*{re.escape(label)}"))


# --- seeing ---------------------------------------------------------------------------------------


def is_told(page, words: str) -> None:
    expect(page.locator(".messages")).to_contain_text(words)


def is_refused(page, words: str) -> None:
    expect(page.locator("[data-error-summary]")).to_contain_text(words)


def sees(page, *words: str) -> None:
    for word in words:
        expect(page.get_by_role("main")).to_contain_text(word)


def sees_nothing_of(page, *words: str) -> None:
    for word in words:
        expect(page.locator("body")).not_to_contain_text(word)


def still_reads(page, **fields: str) -> None:
    """The fields hold what was typed."""
    for label, text in fields.items():
        expect(_field(page, label)).to_have_value(text)


def stands_at(page, status: str) -> None:
    """The case on the screen is in this state."""
    expect(page.get_by_role("heading", level=1)).to_contain_text(status)


def keeps_picture(page, name: str) -> None:
    """A picture of the whole page for people to look at, when asked for: it proves nothing."""
    if "QF_PICTURES" not in os.environ:
        return
    folder = settings.VAR / "journeys"
    folder.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=folder / f"{name}_{page.viewport_size['width']}.png", full_page=True)
