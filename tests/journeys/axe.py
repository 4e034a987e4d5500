"""The accessibility check of every page of a journey (WCAG 2.2 AA, by axe-core)."""

from axe_playwright_python.sync_playwright import Axe

STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
GRAVE = {"serious", "critical"}
# Nothing of what passed is written down, no file is fetched again: half the time of a check.
OPTIONS = {
    "runOnly": {"type": "tag", "values": STANDARDS},
    "resultTypes": ["violations"],
    "preload": False,
}


def assert_accessible(page, *, ignoring: tuple[str, ...] = ()) -> None:
    """Fail with the findings when the open page has a serious or critical one.

    `ignoring` names axe rules, each to be explained where it is passed.
    """
    found = Axe().run(page, options=OPTIONS).response["violations"]
    grave = [v for v in found if v["impact"] in GRAVE and v["id"] not in ignoring]
    assert not grave, "\n".join(_said(page, violation) for violation in grave)


def assert_fits(page) -> None:
    """Fail when the page scrolls sideways: nothing may be cut off on a phone."""
    wide, seen = page.evaluate(
        "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
    )
    assert wide <= seen, f"{page.url} is {wide} px wide on a screen of {seen} px"


def _said(page, violation) -> str:
    places = "; ".join(node["html"][:160] for node in violation["nodes"][:3])
    return f"{page.url} {violation['id']} ({violation['impact']}): {violation['help']} at {places}"
