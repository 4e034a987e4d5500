"""Columns to be named: what a person sees of a sheet's top, and what the answer means."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from households import idnumbers
from jobs.workbooks.header import SEARCHED_ROWS, Header, find_header
from screening.columns import columns_of
from screening.row_form import masked, shown

SAMPLES = 3
SHOWN_CHARS = 40
# Damaged ID numbers are shorter than whole ones; nothing that long is needed to know a column.
_DIGITS = re.compile(r"\d{9,}[\dXx]?")
_NUMBER = re.compile(r"[\d\s.,:/+%年月日*-]*")


@dataclass(frozen=True)
class SheetColumn:
    """One column of the sheet as it is offered: title, some values, our column's key if known."""

    index: int
    title: str
    samples: list[str]
    key: str = ""


def top_of(rows: Sequence[Sequence], header: Header) -> dict:
    """What is kept of the first rows: enough to name columns by, no ID number readable."""
    top = [[_short(cell) for cell in row] for row in rows]
    index = header.row_index if header.mapping else _likely(top)
    titles = (
        {str(i): t for i, t in header.titles.items()} if header.mapping else _titles(top, index)
    )
    return {"row_index": index, "titles": titles, "top": top}


def question(header: Header) -> str:
    """The sentence that asks for names."""
    wanted = "、".join(f"“{column.label}”" for column in header.missing)
    return f"表头里没有认出{wanted}，请指认是哪一列；指认一次，以后同样的表头自动认出"


def unused(header: Header) -> str:
    """A remark about columns that no rule asks for."""
    names = list(header.unknown.values())
    more = f"等 {len(names)} 列" if len(names) > 10 else ""
    return f"以下列判定时用不到，随行保留：{'、'.join(names[:10])}{more}"


def offered(lead_file, row: int | None = None) -> list[SheetColumn]:
    """The titled columns of the sheet, with the header in the found row or in `row` (from 0)."""
    kept, kind = lead_file.header, lead_file.kind
    top = kept["top"]
    index, titles = kept["row_index"], {int(i): title for i, title in kept["titles"].items()}
    if row is not None and row != index:
        index, titles = row, {int(i): title for i, title in _titles(top, row).items()}
    width = max(titles, default=-1) + 1
    # The titles alone in their places: what would be recognised if the header stood there.
    line = [titles.get(position, "") for position in range(width)]
    known = {
        i: key for key, i in find_header([line], columns_of(kind), kind.titles).mapping.items()
    }
    below = top[index + 1 :]
    seen, columns = set(), []
    for position, title in sorted(titles.items()):
        if title in seen:
            continue  # a second column of the same title cannot be told from the first
        seen.add(title)
        values = [line[position] for line in below if position < len(line) and line[position]]
        columns.append(SheetColumn(position, title, values[:SAMPLES], known.get(position, "")))
    return columns


def header_rows(lead_file) -> list[tuple[int, str]]:
    """(row from 0, its first titles) of every row that may be the header."""
    rows = []
    for index, line in enumerate(lead_file.header["top"][:SEARCHED_ROWS]):
        if words := [cell for cell in line if cell]:
            rows.append((index, f"第 {index + 1} 行：{'、'.join(words[:4])}"))
    return rows


def _short(cell) -> str:
    text = masked(" ".join(shown(cell).split()))
    return _DIGITS.sub(lambda found: idnumbers.masked(found[0]), text)[:SHOWN_CHARS]


def _titles(top, index) -> dict[str, str]:
    if index < 0:
        return {}
    return {str(i): cell for i, cell in enumerate(top[index]) if cell}


def _likely(top) -> int:
    """The row with most different words, the highest of equals; -1 when there is no table."""
    words = [{c for c in line if c and not _NUMBER.fullmatch(c)} for line in top[:SEARCHED_ROWS]]
    counts = [len(line) for line in words]
    most = max(counts, default=0)
    return counts.index(most) if most > 1 else -1
