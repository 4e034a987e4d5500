"""List pages against the same template filled from constants, and against a tenth of the county."""

import json
import os
import subprocess
import sys

from django.conf import settings
from django.db import connection
from django.template import engines
from django.test import Client
from django.test.utils import CaptureQueriesContext, setup_test_environment
from django.urls import reverse

from accounts.models import User
from bench import counties
from bench.figures import in_turn, say

PAGES = (
    ("household_list", "xian", "?q=王"),
    ("household_list_village", "cun", "?q=王"),
    ("case_list", "xian", ""),
    ("lead_list", "cun", ""),
)
TIMES = 15
OK = 200


def run() -> None:
    times = measured(with_floor=True)
    small = _in_a_tenth()
    for name, whole in times.items():
        say(f"page_{name}_170k_to_17k", whole, small[name], 1.3)


def measured(*, with_floor: bool) -> dict[str, float]:
    """Median seconds of every list page in the present database."""
    if not hasattr(connection, "_bench"):
        setup_test_environment()
        connection._bench = True
    return {name: _page(name, username, query, with_floor) for name, username, query in PAGES}


def _page(name, username, query, with_floor) -> float:
    client = Client()
    client.force_login(User.objects.get(username=username))
    url = reverse(name.removesuffix("_village")) + query
    response = client.get(url)
    if response.status_code != OK:
        raise SystemExit(f"{url} answers {response.status_code}")
    template, context = response.templates[0], response.context[0].flatten()
    page = engines["django"].get_template(template.name)
    ours, floor = in_turn(lambda: client.get(url), lambda: page.render(dict(context)), times=TIMES)
    if with_floor:
        with CaptureQueriesContext(connection) as queries:
            client.get(url)
        say(f"page_{name}", ours, floor, 3.0, queries=len(queries), queries_aim=12)
    return ours


def _in_a_tenth() -> dict[str, float]:
    name = counties.tenth()
    script = (
        "import django; django.setup(); from bench import pages; import json; "
        "print(json.dumps(pages.measured(with_floor=False)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=settings.BASE_DIR,
        env=os.environ | {"DATABASE_URL": counties.url_of(name)},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return json.loads(done.stdout.strip().splitlines()[-1])
