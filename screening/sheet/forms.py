"""Shapes of the sheet's input and its form; no rules."""

import uuid
from dataclasses import dataclass

from django import forms

from screening.sheet.actions import Change, Result, Status
from screening.sheet.columns import GROUPS, TYPED, Cell, Group, Kind, of_group
from screening.sheet.rows import Row

MOST_CHANGES = 5000  # of one request: a pasted block of 200 rows x 12 columns and more
SHOWN_AGAIN = (Status.ERROR, Status.CONFLICT, Status.REFUSED)


class WorkbookForm(forms.Form):
    """A filled sheet comes back."""

    file = forms.FileField(
        label="填好的排查表",
        error_messages={
            "required": "请选择填好的排查表。", "empty": "这个文件是空的，请重新选择。",
        },
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.xls,.ods,.et"}),
    )  # fmt: skip


@dataclass(frozen=True)
class Field:
    """One cell as the form draws it."""

    cell: Cell
    text: str
    seen: str
    shown: str
    is_open: bool
    message: str
    other: str = ""  # of a conflict: what somebody else wrote
    changed: int = 0  # how often the cell was changed so far

    @property
    def key(self) -> str:
        return self.cell.key

    @property
    def input_type(self) -> str:
        """The browser's own date field only where it can show what is there."""
        if self.cell.kind is Kind.DATE and (not self.text or len(self.text) == 10):
            return "date"
        return "tel" if self.cell.kind is Kind.PHONE else "text"

    @property
    def choices(self) -> list[tuple[str, bool]]:
        """Offered words and whether they are chosen."""
        chosen = self.text.split("、")
        return [(word, word in chosen) for word in self.cell.options()]


@dataclass(frozen=True)
class Step:
    """One screen: what is only shown, and what is typed."""

    group: Group
    shown: list[Field]
    fields: list[Field]

    @property
    def has_message(self) -> bool:
        return any(field.message for field in self.fields)


def steps(
    row: Row, results: dict[str, Result], changed: dict[str, int] | None = None
) -> list[Step]:
    """The screens of a row; after a sending that was not taken, with what was typed.

    `changed` says by cell how often it was changed.
    """

    def fields(group, is_typed):
        return [
            _field(row, cell, results.get(cell.key), (changed or {}).get(cell.key, 0))
            for cell in of_group(group.key)
            if cell.is_typed is is_typed
        ]

    return [Step(group, fields(group, False), fields(group, True)) for group in GROUPS]


def _field(row: Row, cell: Cell, result: Result | None, changed: int) -> Field:
    text = row.text(cell.key)
    message, typed, other = row.errors.get(cell.key, ""), text, ""
    if result is not None and result.status in (Status.CONFLICT, Status.REFUSED):
        message, typed = result.message, result.change.new
        other = text if result.status is Status.CONFLICT else ""
    is_open = row.may_type(cell.key)
    return Field(cell, typed, text, cell.shown(text), is_open, message, other, changed)


def changes_of(posted, household_id: int) -> list[Change]:
    """What a form sent without a script: the cells that differ from what the person had seen.

    The form's own key gives each cell its id, so a second click sends the same changes.
    """
    try:
        form_key = uuid.UUID(posted.get("form_key", ""))
    except ValueError:
        return []
    changes = []
    for cell in TYPED:
        if f"seen-{cell.key}" not in posted:
            continue
        seen, new = posted[f"seen-{cell.key}"], "、".join(posted.getlist(cell.key))
        if new != seen:
            changes.append(
                Change(uuid.uuid5(form_key, f"{cell.key}:{new}"), household_id, cell.key, seen, new)
            )
    return changes


def changes_of_json(sent) -> list[Change]:
    """Changes as a script sends them. Raises ValueError, KeyError or TypeError for any other shape."""
    if not isinstance(sent, list) or len(sent) > MOST_CHANGES:
        raise ValueError("changes")
    changes = [
        Change(
            uuid.UUID(one["id"]), int(one["household"]), str(one["key"]), str(one["seen"]),
            str(one["new"]),
        )
        for one in sent
    ]  # fmt: skip
    if any(not 0 <= c.household_id < 2**63 for c in changes):
        raise ValueError("household")
    if any("\0" in text for c in changes for text in (c.key, c.seen, c.new)):
        raise ValueError("changes")
    for change in changes:
        change.new.encode()  # half a character is no text
    return changes


class TooMuch(Exception):
    """More than one request may change; the sentence says how much."""


def block_of_json(sent) -> dict[int, dict[str, str]]:
    """A pasted block as a script sends it. Raises TooMuch; ValueError, TypeError, AttributeError or
    KeyError for what no script of ours sends."""
    block = {
        int(pk): {str(key): str(text) for key, text in typed.items()}
        for pk, typed in sent["rows"].items()
    }
    if (cells := sum(len(typed) for typed in block.values())) > MOST_CHANGES:
        raise TooMuch(f"粘贴了 {cells} 格，一次最多 {MOST_CHANGES} 格，请分几次粘贴")
    return block
