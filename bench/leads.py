"""A department's list of 20,000 rows, from file to dispatched tasks, against reading, COPY and one hash join."""

import datetime
import time
from decimal import Decimal

import xlsxwriter
from django.conf import settings
from django.core.files import File
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from python_calamine import CalamineWorkbook

from accounts.actions import appoint
from accounts.models import Department, User
from areas.models import Area
from audit import clock
from bench.figures import note, say, seconds
from demo.workbooks import AS_TEXT, INPATIENT_HEADER
from households import idnumbers
from households.models import Household, Person
from policy import parameters
from screening import actions, checking, rules
from screening.models import Lead, LeadFile, LeadKind, LeadRow
from workflow.actions import open_case, open_cases
from workflow.models import Case
from workflow.states import Source

ROWS = 20_000
LOOKED_UP = 500  # row by row is so slow that a part of the list must stand for the whole
ANSWERED = 200
COUNTY, MONTH = "410922", datetime.date(2021, 3, 1)


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
    with transaction.atomic():
        _answer_many()
        transaction.set_rollback(True)


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
                kind=LeadKind.objects.get(department="yibao", key="inpatient"), month=MONTH,
                county=Area.objects.get(code=COUNTY), by=None, in_background=False,
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
    """What the pipeline does, one row after the other through the ORM; nothing is kept."""
    sheet = list(_rows(path))[1:]
    kind, month = LeadKind.objects.get(department="yibao", key="inpatient"), MONTH
    with transaction.atomic():
        file = LeadFile.objects.create(
            county_id=COUNTY, department_id="yibao", kind=kind, month=month, sha256="0" * 64,
        )  # fmt: skip
        for sheet_row in range(0, len(sheet), len(sheet) // LOOKED_UP):
            _one_row(file, sheet_row, *sheet[sheet_row])
        transaction.set_rollback(True)


def _one_row(file, sheet_row, name, cell, day, total, paid, own):
    number = idnumbers.parse(cell, on=clock.today()).value
    person = Person.objects.filter(id_index=idnumbers.blind_index(number), is_active=True).first()
    home = person.household
    limit = parameters.value(
        file.kind.parameter, on=file.month, population=home.kind, basis=file.kind.basis, county=COUNTY
    )  # fmt: skip
    facts = {"stayed_on": str(day), "self_paid": str(own)}
    is_lead = Decimal(str(own)) > limit
    row = LeadRow.objects.create(
        file=file, sheet_row=sheet_row, name=name, raw=facts, facts=facts, person=person,
        id_index=person.id_index, id_cipher=idnumbers.encrypt(number), match=LeadRow.Match.EQUAL,
        verdict=LeadRow.Verdict.OK if is_lead else LeadRow.Verdict.BELOW, village=home.village,
        household=home, township=home.village.parent, reason=f"住院自付 {own} 元",
        fact_hash=rules.fact_hash(file.kind_id, [home.pk, person.pk, sheet_row], facts),
    )  # fmt: skip
    if not is_lead:
        return
    same = Lead.objects.filter(fact_hash=row.fact_hash)
    if not same.filter(month=file.month).exists():
        earlier = same.exclude(answer="").order_by("-answered_at").first()
        case = open_case(household=home, source=Source.DEPARTMENT, by=None, risks=["因病"])
        row.lead = Lead.objects.create(
            source=Lead.Source.DEPARTMENT, kind=file.kind, household=home, village=home.village,
            person=person, case=case, month=file.month, risks=["因病"], facts=facts,
            explanation=row.reason, clause=file.kind.clause, raised_on=clock.today(),
            earlier=earlier, fact_hash=row.fact_hash,
        )  # fmt: skip
        row.save()


def _answer_many():
    """A village says of 200 leads at once that they are not true, with one reason 五（一）三."""
    village = Area.objects.villages().order_by("pk").first()
    cadre = User.objects.create_user("bench_cadre", full_name="测试", area=village)
    appoint(user=cadre, role="village_cadre", area=village, starts_on=clock.today(), by=None)
    homes = list(
        Household.objects.filter(village=village, state="active").order_by("pk")[: ANSWERED + 1]
    )
    opened = open_cases(
        [{"household_id": home.pk} for home in homes], source=Source.DEPARTMENT, by=None
    )
    Lead.objects.bulk_create(
        Lead(
            source=Lead.Source.DEPARTMENT, household=home, village=village, case_id=opened[home.pk],
            month=MONTH, explanation="住院自付", raised_on=clock.today(), fact_hash=f"bench{home.pk}",
        )
        for home in homes
    )  # fmt: skip
    first, *cases = Case.objects.filter(pk__in=opened.values())
    told = {"answer": Lead.Answer.NOT_TRUE, "reason": "resolved", "by": cadre}
    actions.answer_leads(cases=[first], **told)  # reads posts, code tables and parameters
    with CaptureQueriesContext(connection) as seen:
        started = time.perf_counter()
        outcome = actions.answer_leads(cases=cases, **told)
        ours = time.perf_counter() - started
    queries = sum(not q["sql"].startswith(("SAVEPOINT", "RELEASE")) for q in seen)
    counts = {"leads": len(outcome.done), "queries": queries}
    say("answer_200_leads", ours, None, "at most 1 s, 12 queries", **counts)
