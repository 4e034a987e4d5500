"""The role of the web and worker processes: works with the tables, adds to the log, no more."""

import pytest
from django.contrib.auth.models import Group
from django.core.management import CommandError, call_command
from django.db import ProgrammingError, connection, transaction

from audit.events import EventKind
from audit.models import Event
from audit.record import record

ROLE = "application_of_test"


@pytest.fixture
def as_application(db, monkeypatch):
    monkeypatch.setenv("QF_APPLICATION_PASSWORD", "geheim")
    call_command("limit_application", ROLE)
    call_command("limit_application", ROLE)  # after the next migration
    record(EventKind.AREA_CHANGED, by=None)
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL ROLE {ROLE}")


def test_it_works_with_the_tables_and_adds_to_the_log(as_application):
    before = Event.objects.count()
    record(EventKind.AREA_CHANGED, by=None)
    assert Event.objects.count() == before + 1
    group = Group.objects.create(name="西关村")
    assert Group.objects.filter(pk=group.pk).update(name="西街村") == 1
    assert group.delete()[0] == 1
    told = []
    connection.connection.add_notice_handler(lambda notice: told.append(notice.message_primary))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE auth_group")  # without the right it only warns
    assert told == []


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_event SET actor_name = '别人'",
        "DELETE FROM audit_event",
        "TRUNCATE audit_event",
        "DROP TABLE audit_event",
        "ALTER TABLE audit_event DISABLE TRIGGER ALL",
        "DELETE FROM audit_seal",
        "DELETE FROM django_migrations",
        "CREATE TABLE public.mine (id int)",
        f"ALTER ROLE {ROLE} SUPERUSER",
    ],
)
def test_it_cannot_touch_what_was_recorded(as_application, statement):
    with (
        pytest.raises(ProgrammingError, match="denied|must be owner"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


def test_without_a_password_there_is_no_role(db, monkeypatch):
    monkeypatch.delenv("QF_APPLICATION_PASSWORD", raising=False)
    with pytest.raises(CommandError, match="QF_APPLICATION_PASSWORD"):
        call_command("limit_application", ROLE)
