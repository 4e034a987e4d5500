"""One row of a file: settled by a person, corrected in place, or found again by itself."""

from django.db import transaction
from django.db.models import Q

from accounts import access
from accounts.permissions import Permission
from audit import clock
from audit.events import EventKind
from audit.record import record
from households import idnumbers
from screening import matching
from screening.actions.dispatch import dispatch_settled
from screening.actions.files import counties_of
from screening.checking import figures_of
from screening.columns import ID
from screening.judging import Judge
from screening.matching import Found
from screening.models import LeadFile, LeadRow
from screening.refusals import LeadRefused
from screening.row_form import RowReader

Match, Verdict = LeadRow.Match, LeadRow.Verdict
FOUND_FIELDS = (
    "verdict", "reason", "note", "match", "person", "household", "township", "fact_hash",
)  # fmt: skip


def may_settle(row: LeadRow, user) -> bool:
    """The county's settling post anywhere; a township for what waits in its own pool."""
    if access.may(user, Permission.LEAD_SETTLE, area=row.file.county_id):
        return True
    return bool(row.township_id) and access.may(user, Permission.CASE_RECHECK, area=row.township_id)


@transaction.atomic
def settle_row(*, row, person, by) -> LeadRow:
    """Say who a doubtful or unclaimed row means.

    `person` None says of a doubtful row that it is none of those suggested: it goes to the
    township's 待认领 pool; of a row of the pool that nobody here is meant: it is closed.
    The row is judged anew, since the threshold may depend on the household 附件1-1, and follows
    its file if that is dispatched. Raises LeadRefused.
    """
    if not may_settle(row, by):
        raise LeadRefused("这一行不归您认定")
    row = _locked(row)
    is_settled = bool(row.household_id or row.settled_at) and not row.recalled_for
    if row.match == Match.AREA:
        raise LeadRefused("这一行写的是乡镇、村，由村里排查，不用认定是谁")
    if row.lead_id or is_settled or row.verdict != Verdict.OK:
        raise LeadRefused("这一行已经认定过了，请返回列表查看")
    is_passed_on = person is None and row.match == Match.NAME_ONLY
    if person is not None:
        _choose(row, person, by)
    elif is_passed_on:
        row.match = Match.NOT_FOUND
    elif row.recalled_for:
        row.person = row.household = None
    row.recalled_for = ""
    if not is_passed_on:
        row.settled_at, row.settled_by = clock.now(), by
    row.save(update_fields=[*FOUND_FIELDS, "recalled_for", "settled_at", "settled_by"])
    record(
        EventKind.LEAD_ROW_SETTLED,
        by=by,
        obj=row,
        area=row.household.village_id if row.household_id else row.file.county_id,
        detail={"file": row.file_id, "sheet_row": row.sheet_row, "person": person and person.pk},
    )
    _after(row.file, [row], by)
    return row


@transaction.atomic
def correct_row(*, row, cells, by) -> LeadRow:
    """Put a bad row right in place: `cells` replaces what was read, by column key.

    The row is read, matched and judged as if it had come like this. Raises LeadRefused.
    """
    if not may_correct(row, by):
        raise LeadRefused("这一行不归您改正")
    row = _locked(row)
    if row.lead_id or row.settled_at:
        raise LeadRefused("这一行已经下发或认定，不能再改")
    given = written(row) | {key: value for key, value in cells.items() if value is not None}
    read = RowReader(row.file.kind, row.file.county_id).read(row.sheet_row, given)
    county = row.file.county_id
    if row.file.kind.names_areas:
        found = {row.sheet_row: matching.AREA}
    else:
        found = {} if read.problems else matching.match([read], county)
    _apply(row, read, found.get(row.sheet_row, matching.NOBODY))
    row.raw, row.facts, row.name, row.village_id = (
        read.raw, read.facts, read.name, read.village or None,
    )  # fmt: skip
    row.id_cipher = idnumbers.encrypt(read.id_written) if read.id_written else None
    row.id_index = read.id_index
    row.save()
    record(
        EventKind.LEAD_ROW_CORRECTED,
        by=by,
        obj=row,
        area=county,
        detail={"file": row.file_id, "sheet_row": row.sheet_row, "columns": sorted(cells)},
    )
    _after(row.file, [row], by)
    return row


@transaction.atomic
def rematch(*, rows, by=None) -> int:
    """Look again for rows nobody settled; how many found their person by number meanwhile.

    A doubt closes itself when its cause is gone: the register was corrected. Without `by` the
    system looks.
    """
    rows = list(
        LeadRow.objects.select_for_update(of=("self",))
        .filter(pk__in=[row.pk for row in rows], household=None, settled_at=None, lead=None)
        .exclude(Q(verdict=Verdict.BAD) | Q(match=Match.AREA))
        .select_related("file__kind")
    )
    groups: dict[LeadFile, list[LeadRow]] = {}
    for row in rows:
        groups.setdefault(row.file, []).append(row)
    return sum(_rematch_file(file, of_file, by) for file, of_file in groups.items())


def may_correct(row: LeadRow, user) -> bool:
    """The department that sent it, or the county office."""
    return row.file.county_id in counties_of(user, row.file.department)


def written(row: LeadRow) -> dict[str, str]:
    """The row's cells as read, the ID number among them (never shown, only read again)."""
    number = idnumbers.decrypt(row.id_cipher) if row.id_cipher else ""
    ids = [column["key"] for column in row.file.kind.columns if column["type"] == ID]
    return dict(row.raw) | dict.fromkeys(ids, number)


def _rematch_file(file, rows, by) -> int:
    reader = RowReader(file.kind, file.county_id)
    read = {row.sheet_row: reader.read(row.sheet_row, written(row)) for row in rows}
    found = matching.match([r for r in read.values() if not r.problems], file.county_id)
    changed = []
    for row in rows:
        match = found.get(row.sheet_row, matching.NOBODY)
        if _is_news(row, match):
            _apply(row, read[row.sheet_row], match)
            changed.append(row)
    LeadRow.objects.bulk_update(changed, FOUND_FIELDS)
    settled = [row for row in changed if row.household_id]
    if changed:
        _after(file, settled, by)
    return len(settled)


def _is_news(row, found: Found) -> bool:
    """Names suggest once only: what a person has ruled out is not suggested again."""
    if found.match == Match.NAME_ONLY or found.match == row.match:
        return False
    return row.match == Match.NAME_ONLY or found.match != Match.NOT_FOUND


def _apply(row, read, found: Found) -> None:
    judge = Judge(row.file.kind, row.file.month, row.file.county_id)
    row.verdict, row.reason = judge.judge(read, found)
    is_bad = row.verdict == Verdict.BAD
    row.match = Match.NONE if is_bad else found.match
    row.person_id, row.household_id = found.person, found.household
    row.township_id = found.village[:9] or read.township or row.township_id
    row.note = "；".join(filter(None, (*read.notes, found.note)))[:200]
    row.fact_hash = judge.fact_hash(read, found) if row.verdict == Verdict.OK else ""


def _choose(row, person, by) -> None:
    household = person.household
    inside = household.village_id.startswith(row.file.county_id)
    if not access.may(by, Permission.LEAD_SETTLE, area=row.file.county_id):
        inside = access.may(by, Permission.CASE_RECHECK, area=household.village_id)
    if not inside or household.is_removed:
        raise LeadRefused("所选的人不在可认定的范围内，请重新选择")
    read = RowReader(row.file.kind, row.file.county_id).read(row.sheet_row, written(row))
    found = Found(
        Match.CHOSEN, person.pk, household.pk, household.village_id, household.is_lifted, row.note
    )
    read.problems.clear()  # it was readable when it was checked; a person has decided the rest
    _apply(row, read, found)
    row.note = ""


def _locked(row) -> LeadRow:
    rows = LeadRow.objects.select_for_update(of=("self",))
    return rows.select_related("file__kind", "file__department").get(pk=row.pk)


def _after(file, rows, by) -> None:
    """Dispatch what may follow its file, and count the file anew."""
    dispatch_settled(rows=rows, by=by)
    LeadFile.objects.filter(pk=file.pk).update(figures=figures_of(file))
