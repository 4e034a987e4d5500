"""The work on a received file: read, match, judge, store. One transaction, so a killed run leaves
nothing behind and the next one starts from nothing."""

import contextlib
import itertools
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import orjson
from django.db import connection, transaction
from django.db.models import Count, Q

from audit.events import EventKind
from audit.record import record
from households import idnumbers
from jobs.workbooks.header import ColumnsMissing
from jobs.workbooks.limits import LEAD_FILE
from jobs.workbooks.refusals import FileRefused
from jobs.workbooks.table import open_table
from policy import parameters
from screening import area_rows, matching, naming, rules
from screening.columns import columns_of
from screening.judging import Judge
from screening.models import LeadFile, LeadRow
from screening.row_form import Row, RowReader
from workflow import months

State, Verdict, Match = LeadFile.State, LeadRow.Verdict, LeadRow.Match
FIGURES = ("rows", "ok", "below_threshold", "rejected", "matched", "doubtful", "unmatched",
           "households")  # fmt: skip
COPIED = ("file_id", "sheet_row", "raw", "extra", "facts", "name", "id_index", "id_cipher", "village_id",
          "verdict", "reason", "note", "match", "person_id", "household_id", "township_id",
          "fact_hash")  # fmt: skip
_COPY = f"COPY screening_leadrow ({', '.join(COPIED)}) FROM STDIN"  # noqa: S608
SAME_ROWS = """
    SELECT count(*) FROM (
        SELECT id_index, name, facts FROM screening_leadrow WHERE file_id = %(one)s AND verdict <> 'bad'
        INTERSECT
        SELECT id_index, name, facts FROM screening_leadrow WHERE file_id = %(other)s) same
"""
BATCH_ROWS = 2000
REASON_CHARS, NOTE_CHARS = 400, 200


def quiet(_done, _total, _message=""):
    """Progress that nobody watches."""


def check(lead_file, *, progress=quiet) -> LeadFile:
    """Give every row of the file its verdict. For a file that is past this, nothing happens."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = 0")
            # Reading happens in a child process while this transaction waits for it.
            cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
            cursor.execute("SET LOCAL lock_timeout = 0")
        files = LeadFile.objects.select_for_update(of=("self",)).select_related("kind", "county")
        lead_file = files.get(pk=lead_file.pk)
        if lead_file.state != State.RECEIVED:
            return lead_file
        try:
            with transaction.atomic():  # a refusal midway leaves none of the rows before it
                signs = _take_rows(lead_file, progress)
        except ColumnsMissing as missing:
            _ask_for_names(lead_file, missing)
        except FileRefused as refusal:
            lead_file.state, lead_file.message = State.REFUSED, refusal.reason_zh
        else:
            _conclude(lead_file, signs)
        lead_file.save(update_fields=["state", "message", "warnings", "header", "figures"])
        record(
            EventKind.LEAD_FILE_CHECKED,
            by=lead_file.received_by,
            obj=lead_file,
            area=lead_file.county_id,
            detail={"state": lead_file.state, **summary_line(lead_file)},
        )
    return lead_file


def _ask_for_names(lead_file, missing) -> None:
    """A person says which column is which; a sheet with too few columns for it is refused."""
    lead_file.header = naming.top_of(missing.rows, missing.header)
    required = [column for column in columns_of(lead_file.kind) if column.required]
    if len(set(lead_file.header["titles"].values())) < len(required):
        lead_file.state, lead_file.message = State.REFUSED, missing.reason_zh
    else:
        lead_file.state, lead_file.message = State.UNNAMED, naming.question(missing.header)


def _take_rows(lead_file, progress) -> rules.Signs:
    """Store every row with its verdict, batch by batch: the child process reads on meanwhile."""
    LeadRow.objects.filter(file=lead_file).delete()
    kind = lead_file.kind
    table = open_table(
        lead_file.file.path, columns_of(kind), LEAD_FILE, name=lead_file.name, saved=kind.titles
    )
    checker, done = _Checker(lead_file), 0
    with table, contextlib.closing(_read_ahead(_batches(table, checker.reader))) as batches:
        for batch in batches:
            checker.store(batch)
            done += len(batch)
            progress(done, 0, f"已核对 {done} 行")
    if not done:
        raise FileRefused("表头下面没有数据行，请核对后重新上传；本月没有线索的不用传")
    lead_file.header = naming.top_of(table.first_rows, table.header)
    lead_file.warnings = [str(warning) for warning in table.reading.warnings]
    if table.header.unknown:
        lead_file.warnings.append(naming.unused(table.header))
    return checker.signs


def _batches(table, reader) -> Iterator[list[Row]]:
    """The sheet's rows, read; nothing here asks the database."""
    rows = itertools.starmap(reader.read, table.whole_rows())
    while batch := list(itertools.islice(rows, BATCH_ROWS)):
        yield batch


def _read_ahead(batches: Iterator) -> Iterator:
    """The same, each read in a thread while the database is busy with the one before."""
    with ThreadPoolExecutor(1) as beside:
        coming = beside.submit(next, batches, None)
        while batch := coming.result():
            coming = beside.submit(next, batches, None)
            yield batch


def _conclude(lead_file, signs) -> None:
    lead_file.figures = figures_of(lead_file)
    signs.same_as_before = _same_as_before(lead_file)
    lead_file.message = _brake(lead_file, signs)
    lead_file.state = State.HELD if lead_file.message else State.CHECKED


class _Checker:
    """Reads, matches, judges and stores batches of one file's rows."""

    def __init__(self, lead_file):
        self.file, self.county = lead_file, lead_file.county_id
        self.reader = RowReader(lead_file.kind, self.county)
        self.judge = Judge(lead_file.kind, lead_file.month, self.county)
        self.signs = rules.Signs()
        self.seen = {}  # what was said before, with its row

    def store(self, rows) -> None:
        if self.file.kind.names_areas:
            found = {row.sheet_row: matching.AREA for row in rows}
        else:
            found = matching.match((row for row in rows if not row.problems), self.county)
        lines = [self._line(row, found.get(row.sheet_row, matching.NOBODY)) for row in rows]
        with connection.cursor() as cursor, cursor.copy(_COPY) as copy:
            for line in lines:
                copy.write_row(line)

    def _line(self, row, match) -> tuple:
        verdict, reason = self.judge.judge(row, match)
        if verdict != Verdict.BAD and (first := self._repeats(row)):
            verdict, reason = Verdict.BAD, f"与第 {first} 行相同，只算一次，请删去"
        if verdict != Verdict.BAD:
            _count(self.signs, row, match, self.file.month, self.county)
        return (
            self.file.pk,
            row.sheet_row,
            _as_json(row.raw),
            _as_json(row.extra),
            _as_json(row.facts),
            row.name,
            row.id_index,
            idnumbers.encrypt(row.id_written) if row.id_written else None,
            row.village or None,
            verdict.value,
            reason[:REASON_CHARS],
            "；".join(filter(None, (*row.notes, match.note)))[:NOTE_CHARS],
            "" if verdict == Verdict.BAD else match.match.value,
            match.person,
            match.household,
            match.village[:9] or row.township or None,
            self.judge.fact_hash(row, match) if verdict == Verdict.OK else "",
        )

    def _repeats(self, row) -> int | None:
        """The earlier row that says the same of the same person."""
        key = (row.id_number or (row.name, row.village), tuple(row.facts.items()))
        first = self.seen.setdefault(key, row.sheet_row)
        return first if first != row.sheet_row else None


def _as_json(told: dict) -> str:
    return orjson.dumps(told).decode()


def _count(signs, row, match, month, county) -> None:
    signs.usable += 1
    if match.match == Match.NOT_FOUND:
        signs.not_found += 1
        signs.of_other_county += bool(row.id_number) and row.id_number[:6] != county
    if row.day:
        signs.dated += 1
        signs.of_other_month += not rules.is_of_month(row.day, month)
    signs.placed += row.is_placed
    signs.elsewhere += row.is_elsewhere


def _same_as_before(lead_file) -> int:
    """How many rows the latest list of an earlier month had, too; only one as long is looked at."""
    files = LeadFile.objects.filter(
        county=lead_file.county_id, kind=lead_file.kind_id, month__lt=lead_file.month
    )
    before = files.exclude(state=State.REFUSED).order_by("-month", "-received_at").first()
    if before is None or before.figures.get("rows") != lead_file.figures["rows"]:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(SAME_ROWS, {"one": lead_file.pk, "other": before.pk})
        return cursor.fetchone()[0]


def _brake(lead_file, signs) -> str:
    county = lead_file.county_id
    ratio = parameters.value("lead_file_brake", on=lead_file.month, county=county)
    return rules.brake(signs, ratio, months.label(lead_file.month), lead_file.county.short_name)


def figures_of(lead_file) -> dict[str, int]:
    """The figures of DESIGN §10, counted from the stored rows in one query."""
    ok = Q(verdict=Verdict.OK)
    known = ok & (Q(household__isnull=False) | Q(match=Match.AREA))
    doubtful = ok & Q(household=None, match=Match.NAME_ONLY)
    figures = LeadRow.objects.filter(file=lead_file).aggregate(
        rows=Count("pk"),
        ok=Count("pk", filter=ok),
        below_threshold=Count("pk", filter=Q(verdict=Verdict.BELOW)),
        rejected=Count("pk", filter=Q(verdict=Verdict.BAD)),
        matched=Count("pk", filter=known),
        doubtful=Count("pk", filter=doubtful),
        households=Count("household", filter=ok, distinct=True),
    )
    if lead_file.kind.names_areas:
        figures["households"] = area_rows.count(lead_file)
    figures["unmatched"] = figures["ok"] - figures["matched"] - figures["doubtful"]
    return figures


def summary_line(lead_file) -> dict[str, int]:
    """The one-line summary of import_leads."""
    return {key: lead_file.figures.get(key, 0) for key in FIGURES}
