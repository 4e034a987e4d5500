"""manage.py import_leads: check a department's file, print one JSON line (DESIGN §10)."""

import json
from datetime import datetime
from pathlib import Path

from django.core.files import File
from django.core.management.base import BaseCommand, CommandError

from accounts.models import Department
from screening import actions, checking, recognising
from screening.actions.files import county_named
from screening.models import LeadFile, LeadKind
from workflow.opening import working_counties

State = LeadFile.State


class Command(BaseCommand):
    help = "核对一个部门某月的名单；同一文件再次导入不会改变任何内容"

    def add_arguments(self, parser):
        parser.add_argument("--department", required=True, help="部门标识，如 yibao")
        parser.add_argument("--month", required=True, help="月份，如 2021-03")
        parser.add_argument("--kind", default="", help="名单类型标识；不填按表头识别")
        parser.add_argument("--county", default="", help="县代码；只有一个县时不用填")
        parser.add_argument("--dispatch", action="store_true", help="核对后直接下发")
        parser.add_argument("file", type=Path)

    def handle(self, *, department, month, kind, county, dispatch, file, verbosity, **_options):
        """Check in this process; killed and started again it carries on."""
        if not file.is_file():
            raise CommandError(f"没有这个文件：{file}")
        with file.open("rb") as stream:
            opened = File(stream, name=file.name)
            try:
                lead_file = actions.receive_file(
                    file=opened, by=None, in_background=False, month=month_named(month),
                    county=the_county(county), **self._sender(department, kind, opened),
                )  # fmt: skip
            except actions.AlreadyReceived as known:
                lead_file = known.lead_file
                self.stderr.write(str(known))
            except actions.LeadRefused as refused:
                raise CommandError(str(refused)) from refused
        self._finish(lead_file, dispatch, verbosity)

    def _sender(self, key, kind_key, file) -> dict:
        department = department_named(key)
        kinds = list(LeadKind.objects.delivered().filter(department=department))
        if kind_key:
            kinds = [kind for kind in kinds if kind.key == kind_key]
        if not kinds:
            raise CommandError(f"{department.name}没有这种名单")
        return {"department": department, "kind": recognising.kind_of(file, kinds)}

    def _finish(self, lead_file, dispatch, verbosity):
        def progress(_done, _total, message=""):
            if verbosity > 1:
                self.stderr.write(message)

        lead_file = checking.check(lead_file, progress=progress)
        if lead_file.state == State.REFUSED:
            raise CommandError(lead_file.message)
        if lead_file.state == State.HELD:
            self.stderr.write(f"待人工确认：{lead_file.message}")
        for warning in lead_file.warnings:
            self.stderr.write(warning)
        if dispatch and lead_file.state != State.HELD:
            lead_file = actions.dispatch_leads(file=lead_file, by=None)
        self.stdout.write(json.dumps(checking.summary_line(lead_file)))


def month_named(text: str):
    """First day of the month `2021-03`."""
    try:
        return datetime.strptime(text, "%Y-%m").date()
    except ValueError as error:
        raise CommandError(f"月份“{text}”请写成 2021-03 的样子") from error


def department_named(key: str) -> Department:
    """The department of this key."""
    department = Department.objects.filter(pk=key).first()
    if department is None:
        known = " ".join(Department.objects.values_list("pk", flat=True))
        raise CommandError(f"没有“{key}”这个部门，部门标识有：{known}")
    return department


def the_county(code: str):
    """The county asked for, or the only one in use."""
    counties = [code] if code else working_counties()
    if len(counties) != 1:
        raise CommandError("请先装入行政区划；有多个县时用 --county 写明县代码")
    try:
        return county_named(counties[0])
    except actions.LeadRefused as refused:
        raise CommandError(str(refused)) from refused
