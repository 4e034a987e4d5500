import json
import time
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from ledgers import exporting
from ledgers.exporting import BadFilters
from ledgers.pdf import FontMissing


class Command(BaseCommand):
    help = "Write the 《一户一册》 of a month's monitored households; prints a JSON summary."

    def add_arguments(self, parser):
        parser.add_argument("--month", required=True, help="2021-03")
        parser.add_argument(
            "--area", default="", help="division code; the whole county if left out"
        )
        parser.add_argument("--out", required=True, type=Path, help="a folder")

    def handle(self, *, month, area, out, **options):
        started = time.monotonic()
        try:
            out.mkdir(parents=True, exist_ok=True)
            summary = exporting.booklets_to_folder(exporting.read_filters(month, area), out)
        except (BadFilters, FontMissing, OSError) as bad:
            raise CommandError(str(bad)) from bad
        seconds = round(time.monotonic() - started, 2)
        self.stdout.write(json.dumps({**summary, "seconds": seconds}))
