"""Rows of a register workbook: what each says, or why it cannot be used.

A county has 600,000 of them, so what repeats (villages, names, relations, amounts) is remembered.
"""

import json
from collections import defaultdict
from hashlib import blake2b
from operator import itemgetter

from households import idnumbers, pinyin, register_cells
from households.register_cells import NULL
from households.register_columns import (
    CODED,
    KEYS,
    LABELS,
    LONGEST,
    MORE_OF_HOUSEHOLD,
    MORE_OF_PERSON,
    RELATIONS,
)
from households.villages import VillageUnknown
from jobs.workbooks import cells
from jobs.workbooks.refusals import CellRefused
from policy import codes

SEPARATOR = "；"
MOST_MEMBERS = 32_000  # what a small integer holds
MOST_REMEMBERED = 200_000
COPIED = (
    "sheet_row",
    "verdict",
    "own_reasons",
    "warnings",
    "digest",
    "village_code",
    "number",
    "name",
    "initials",
    "initials_other",
    "relation",
    "id_cipher",
    "id_index",
    "id_tail4",
    "id_tail6",
    "birth_on",
    "sex",
    "kind",
    "low_income_kind",
    "per_capita_income",
    "phone",
    "position",
    "more",
)
_TOTALS = ("合计", "总计", "小计", "本页合计")
_NO_ID = "\t".join((NULL, NULL, NULL, NULL, NULL, ""))


class RowReader:
    """Reads rows below one header (key -> column index), for one importer's villages."""

    def __init__(self, mapping, villages, today):
        self.keys = tuple(key for key in KEYS if key in mapping)
        positions = [mapping[key] for key in self.keys]
        self._pick = itemgetter(*positions)
        self._width = max(positions) + 1
        self._at = {key: index for index, key in enumerate(self.keys)}
        self._salt = ("|".join(self.keys) + "\x1e").encode()
        self._villages = villages
        self._today = today
        self._stored = idnumbers.StoredForms()
        self._relations = {code: code for code, _label in codes.choices("relation")} | RELATIONS
        self._coded = {table: _by_code_and_label(table) for table in CODED}
        self._more = [key for key in MORE_OF_HOUSEHOLD + MORE_OF_PERSON if key in self._at]
        self._villages_told = _Column("", self._village, "")
        self._names_told = _Column("name", _name, "\t\t")
        self._columns = {
            "number": _Column(
                "number", lambda cell: _escaped(register_cells.household_number(cell)), ""
            ),
            "relation": _Column("relation", self._relation, ""),
            "kind": _Column("kind", register_cells.kind, NULL),
            "low_income_kind": _Column("low_income_kind", register_cells.low_income_kind, NULL),
            "per_capita_income": _Column(
                "per_capita_income", register_cells.per_capita_income, NULL
            ),
            "phone": _Column("phone", register_cells.phone, NULL),
        }

    def pick(self, row):
        """The cells of our columns in one order, whatever the sheet's order; None for an empty row."""
        if len(row) < self._width:
            row = [*row, *[""] * (self._width - len(row))]
        picked = self._pick(row)
        return picked if any(picked) else None

    def digest(self, picked):
        """A signed 64-bit digest of the cells as they stand; equal rows need no second look."""
        text = "\x1f".join([cell if type(cell) is str else repr(cell) for cell in picked])
        plain = blake2b(self._salt + text.encode("utf-8", "surrogatepass"), digest_size=8).digest()
        return int.from_bytes(plain, "big", signed=True)

    def is_remark(self, picked):
        """True for a row that speaks of no person: totals, signatures, notes."""
        at = self._at
        if picked[at["id_number"]]:
            return False
        return not (picked[at["number"]] or picked[at["name"]]) or any(
            type(cell) is str and cell.strip().startswith(_TOTALS) for cell in picked
        )

    def village_of(self, picked):
        """The code of the row's village, empty when it cannot be told."""
        at = self._at.get("township")
        return self._villages_told["" if at is None else picked[at], picked[self._at["village"]]]

    def lines(self, rows):
        """Rows (sheet row, digest, position, cells) as lines for COPY into ImportRow, columns COPIED.

        Read column by column; a row's reasons stand in its line, in the order of the columns.
        """
        sheet_rows, digests, positions, picked = zip(*rows, strict=True)
        cells_of = dict(zip(self.keys, zip(*picked, strict=True), strict=True))
        reasons, warnings = defaultdict(list), defaultdict(list)
        nothing = [""] * len(rows)
        places = zip(cells_of.get("township", nothing), cells_of["village"], strict=True)
        villages = self._villages_told.texts(list(places), reasons)
        names = self._names_told.texts(cells_of["name"], reasons)
        id_numbers = [
            self._id_number(index, cell, reasons, warnings)
            for index, cell in enumerate(cells_of["id_number"])
        ]
        number, relation, *facts = (
            column.texts(cells_of[key], reasons) if key in cells_of else [NULL] * len(rows)
            for key, column in self._columns.items()
        )
        more = ["{}"] * len(rows)
        if self._more:
            more = [self._further(index, cells, reasons) for index, cells in enumerate(picked)]
        verdicts = ["new\t\t"] * len(rows)
        for index in reasons.keys() | warnings.keys():
            verdict = "rejected" if index in reasons else "new"
            told = (_escaped(SEPARATOR.join(texts[index])) for texts in (reasons, warnings))
            verdicts[index] = "\t".join((verdict, *told))
        columns = (
            *(map(str, sheet_rows), verdicts, map(str, digests), villages, number, names),
            *(relation, id_numbers, *facts),
            *([str(min(position, MOST_MEMBERS)) for position in positions], more),
        )
        return list(map("\t".join, zip(*columns, strict=True)))

    def _village(self, named):
        """The code of (township, village) as written. Raises CellRefused."""
        try:
            texts = [cells.text(cell, 60) for cell in named]
            return self._villages.code_of(*texts)
        except VillageUnknown as unknown:
            raise CellRefused(str(unknown)) from unknown
        except CellRefused as refusal:
            raise CellRefused(_worded("village", refusal.reason_zh)) from refusal

    def _id_number(self, index, cell, reasons, warnings):
        """The six fields of the ID number for COPY; the number itself stays in this function."""
        found = idnumbers.parse(cell, on=self._today)
        value = found.value
        if not value:
            reasons[index].append(found.reason_zh)
            return _NO_ID
        if found.warnings_zh:
            warnings[index].extend(found.warnings_zh)
        cipher, whole, tail4, tail6 = self._stored.of(value)
        sex = "男" if value[16] in "13579" else "女"
        return (
            f"\\\\x{cipher.hex()}\t\\\\x{whole.hex()}\t\\\\x{tail4.hex()}\t\\\\x{tail6.hex()}\t"
            f"{value[6:10]}-{value[10:12]}-{value[12:14]}\t{sex}"
        )

    def _relation(self, cell):
        written = cells.text(cell, 60)
        if not written:
            raise CellRefused("没有填与户主关系")
        relation = self._relations.get(written) or self._relations.get(f"之{written}")
        if relation is None:
            raise CellRefused(f"与户主关系“{written[:20]}”不认识，请填户主、配偶、之子、之女等")
        return relation

    def _further(self, index, picked, reasons):
        facts = {}
        for key in self._more:
            cell = picked[self._at[key]]
            if cell == "":
                continue
            try:
                facts[key] = self._further_fact(key, cell)
            except CellRefused as refusal:
                reasons[index].append(_worded(key, refusal.reason_zh))
        return _escaped(json.dumps(facts, ensure_ascii=False)) if facts else "{}"

    def _further_fact(self, key, cell):
        if key == "work_months":
            return _months(cell)
        written = cells.text(cell, LONGEST.get(key, 60))
        if key in CODED and written:
            code = self._coded[key].get(written)
            if code is None:
                raise CellRefused(f"“{written[:20]}”不在代码表里，请从下拉列表选择")
            return code
        return written


class _Column(dict):
    """Text for COPY by cell of one column: what repeats is read once. Refused cells say why aside."""

    def __init__(self, key, read, otherwise):
        self._key, self._read, self._otherwise = key, read, otherwise
        self._reasons = {}

    def __missing__(self, cell):
        try:
            text = self._read(cell)
        except CellRefused as refusal:
            text = self._otherwise
            reason = refusal.reason_zh
            self._reasons[cell] = _worded(self._key, reason) if self._key else reason
        if len(self) < MOST_REMEMBERED:
            self[cell] = text
        return text

    def texts(self, cells, reasons):
        """The texts of many cells; `reasons` (by index) grow by those of refused ones."""
        found = list(map(self.__getitem__, cells))
        if self._reasons:
            for index, cell in enumerate(cells):
                if cell in self._reasons:
                    reasons[index].append(self._reasons[cell])
        return found


def _name(cell):
    """Name and its initials in both readings, for COPY. Raises CellRefused."""
    if not (type(cell) is str and 2 <= len(cell) <= 4 and cell.isalpha() and not cell.isascii()):
        cell = cells.person_name(cell)
    if not cell:
        raise CellRefused("没有填姓名")
    first, other = pinyin.initials(cell)
    return f"{_escaped(cell)}\t{first}\t{other}"


def _months(cell):
    refused = CellRefused("应是0到12的整数")
    try:
        months = cells.amount(cell)
    except CellRefused:
        raise refused from None  # a sum of money it is not
    if months is None or not 0 <= months <= 12 or months != int(months):
        raise refused
    return int(months)


def _worded(key, reason):
    """A cell's refusal as a clause that names the column, unless it already speaks for itself."""
    label = LABELS[key]
    return reason if label in reason or label[:3] in reason else f"{label}{reason}"


def _by_code_and_label(table):
    known = {}
    for code, label in codes.choices(table):
        known[code] = known[label] = code
    return known


def _escaped(text):
    return text.replace("\\", "\\\\").replace("\t", " ").replace("\n", " ").replace("\r", " ")
