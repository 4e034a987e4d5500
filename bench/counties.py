"""The databases measured on: the whole county, a tenth of it, and an empty one for imports."""

import contextlib
import os
import subprocess
import sys
from urllib.parse import urlsplit, urlunsplit

from django.conf import settings
from django.core.management import call_command
from django.db import connection

from bench.figures import note
from households.models import Household

TENTH = "bench_tenth"
EMPTY = "bench_empty"


def full() -> None:
    """The whole county in the main bench database, loaded once."""
    call_command("migrate", interactive=False, verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)  # pages name their hashed files
    if not Household.objects.exists():
        note("Loading 170,000 households …")
        call_command("seed_demo", full=True, stdout=sys.stderr)


def url_of(name: str) -> str:
    """The address of another database on the same server."""
    parts = urlsplit(os.environ["DATABASE_URL"])
    return urlunsplit(parts._replace(path=f"/{name}"))


def has(name: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        return cursor.fetchone() is not None


@contextlib.contextmanager
def empty():
    """An empty migrated database with the divisions only; dropped afterwards."""
    _drop(EMPTY)
    _create(EMPTY)
    try:
        manage(EMPTY, "migrate", "--no-input", "--verbosity=0")
        manage(EMPTY, "load_areas", str(settings.BASE_DIR / "areas/data/divisions_410922.csv"))
        yield EMPTY
    finally:
        _drop(EMPTY)


def tenth() -> str:
    """A county of 17,000 households in its own database; loading goes on where it was left."""
    if not has(TENTH):
        note("Loading 17,000 households …")
        _create(TENTH)
    manage(TENTH, "migrate", "--no-input", "--verbosity=0")
    manage(TENTH, "seed_demo", "--households", "17000")
    return TENTH


def manage(name: str, *arguments: str) -> str:
    """A management command on that database, in a process of its own; what it printed."""
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=settings.BASE_DIR,
        env=os.environ | {"DATABASE_URL": url_of(name)},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return done.stdout


def _create(name):
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name}")


def _drop(name):
    with connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
