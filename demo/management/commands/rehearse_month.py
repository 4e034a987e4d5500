"""Rehearse one whole month on real input; papers and workbooks are left in a folder."""

import datetime
import json
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from audit import clock
from demo import rehearsal
from demo.management.commands.seed_demo import DIVISIONS
from workflow.models import Case


class Command(BaseCommand):
    help = "Rehearse a month in an empty database (make demo). Prints a one-line JSON summary last."

    def add_arguments(self, parser):
        parser.add_argument("--out", type=Path, default=settings.VAR / "demo")
        parser.add_argument(
            "--month",
            metavar="YYYY-MM",
            default="2021-03",
            help="the document's own month by default",
        )

    def handle(self, *args, out, month, **options):
        if settings.IS_PRODUCTION:
            raise CommandError("演练不能在正式系统中进行。")
        if Case.objects.exists():
            raise CommandError("演练需要一个空的数据库；请用 make demo，它为演练另起一个。")
        first = datetime.date.fromisoformat(f"{month}-01")
        call_command("load_areas", str(DIVISIONS), stdout=self.stderr)
        end_of_month = datetime.datetime(
            first.year, first.month, 28, 20, tzinfo=clock.local(clock.now()).tzinfo
        )
        with clock.at(end_of_month):
            figures = rehearsal.rehearse(month=first, out=out)
        self.stdout.write(json.dumps(figures, ensure_ascii=False))
