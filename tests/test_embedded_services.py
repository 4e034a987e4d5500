"""The embedded servers: shared by several processes, stopped by the last, raised after a kill."""

import os
import shutil
import signal
import subprocess
import sys

import psutil
import pytest

from embedded import services

pytestmark = pytest.mark.slow

# A user of the services: says it has them, works until it is told to go.
USER = """
import sys
from embedded import services
services.ensure()
import os, psycopg, redis
psycopg.connect(os.environ["DATABASE_URL"]).execute("SELECT 1")
redis.Redis.from_url(os.environ["REDIS_URL"]).ping()
print("ready", flush=True)
sys.stdin.readline()
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    # Longer than a socket path may be, so the sockets have to live elsewhere.
    folder = tmp_path_factory.mktemp("services") / ("deep" * 25)
    yield folder
    if are_running(folder):
        for process in servers(folder):
            process.kill()
    shutil.rmtree(services.socket_folder(folder))


@pytest.fixture
def start_user(folder):
    environment = {k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "REDIS_URL")}
    started = []

    def start():
        process = subprocess.Popen(
            [sys.executable, "-c", USER],
            cwd=services.ROOT,
            env=environment | {"QF_VAR": str(folder)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        assert process.stdout.readline() == "ready\n"
        return process

    yield start
    for process in started:
        leave(process)
        process.stdin.close()
        process.stdout.close()


def leave(process):
    if process.poll() is None:
        process.communicate(input="\n", timeout=60)


def servers(folder):
    """The main processes that write under this folder."""
    found = [int((folder / "redis" / "redis.pid").read_text())]
    found.append(int((folder / "postgres" / "postmaster.pid").read_text().split("\n")[0]))
    return [psutil.Process(pid) for pid in found]


def are_running(folder):
    try:
        return all(process.is_running() for process in servers(folder))
    except (FileNotFoundError, psutil.NoSuchProcess):
        return False


def test_the_last_user_stops_the_servers(folder, start_user):
    first, second = start_user(), start_user()
    leave(first)
    assert are_running(folder)
    leave(second)
    assert not are_running(folder)


def test_a_killed_user_does_not_keep_the_servers(folder, start_user):
    start_user().send_signal(signal.SIGKILL)
    leave(start_user())
    assert not are_running(folder)


def test_killed_servers_rise_again(folder, start_user):
    leave_behind = start_user()
    for server in servers(folder):
        server.kill()
    start_user()
    assert are_running(folder)
    assert leave_behind.poll() is None


def test_a_pid_file_that_names_another_program_is_forgotten(folder, start_user):
    start_user().send_signal(signal.SIGKILL)
    for server in servers(folder):
        server.kill()
        psutil.wait_procs([server], timeout=10)
    pid_file = folder / "postgres" / "postmaster.pid"
    lines = pid_file.read_text().split("\n")
    pid_file.write_text("\n".join([str(os.getpid()), *lines[1:]]))
    start_user()
    assert are_running(folder)
