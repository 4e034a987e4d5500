"""Load the demo county: divisions, synthetic households, accounts, some months of history, open work."""

import datetime
import json
import time
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from areas.models import Area
from audit import clock
from demo import accounts, county, story
from households.models import Household
from workflow.models import Case

DIVISIONS = Path(settings.BASE_DIR) / "areas/data/divisions_410922.csv"
HOUSEHOLDS = 6_000
VILLAGE_HOUSEHOLDS = 120  # of the villages that have an account
ALL_HOUSEHOLDS = 170_000  # of the real county


class Command(BaseCommand):
    help = "Load the synthetic demo county. Prints a one-line JSON summary last."

    def add_arguments(self, parser):
        parser.add_argument(
            "--full", action="store_true", help="170,000 households, 600,000 persons"
        )
        parser.add_argument(
            "--households", type=int, default=HOUSEHOLDS, help="about so many, over all villages"
        )
        parser.add_argument(
            "--month", metavar="YYYY-MM", help="the open month; the present one unless given"
        )

    def handle(self, *args, full, households, month, **options):
        if settings.IS_PRODUCTION:
            raise CommandError("演示数据不能装入正式系统。")
        try:
            first = (
                datetime.date.fromisoformat(f"{month}-01")
                if month
                else clock.today().replace(day=1)
            )
        except ValueError:
            raise CommandError("--month 应写成 YYYY-MM，例如 2021-03。") from None
        started = time.monotonic()
        summary = {"households": 0, "persons": 0}
        if not Area.objects.filter(code=accounts.COUNTY).exists():
            call_command("load_areas", str(DIVISIONS), stdout=self.stderr)
        if not Household.objects.filter(village_id__in=_villages()).exists():
            summary |= county.fill(
                county=accounts.COUNTY,
                households=ALL_HOUSEHOLDS if full else households,
                at_least=dict.fromkeys(
                    (accounts.VILLAGE, accounts.NEIGHBOUR, accounts.FAR_VILLAGE), VILLAGE_HOUSEHOLDS
                ),
                as_of=first,
            )
        people = accounts.create()
        if not Case.objects.filter(village__in=_villages()).exists():
            summary["cases"] = self._story(first, people)
        accounts.write_list()
        summary["seconds"] = round(time.monotonic() - started, 1)
        self.stdout.write(json.dumps(summary, ensure_ascii=False))

    def _story(self, first, people):
        moment = _moment_in(first)
        with clock.at(moment):
            return story.tell(first, people)


def _villages():
    return Area.objects.filter(code__startswith=accounts.COUNTY)


def _moment_in(first):
    """Now, or the last of a month that is over."""
    now = clock.local(clock.now())
    if (now.year, now.month) == (first.year, first.month):
        return now
    return datetime.datetime(first.year, first.month, 28, 18, tzinfo=now.tzinfo)
