import json
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from areas.actions import load_divisions
from areas.divisions import DivisionsRefused

COUNTY_LIST = Path(__file__).resolve().parents[2] / "data" / "divisions_410922.csv"


class Command(BaseCommand):
    help = "Load a list of divisions (csv: code,name,level,parent); loading again changes nothing."

    def add_arguments(self, parser):
        parser.add_argument("file", nargs="?", default=COUNTY_LIST, type=Path)

    def handle(self, *args, file, **options):
        try:
            loaded = load_divisions(data=file.read_bytes())
        except OSError as error:
            raise CommandError(f"读不到文件 {file}：{error.strerror}") from error
        except DivisionsRefused as refused:
            raise CommandError("\n".join(refused.reasons)) from refused
        self.stdout.write(json.dumps(vars(loaded)))
