"""Pages against a bare view of the same template, and against a tenth of the county."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import (
    CaptureQueriesContext,
    setup_test_environment,
    teardown_test_environment,
)
from django.urls import reverse

from accounts.models import User
from bench import cases, counties, floor
from bench.figures import in_turn, note, say
from workflow.models import Case

TIMES = 25
OK = 200
MOST_QUERIES = 12


@dataclass(frozen=True)
class Page:
    """One address as one person sees it."""

    name: str
    template: str
    username: str
    url: Callable[[], str]


def _listed(url_name: str, query: str = "") -> Callable[[], str]:
    return lambda: reverse(url_name) + query


def _fullest() -> Case:
    """The case of the demo village with the longest history."""
    found = Case.objects.filter(status="MONITORED", village_id=cases.VILLAGE, visits__isnull=False)
    return found.order_by("pk").first()


PAGES = (
    Page("household_list", "households/household_list.html", "xian", _listed("household_list", "?area=410922")),
    Page("household_search", "households/household_list.html", "xian", _listed("household_list", "?q=王")),
    Page("household_list_village", "households/household_list.html", "cun", _listed("household_list")),
    Page("case_list", "workflow/case_list.html", "xian", _listed("case_list", "?scope=all")),
    Page("case_list_village", "workflow/case_list.html", "cun", _listed("case_list")),
    Page("lead_list", "screening/lead_list.html", "cun", _listed("lead_list")),
    Page("household_page", "households/household_detail.html", "cun",
         lambda: reverse("household_detail", args=[_fullest().household_id])),
    Page("case_page", "workflow/case_detail.html", "cun", lambda: reverse("case_detail", args=[_fullest().pk])),
    Page("plan_page", "assistance/plan_detail.html", "cun", lambda: reverse("plan_detail", args=[_fullest().pk])),
)  # fmt: skip


def run() -> None:
    cases.fill()
    whole = measured()
    small = _in_a_tenth()
    for name, (ours, bare, queries) in whole.items():
        say(f"page_{name}", ours, bare, 3.0, queries=queries, queries_aim=MOST_QUERIES)
    for name, (ours, bare, _queries) in whole.items():
        ours_small, bare_small, _queries = small[name]
        # Its bare page tells how much more a page shows here, and how fast the machine is just now.
        say(f"page_{name}_170k_to_17k", ours, ours_small * bare / bare_small, 1.3)


@override_settings(ROOT_URLCONF="bench.floor")
def measured() -> dict[str, tuple[float, float, int]]:
    """Of every page in the present database: median seconds, those of its bare page, queries."""
    return {page.name: _measured(page) for page in PAGES}


def _measured(page: Page) -> tuple[float, float, int]:
    client = Client()
    client.force_login(User.objects.get(username=page.username))
    url = page.url()
    _hold(page, client, url)
    ours, bare = in_turn(lambda: client.get(url), lambda: client.get(floor.ADDRESS), times=TIMES)
    with CaptureQueriesContext(connection) as queries:
        client.get(url)
    return ours, bare, len(queries)


def _hold(page: Page, client: Client, url: str) -> None:
    """What the view fills its template with becomes the constants of the floor."""
    setup_test_environment()  # only meanwhile: it makes every template tell of itself
    try:
        response = client.get(url)
    finally:
        teardown_test_environment()
    if response.status_code != OK:
        raise SystemExit(f"{url} answers {response.status_code}")
    drawn = zip(response.templates, response.context, strict=True)
    floor.take_over(page.template, next(c for t, c in drawn if t.name == page.template))


def _in_a_tenth() -> dict[str, float]:
    name = counties.tenth()
    script = (
        "import django; django.setup(); from bench import cases, pages; import json; cases.fill(); "
        "print(json.dumps(pages.measured()))"
    )
    note("The same pages in a county of 17,000 households …")
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=settings.BASE_DIR,
        env=os.environ | {"DATABASE_URL": counties.url_of(name)},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return json.loads(done.stdout.strip().splitlines()[-1])
