"""Tests run on the real database and queue, without the outside network."""

import getpass
import os
import socket

import django
import pytest

from embedded import services
from policy import memory

os.environ["DJANGO_SETTINGS_MODULE"] = "qingfeng_monitor.settings"
os.environ["QF_TEST"] = "1"
os.environ.setdefault("QF_PROCESS", "worker")
os.environ.setdefault("QF_TEST_NAME", getpass.getuser())
# Playwright's loop runs in the thread of the test; Django would take that for an async view.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
services.ensure()
django.setup()  # pytest-django leaves that to whoever reads the settings first

LOOPBACK = {"127.0.0.1", "::1", "localhost"}


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
