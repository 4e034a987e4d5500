"""Background work of the register."""

from households import register_import
from households.models import RegisterImport
from jobs.registry import JobRefused, handler

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
