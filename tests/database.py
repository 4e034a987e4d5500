"""The test database: migrated by one worker and copied by the others; after a test that commits
its first rows are put back, in a fraction of the time of Django's flush, which truncates every
table and plants them anew.
"""

import fcntl
from pathlib import Path

from django.core.management import call_command
from django.db import connection, transaction
from django.test import TransactionTestCase

KEPT = "kept_for_tests"  # the schema of the first rows
# The audit log lets nobody delete, whatever the session says; a test's database may truncate it.
APPEND_ONLY = "SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgenabled = 'A'"
COLUMNS = """
    SELECT string_agg(quote_ident(column_name), ', ') FROM information_schema.columns
     WHERE table_schema = 'public' AND table_name = %s AND is_generated = 'NEVER'
"""


class Turn:
    """One worker's turn to make its database; `folder` is shared by all workers of the run."""

    def __init__(self, folder: Path):
        self.door = (folder / "database.door").open("w")
        self.pattern = folder / "database.pattern"  # holds the name of the database to copy

    def take(self) -> None:
        """Wait; who comes later finds a migrated database to copy."""
        fcntl.flock(self.door, fcntl.LOCK_EX)
        if self.pattern.exists():
            connection.settings_dict["TEST"]["TEMPLATE"] = self.pattern.read_text()

    def pass_on(self) -> None:
        """Leave a copy of the first database, then let the next one in."""
        if not self.pattern.exists():
            own = connection.settings_dict["NAME"]
            connection.close()  # nobody may be connected to what is copied
            _beside(f"DROP DATABASE IF EXISTS {own}_pattern")
            _beside(f"CREATE DATABASE {own}_pattern TEMPLATE {own}")
            self.pattern.write_text(f"{own}_pattern")
        fcntl.flock(self.door, fcntl.LOCK_UN)

    def clear_up(self) -> None:
        """Who comes now has to migrate."""
        fcntl.flock(self.door, fcntl.LOCK_EX)
        if self.pattern.exists():
            _beside(f"DROP DATABASE IF EXISTS {self.pattern.read_text()}")
            self.pattern.unlink()
        self.door.close()


def remember_first_rows(*, is_reused: bool) -> None:
    """From now on a test that commits leaves the tables as they are at this moment."""
    with connection.cursor() as cursor:
        if cursor.execute("SHOW is_superuser").fetchone()[0] != "on":
            return  # only a superuser may pass by triggers; Django's way is slower, not worse
    if is_reused:
        call_command("flush", verbosity=0, interactive=False)  # what an aborted run left
    statements = "; ".join(_statements())

    def put_back(case):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statements)

    TransactionTestCase._fixture_teardown = put_back


def _statements() -> list[str]:
    """When nobody is writing any more, empty all tables and copy the first rows back; neither
    triggers nor foreign keys have a say in it."""
    names = connection.introspection.django_table_names(only_existing=True, include_views=False)
    with connection.cursor() as cursor:
        append_only = {name for (name,) in cursor.execute(APPEND_ONLY).fetchall()}
    return [
        f"LOCK TABLE {', '.join(names)} IN SHARE ROW EXCLUSIVE MODE",
        "SET LOCAL session_replication_role = replica",
        f"TRUNCATE {', '.join(append_only)}",
        *(f"DELETE FROM {name}" for name in names if name not in append_only),
        *_first_rows(names),
    ]


def _first_rows(names: list[str]) -> list[str]:
    statements = []
    with connection.cursor() as cursor:
        cursor.execute(f"DROP SCHEMA IF EXISTS {KEPT} CASCADE; CREATE SCHEMA {KEPT}")
        for name in names:
            if cursor.execute(f"SELECT FROM {name} LIMIT 1").fetchone() is None:
                continue
            cursor.execute(f"CREATE TABLE {KEPT}.{name} AS TABLE {name}")
            columns = cursor.execute(COLUMNS, [name]).fetchone()[0]
            statements.append(f"INSERT INTO {name} ({columns}) SELECT {columns} FROM {KEPT}.{name}")
    return statements


def _beside(statement: str) -> None:
    with connection._nodb_cursor() as cursor:
        cursor.execute(statement)
