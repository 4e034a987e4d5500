"""A pasted block of 200 rows and 12 columns, compared through the server against reading the rows,
and the grid in a browser with a slow CPU."""

import json

from django.db import transaction
from django.test import Client
from django.urls import reverse

from accounts import access
from accounts.models import User
from accounts.permissions import Permission
from audit import clock
from bench import browser
from bench.figures import in_turn, say
from households.models import Household
from screening.models import SheetRow
from screening.sheet import rows
from screening.sheet.columns import TYPED
from workflow import rounds
from workflow.models import MonthlyRound

ROWS, COLUMNS, TIMES = 200, 12, 7
PASTED = {"phone": "139 1111 2222", "checked_on": "2020.1.3", "checked_how": "上门"}


def run() -> None:
    with transaction.atomic():
        _measure()
        transaction.set_rollback(True)
    browser.grid()


def _measure() -> None:
    user = User.objects.get(username="cun")
    village = min(access.codes(user, Permission.CASE_SCREEN))
    county = rounds.county_of(village)
    round = rounds.current(county) or MonthlyRound.objects.create(
        county_id=county, month=clock.today().replace(day=1)
    )
    chosen = Household.objects.filter(village_id=village, removed_on=None).order_by("number")
    SheetRow.objects.bulk_create(
        [SheetRow(round=round, household=h, village_id=village) for h in chosen[:ROWS]],
        ignore_conflicts=True,
    )
    found = rows.of_village(round, village)[:ROWS]
    keys = [cell.key for cell in TYPED][:COLUMNS]
    block = {r.household.pk: {key: PASTED.get(key, "1.2万元") for key in keys} for r in found}
    client = Client()
    client.force_login(user)
    body = json.dumps({"rows": block})
    url = f"{reverse('sheet_preview')}?village={village}"

    def compare():
        answer = client.post(url, body, content_type="application/json")
        assert answer.status_code == 200, answer.content

    ours, floor = in_turn(compare, lambda: rows.of_village(round, village), times=TIMES)
    say("sheet_paste_preview", ours, floor, 3.0, rows=len(block), columns=len(keys), aim_s=2.0)
