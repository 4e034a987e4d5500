"""Real workers on a real queue, killed in the middle of their work."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path

import psutil
import pytest
from celery import current_app
from django.conf import settings
from django.db import connection
from django.db.models.functions import Now
from django_celery_beat.models import IntervalSchedule, PeriodicTask

from areas.models import Area
from audit.models import Event
from embedded.redis import Redis
from jobs import sweeping
from jobs.actions import enqueue
from jobs.models import Job, State
from jobs.tests.handlers import ROWS

pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True)]
PATIENCE = 25


@pytest.fixture(scope="module")
def redis_server():
    """A queue of our own, since these tests empty, freeze and kill it."""
    folder = Path(tempfile.mkdtemp(prefix="qf-"))
    server = Redis(folder, folder)
    server.start()
    yield server
    server.stop()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def broker(redis_server, monkeypatch):
    """Send to that queue for real instead of running at once."""
    if not redis_server.is_answering():
        redis_server.start()
    with redis_server._client() as client:
        client.flushall()
    url = f"redis+socket://{redis_server.socket}?virtual_host=0"
    monkeypatch.setitem(current_app.conf, "task_always_eager", False)
    monkeypatch.setitem(current_app.conf, "broker_url", url)
    return redis_server


@pytest.fixture
def producer(broker):
    """One for the whole test, as beat keeps one."""
    with current_app.connection_for_write() as kept:
        yield current_app.amqp.Producer(kept, auto_declare=False)


@pytest.fixture
def surroundings():
    """Where the real parts find their database: that of the test."""
    server = os.environ["DATABASE_URL"].rsplit("/", 1)[0]
    return {"DATABASE_URL": f"{server}/{connection.settings_dict['NAME']}"}


@pytest.fixture
def start_process(broker, surroundings, tmp_path):
    """Start a real part on the test's database and queue; all are killed at the end."""
    started, log = [], (tmp_path / "processes.log").open("w+b")

    def start(*arguments):
        environment = os.environ | {
            "QF_TEST": "0",
            "QF_PROCESS": "worker",
            "REDIS_URL": broker.url,
            **surroundings,
        }
        process = subprocess.Popen(
            [sys.executable, "-m", "celery", "-A", "jobs.tests.worker_app", *arguments],
            env=environment,
            cwd=settings.BASE_DIR,
            start_new_session=True,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        kill(process)
    log.seek(0)
    sys.stdout.write(log.read().decode(errors="replace"))  # shown when the test failed
    log.close()


@pytest.fixture
def start_worker(start_process):
    def start(concurrency=1):
        return start_process(
            "worker", f"--concurrency={concurrency}", "--pool=prefork", "--loglevel=WARNING",
            "--without-gossip", "--without-mingle", "-Q", "interactive,import,export,periodic",
        )  # fmt: skip

    return start


def kill(worker):
    """kill -9 of the worker and all its children."""
    try:
        os.killpg(worker.pid, signal.SIGKILL)
    except ProcessLookupError:
        return
    worker.wait()


def wait_until(condition, patience=PATIENCE):
    deadline = time.monotonic() + patience
    while not (answer := condition()):
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.1)
    return answer


def in_state(job, state):
    job.refresh_from_db()
    return job.state == state


def half_way(job):
    """In the middle: some effects are there, more are to come."""
    wait_until(lambda: 3 <= Area.objects.count() < ROWS - 5)
    assert in_state(job, State.RUNNING)


def has_one_effect(job, attempts):
    assert Area.objects.count() == ROWS
    assert Event.objects.filter(kind="area_created").count() == ROWS
    assert (job.done, job.total, job.result) == (ROWS, ROWS, {"rows": ROWS})
    assert job.attempts == attempts
    return True


def pretend_time_passed(job):
    """Two minutes without a heartbeat, without waiting for them."""
    silent = sweeping.SILENT_AFTER + timedelta(seconds=1)
    Job.objects.filter(pk=job.pk).update(heartbeat_at=Now() - silent)


def enqueue_rows(**args):
    return enqueue("test.rows", by=None, title="逐行导入", args=args)


def test_a_job_goes_through_a_real_worker_with_progress(start_worker):
    start_worker()
    job = enqueue_rows()
    job.refresh_from_db()
    assert job.sent_at is not None
    seen = wait_until(lambda: Job.objects.get(pk=job.pk).message, PATIENCE)
    assert seen.startswith("第 ")
    wait_until(lambda: in_state(job, State.DONE))
    assert has_one_effect(job, attempts=1)


def test_the_whole_worker_killed_half_way_is_resumed_by_the_sweeper(start_worker):
    worker = start_worker()
    job = enqueue_rows()
    half_way(job)
    kill(worker)
    start_worker()
    assert sweeping.sweep().freed == 0  # not yet: it might only be slow
    pretend_time_passed(job)
    assert sweeping.sweep().freed == 1
    wait_until(lambda: in_state(job, State.DONE))
    assert has_one_effect(job, attempts=2)


def test_a_killed_child_is_resumed_by_its_worker_without_the_sweeper(start_worker):
    worker = start_worker()
    job = enqueue_rows()
    half_way(job)
    (child,) = psutil.Process(worker.pid).children()
    child.kill()
    wait_until(lambda: in_state(job, State.DONE), patience=15)
    assert has_one_effect(job, attempts=2)


def test_the_same_message_five_times_has_one_effect(start_worker, producer):
    job = enqueue_rows(pause=0.02)
    run = current_app.tasks["jobs.run"]
    for _ in range(4):
        run.apply_async(args=[str(job.pk)], queue="import", producer=producer)
    start_worker(concurrency=2)
    wait_until(lambda: in_state(job, State.DONE))
    run.apply_async(
        args=[str(job.pk)], queue="import", producer=producer
    )  # and once more afterwards
    other = enqueue("test.echo", by=None, title="之后的任务")
    wait_until(lambda: in_state(other, State.DONE))
    job.refresh_from_db()
    assert has_one_effect(job, attempts=1)


def test_jobs_of_an_emptied_queue_come_back(start_worker, broker):
    job = enqueue_rows(pause=0.02)
    with broker._client() as client:
        assert client.llen("import") == 1
        client.flushall()
    Job.objects.filter(pk=job.pk).update(sent_at=Now() - timedelta(seconds=61))
    assert sweeping.sweep().sent == 1
    start_worker()
    wait_until(lambda: in_state(job, State.DONE))
    assert has_one_effect(job, attempts=1)


def test_beat_and_workers_go_on_after_the_queue_was_emptied(start_worker, broker, producer):
    """Nothing is restarted, neither the worker nor what sends to it."""
    start_worker()
    sweep = current_app.tasks["jobs.sweep"]
    first = enqueue("test.echo", by=None, title="之前")
    sweep.apply_async(queue="periodic", producer=producer)
    wait_until(lambda: in_state(first, State.DONE))
    with broker._client() as client:
        client.flushall()
    lost = Job.objects.create(kind="test.echo", title="丢失的任务")
    Job.objects.filter(pk=lost.pk).update(sent_at=Now() - timedelta(seconds=61))
    sweep.apply_async(queue="periodic", producer=producer)
    wait_until(lambda: in_state(lost, State.DONE))
    assert in_state(lost, State.DONE)


def test_a_job_asked_for_while_the_queue_is_down_is_kept_and_sent_later(start_worker, broker):
    broker.stop()
    began = time.monotonic()
    job = enqueue_rows(pause=0.02)
    assert time.monotonic() - began < 5
    job.refresh_from_db()
    assert (job.state, job.sent_at) == (State.QUEUED, None)
    broker.start()
    Job.objects.filter(pk=job.pk).update(created_at=Now() - timedelta(seconds=6))
    assert sweeping.sweep().sent == 1
    start_worker()
    wait_until(lambda: in_state(job, State.DONE))
    assert has_one_effect(job, attempts=1)


def test_two_beats_ticking_every_second_start_one_job_a_period(start_process, start_worker):
    every_second, _ = IntervalSchedule.objects.get_or_create(every=1, period="seconds")
    PeriodicTask.objects.create(
        name="each second", task="jobs.start_scheduled", args='["test.monthly"]',
        interval=every_second, queue="periodic",
    )  # fmt: skip
    for _ in range(2):
        start_process("beat", "--pidfile=", "--max-interval=1", "--loglevel=WARNING")
    start_worker(concurrency=2)
    wait_until(lambda: PeriodicTask.objects.get(name="each second").total_run_count >= 3)
    wait_until(lambda: Job.objects.filter(kind="test.monthly", state=State.DONE).exists())
    assert Job.objects.filter(kind="test.monthly").count() == 1
    assert Job.objects.get(kind="test.monthly").attempts == 1


def test_a_queue_that_hangs_does_not_hold_up_the_page(broker):
    with broker._client() as client:
        server = psutil.Process(client.info("server")["process_id"])
    server.suspend()
    try:
        began = time.monotonic()
        job = enqueue_rows()
        waited = time.monotonic() - began
    finally:
        server.resume()
    assert waited < 8
    job.refresh_from_db()
    assert (job.state, job.sent_at) == (State.QUEUED, None)
