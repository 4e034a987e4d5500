"""Claim, ticket, heartbeat, sweeper, calendar: without a broker, on the real database."""

import os
import subprocess
import threading
from datetime import datetime, timedelta

import pytest
from celery.exceptions import SoftTimeLimitExceeded
from django.core.management import call_command
from django.db import OperationalError, connection
from django.db.models.functions import Now
from django_celery_beat.models import CrontabSchedule, PeriodicTask

from audit import clock
from jobs import cleaning, registry, running, scheduling, sweeping
from jobs.models import Job, State
from jobs.registry import JobLost, handler
from jobs.tests import handlers  # noqa: F401 registers
from jobs.tests.factories import JobFactory

pytestmark = pytest.mark.django_db
LONG_AGO = timedelta(seconds=121)


@pytest.fixture
def handle_with(monkeypatch):
    """Register a handler for one test."""

    def register(function, **options):
        monkeypatch.setattr(registry, "_handlers", dict(registry.known()))
        handler("test.one", **options)(function)
        return JobFactory(kind="test.one")

    return register


def claimed(job, *, silent_for=timedelta(0), attempts=1, worker="elsewhere:1:1"):
    Job.objects.filter(pk=job.pk).update(
        state=State.RUNNING, attempts=attempts, worker=worker, started_at=Now(),
        heartbeat_at=Now() - silent_for, finished_at=None,
    )  # fmt: skip
    job.refresh_from_db()
    return job


def run(job):
    answer = running.run(str(job.pk), is_watched=False)
    job.refresh_from_db()
    return answer


def test_the_same_message_five_times_has_one_effect(handle_with):
    runs = []
    job = handle_with(lambda handle: runs.append(handle.attempt))
    assert [run(job) for _ in range(5)] == [True, False, False, False, False]
    assert (runs, job.state) == ([1], State.DONE)


@pytest.mark.django_db(transaction=True)
def test_five_workers_at_once_have_one_effect(handle_with):
    runs, gate = [], threading.Barrier(5)
    job = handle_with(lambda handle: runs.append(handle.attempt))

    def deliver():
        gate.wait()
        running.run(str(job.pk), is_watched=False)
        connection.close()

    threads = [threading.Thread(target=deliver) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert runs == [1]


def test_a_cancelled_job_does_not_start(handle_with):
    runs = []
    job = handle_with(runs.append)
    Job.objects.filter(pk=job.pk).update(state=State.CANCELLED, finished_at=Now())
    assert not run(job)
    assert runs == []


def test_a_run_that_was_taken_over_writes_nothing_more(handle_with):
    def outlived(handle):
        Job.objects.filter(pk=handle.id).update(attempts=2, message="第二次")
        handle.result = {"from": "first"}

    job = handle_with(outlived)
    assert not run(job)
    assert (job.state, job.result, job.message) == (State.RUNNING, {}, "第二次")


@pytest.mark.django_db(transaction=True)
def test_progress_is_seen_while_the_handler_holds_a_transaction(handle_with, monkeypatch):
    monkeypatch.setattr(running, "BEAT_SECONDS", 0.05)
    seen = []

    def slow(handle):
        with running.connection.cursor() as cursor:
            cursor.execute("BEGIN")
            handle.progress(3, 9, "第三行")
            for _ in range(100):
                cursor.execute("SELECT pg_sleep(0.05)")
                cursor.execute("SELECT done, message FROM jobs_job WHERE id = %s", [handle.id])
                if (row := cursor.fetchone())[0]:
                    seen.append(row)
                    break
            cursor.execute("COMMIT")

    job = handle_with(slow)
    running.run(str(job.pk))
    assert seen == [(3, "第三行")]


@pytest.mark.django_db(transaction=True)
def test_a_job_cancelled_while_it_runs_stops_at_the_next_step(handle_with, monkeypatch):
    monkeypatch.setattr(running, "BEAT_SECONDS", 0.05)
    steps = []

    def endless(handle):
        for number in range(200):
            handle.progress(number, 200)
            steps.append(number)
            if number == 1:
                Job.objects.filter(pk=handle.id).update(
                    state=State.CANCELLED, finished_at=Now(), message="已由提交人取消"
                )
            handle.is_lost.wait(0.05)

    job = handle_with(endless)
    assert not running.run(str(job.pk))
    job.refresh_from_db()
    assert len(steps) < 200
    assert (job.state, job.message) == (State.CANCELLED, "已由提交人取消")


def test_a_handler_cannot_swallow_the_loss_of_its_job():
    assert not issubclass(JobLost, Exception)


def test_a_run_that_takes_too_long_says_so(handle_with):
    def slow(handle):
        raise SoftTimeLimitExceeded

    job = handle_with(slow, seconds=600)
    run(job)
    assert (job.state, "超过 10 分钟" in job.message) == (State.FAILED, True)


def test_a_lost_database_is_no_failure_of_the_job(handle_with, monkeypatch):
    def cut_off(handle):
        raise OperationalError("server closed the connection")

    monkeypatch.setattr(running.connection, "close", lambda: None)  # keeps the test's own
    job = handle_with(cut_off)
    assert not run(job)
    assert job.state == State.RUNNING  # the sweeper will find it silent


def test_a_result_file_keeps_its_name_for_people(handle_with, tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path / "media"
    made = tmp_path / "x.bin"
    made.write_bytes(b"abc")
    job = handle_with(lambda handle: handle.save_file(made, "../附件2 2021-03.xlsx"))
    run(job)
    assert job.file_name == "附件2 2021-03.xlsx"
    assert job.file.read() == b"abc"
    assert job.file.name.startswith(f"jobs/{job.pk}/")
    job.file.close()
    Job.objects.filter(pk=job.pk).update(finished_at=Now() - timedelta(days=31))
    assert cleaning.clean()["files"] == 1
    job.refresh_from_db()
    assert (bool(job.file), list((tmp_path / "media/jobs").rglob("*.*"))) == (False, [])


def test_the_sweeper_frees_what_is_silent_and_nothing_else(handle_with):
    job = handle_with(lambda handle: None)
    dead = claimed(JobFactory(kind="test.one"), silent_for=LONG_AGO)
    alive = claimed(JobFactory(kind="test.one"), silent_for=timedelta(seconds=100))
    swept = sweeping.sweep()
    for row in (dead, alive, job):
        row.refresh_from_db()
    assert (swept.freed, swept.given_up, swept.sent) == (1, 0, 1)
    assert dead.state == State.DONE  # tests run what is sent at once
    assert (alive.state, job.state) == (State.RUNNING, State.QUEUED)


def test_a_job_that_dies_every_time_ends_with_a_clear_word(handle_with):
    job = claimed(handle_with(lambda handle: None, attempts=3), silent_for=LONG_AGO, attempts=3)
    assert sweeping.sweep().given_up == 1
    job.refresh_from_db()
    assert job.state == State.FAILED
    assert job.message == "已尝试 3 次，每次都中途中断；请联系系统管理员后重新提交"


@pytest.mark.parametrize(
    ("sent_ago", "created_ago", "is_sent"),
    [(None, 6, True), (None, 1, False), (61, 90, True), (50, 90, False)],
)
def test_what_nobody_took_up_is_sent_again(handle_with, sent_ago, created_ago, is_sent):
    job = handle_with(lambda handle: None)
    Job.objects.filter(pk=job.pk).update(
        created_at=Now() - timedelta(seconds=created_ago),
        sent_at=None if sent_ago is None else Now() - timedelta(seconds=sent_ago),
    )
    assert sweeping.sweep().sent == int(is_sent)


def test_sweeping_costs_the_same_for_many(handle_with, django_assert_max_num_queries, settings):
    handle_with(lambda handle: None)
    for _ in range(30):
        claimed(JobFactory(kind="test.one"), silent_for=LONG_AGO, attempts=9)
    with django_assert_max_num_queries(6):
        assert sweeping.sweep().given_up == 30


def test_a_dead_neighbours_job_is_taken_at_once(handle_with):
    runs = []
    job = handle_with(lambda handle: runs.append(handle.attempt))
    place = running._place()
    gone = subprocess.Popen(["true"])
    gone.wait()
    claimed(job, worker=f"{place}:{gone.pid}")
    assert run(job)
    assert runs == [2]
    claimed(job, worker=f"{place}:{os.getpid()}")
    assert not run(job)


def test_two_beats_start_one_job_per_period():
    with clock.at(datetime(2021, 3, 1, 0, 10)):
        first, second = scheduling.start("test.monthly"), scheduling.start("test.monthly")
    with clock.at(datetime(2021, 4, 1, 0, 10)):
        april = scheduling.start("test.monthly")
    assert first == second != april
    assert (first.title, first.args) == ("试验月报 2021-03", {"period": "2021-03"})


@pytest.mark.django_db(transaction=True)
def test_two_beats_at_the_same_moment_start_one_job():
    gate, started = threading.Barrier(4), []

    def beat():
        gate.wait()
        started.append(scheduling.start("test.monthly").pk)
        connection.close()

    threads = [threading.Thread(target=beat) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(started) == 4
    assert len(set(started)) == Job.objects.count() == 1
    assert Job.objects.get().attempts == 1


def test_the_period_is_the_countys_not_utc():
    # 2021-02-28 16:30 UTC
    with clock.at(datetime(2021, 3, 1, 0, 30)):
        assert scheduling.start("test.monthly").key == "test.monthly:2021-03"


def test_the_calendar_is_installed_once_and_keeps_changed_times():
    call_command("load_schedule")
    task = PeriodicTask.objects.get(name="test.monthly")
    assert (task.task, task.args) == ("jobs.start_scheduled", '["test.monthly"]')
    assert (task.crontab.day_of_month, str(task.crontab.timezone)) == ("1", "Asia/Shanghai")
    task.crontab = CrontabSchedule.objects.create(minute="30", hour="6", timezone="Asia/Shanghai")
    task.enabled = False
    task.save()
    count = PeriodicTask.objects.count()
    call_command("load_schedule")
    task.refresh_from_db()
    assert (task.crontab.hour, task.enabled) == ("6", False)
    assert PeriodicTask.objects.count() == count
    assert PeriodicTask.objects.get(task="jobs.sweep").interval.every == 30


def test_equal_times_entered_twice_do_no_harm():
    scheduling.install()
    for times in CrontabSchedule.objects.all():
        times.pk = None
        times.save()
    assert scheduling.install()["created"] == 0


def test_entries_that_are_gone_leave_the_calendar():
    PeriodicTask.objects.create(
        name="gone.kind", task="jobs.start_scheduled",
        crontab=CrontabSchedule.objects.create(timezone="Asia/Shanghai"),
    )  # fmt: skip
    assert scheduling.install()["removed"] == 1
