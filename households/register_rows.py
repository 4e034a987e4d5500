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
    """Reads rows below one header, for one importer's villages."""

    def __init__(self, header, villages, today):
        self.mapping = header.mapping
        self.keys = tuple(key for key in KEYS if key in header.mapping)
        positions = [header.mapping[key] for key in self.keys]
        self._pick = itemgetter(*positions)
        self._width = max(positions) + 1
        self._at = {key: index for index, key in enumerate(self.keys)}
        self._salt = ("|".join(self.keys) + "\x1e").encode()
        self._villages = villages
        self._today = today
        self._relations = {code: code for code, _label in codes.choices("relation")} | RELATIONS
        self._coded = {table: _by_code_and_label(table) for table in CODED}
        self._more = [key for key in MORE_OF_HOUSEHOLD + MORE_OF_PERSON if key in self._at]
        self._remembered = {key: {} for key in ("village", *KEYS)}
        self._members = {}  # rows so far by household number

    def pick(self, row):
        """The cells of our columns in one order, whatever the sheet's order; None for an empty row."""
        if len(row) < self._width:
            row = [*row, *[""] * (self._width - len(row))]
        picked = self._pick(row)
        return picked if any(picked) else None

    def digest(self, picked):
        """A signed 64-bit digest of the cells as they stand; equal rows need no second look."""
        try:
            text = "\x1f".join(picked)
        except TypeError:
            text = "\x1f".join([cell if type(cell) is str else repr(cell) for cell in picked])
        plain = blake2b(self._salt + text.encode("utf-8", "surrogatepass"), digest_size=8).digest()
        return int.from_bytes(plain, "big", signed=True)

    def is_remark(self, picked):
        """True for a row that speaks of no person: totals, signatures, notes."""
        return not any(picked[self._at[key]] for key in ("number", "name", "id_number")) or (
            not picked[self._at["id_number"]]
            and any(type(cell) is str and cell.strip().startswith(_TOTALS) for cell in picked)
        )

    def line(self, sheet_row, digest, picked):
        """The row as a line for COPY into ImportRow, columns COPIED; reasons inside when refused."""
        reasons, warnings = [], []
        village = self._village(picked, reasons)
        number = self._once("number", picked, register_cells.household_number, reasons)
        name = self._name(picked, reasons)
        relation = self._once("relation", picked, self._relation, reasons)
        id_fields = self._id_number(picked, reasons, warnings)
        kind = self._once("kind", picked, register_cells.kind, reasons)
        low_income = self._once("low_income_kind", picked, register_cells.low_income_kind, reasons)
        income = self._once("per_capita_income", picked, register_cells.per_capita_income, reasons)
        phone = self._once("phone", picked, register_cells.phone, reasons)
        more = self._further(picked, reasons) if self._more else "{}"
        first, other = pinyin.initials(name)
        position = self._members[number] = min(self._members.get(number, 0) + 1, 32_000)
        return "\t".join(
            (
                str(sheet_row),
                "rejected" if reasons else "new",
                _escaped(SEPARATOR.join(reasons)) if reasons else "",
                _escaped(SEPARATOR.join(warnings)) if warnings else "",
                str(digest),
                village,
                _escaped(number) if "\\" in number else number,
                _escaped(name) if "\\" in name else name,
                first,
                other,
                relation,
                *id_fields,
                kind,
                low_income,
                income,
                phone,
                str(position),
                more,
            )
        )

    def _cell(self, picked, key):
        at = self._at.get(key)
        return "" if at is None else picked[at]

    def _once(self, key, picked, read, reasons):
        """Read a cell whose values repeat: each different one is read once."""
        at = self._at.get(key)
        if at is None:
            return NULL
        cell = picked[at]
        remembered = self._remembered[key]
        found = remembered.get(cell)
        if found is None:
            try:
                found = (read(cell), "")
            except CellRefused as refusal:
                found = (
                    NULL
                    if key in ("kind", "low_income_kind", "per_capita_income", "phone")
                    else "",
                    _worded(key, refusal.reason_zh),
                )
            if len(remembered) < 200_000:
                remembered[cell] = found
        value, reason = found
        if reason:
            reasons.append(reason)
        return value

    def _village(self, picked, reasons):
        township, village = self._cell(picked, "township"), picked[self._at["village"]]
        found = self._remembered["village"].get((township, village))
        if found is None:
            try:
                named = cells.text(township, 60), cells.text(village, 60)
                found = (self._villages.code_of(*named), "")
            except CellRefused as refusal:
                found = ("", _worded("village", refusal.reason_zh))
            except VillageUnknown as unknown:
                found = ("", str(unknown))
            self._remembered["village"][township, village] = found
        code, reason = found
        if reason:
            reasons.append(reason)
        return code

    def _name(self, picked, reasons):
        try:
            name = cells.person_name(picked[self._at["name"]])
        except CellRefused as refusal:
            reasons.append(_worded("name", refusal.reason_zh))
            return ""
        if not name:
            reasons.append("没有填姓名")
        return name

    def _id_number(self, picked, reasons, warnings):
        """The six fields of the ID number for COPY; the number itself stays in this function."""
        found = idnumbers.parse(picked[self._at["id_number"]], on=self._today)
        if not found.is_usable:
            reasons.append(found.reason_zh)
            return _NO_ID
        if found.warnings_zh:
            warnings.extend(found.warnings_zh)
        value = found.value
        return (
            "\\\\x" + idnumbers.encrypt(value).hex(),
            "\\\\x" + idnumbers.blind_index(value).hex(),
            "\\\\x" + idnumbers.tail_index(value, 4).hex(),
            "\\\\x" + idnumbers.tail_index(value, 6).hex(),
            f"{value[6:10]}-{value[10:12]}-{value[12:14]}",
            "男" if int(value[16]) % 2 else "女",
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
