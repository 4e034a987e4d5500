"""A real worker killed in the middle of the booklets: the run goes on and prints none twice."""

import datetime

import psutil
import pytest

from accounts.tests.factories import TOWNSHIP, area_at, township_reviewer
from audit.models import Event
from jobs import sweeping
from jobs.actions import enqueue
from jobs.models import Job, State
from jobs.tests.test_faults import (  # noqa: F401 (fixtures)
    broker,
    in_state,
    kill,
    pretend_time_passed,
    redis_server,
    start_process,
    start_worker,
    surroundings,
    wait_until,
)
from ledgers.models import Booklet
from workflow.models import Status
from workflow.tests.factories import case_in

pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True)]
HOUSEHOLDS = 10
PATIENCE = 120  # a first booklet waits for two printing processes to start


@pytest.fixture
def shared_media(settings):
    """The real worker keeps its files beside the development server's."""
    settings.MEDIA_ROOT = settings.VAR / "media"
    yield
    for booklet in Booklet.objects.all():
        booklet.file.delete(save=False)
    for job in Job.objects.exclude(file=""):
        job.file.delete(save=False)


def presses() -> list[psutil.Process]:
    """The printing processes that are alive."""
    return [
        p for p in psutil.process_iter(["cmdline"]) if "ledgers.press" in (p.info["cmdline"] or [])
    ]


@pytest.mark.parametrize("victim", ["child", "worker"])
def test_booklets_killed_in_the_middle_are_resumed_and_none_is_printed_twice(
    start_worker, shared_media, victim  # noqa: F811
):  # fmt: skip
    area_at(TOWNSHIP)
    for _ in range(HOUSEHOLDS):
        case_in(Status.MONITORED, identified_on=datetime.date(2021, 3, 1))
    before = {p.pid for p in presses()}
    worker = start_worker()
    job = enqueue(
        "ledgers.export_booklets", by=township_reviewer(), title="一户一册",
        args={"month": "2021-03", "area": TOWNSHIP},
    )  # fmt: skip
    wait_until(lambda: Booklet.objects.count() >= 2, PATIENCE)

    if victim == "worker":
        kill(worker)
    else:
        for child in psutil.Process(worker.pid).children():
            child.kill()
    kept = dict(Booklet.objects.values_list("pk", "made_at"))
    assert 2 <= len(kept) < HOUSEHOLDS
    if victim == "worker":
        start_worker()
        pretend_time_passed(job)
        sweeping.sweep()
    wait_until(lambda: in_state(job, State.DONE), PATIENCE)

    assert Booklet.objects.count() == HOUSEHOLDS
    assert set(Booklet.objects.values_list("version", flat=True)) == {1}
    assert dict(Booklet.objects.filter(pk__in=kept).values_list("pk", "made_at")) == kept
    assert job.result["files"] == HOUSEHOLDS
    assert job.result["printed"] == HOUSEHOLDS - len(kept)
    assert Event.objects.filter(kind="booklet_exported").count() == 1
    wait_until(lambda: {p.pid for p in presses()} <= before, PATIENCE)  # none is left behind
