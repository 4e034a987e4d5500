import json

from django.core.management.base import BaseCommand, CommandError

from audit import chain
from audit.models import Event, Seal


class Command(BaseCommand):
    help = "Check every event and seal of the audit log; names the first bad row."

    def add_arguments(self, parser):
        parser.add_argument("--head", default="", help="hex digest of a seal kept elsewhere")

    def handle(self, *args, head, **options):
        finding = chain.verify(head)
        if finding:
            raise CommandError(
                f"{finding.reason}（记录 {finding.event_id or '-'}，"
                f"封存 {finding.seal_number or '未封存'}）"
            )
        counts = {"events": Event.objects.count(), "seals": Seal.objects.count()}
        self.stdout.write(json.dumps(counts))
