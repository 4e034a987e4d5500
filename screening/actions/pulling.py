"""Fetching what departments have put out for a month 五（一）三; each file once, by its hash."""

import hashlib
import io
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.core.files.base import File
from django.db.models import Q

from accounts.models import Department
from areas.models import Area
from audit import clock
from jobs.actions import enqueue
from jobs.models import Job
from screening import recognising
from screening.actions.files import receive_file
from screening.models import LeadFile, LeadKind, Source
from screening.pulling import PlaceRefused, Protocol, open_place
from screening.pulling.place import Place
from screening.refusals import LeadRefused
from workflow import months
from workflow.opening import working_counties


@dataclass
class Pulled:
    """What became of one file, or of a place that could not be reached (`name` is its address)."""

    department: str
    name: str
    lead_file: LeadFile | None = None
    message: str = ""


def quiet(_done, _total, _message=""):
    """Progress that nobody watches."""


def pull_leads(
    *, month: date, by=None, department=None, county=None, in_background=True, progress=quiet
) -> list[Pulled]:
    """Take every new file of the departments' places (of one department or county, if given).

    Every department has a folder at `QF_INBOX/<department>/`, in a deployment of several
    counties at `QF_INBOX/<county>/<department>/`; further places are configured (`Source`). A
    file that was taken before, whatever its name and month, is left where it is. A place or file
    that cannot be taken says why and does not hold up the others.
    """
    sources = _sources(department, county)
    pulled = []
    for done, source in enumerate(sources):
        progress(done, len(sources), f"正在取{source.department.name}的名单")
        pulled += _pull(source, month, by, in_background)
    progress(len(sources), len(sources), "已取完")
    return pulled


def pull_later(*, month: date, county: Area, departments: Iterable[Department], by) -> Job:
    """The same at a person's wish, by a worker; asked twice while it runs, it is one job."""
    running = Job.objects.unfinished().filter(kind="screening.pull_now", created_by=by).first()
    if running:
        return running
    return enqueue(
        "screening.pull_now",
        by=by,
        title=f"取{months.label(month)}部门名单",
        args={
            "month": f"{month}",
            "county": county.pk,
            "departments": [department.pk for department in departments],
        },
    )


def _sources(department, county) -> list[Source]:
    """The inbox folders there are anyway, then what is configured."""
    counties = working_counties()
    found = []
    departments = [department] if department else list(Department.objects.order_by("order"))
    for area in Area.objects.filter(pk__in=[county.pk] if county else counties).order_by("pk"):
        prefix = f"{area.pk}/" if len(counties) > 1 else ""
        found += [
            Source(county=area, department=d, protocol=Protocol.FOLDER, address=f"{prefix}{d.pk}")
            for d in departments
        ]
    wanted = Q(department__in=departments) & (Q(county=county) if county else Q())
    configured = Source.objects.filter(wanted, is_active=True, county__in=counties)
    return found + list(configured.select_related("county", "department", "kind__department"))


def _pull(source, month, by, in_background) -> list[Pulled]:
    pulled, problem = [], ""
    try:
        for name, content, refusal in _files(source, month):
            found = Pulled(source.department_id, name, message=refusal)
            try:
                if content is not None:
                    if _is_taken(content, source):
                        continue
                    found.lead_file = _receive(content, name, source, month, by, in_background)
            except LeadRefused as refused:
                found.message = str(refused)
            problem = problem or found.message
            pulled.append(found)
    except PlaceRefused as refused:
        problem = str(refused)
        if source.pk:  # a department without an inbox folder is nothing to tell
            pulled.append(Pulled(source.department_id, source.address, message=problem))
    if source.pk:
        Source.objects.filter(pk=source.pk).update(
            tried_at=clock.now(), tried_month=month, problem=problem[:300]
        )
    return pulled


def _files(source, month):
    """(name, content or None, why not) of each of the month's files."""
    place: Place = source.place
    with open_place(place) as opened:
        for name in opened.names(month):
            try:
                yield name, opened.fetch(name), ""
            except PlaceRefused as refused:
                yield name, None, str(refused)


def _is_taken(content, source) -> bool:
    digest = hashlib.sha256(content).hexdigest()
    known = LeadFile.objects.filter(county=source.county, department=source.department)
    return known.filter(sha256=digest).exists()


def _receive(content, name, source, month, by, in_background) -> LeadFile:
    kinds = [source.kind] if source.kind else list(
        LeadKind.objects.delivered().filter(department=source.department)
    )  # fmt: skip
    if not kinds:
        raise LeadRefused("这个部门不报送名单，请核对文件放的位置")
    file = File(io.BytesIO(content), name=name)
    file.size = len(content)
    return receive_file(
        file=file, department=source.department, kind=recognising.kind_of(file, kinds), month=month,
        county=source.county, by=by, in_background=in_background, name=name,
    )  # fmt: skip
