"""Background work of assistance."""

from assistance import measure_sheets
from assistance.models import MeasureSheet
from jobs.registry import JobRefused, handler


@handler("assistance.check_measure_sheet", queue="import")
def check_measure_sheet(job):
    """Read and judge a department's filled-in work list."""
    sheet = MeasureSheet.objects.get(pk=job.args["measure_sheet"])
    measure_sheets.check(sheet)
    sheet.refresh_from_db()
    if sheet.state == MeasureSheet.State.REFUSED:
        raise JobRefused(sheet.message)
