"""A department's list of 20,000 rows, from file to dispatched tasks, against reading, COPY and one hash join."""

import datetime
import time

import xlsxwriter
from django.conf import settings
from django.core.files import File
from django.db import connection, transaction
from python_calamine import CalamineWorkbook

from accounts.models import Department
from areas.models import Area
from bench.figures import note, say, seconds
from demo.workbooks import AS_TEXT, INPATIENT_HEADER
from households import idnumbers
from households.models import Person
from screening import actions, checking
from screening.models import LeadKind

ROWS = 20_000
LOOKED_UP = 500  # row by row is so slow that a part of the list must stand for the whole


def run() -> None:
    path = settings.VAR / "inpatients.xlsx"
    if not path.exists():
        note("Writing a list of 20,000 rows …")
        _write(path)
    read = seconds(lambda: list(_rows(path)))
    floor = seconds(lambda: _read_copy_join(path))
    with transaction.atomic():
        started = time.perf_counter()
        file = _file_to_tasks(path)
        ours = time.perf_counter() - started
        say("lead_list_20000", ours, floor, 4.0, **checking.summary_line(file))
        again = seconds(lambda: _file_to_tasks(path))
        say("lead_list_again", again, read, 2.0)
        transaction.set_rollback(True)
    one_by_one = seconds(lambda: _row_by_row(path)) * ROWS / LOOKED_UP
    say("lead_list_against_row_by_row", ours, one_by_one, "at most 0.01", looked_up=LOOKED_UP)


def _write(path):
    step = Person.objects.count() // ROWS
    persons = Person.objects.order_by("pk").values_list("name", "id_cipher")[::step][:ROWS]
    with xlsxwriter.Workbook(path, {"constant_memory": True, **AS_TEXT}) as book:
        sheet = book.add_worksheet("名单")
        sheet.write_row(0, 0, INPATIENT_HEADER)
        for row, (name, cipher) in enumerate(persons, start=1):
            paid = 4000 + row % 9000
            number = idnumbers.decrypt(bytes(cipher))
            sheet.write_row(row, 0, (name, number, "2021-03-02", paid * 3, paid * 2, paid))


def _file_to_tasks(path):
    with path.open("rb") as stream:
        try:
            file = actions.receive_file(
                file=File(stream, name=path.name), department=Department.objects.get(key="yibao"),
                kind=LeadKind.objects.get(department="yibao", key="inpatient"), month=datetime.date(2021, 3, 1),
                county=Area.objects.get(code="410922"), by=None, in_background=False,
            )  # fmt: skip
        except actions.AlreadyReceived as known:
            return known.lead_file
    return actions.dispatch_leads(file=checking.check(file), by=None)


def _rows(path):
    return CalamineWorkbook.from_path(path).get_sheet_by_index(0).iter_rows()


def _read_copy_join(path):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMP TABLE bare (name text, id_index bytea, day text, total text, paid text, own text)"
        )
        with cursor.copy("COPY bare FROM STDIN") as copy:
            for row in list(_rows(path))[1:]:
                copy.write_row([row[0], idnumbers.blind_index(row[1]), *map(str, row[2:])])
        cursor.execute(
            "SELECT count(*) FROM bare JOIN households_person p USING (id_index) WHERE p.is_active"
        )
        cursor.fetchone()
        transaction.set_rollback(True)


def _row_by_row(path):
    for row in list(_rows(path))[1 : LOOKED_UP + 1]:
        Person.objects.filter(
            id_index=idnumbers.blind_index(row[1]), is_active=True
        ).select_related("household").first()
