"""One row of a department's file: cells in, facts and reasons out. Nothing here asks who it is."""

import datetime
import functools
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field

from areas.models import Area, Level
from audit import clock
from households import idnumbers
from households.villages import Villages, VillageUnknown
from jobs.workbooks import cells
from jobs.workbooks.refusals import CellRefused, Flawed
from screening.columns import ID

RAW_CHARS = 200
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


class RowReader:
    """Reads the rows of one lead kind in one county."""

    def __init__(self, kind, county: str):
        self.columns = [
            (c["key"], c["label"], getattr(self, f"_{c['type']}"), c["type"] != ID,
             bool(c.get("required")))
            for c in kind.columns
        ]  # fmt: skip
        self.names_areas = kind.names_areas
        self.places = _Places(county)
        self.today = clock.today()

    def read(self, sheet_row: int, given: Mapping, others: Mapping | None = None) -> Row:
        """Read the cells by column key, and keep the `others` by title; never raises."""
        row = Row(sheet_row)
        if others:
            row.extra = {
                title: masked(text) for title, cell in others.items() if (text := shown(cell))
            }
        for key, label, take, is_kept, is_required in self.columns:
            cell = given.get(key, "")
            if is_kept:
                row.raw[key] = shown(cell)
            take(row, key, label, cell, is_required)
        self._place(row, given)
        return row

    def _name(self, row, _key, _label, cell, _is_required):
        try:
            row.name = cells.person_name(cell)
        except CellRefused as refused:
            row.problems.append(_clause("姓名", refused))
            return
        if not row.name:
            row.problems.append("没有填姓名，请补填")

    def _id(self, row, _key, _label, cell, is_required):
        number = idnumbers.parse(cell, on=self.today)
        row.id_written = number.value or shown(cell)
        if number.is_usable:
            row.id_number = number.value
            row.id_index = idnumbers.blind_index(number.value)
            row.is_repaired = number.outcome is not idnumbers.Outcome.EQUAL
            row.notes.extend(number.warnings_zh)
        elif is_required or number.outcome is not idnumbers.Outcome.MISSING:
            row.problems.append(number.reason_zh)

    def _text(self, row, key, label, cell, is_required):
        try:
            value = _text_of(cell)
        except CellRefused as refused:
            row.problems.append(_clause(label, refused))
            return
        self._keep(row, key, label, value, is_required)

    _township = _village = lambda self, row, key, label, cell, is_required: None

    def _amount(self, row, key, label, cell, is_required):
        try:
            value = cells.amount(cell)
        except CellRefused as refused:
            row.problems.append(_clause(label, refused))
            return
        if value is not None and value < 0:
            row.problems.append(f"{label}不能小于 0，请核对")
            return
        self._keep(row, key, label, "" if value is None else str(value), is_required)

    def _date(self, row, key, label, cell, is_required):
        try:
            value = _date_of(cell)
        except CellRefused as refused:
            row.problems.append(_clause(label, refused))
            return
        if value and value > self.today:
            row.problems.append(f"{label} {value} 还没有到，请核对")
            return
        row.day = row.day or value
        self._keep(row, key, label, value.isoformat() if value else "", is_required)

    def _yes_no(self, row, key, label, cell, is_required):
        try:
            value = cells.yes_no(cell)
        except CellRefused as refused:
            row.problems.append(_clause(label, refused))
            return
        self._keep(row, key, label, {True: "是", False: "否", None: ""}[value], is_required)

    def _keep(self, row, key, label, value, is_required):
        if value:
            row.facts[key] = value
        elif is_required:
            row.problems.append(f"没有填{label}，请补填")

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


def shown(cell) -> str:
    """A cell as its author sees it, for keeping and for correcting."""
    if type(cell) is str and len(cell) <= RAW_CHARS and cell.isprintable():
        return cell
    if isinstance(cell, Flawed):
        cell = cell.value
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 10**15:
        cell = int(cell)
    text = str(cell).encode("utf-8", "replace").decode()
    return "".join(char for char in text if char.isprintable())[:RAW_CHARS]


def masked(text: str) -> str:
    """The text with every number as long as an ID number masked."""
    if not any(char.isdigit() for char in text):
        return text
    plain = unicodedata.normalize("NFKC", text)
    return _LONG_NUMBER.sub(lambda found: idnumbers.masked(found[0]), plain)


@functools.lru_cache(maxsize=10_000)
def _date_of(cell):
    """A list has many rows of one day."""
    return cells.date_(cell)


@functools.lru_cache(maxsize=10_000)
def _text_of(cell):
    """And many rows of one hospital, one village."""
    return cells.text(cell, RAW_CHARS)


def _clause(label, refused) -> str:
    reason = refused.reason_zh
    return reason if label in reason else f"{label}{reason}"


def _bare(name: str) -> str:
    name = "".join(name.split())
    for end in _TOWNSHIP_ENDS:
        if name.endswith(end) and len(name) > len(end):
            return name.removesuffix(end)
    return name
