"""Tests run on the real database and queue, without the outside network."""

import gc
import getpass
import os
import socket

import django
import pytest

from embedded import services
from policy import memory
from tests import database

os.environ["DJANGO_SETTINGS_MODULE"] = "qingfeng_monitor.settings"
os.environ["QF_TEST"] = "1"
os.environ.setdefault("QF_PROCESS", "worker")
os.environ.setdefault("QF_TEST_NAME", getpass.getuser())
# Playwright's loop runs in the thread of the test; Django would take that for an async view.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
services.ensure()
django.setup()  # pytest-django leaves that to whoever reads the settings first

LOOPBACK = {"127.0.0.1", "::1", "localhost"}
LONG = ("faults", "journey", "slow")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items):
    """What takes long begins first: at the end no worker is left alone with it."""
    items.sort(key=lambda item: not any(item.get_closest_marker(mark) for mark in LONG))


def pytest_collection_finish():
    """What is loaded by now stays: the collector need not look it through again and again."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def turn(tmp_path_factory, django_db_keepdb):
    """The workers of a run come to the database one after the other."""
    if "PYTEST_XDIST_WORKER" not in os.environ or django_db_keepdb:
        return None
    return database.Turn(tmp_path_factory.getbasetemp().parent)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings, turn):
    if turn:
        turn.take()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, turn, django_db_blocker, django_db_keepdb):
    with django_db_blocker.unblock():
        database.remember_first_rows(is_reused=django_db_keepdb)
        if turn:
            turn.pass_on()
    yield
    if turn:
        with django_db_blocker.unblock():
            turn.clear_up()


@pytest.fixture(autouse=True)
def no_outside_network(monkeypatch):
    """A test that reaches for the internet fails at once instead of hanging."""
    connect = socket.socket.connect

    def guarded(self, address):
        if self.family != socket.AF_UNIX and address[0] not in LOOPBACK:
            raise RuntimeError(f"a test tried to reach {address[0]}")
        return connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)


@pytest.fixture(autouse=True)
def parameters_read_anew(monkeypatch):
    """What an earlier test set and rolled back is not remembered; within a test no clock decides."""
    monkeypatch.setattr(memory, "KEEP_SECONDS", 3600)
    memory.forget()
