"""Words of the sheet's pages and of what its scripts are told."""

import uuid
from collections import Counter
from dataclasses import dataclass

from django.db.models import Count

from audit import clock
from households.doubt_facts import age
from policy import codes
from screening.sheet.actions import Result, Status
from screening.sheet.columns import BY_KEY, CELLS, TYPED
from screening.sheet.models import CellChange
from screening.sheet.preview import Difference
from screening.sheet.rows import Row, State
from workflow import lists
from workflow.models import ReportedList


def counts(rows: list[Row]) -> list[tuple[str, str, int]]:
    """(label, tone, number) of each state, those that need somebody first."""
    found = Counter(row.state for row in rows)
    order = (State.DOUBTFUL, State.UNCONFIRMED, State.CHANGED, State.CONFIRMED)
    return [(state.label, state.tone, found[state]) for state in order]


def result_json(result: Result) -> dict:
    """What a script learns about one change."""
    cell = BY_KEY.get(result.change.key)
    return {
        "id": str(result.change.id),
        "household": result.change.household_id,
        "key": result.change.key,
        "status": result.status.value,
        "text": result.text,
        "shown": cell.shown(result.text) if cell else result.text,
        "message": result.message,
        "by": result.by,
        "at": f"{clock.local(result.at):%m-%d %H:%M}" if result.at else "",
    }


def row_json(row: Row) -> dict:
    """What a script shows about the row after saving."""
    shown = {key: row.shown(key) for key, cell in BY_KEY.items() if not cell.is_typed}
    return _standing(row) | {"shown": shown}


def _standing(row: Row) -> dict:
    return {
        "state": row.state.value,
        "label": row.state.label,
        "tone": row.state.tone,
        "errors": row.errors,
        "doubts": [{"key": d.key, "words": d.words, "cell": d.cell} for d in row.doubts],
    }


def members(row: Row) -> list[dict]:
    """What a visit asks about each member, as the register has it: a gap is said, not left out."""
    today = clock.today()
    return [
        {
            "person": person,
            "age": None if person.birth_on is None else age(person.birth_on, today),
            "facts": [
                ("在校", person.student_state),
                ("健康", person.health),
                ("劳动技能", person.skill),
                ("务工", _work(person)),
            ],
        }
        for person in row.members
    ]


def _work(person) -> str:
    months = f"{person.work_months} 个月" if person.work_months else ""
    return " ".join(filter(None, (person.work_place, months)))


def change_json(found: Difference) -> dict:
    """A difference as the change that would write it, over what the cell says now."""
    return {
        "id": str(uuid.uuid4()),
        "household": found.household_id,
        "key": found.key,
        "seen": found.old,
        "new": found.new,
    }


def difference_json(found: Difference) -> dict:
    """What a script shows of a difference before it is written."""
    return change_json(found) | {
        "name": found.row.household.head_name,
        "label": found.label,
        "old": found.old_shown,
        "shown": found.new_shown,
        "error": found.error,
    }


def grid_columns() -> list[dict]:
    """The columns of the grid, as its script draws them."""
    return [
        {
            "key": cell.key, "label": cell.label, "kind": cell.kind.value, "unit": cell.unit,
            "help": cell.help, "options": cell.options(),
        }
        for cell in CELLS
    ]  # fmt: skip


def grid_line(row: Row) -> dict:
    """A row of the grid: canonical texts in the order of `grid_columns`, and what a script shows about it."""
    return {
        "id": row.household.pk,
        "closed": [cell.key for cell in TYPED if not row.may_type(cell.key)],
        **_standing(row),
        "cells": [row.text(cell.key) for cell in CELLS],
    }


def told(result: Result, row: Row | None) -> str:
    """One line about a change that was not taken: household, field, reason and remedy."""
    name = f"{row.household.head_name}户，" if row else ""
    key = result.change.key
    reason = result.message
    if result.status is Status.CONFLICT:
        reason = f"刚才被别人改成了“{result.text or '空'}”，没有写入，请核对后到该户表单里改"
    return f"{name}{BY_KEY[key].label if key in BY_KEY else key}：{reason}"


def said(results: dict[str, Result]) -> list[str]:
    """One line per cell that was not taken, for the error summary."""
    return [
        f"{BY_KEY[key].label}：{result.message}"
        for key, result in results.items()
        if key in BY_KEY and result.status not in (Status.SAVED, Status.DRAFT)
    ]


def restored(result: Result) -> str:
    """What became of 恢复."""
    label = BY_KEY[result.change.key].label
    if result.status in (Status.SAVED, Status.DRAFT):
        return f"{label}已恢复为“{result.text or '空'}”。"
    return f"{label}没有恢复：{result.message}。"


def times_changed(household) -> dict[str, int]:
    """By cell how often it was changed."""
    changes = CellChange.objects.filter(row__household=household).order_by()
    return dict(changes.values_list("key").annotate(n=Count("pk")))


@dataclass(frozen=True)
class HistoryLine:
    change: CellChange
    label: str
    old: str
    new: str


def history(changes) -> list[HistoryLine]:
    """Past changes in words."""
    return [
        HistoryLine(
            change,
            BY_KEY[change.key].label if change.key in BY_KEY else change.key,
            BY_KEY[change.key].shown(change.old) if change.key in BY_KEY else change.old,
            BY_KEY[change.key].shown(change.new) if change.key in BY_KEY else change.new,
        )
        for change in changes
    ]


def ledger_lines(round, village) -> list[dict]:
    """The households that the hand-in would carry as screened 四（二）, one line each."""
    kind, stage = ReportedList.Kind.SCREENING, ReportedList.Stage.REPORTED
    found = lists.candidates(area=village, round=round, kind=kind, stage=stage)
    return [
        {
            "name": row["head_name"],
            "members": row["member_count"],
            "risks": "、".join(codes.labels("risk", row["risks"])),
        }
        for row in lists.snapshot(list(found.values_list("pk", flat=True)))
    ]
