import json

from django.core.management.base import BaseCommand

from jobs import scheduling


class Command(BaseCommand):
    help = "Install what runs by the clock; times that an administrator changed are kept."

    def handle(self, *args, **options):
        self.stdout.write(json.dumps(scheduling.install()))
