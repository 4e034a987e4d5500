"""Register import: the whole county from one workbook, and the same workbook again.

Again means twice: while the register holds every row of it (told by their sum, nothing is read), and
after one person was changed in the register (every row is read and compared).
"""

import json
from random import Random

import psycopg
from django.conf import settings
from python_calamine import CalamineWorkbook

from areas.models import Area
from bench import counties
from bench.figures import note, say, seconds
from demo import people, workbooks

HOUSEHOLDS = 170_000
BARE = "CREATE TABLE bare (a text, b text, c text, d text, e text, f text, g text, h text, i text, j text)"


def run() -> None:
    path = settings.VAR / "register.xlsx"
    if not path.exists():
        note("Writing the register workbook …")
        _write(path)
    with counties.empty() as name:
        read = seconds(lambda: _read(path))
        floor = seconds(lambda: _read_and_copy(path, name))
        first, again = {}, {}
        ours = seconds(lambda: first.update(_import(name, path)))
        say("register_import", ours, floor, 4.0, **first)
        ours = seconds(lambda: again.update(_import(name, path)))
        say("register_import_again", ours, read, 2.0, **again)
        _change_one_person(name)
        ours = seconds(lambda: again.update(_import(name, path)))
        say("register_import_after_a_change", ours, read, "none set", **again)


def _write(path):
    villages = {
        a.code: (a.parent.name, a.name) for a in Area.objects.villages().select_related("parent")
    }
    rng, registry = Random(7), people.Registry()
    share = HOUSEHOLDS // len(villages) + 1
    families = (people.family(v, n, rng, registry) for v in villages for n in range(1, share + 1))
    workbooks.write_register(families, villages, path)


def _read(path):
    return sum(1 for _ in CalamineWorkbook.from_path(path).get_sheet_by_index(0).iter_rows())


def _read_and_copy(path, name):
    with psycopg.connect(counties.url_of(name)) as db, db.cursor() as cursor:
        cursor.execute(BARE)
        with cursor.copy("COPY bare FROM STDIN") as copy:
            for row in CalamineWorkbook.from_path(path).get_sheet_by_index(0).iter_rows():
                copy.write_row([str(cell) for cell in row])


def _change_one_person(name):
    with psycopg.connect(counties.url_of(name)) as db:
        db.execute(
            "UPDATE households_person SET phone = '1' WHERE id = (SELECT min(id) FROM households_person)"
        )


def _import(name, path):
    return json.loads(counties.manage(name, "import_register", str(path)).strip().splitlines()[-1])
