"""Handlers for tests; also loaded by the real worker of the fault tests."""

import time

from django.db import transaction

from areas.models import Area
from audit.events import EventKind
from audit.record import record
from jobs.registry import JobRefused, handler
from jobs.schedule import scheduled

ROWS = 20


@handler("test.echo")
def echo(job):
    job.progress(1, 2, "一半")
    job.progress(2, 2)
    job.result = {"args": job.args, "by": job.by and job.by.username}


@handler("test.refuse")
def refuse(job):
    job.progress(3, 10)
    raise JobRefused("工作簿已加密，请取消密码后重新上传")


@handler("test.crash")
def crash(job):
    raise ZeroDivisionError("41092219900101123X")


@scheduled(
    "test.monthly", title="试验月报", period="month", day_of_month="1", hour="0", minute="10"
)
@handler("test.monthly", queue="periodic")
def monthly(job):
    job.result = {"month": job.args["period"]}


@handler("test.rows", queue="import", attempts=3)
def rows(job):
    """One area and one event per row, each in a transaction: the shape of a real import."""
    for number in range(ROWS):
        write_row(number)
        job.progress(number + 1, ROWS, f"第 {number + 1} 行")
        time.sleep(job.args.get("pause", 0.15))
    job.result = {"rows": ROWS}


def write_row(number: int) -> None:
    """The effect, once however often it is asked for: the key of the row decides."""
    code = f"{10 + number}"
    with transaction.atomic():
        area, is_new = Area.objects.get_or_create(
            code=code, defaults={"name": code, "short_name": code, "level": "province"}
        )
        if is_new:
            record(EventKind.AREA_CREATED, by=None, obj=area, area=code)
