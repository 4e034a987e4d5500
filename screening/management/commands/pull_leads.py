"""manage.py pull_leads: fetch and check what departments have put into their folders."""

import json
from collections import Counter

from django.core.management.base import BaseCommand, CommandError

from screening import actions, checking
from screening.management.commands.import_leads import department_named, month_named
from screening.models import LeadFile


class Command(BaseCommand):
    help = "从各部门的文件夹接收某月的名单；每个文件只接收一次"

    def add_arguments(self, parser):
        parser.add_argument("--month", required=True, help="月份，如 2021-03")
        parser.add_argument("--department", default="", help="部门标识；不填接收全部部门")

    def handle(self, *, month, department, **_options):
        """Check in this process; a file that cannot be used is told and fails the command."""
        sender = department_named(department) if department else None
        pulled = actions.pull_leads(
            month=month_named(month), department=sender, in_background=False
        )
        sums, failed = Counter(files=len(pulled)), []
        for found in pulled:
            if found.lead_file is not None:
                found.lead_file = checking.check(found.lead_file)
                sums.update(checking.summary_line(found.lead_file))
                if found.lead_file.state in (LeadFile.State.REFUSED, LeadFile.State.HELD):
                    found.message = found.lead_file.message
            if found.message:
                self.stderr.write(f"{found.department} {found.name}：{found.message}")
            if found.lead_file is None or found.lead_file.state == LeadFile.State.REFUSED:
                failed.append(found.name)
        figures = {"files": 0} | dict.fromkeys(checking.FIGURES, 0) | sums
        self.stdout.write(json.dumps(figures))
        if failed:
            raise CommandError(f"{len(failed)} 个文件未能接收：{'、'.join(failed)[:200]}")
