"""Result files expire: they hold personal data and can be made again."""

from datetime import timedelta

from django.db.models.functions import Now

from jobs.models import Job

FILE_DAYS = timedelta(days=30)
SYSTEM_ROW_DAYS = timedelta(days=400)  # more than a year, so no period is ever begun twice


def clean() -> dict[str, int]:
    """Remove result files older than 30 days, and old rows of jobs the clock started."""
    expired = Job.objects.filter(finished_at__lt=Now() - FILE_DAYS).exclude(file="")
    removed = []
    for job in expired.iterator():
        job.file.storage.delete(job.file.name)
        removed.append(job.pk)
    Job.objects.filter(pk__in=removed).update(file="")
    old = Job.objects.filter(created_by=None, file="", finished_at__lt=Now() - SYSTEM_ROW_DAYS)
    rows, _ = old.delete()
    return {"files": len(removed), "rows": rows}
