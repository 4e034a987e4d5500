import json
import time
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from ledgers import exports, sheets
from ledgers.exporting import BadFilters, read_filters


class Command(BaseCommand):
    help = "Write the Annex 2 ledger of a month and area as a workbook; prints a JSON summary."

    def add_arguments(self, parser):
        parser.add_argument("--month", required=True, help="2021-03")
        parser.add_argument(
            "--area", default="", help="division code; the whole county if left out"
        )
        parser.add_argument("--out", required=True, type=Path)
        parser.add_argument(
            "--flat", action="store_true", help="the data form instead of the signed one"
        )

    def handle(self, *, month, area, out, flat, **options):
        started = time.monotonic()
        try:
            filters = read_filters(month, area)
        except BadFilters as bad:
            raise CommandError(str(bad)) from bad
        ledger, form = sheets.find("annex2"), exports.FORMS["flat" if flat else "signed"]
        out.parent.mkdir(parents=True, exist_ok=True)
        half = out.with_name(out.name + ".part")
        lines = exports.write(ledger, filters, ledger.blocks(filters, None), form, half)
        half.replace(out)
        exports.record_export(ledger, filters, form, lines, by=None)
        seconds = round(time.monotonic() - started, 2)
        self.stdout.write(json.dumps({"rows": lines, "files": 1, "seconds": seconds}))
