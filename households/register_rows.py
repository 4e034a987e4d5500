"""One row of a register workbook: what it says, or why it cannot be used.

Runs 600,000 times for a county, so what repeats (villages, relations, amounts) is remembered.
"""

import json
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
_NO_ID = (NULL, NULL, NULL, NULL, NULL, "")


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
        self._found_villages = {}
        self._today = today
        self._stored = idnumbers.StoredForms()
        self._relations = {code: code for code, _label in codes.choices("relation")} | RELATIONS
        self._coded = {table: _by_code_and_label(table) for table in CODED}
        self._more = [key for key in MORE_OF_HOUSEHOLD + MORE_OF_PERSON if key in self._at]
        # Columns whose values repeat: each different cell is read once.
        readers = {
            "number": register_cells.household_number,
            "relation": self._relation,
            "kind": register_cells.kind,
            "low_income_kind": register_cells.low_income_kind,
            "per_capita_income": register_cells.per_capita_income,
            "phone": register_cells.phone,
        }
        self._repeating = [(key, self._at.get(key), read, {}) for key, read in readers.items()]

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
        return self._village(picked)[0]

    def line(self, sheet_row, digest, position, picked):
        """The row as a line for COPY into ImportRow, columns COPIED; reasons inside when refused."""
        reasons, warnings = [], []
        village, reason = self._village(picked)
        if reason:
            reasons.append(reason)
        name = self._name(picked[self._at["name"]], reasons)
        id_fields = self._id_number(picked[self._at["id_number"]], reasons, warnings)
        values = []
        for key, at, read, remembered in self._repeating:
            if at is None:
                values.append(NULL)
                continue
            found = remembered.get(picked[at])
            if found is None:
                found = _read_once(key, picked[at], read, remembered)
            values.append(found[0])
            if found[1]:
                reasons.append(found[1])
        number, relation, *facts = values
        more = self._further(picked, reasons) if self._more else "{}"
        first, other = pinyin.initials(name)
        return "\t".join(
            (
                str(sheet_row),
                "rejected" if reasons else "new",
                _escaped(SEPARATOR.join(reasons)) if reasons else "",
                _escaped(SEPARATOR.join(warnings)) if warnings else "",
                str(digest),
                village,
                number,
                _escaped(name) if "\\" in name else name,
                first,
                other,
                relation,
                *id_fields,
                *facts,
                str(min(position, MOST_MEMBERS)),
                more,
            )
        )

    def _village(self, picked):
        """(code, '') or ('', reason)."""
        at = self._at.get("township")
        named = ("" if at is None else picked[at], picked[self._at["village"]])
        found = self._found_villages.get(named)
        if found is None:
            try:
                texts = [cells.text(cell, 60) for cell in named]
                found = (self._villages.code_of(*texts), "")
            except CellRefused as refusal:
                found = ("", _worded("village", refusal.reason_zh))
            except VillageUnknown as unknown:
                found = ("", str(unknown))
            self._found_villages[named] = found
        return found

    def _name(self, cell, reasons):
        if type(cell) is str and 2 <= len(cell) <= 4 and cell.isalpha() and not cell.isascii():
            return cell
        try:
            name = cells.person_name(cell)
        except CellRefused as refusal:
            reasons.append(_worded("name", refusal.reason_zh))
            return ""
        if not name:
            reasons.append("没有填姓名")
        return name

    def _id_number(self, cell, reasons, warnings):
        """The six fields of the ID number for COPY; the number itself stays in this function."""
        found = idnumbers.parse(cell, on=self._today)
        if not found.value:
            reasons.append(found.reason_zh)
            return _NO_ID
        if found.warnings_zh:
            warnings.extend(found.warnings_zh)
        value = found.value
        cipher, whole, tail4, tail6 = self._stored.of(value)
        return (
            f"\\\\x{cipher.hex()}",
            f"\\\\x{whole.hex()}",
            f"\\\\x{tail4.hex()}",
            f"\\\\x{tail6.hex()}",
            f"{value[6:10]}-{value[10:12]}-{value[12:14]}",
            "男" if value[16] in "13579" else "女",
        )

    def _relation(self, cell):
        written = cells.text(cell, 60)
        if not written:
            raise CellRefused("没有填与户主关系")
        relation = self._relations.get(written) or self._relations.get(f"之{written}")
        if relation is None:
            raise CellRefused(f"与户主关系“{written[:20]}”不认识，请填户主、配偶、之子、之女等")
        return relation

    def _further(self, picked, reasons):
        facts = {}
        for key in self._more:
            cell = picked[self._at[key]]
            if cell == "":
                continue
            try:
                facts[key] = self._further_fact(key, cell)
            except CellRefused as refusal:
                reasons.append(_worded(key, refusal.reason_zh))
        return _escaped(json.dumps(facts, ensure_ascii=False)) if facts else "{}"

    def _further_fact(self, key, cell):
        if key == "work_months":
            months = cells.amount(cell)
            if months is None or not 0 <= months <= 12 or months != int(months):
                raise CellRefused("应是0到12的整数")
            return int(months)
        written = cells.text(cell, LONGEST.get(key, 60))
        if key in CODED and written:
            code = self._coded[key].get(written)
            if code is None:
                raise CellRefused(f"“{written[:20]}”不在代码表里，请从下拉列表选择")
            return code
        return written


def _read_once(key, cell, read, remembered):
    """(text for COPY, reason) of a cell, kept for the next time it comes."""
    try:
        found = (_escaped(read(cell)) if key == "number" else read(cell), "")
    except CellRefused as refusal:
        found = ("" if key in ("number", "relation") else NULL, _worded(key, refusal.reason_zh))
    if len(remembered) < MOST_REMEMBERED:
        remembered[cell] = found
    return found


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
