"""manage.py import_register FILE.xlsx: load a register workbook, print one JSON line."""

import json
from pathlib import Path

from django.core.files import File
from django.core.management.base import BaseCommand, CommandError

from households import register_import
from households.actions import receive_register
from households.models import RegisterImport
from households.refusals import Refused


class Command(BaseCommand):
    help = "导入农户档案工作簿；重复导入同一工作簿不会改变任何内容"

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)

    def handle(self, *, file, verbosity, **_options):
        """Check and apply in this process; killed and started again it carries on."""
        if not file.is_file():
            raise CommandError(f"没有这个文件：{file}")
        try:
            with file.open("rb") as stream:
                imported = receive_register(
                    file=File(stream, name=file.name), by=None, at_once=True, in_background=False
                )
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        self._finish(imported, verbosity)
        if imported.state == RegisterImport.State.REFUSED:
            raise CommandError(imported.message)
        if imported.figures.get("rejected"):
            self.stderr.write(f"退回的行：{imported.rejected_file.path}")
        self.stdout.write(json.dumps(register_import.summary_line(imported)))

    def _finish(self, imported, verbosity):
        def progress(_done, _total, message):
            if verbosity > 1:
                self.stderr.write(message)

        if imported.state == RegisterImport.State.CHECKED:
            # Uploaded in the browser and waiting for confirmation: the operator confirms it here.
            RegisterImport.objects.filter(pk=imported.pk).update(
                state=RegisterImport.State.APPLYING
            )
            imported.refresh_from_db()
        register_import.check(imported, progress=progress)
        register_import.apply(imported, progress=progress)
