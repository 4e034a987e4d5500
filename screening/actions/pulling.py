"""Fetching what departments have put into their folders 五（一）三; each file once, by its hash."""

import hashlib
import io
from dataclasses import dataclass
from datetime import date
from pathlib import PurePosixPath

import fsspec
from django.conf import settings
from django.core.files.base import File

from accounts.models import Department
from areas.models import Area
from jobs.workbooks.limits import LEAD_FILE
from screening import recognising
from screening.actions.files import receive_file
from screening.models import LeadFile, LeadKind
from screening.refusals import LeadRefused
from workflow.opening import working_counties

ENDINGS = (".xlsx", ".xls", ".ods", ".csv", ".et", ".xlsm")


@dataclass
class Pulled:
    """What became of one file of a folder."""

    department: str
    name: str
    lead_file: LeadFile | None = None
    message: str = ""


def pull_leads(*, month: date, by=None, department=None, in_background=True) -> list[Pulled]:
    """Take every new file of the departments' folders (of one department, if given).

    A folder lies at `QF_INBOX/<department>/`, in a deployment of several counties at
    `QF_INBOX/<county>/<department>/`. A file that was taken before, whatever its name and
    month, is left where it is. One that cannot be taken does not hold up the others.
    """
    counties = working_counties()
    departments = [department] if department else Department.objects.order_by("order")
    pulled = []
    for county in Area.objects.filter(pk__in=counties):
        prefix = f"/{county.pk}" if len(counties) > 1 else ""
        for sender in departments:
            url = f"{settings.QF_INBOX}{prefix}/{sender.pk}"
            pulled += _pull_folder(url, county, sender, month, by, in_background)
    return pulled


def _pull_folder(url, county, department, month, by, in_background) -> list[Pulled]:
    system, root = fsspec.core.url_to_fs(url)
    if not system.isdir(root):
        return []
    pulled = []
    for path in sorted(system.find(root, maxdepth=1)):
        name = PurePosixPath(path).name
        if not name.lower().endswith(ENDINGS) or name.startswith(("~", ".")):
            continue
        found = Pulled(department.pk, name)
        try:
            content = _fetch(system, path)
            if _is_taken(content, county, department):
                continue
            found.lead_file = _receive(content, name, county, department, month, by, in_background)
        except (LeadRefused, OSError) as error:
            found.message = str(error)
        pulled.append(found)
    return pulled


def _fetch(system, path) -> bytes:
    """The whole file, but never more than one may be large."""
    with system.open(path, "rb") as stream:
        return stream.read(LEAD_FILE.file_bytes + 1)


def _is_taken(content, county, department) -> bool:
    digest = hashlib.sha256(content).hexdigest()
    return LeadFile.objects.filter(county=county, department=department, sha256=digest).exists()


def _receive(content, name, county, department, month, by, in_background) -> LeadFile:
    kinds = list(LeadKind.objects.delivered().filter(department=department))
    if not kinds:
        raise LeadRefused("这个部门不报送名单，请核对文件放的位置")
    file = File(io.BytesIO(content), name=name)
    file.size = len(content)
    return receive_file(
        file=file, department=department, kind=recognising.kind_of(file, kinds), month=month,
        county=county, by=by, in_background=in_background, name=name,
    )  # fmt: skip
