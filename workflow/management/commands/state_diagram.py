from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand

from workflow import diagram

PATH = Path(settings.BASE_DIR) / "docs" / "case-states.md"


class Command(BaseCommand):
    help = "Write docs/case-states.md from the transition table."

    def handle(self, *args, **options):
        PATH.write_text(diagram.page(), encoding="utf-8")
        self.stdout.write(str(PATH.relative_to(settings.BASE_DIR)))
