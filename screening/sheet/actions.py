"""Everything that changes the sheet. Keyword-only, `by=`."""

import uuid
from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from django.db import transaction

from accounts import access
from accounts.permissions import Permission
from audit import clock
from audit.events import EventKind
from audit.record import record, record_many
from households import actions as households
from households.models import DoubtAnswer, Household
from households.refusals import Refused
from jobs.workbooks.refusals import CellRefused
from screening.sheet import rows as sheet_rows
from screening.sheet import targets
from screening.sheet.columns import BY_KEY, of_target
from screening.sheet.models import CellChange, SheetRow
from screening.sheet.refusals import SheetRefused
from screening.sheet.rows import Row, State
from workflow import actions as workflow
from workflow.models import MonthlyRound, ReportedList
from workflow.rounds import county_of

LONGEST_WRITTEN = 400
NOT_YOURS = "这户不在您负责的村，不能修改"


class Status(StrEnum):
    SAVED = "saved"  # in the register
    DRAFT = "draft"  # valid, waits for the cells that go with it
    ERROR = "error"  # not valid: kept as typed, on the row
    CONFLICT = "conflict"  # somebody else was here: nothing written
    REFUSED = "refused"  # this row does not take this cell


@dataclass(frozen=True)
class Change:
    """One cell typed by one person who had `seen` before their eyes; `id` makes it happen once."""

    id: uuid.UUID
    household_id: int
    key: str
    seen: str
    new: str
    restores: CellChange | None = None


@dataclass
class Result:
    """What became of a change; `text` is what the cell says now."""

    change: Change
    status: Status
    text: str = ""
    message: str = ""
    # of a conflict: who has written the other value, and when
    by: str = ""
    at: datetime | None = None


@dataclass
class Outcome:
    """Results in the order of the changes, and the rows they touched as they are now."""

    results: list[Result] = field(default_factory=list)
    rows: dict[int, Row] = field(default_factory=dict)


@transaction.atomic
def save_cells(*, round: MonthlyRound, changes: list[Change], by) -> Outcome:
    """Write changed cells of any households of the round, each once, each if nobody was faster.

    Raises SheetRefused when the month is closed. Everything else is answered per change.
    """
    _is_open(round)
    known = _own_households(round, changes, by)
    _make_rows(round, known.values())
    found = _locked_rows(round, list(known))
    # Asked under the lock: the same change may be coming in from a second window.
    ids = [id for change in changes for id in (change.id, _id_of_more(change))]
    done = dict(CellChange.objects.filter(pk__in=ids).values_list("pk", "new"))
    by_household = defaultdict(list)
    for change in changes:
        by_household[change.household_id].append(change)
    answers = {}
    for household_id, own in by_household.items():
        answers |= _save_row(found.get(household_id), own, done, by)
    reread = {row.household.pk: row for row in sheet_rows.of_households(round, found)}
    results = [_told(answers[change.id], reread.get(change.household_id)) for change in changes]
    return Outcome(results, reread)


def _save_row(row: Row | None, changes: list[Change], done: dict, by) -> dict[uuid.UUID, Result]:
    answers, kept = {}, []
    for change in changes:
        if row is None:
            answers[change.id] = Result(change, Status.REFUSED, message=NOT_YOURS)
        else:
            answers[change.id] = _once(row, change, done, kept, by)
    if not kept:
        return answers
    CellChange.objects.bulk_create(kept)
    reasons = _write_through(row, by)
    for answer in answers.values():
        if answer.status is Status.SAVED and answer.change.key in BY_KEY:
            answer.message = reasons.get(BY_KEY[answer.change.key].target, "")
    sheet = row.sheet
    sheet.changed_at, sheet.changed_by = clock.now(), by
    sheet.save()
    record(
        EventKind.SHEET_CHANGED, by=by, obj=row.household,
        detail={"cells": sorted({change.key for change in kept})},
    )  # fmt: skip
    return answers


def _once(row: Row, change: Change, done: dict, kept: list[CellChange], by) -> Result:
    """What has arrived is not written again; what was typed on under its id is a change of its own."""
    typed = change
    if change.id in done:
        typed = replace(change, id=_id_of_more(change), seen=done[change.id])
        cell = BY_KEY.get(change.key)
        if typed.id in done or cell is None or _canonical(cell, change.new) == done[change.id]:
            return Result(change, Status.SAVED)
    before = len(kept)
    result = _type(row, typed, kept, by)
    if len(kept) > before:
        done[typed.id] = kept[-1].new
    return replace(result, change=change)


def _id_of_more(change: Change) -> uuid.UUID:
    """The same for the same text: sent again it is still written once."""
    return uuid.uuid5(change.id, change.new)


def _type(row: Row, change: Change, kept: list[CellChange], by) -> Result:
    """Put one change into the row's drafts, unless it is refused or somebody was faster."""
    cell = BY_KEY.get(change.key)
    if cell is None or not row.may_type(change.key):
        why = "该户没有在办的个案或正在上级办理，这一格现在不能改"
        return Result(change, Status.REFUSED, message=why)
    if len(change.new) > LONGEST_WRITTEN:
        return Result(change, Status.REFUSED, message=f"最多写 {LONGEST_WRITTEN} 字，请精简")
    new, now = _canonical(cell, change.new), row.text(change.key)
    if new == now:
        return Result(change, Status.SAVED)
    if _canonical(cell, change.seen) != now:
        return _conflict(row, change)
    row.drafts[change.key] = new
    kept.append(
        CellChange(
            id=change.id, row=row.sheet, key=change.key, old=now, new=new, by=by, at=clock.now(),
            restores=change.restores,
        )
    )  # fmt: skip
    return Result(change, Status.SAVED)


def _canonical(cell, written: str) -> str:
    """What was typed in the cell's own spelling; what cannot be spelt stays as typed."""
    try:
        return cell.clean(written)
    except CellRefused:
        return written.strip()


def _conflict(row: Row, change: Change) -> Result:
    last = (
        CellChange.objects.filter(row__household=row.household, key=change.key)
        .select_related("by").first()
    )  # fmt: skip
    # Changed in the register itself: then nobody has changed it here.
    is_theirs = last is not None and last.new == row.text(change.key)
    return Result(
        change, Status.CONFLICT, message="别人已经改过这一项，请选用哪一个",
        by=last.by.full_name if is_theirs else "", at=last.at if is_theirs else None,
    )  # fmt: skip


def _write_through(row: Row, by) -> dict[str, str]:
    """Move every target whose drafts are valid and whole into the register; why not, by target."""
    reasons = {}
    for target in targets.ORDER:
        keys = [cell.key for cell in of_target(target)]
        typed = [key for key in keys if key in row.drafts]
        row.__dict__.pop("errors", None)
        if not typed or any(key in _hard(row) for key in keys):
            continue
        try:
            with transaction.atomic():
                targets.write(row, target, by)
        except targets.NotYet as not_yet:
            reasons[target] = str(not_yet)
            continue
        for key in typed:
            del row.drafts[key]
        row.__dict__.pop("facts", None)
    return reasons


def _hard(row: Row) -> set[str]:
    """Cells that keep their target out of the register; a missing remark keeps nothing out."""
    found = set()
    for key, words in row.errors.items():
        if key not in row.drafts or words != sheet_rows.NOT_WRITTEN:
            found.add(key)
    return found - ({"remark"} - set(row.drafts))


def _told(result: Result, row: Row | None) -> Result:
    """The result in the light of what the row says in the end."""
    key = result.change.key
    if row is None or key not in BY_KEY:
        return result
    result.text = row.text(key)
    if result.status is Status.SAVED and key in row.drafts:
        own, together = row.errors.get(key, ""), of_target(BY_KEY[key].target)
        gaps = [row.errors[cell.key] for cell in together if cell.key in row.errors]
        result.status = Status.ERROR if own else Status.DRAFT
        result.message = result.message or own or next(iter(gaps), "")
    elif result.status is Status.SAVED:
        result.message = row.errors.get(key, "")
    return result


@transaction.atomic
def restore(*, change: CellChange, id: uuid.UUID, by) -> Result:
    """恢复: the cell gets back what it said before the change, as a new change."""
    row = change.row
    found = next(iter(sheet_rows.of_households(row.round, [row.household_id])))
    again = Change(
        id, row.household_id, change.key, found.text(change.key), change.old, restores=change
    )
    return save_cells(round=row.round, changes=[again], by=by).results[0]


@transaction.atomic
def confirm_unchanged(*, round: MonthlyRound, household_ids, by) -> int:
    """无变化, for one household or for all: how many were confirmed now. Doubtful ones are not."""
    _is_open(round)
    found = [
        row
        for row in sheet_rows.of_households(round, household_ids)
        if row.state is State.UNCONFIRMED
        and access.may(by, Permission.CASE_SCREEN, area=row.household.village_id)
    ]
    _make_rows(round, [row.household for row in found])
    sheets = SheetRow.objects.filter(
        round=round, household_id__in=[row.household.pk for row in found], confirmed_at=None
    )
    confirmed = list(sheets.values_list("household_id", flat=True))
    sheets.update(confirmed_at=clock.now(), confirmed_by=by)
    record_many(
        EventKind.SHEET_CONFIRMED, by=by,
        rows=[{"obj": row.household} for row in found if row.household.pk in set(confirmed)],
    )  # fmt: skip
    return len(confirmed)


@transaction.atomic
def accept_doubt(*, round: MonthlyRound, household, key: str, note: str, by) -> DoubtAnswer | None:
    """已核实，情况属实, kept with the household: silent in later months too, until the facts change."""
    _is_open(round)
    _is_own(household, by)
    row = _locked_rows(round, [household.pk])[household.pk]
    doubt = next((doubt for doubt in row.doubts if doubt.key == key), None)
    if doubt is None:
        return None
    try:
        return households.accept_doubt(household=household, doubt=doubt, note=note, by=by)
    except Refused as refused:
        raise SheetRefused(str(refused)) from None


@transaction.atomic
def add_photos(*, round: MonthlyRound, household, uploads, by) -> int:
    """Pictures taken at the door, kept with the visit that the sheet has recorded; how many.

    Raises SheetRefused, and StepRefused for what is no picture.
    """
    _is_open(round)
    _is_own(household, by)
    sheet = SheetRow.objects.filter(round=round, household=household).first()
    if sheet is None or sheet.visit is None:
        raise SheetRefused("请先在“基本情况”里选核实方式和核实日期，再传照片")
    return workflow.add_photos(visit=sheet.visit, uploads=uploads, by=by)


@transaction.atomic
def add_household(*, round: MonthlyRound, household, by) -> SheetRow:
    """Put a household of the village on the month's sheet; no case is opened by that."""
    _is_open(round)
    _is_own(household, by)
    if household.is_removed:
        raise SheetRefused("这户已经销户，不能加入排查表，请核对农户档案")
    found, is_new = SheetRow.objects.get_or_create(
        round=round, household=household, defaults={"village_id": household.village_id}
    )
    if is_new:
        record(EventKind.SHEET_HOUSEHOLD_ADDED, by=by, obj=household)
    return found


@transaction.atomic
def hand_in(*, round: MonthlyRound, village, by) -> ReportedList:
    """Confirm what nobody touched and report the screening ledger 四（二）.

    Raises StepRefused as the report itself does, also while hard errors remain.
    """
    _is_open(round)
    found = sheet_rows.of_village(round, village.pk)
    untouched = [row.household.pk for row in found if row.state is State.UNCONFIRMED]
    confirm_unchanged(round=round, household_ids=untouched, by=by)
    return workflow.report_list(area=village, round=round, kind=ReportedList.Kind.SCREENING, by=by)


def _is_open(round: MonthlyRound) -> None:
    if not MonthlyRound.objects.open().filter(pk=round.pk).exists():
        raise SheetRefused(f"{round.label}已经结束，排查表不能再改；如需补报请县扶贫办重新打开该月")


def _is_own(household, by) -> None:
    if not access.may(by, Permission.CASE_SCREEN, area=household.village_id):
        raise SheetRefused(NOT_YOURS)


def _own_households(round, changes, by) -> dict[int, Household]:
    """The households of the changes where this person fills in the sheet."""
    own = Household.objects.filter(
        access.scope(by, Permission.CASE_SCREEN),
        pk__in={change.household_id for change in changes},
        village_id__startswith=county_of(round.county_id),
    )
    return {household.pk: household for household in own}


def _make_rows(round, households) -> None:
    SheetRow.objects.bulk_create(
        [SheetRow(round=round, household=h, village_id=h.village_id) for h in households],
        ignore_conflicts=True,
    )


def _locked_rows(round, household_ids) -> dict[int, Row]:
    """The rows, read while nobody else can change them: first the households, then their rows."""
    ids = sorted(household_ids)
    list(Household.objects.select_for_update().filter(pk__in=ids).order_by("pk").values("pk"))
    list(SheetRow.objects.select_for_update().filter(round=round, household_id__in=ids)
         .order_by("household_id").values("pk"))  # fmt: skip
    return {row.household.pk: row for row in sheet_rows.of_households(round, ids)}
