import json
import time
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from ledgers.archive import write_archive
from ledgers.exporting import BadFilters, read_filters
from ledgers.pdf import FontMissing


class Command(BaseCommand):
    help = "Write the month's archive of an area as a ZIP; prints a JSON summary."

    def add_arguments(self, parser):
        parser.add_argument("--month", required=True, help="2021-03")
        parser.add_argument("--area", required=True, help="division code")
        parser.add_argument("--out", required=True, type=Path)

    def handle(self, *, month, area, out, **options):
        started = time.monotonic()
        try:
            filters = read_filters(month, area)
            out.parent.mkdir(parents=True, exist_ok=True)
            half = out.with_name(out.name + ".part")
            summary = write_archive(filters, half, user=None)
            half.replace(out)
        except (BadFilters, FontMissing, OSError) as bad:
            raise CommandError(str(bad)) from bad
        told = {
            "rows": summary.lines,
            "files": len(summary.files),
            "completeness": summary.completeness,
            "missing": len(summary.missing),
            "seconds": round(time.monotonic() - started, 2),
        }
        self.stdout.write(json.dumps(told))
