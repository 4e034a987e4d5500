"""Background work of the register."""

from datetime import date, datetime, time

from django.utils import timezone

from households import data_check, register_import
from households.models import RegisterImport
from jobs.registry import JobRefused, handler
from jobs.schedule import scheduled

# A whole county's workbook, with room to spare on a slow machine.
SECONDS = 3600


@handler("households.check_register", queue="import", seconds=SECONDS)
def check_register(job):
    """Read and judge a register workbook."""
    imported = RegisterImport.objects.get(pk=job.args["register_import"])
    register_import.check(imported, progress=job.progress)
    _conclude(job, imported)


@handler("households.apply_register", queue="import", seconds=SECONDS)
def apply_register(job):
    """Write a confirmed register workbook."""
    imported = RegisterImport.objects.get(pk=job.args["register_import"])
    register_import.apply(imported, progress=job.progress)
    _conclude(job, imported)


def _conclude(job, imported):
    if imported.state == RegisterImport.State.REFUSED:
        raise JobRefused(imported.message)
    job.result = register_import.summary_line(imported)


@scheduled("households.check_data", title="农户数据体检", period="day", hour="2", minute="10")
@handler("households.check_data", queue="periodic", seconds=SECONDS)
def check_data(job):
    """Count what is left to be checked in every village; a killed run goes on where it was."""
    day = date.fromisoformat(job.args["period"])
    since = timezone.make_aware(datetime.combine(day, time()))
    villages = data_check.every_village()
    job.result = {"villages": data_check.check_villages(villages, since, job.progress)}
