"""Job handlers of the papers: arguments in, one call out."""

from jobs.registry import handler
from jobs.schedule import scheduled
from ledgers import exporting as work

LONG = (
    4 * 3600
)  # 3,000 booklets on two processes take about an hour; a run goes on where it stopped


@handler("ledgers.export_ledger", queue="export", seconds=1800)
def export_ledger(job):
    work.export_ledger(job)


@handler("ledgers.export_archive", queue="export", seconds=LONG)
def export_archive(job):
    work.export_archive(job)


@handler("ledgers.export_booklets", queue="export", seconds=LONG)
def export_booklets(job):
    work.export_booklets(job)


@handler("ledgers.export_cards", queue="export", seconds=LONG)
def export_cards(job):
    work.export_cards(job)


# 四（五）: the month ends with the determination by the 30th; its papers are kept on the 1st.
@scheduled(
    "ledgers.keep_month", title="生成上月台账和一户一册", period="month", hour="3", day_of_month="1"
)
@handler("ledgers.keep_month", queue="periodic", seconds=LONG)
def keep_month(job):
    work.keep_month(job)


@scheduled("ledgers.keep_closed", title="留存已结束月份的台账", period="day", hour="2")
@handler("ledgers.keep_closed", queue="periodic", seconds=LONG)
def keep_closed(job):
    work.keep_closed(job)
