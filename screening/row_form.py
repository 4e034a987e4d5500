"""One row of a department's file: cells in, facts and reasons out. Nothing here asks who it is."""

import datetime
import functools
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from areas.models import Area, Level
from audit import clock
from households import idnumbers
from households.villages import Villages, VillageUnknown
from jobs.workbooks import cells
from jobs.workbooks.refusals import CellRefused, Flawed
from screening.columns import DATE, ID, NAME, PLACES

RAW_CHARS = 200
MOST_REMEMBERED = 10_000
# ID numbers and accounts; what people write between the digits does not matter.
_LONG_NUMBER = re.compile(r"\d(?:[ ']?\d){13,}[\dXx]?")
_TOWNSHIP_ENDS = ("街道办事处", "人民政府", "街道", "镇", "乡")


@dataclass(slots=True)
class Row:
    """What one sheet row says. `problems` make it unusable; each is a clause with its remedy."""

    sheet_row: int
    raw: dict = field(default_factory=dict)
    extra: dict = field(default_factory=dict)
    facts: dict = field(default_factory=dict)
    name: str = ""
    id_number: str = ""  # normalised; '' when there is none that can be used
    id_index: bytes | None = None  # of that number
    id_written: str = ""  # as it stood in the cell
    is_repaired: bool = False
    township: str = ""
    village: str = ""
    day: datetime.date | None = None
    is_placed: bool = False  # names a township or village
    is_elsewhere: bool = False  # and it is not in this county
    problems: list = field(default_factory=list)
    notes: list = field(default_factory=list)

    @property
    def reason(self) -> str:
        return "；".join(self.problems)


class Taken(NamedTuple):
    """What one cell says: as its author sees it, as a fact, as a day; or what is wrong with it."""

    shown: str
    value: str = ""
    day: datetime.date | None = None
    problem: str = ""


class RowReader:
    """Reads the rows of one lead kind in one county.

    A list repeats its days, hospitals, villages and amounts: each different cell is read once.
    """

    def __init__(self, kind, county: str):
        self.columns = [(column["key"], column["type"], column, {}) for column in kind.columns]
        self.kept = {}  # cells of other columns as they are kept
        self.names_areas = kind.names_areas
        self.places = _Places(county)
        self.today = clock.today()

    def read(self, sheet_row: int, given: Mapping, others: Mapping | None = None) -> Row:
        """Read the cells by column key, and keep the `others` by title; never raises."""
        row = Row(sheet_row)
        if others:
            row.extra = {
                title: text for title, cell in others.items() if (text := self._keep(cell))
            }
        raw, facts = row.raw, row.facts
        for key, kind, column, known in self.columns:
            cell = given.get(key, "")
            if kind == ID:
                self._identify(row, cell, column.get("required"))
                continue
            taken = known.get(written := _as_key(cell))
            if taken is None:
                taken = self._take(column, cell)
                if len(known) < MOST_REMEMBERED:
                    known[written] = taken
            raw[key] = taken.shown
            if taken.problem:
                row.problems.append(taken.problem)
            elif kind == NAME:
                row.name = taken.value
            elif taken.value:
                facts[key] = taken.value
                row.day = row.day or taken.day
        self._place(row, given)
        return row

    def _keep(self, cell) -> str:
        """A cell of a column that is none of ours."""
        text = self.kept.get(written := _as_key(cell))
        if text is None:
            text = masked(shown(cell))
            if len(self.kept) < MOST_REMEMBERED:
                self.kept[written] = text
        return text

    def _take(self, column, cell) -> Taken:
        """Read a cell of any column but the ID number's."""
        text, kind = shown(cell), column["type"]
        label = "姓名" if kind == NAME else column["label"]
        if kind in PLACES:
            return Taken(text)
        try:
            day = cells.date_(cell) if kind == DATE else None
            if day and day > self.today:
                raise CellRefused(f" {day} 还没有到，请核对")
            value = VALUES[kind](cell) if kind in VALUES else day and day.isoformat()
        except CellRefused as refused:
            return Taken(text, problem=_clause(label, refused))
        if not value and (kind == NAME or column.get("required")):
            return Taken(text, problem=f"没有填{label}，请补填")
        return Taken(text, value or "", day)

    def _identify(self, row, cell, is_required):
        number = idnumbers.parse(cell, on=self.today)
        row.id_written = number.value or shown(cell)
        if number.is_usable:
            row.id_number = number.value
            row.id_index = idnumbers.blind_index(number.value)
            row.is_repaired = number.outcome is not idnumbers.Outcome.EQUAL
            row.notes.extend(number.warnings_zh)
        elif is_required or number.outcome is not idnumbers.Outcome.MISSING:
            row.problems.append(number.reason_zh)

    def _place(self, row, given):
        """Where the person lives by the row's own words; only who has no number needs it."""
        try:
            township = _text_of(given.get("township", ""))
            village = _text_of(given.get("village", ""))
        except CellRefused as refused:
            row.problems.append(_clause("乡镇、村", refused))
            return
        if not township and not village:
            if self.names_areas:
                row.problems.append("没有填乡镇、村，请补填")
            elif not row.id_number and not row.problems:
                row.problems.append("没有填证件号码，也没有填行政村，无法查找，请补填")
            return
        row.is_placed = True
        row.township, row.village, unknown = self.places.find(township, village)
        row.is_elsewhere = not row.township
        if self.names_areas:
            self._area(row, township, village, unknown)
            return
        if unknown and not row.id_number and not row.problems:
            row.problems.append(unknown)

    def _area(self, row, township, village, unknown):
        """The area is what the row is about; a township alone means all its villages."""
        row.name = " ".join(filter(None, (township, village)))[:60]
        if not row.township or (village and not row.village):
            row.problems.append(unknown)


class _Places:
    """Townships and villages of one county by name; each pair of words is looked up once."""

    def __init__(self, county: str):
        self.villages = Villages([county])
        inside = Area.objects.active().under(county).filter(level=Level.TOWNSHIP)
        self.townships = {_bare(name): code for code, name in inside.values_list("code", "name")}
        self.known = {}

    def find(self, township: str, village: str) -> tuple[str, str, str]:
        """(township code, village code, what is wrong); codes are '' when unknown."""
        if (township, village) not in self.known:
            self.known[township, village] = self._find(township, village)
        return self.known[township, village]

    def _find(self, township, village):
        if village:
            try:
                code = self.villages.code_of(township, village)
            except VillageUnknown as unknown:
                return self.townships.get(_bare(township), ""), "", str(unknown)
            return code[:9], code, ""
        code = self.townships.get(_bare(township), "")
        return code, "", "没有填行政村" if code else f"没有“{township}”这个乡镇，请核对乡镇名称"


def _as_key(cell):
    """Of a dictionary: there 1 and True are one. Most cells are text."""
    return cell if type(cell) is str else (type(cell), cell)


def _amount(cell) -> str:
    value = cells.amount(cell)
    if value is None:
        return ""
    if value < 0:
        raise CellRefused("不能小于 0，请核对")
    return str(value)


def _yes_no(cell) -> str:
    return {True: "是", False: "否", None: ""}[cells.yes_no(cell)]


@functools.lru_cache(maxsize=MOST_REMEMBERED)
def _text_of(cell) -> str:
    return cells.text(cell, RAW_CHARS)


VALUES = {NAME: cells.person_name, "text": _text_of, "amount": _amount, "yes_no": _yes_no}


def shown(cell) -> str:
    """A cell as its author sees it, for keeping and for correcting."""
    if type(cell) is str and len(cell) <= RAW_CHARS and cell.isprintable():
        return cell
    if isinstance(cell, Flawed):
        cell = cell.value
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 10**15:
        cell = int(cell)
    text = str(cell)
    if text.isprintable():
        return text[:RAW_CHARS]
    text = text.encode("utf-8", "replace").decode()
    return "".join(char for char in text if char.isprintable())[:RAW_CHARS]


def masked(text: str) -> str:
    """The text with every number as long as an ID number masked."""
    plain = text if text.isascii() else unicodedata.normalize("NFKC", text)
    if not _LONG_NUMBER.search(plain):
        return text
    return _LONG_NUMBER.sub(lambda found: idnumbers.masked(found[0]), plain)


def _clause(label, refused) -> str:
    reason = refused.reason_zh
    return reason if label in reason else f"{label}{reason}"


def _bare(name: str) -> str:
    name = "".join(name.split())
    for end in _TOWNSHIP_ENDS:
        if name.endswith(end) and len(name) > len(end):
            return name.removesuffix(end)
    return name
