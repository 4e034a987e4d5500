"""A real browser before a real web server on the bench database: what a cadre waits for."""

import contextlib
import os
import shutil
import socket
import statistics
import subprocess
import sys
import time
import urllib.request
import uuid

from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import sync_playwright

from accounts import access
from accounts.models import User
from accounts.permissions import Permission
from bench.figures import tell
from households.models import Household
from screening.models import SheetRow
from screening.sheet.columns import TYPED
from workflow import rounds

# Without the pages of the browser's own window, which would share the slow CPU.
BROWSER = shutil.which("chromium-headless-shell") or "/usr/bin/chromium"
CHROMIUM = {"executable_path": BROWSER, "args": ["--no-sandbox", "--disable-gpu"]}
LINK = {"offline": False, "latency": 400, "downloadThroughput": 50_000, "uploadThroughput": 50_000}
SLOWER = 4
TIMES = 3
GRID_ROWS, PASTED_ROWS, PASTED_COLUMNS = 500, 200, 12
START_SECONDS = 60

FIRST_ROW = """() => new MutationObserver((_, watch) => {
  if (!document.querySelector(".tabulator-row")) return;
  watch.disconnect();
  requestAnimationFrame(() => { window.firstRowAt = performance.now(); });
}).observe(document, { childList: true, subtree: true })"""
PASTE = """async (text) => {
  const started = performance.now();
  const data = new DataTransfer();
  data.setData("text/plain", text);
  const paste = new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true });
  document.activeElement.dispatchEvent(paste);
  while (!document.querySelector("[data-paste] table")) await new Promise(requestAnimationFrame);
  return (performance.now() - started) / 1000;
}"""


def first_pages() -> None:
    """Seconds until a page can be used over 400 kbit/s and 400 ms, with an empty and a full cache."""
    with _served() as address, _chromium() as browser:
        for name, url, cookies in (
            ("sign_in", reverse("sign_in"), []),
            ("village_home", reverse("home"), _signed_in(address)),
        ):
            cold, warm = zip(
                *(_visits(browser, address + url, cookies) for _ in range(TIMES)), strict=True
            )
            tell(f"first_page_cold_s_{name}", round(statistics.median(cold), 2), 6.0)
            tell(f"first_page_warm_s_{name}", round(statistics.median(warm), 2), 2.0)


def grid() -> None:
    """A grid of 500 rows with the CPU slowed four times, and a block pasted into it."""
    with _many_rows() as village, _served() as address, _chromium() as browser:
        page = _page(browser, _signed_in(address))
        page.add_init_script(f"({FIRST_ROW})()")
        painted, pasted = [], []
        for _ in range(TIMES):
            page.session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
            page.goto(f"{address}{reverse('sheet_grid')}?village={village}")
            page.wait_for_function("() => window.firstRowAt")
            painted.append(page.evaluate("window.firstRowAt / 1000"))
            page.locator(
                f".tabulator-row .tabulator-cell[tabulator-field={TYPED[0].key}]"
            ).first.click()
            pasted.append(page.evaluate(PASTE, _block()))
        tell("grid_first_paint_s", round(statistics.median(painted), 2), 1.5)
        tell("grid_paste_preview_s", round(statistics.median(pasted), 2), 2.0)


def _block() -> str:
    return "\n".join("\t".join(["1.2万元"] * PASTED_COLUMNS) for _ in range(PASTED_ROWS))


def _visits(browser, url, cookies) -> tuple[float, float]:
    """Twice in one window: first with nothing in its cache."""
    page = _page(browser, cookies)
    page.session.send("Network.emulateNetworkConditions", LINK)
    found = []
    for _ in range(2):
        page.goto(url, wait_until="domcontentloaded")  # deferred scripts have run by then
        page.wait_for_function(
            "performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd"
        )
        found.append(
            page.evaluate("performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd")
        )
        page.wait_for_load_state("networkidle")
    page.context.close()
    return found[0] / 1000, found[1] / 1000


def _page(browser, cookies):
    context = browser.new_context(viewport={"width": 1366, "height": 768}, locale="zh-CN")
    context.add_cookies(cookies)
    page = context.new_page()
    page.session = context.new_cdp_session(page)
    page.session.send("Network.enable")
    return page


def _signed_in(address) -> list[dict]:
    client = Client()
    client.force_login(User.objects.get(username="cun"))
    client.get(reverse("sheet"))  # the token for posting comes with a page
    return [
        {"name": name, "value": cookie.value, "url": address}
        for name, cookie in client.cookies.items()
    ]


@contextlib.contextmanager
def _many_rows():
    """The demo village with 500 households on its sheet, for the time being."""
    village = min(access.codes(User.objects.get(username="cun"), Permission.CASE_SCREEN))
    round = rounds.current(rounds.county_of(village))
    made = Household.objects.bulk_create(
        Household(
            village_id=village, number=uuid.uuid4().hex[:15], head_name=f"村民{n}", member_count=3
        )
        for n in range(GRID_ROWS)
    )
    rows = SheetRow.objects.bulk_create(
        SheetRow(round=round, household=household, village_id=village) for household in made
    )
    try:
        yield village
    finally:
        SheetRow.objects.filter(pk__in=[row.pk for row in rows]).delete()
        Household.objects.filter(pk__in=[household.pk for household in made]).delete()


@contextlib.contextmanager
def _chromium():
    # Playwright's loop runs in this thread; Django would take that for an async view.
    os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**CHROMIUM)
        yield browser
        browser.close()


@contextlib.contextmanager
def _served():
    """The web server as `make run` starts it, on a free port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", "qingfeng_monitor.wsgi", "--config",
               "deploy/gunicorn.conf.py", "--bind", f"127.0.0.1:{port}"]  # fmt: skip
    server = subprocess.Popen(
        command, cwd=settings.BASE_DIR, env=os.environ | {"QF_PROCESS": "web"},
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_for(f"{address}/healthz/")
        yield address
    finally:
        server.terminate()
        server.wait()


def _wait_for(url) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            urllib.request.urlopen(url, timeout=5).close()
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)
        else:
            return
