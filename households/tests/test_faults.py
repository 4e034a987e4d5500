"""PostgreSQL killed while a register is being written: afterwards exactly the right rows, once."""

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import psutil
import psycopg
import pytest
from django.conf import settings
from django.db import connection

from embedded.postgres import PROGRAMS, Postgres
from households.tests.test_register_import import row, workbook
from jobs.tests.test_faults import (  # noqa: F401 (fixtures)
    broker,
    redis_server,
    start_process,
    start_worker,
    wait_until,
)
from tests import database

pytestmark = [pytest.mark.faults, pytest.mark.slow]
HOUSEHOLDS = 300  # of three members
PATIENCE = 90  # reading starts a process of its own, slow on a busy machine
# The sweeper believes a job dead after two minutes; the test does not wait for them.
TIME_PASSED = """
    UPDATE jobs_job SET heartbeat_at = heartbeat_at - interval '3 minutes',
                        sent_at = sent_at - interval '3 minutes'
     WHERE state IN ('queued', 'running')
"""
PREPARE = """
import django
django.setup()
from django.core.management import call_command
call_command("load_areas")
call_command("load_schedule")
"""
RECEIVE = """
import django, sys
django.setup()
from pathlib import Path
from django.core.files import File
from households import actions
path = Path(sys.argv[1])
with path.open("rb") as stream:
    file = File(stream, name=path.name)
    print(actions.receive_register(file=file, by=None, at_once=True, in_background=True).job.pk)
"""
# Held open, it stops the import when households are written and no person is yet.
HOLD = "LOCK TABLE households_person IN SHARE MODE"
IS_HELD = """
    SELECT 1 FROM pg_stat_activity
     WHERE wait_event_type = 'Lock' AND query LIKE '%UPDATE households_%'
"""
SWEPT_OFTEN = "UPDATE django_celery_beat_intervalschedule SET every = 1 WHERE every = 30"
OF_JOB = "SELECT state, attempts, result FROM jobs_job WHERE id = %(job)s"
COUNTED = """
    SELECT count(DISTINCT h.id), count(p.id), count(DISTINCT p.id_index),
           count(*) FILTER (WHERE p.phone = %(phone)s AND h.phone = %(phone)s),
           bool_and(h.member_count = 3),
           (SELECT count(*) FROM households_personevent e JOIN households_household k
                ON k.id = e.household_id WHERE k.number LIKE %(numbers)s),
           (SELECT count(*) FROM households_importrow),
           (SELECT count(*) FROM audit_event WHERE kind = 'register_applied')
      FROM households_household h JOIN households_person p ON p.household_id = h.id
     WHERE h.number LIKE %(numbers)s
"""


@pytest.fixture
def server(django_db_setup):
    """A database server of our own, since the test kills it; its tables are a copy of the test's."""
    folder = Path(tempfile.mkdtemp(prefix="qf-"))
    postgres = Postgres(folder, folder / "sockets")
    postgres.start()
    ours = os.environ["DATABASE_URL"].rsplit("/", 1)[0] + f"/{connection.settings_dict['NAME']}"
    tables = subprocess.run(
        [PROGRAMS / "pg_dump", "--no-owner", f"--exclude-schema={database.KEPT}", ours],
        check=True, stdout=subprocess.PIPE,
    )  # fmt: skip
    subprocess.run(
        [PROGRAMS / "psql", "--quiet", "--set=ON_ERROR_STOP=1", postgres.url],
        check=True, input=tables.stdout, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    run({"DATABASE_URL": postgres.url, "QF_VAR": str(folder)}, "-c", PREPARE)
    ask(postgres, SWEPT_OFTEN)
    yield postgres
    postgres.stop()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def surroundings(server, broker):  # noqa: F811
    """The parts work on that server and keep their files beside it."""
    return {
        "DATABASE_URL": server.url,
        "REDIS_URL": broker.url,
        "QF_VAR": str(server.data.parent),
        "DJANGO_SETTINGS_MODULE": "qingfeng_monitor.settings",
    }


def run(surroundings, *arguments) -> str:
    """A process of the system, from start to end; what it printed."""
    done = subprocess.run(
        [sys.executable, *arguments], cwd=settings.BASE_DIR, text=True, check=True,
        env=os.environ | {"QF_TEST": "0", **surroundings, "QF_PROCESS": "command"}, stdout=subprocess.PIPE,
    )  # fmt: skip
    return done.stdout


def ask(server, sql, **terms):
    """The first row of an answer, through a connection of its own."""
    with psycopg.connect(server.url, autocommit=True) as db:
        answer = db.execute(sql, terms or None)
        return answer.fetchone() if answer.description else None


def kill(server):
    """kill -9 of the database's main process, as when a machine runs out of memory."""
    main = psutil.Process(int((server.data / "postmaster.pid").read_text().split("\n")[0]))
    others = main.children()
    main.kill()
    psutil.wait_procs([main, *others], timeout=20)


def register(path, rows, phone):
    """A workbook of these members, all with one telephone number."""
    path.write_bytes(workbook([member | {"联系电话": phone} for member in rows]).read())
    return path


@contextlib.contextmanager
def killed_while_writing(server):
    """The database is gone for good in the middle of the one writing transaction."""
    with psycopg.connect(server.url) as holder, contextlib.suppress(psycopg.OperationalError):
        holder.execute(HOLD)
        yield
        wait_until(lambda: ask(server, IS_HELD), patience=PATIENCE)
        kill(server)
        holder.execute("SELECT 1")


def test_killed_while_a_register_is_written_it_ends_with_exactly_the_rows(
    server, surroundings, start_process, start_worker, tmp_path  # noqa: F811
):  # fmt: skip
    """New rows, then changed ones. Neither worker nor beat is restarted: both must find their way
    back to the database each time."""
    rows = [
        row(f"N{number}", relation=relation)
        for number in range(HOUSEHOLDS)
        for relation in ("户主", "配偶", "之子")
    ]
    persons = len(rows)
    start_worker()
    start_process("beat", "--pidfile=", "--max-interval=1", "--loglevel=WARNING")
    for time, (phone, changes) in enumerate({"13800000001": 0, "13800000002": persons}.items()):
        with killed_while_writing(server):
            now = register(tmp_path / f"{phone}.xlsx", rows, phone)
            job = run(surroundings, "-c", RECEIVE, str(now)).strip()
        server.start()

        found = {"phone": phone, "numbers": "N%"}
        assert ask(server, COUNTED, **found)[3] == 0  # nothing of the killed run is there
        assert ask(server, OF_JOB, job=job)[:2] == ("running", 1)
        ask(server, TIME_PASSED)
        wait_until(lambda job=job: ask(server, OF_JOB, job=job)[0] == "done", patience=PATIENCE)
        assert ask(server, COUNTED, **found) == (
            HOUSEHOLDS, persons, persons, persons, True, changes, 0, time + 1,
        )  # fmt: skip
        state, attempts, result = ask(server, OF_JOB, job=job)
        assert (state, attempts, result["rows"]) == ("done", 2, persons)
        assert (result["created"], result["updated"]) == (persons - changes, changes)
