"""Finding the header of a sheet, wherever it stands and in whatever order."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from jobs.workbooks.columns import Column
from jobs.workbooks.refusals import FileRefused, Flawed, Warning_

SEARCHED_ROWS = 20
_NOISE = re.compile(r"[\s*:：、.。_＊·\-‐-―\u200b-\u200f\u2060\ufeff\"'“”]+")
_BRACKETED = re.compile(r"[(\[{<【〔《][^)\]}>】〕》]*[)\]}>】〕》]")


@dataclass(frozen=True)
class Header:
    """Where the header is and which sheet column holds which of our columns.

    `row_index` counts from 0 and is the last row of the header: data begin right after it.
    `mapping` is key -> column index; `unknown` the titles nobody asked for (index -> title).
    """

    row_index: int
    mapping: dict[str, int]
    unknown: dict[int, str] = field(default_factory=dict)
    missing: tuple[Column, ...] = ()
    titles: dict[int, str] = field(default_factory=dict)

    @property
    def refusal_zh(self):
        """Sentence naming the missing columns and what was found; empty when complete."""
        if not self.missing:
            return ""
        wanted = "、".join(f"“{column.label}”" for column in self.missing)
        if not self.mapping:
            return (
                f"前{SEARCHED_ROWS}行里没有找到表头，表头应有{wanted}等列，"
                "请对照模板检查表头后重新上传"
            )
        found = "、".join(self.titles[index] for index in sorted(self.titles))[:200]
        return f"表头缺少{wanted}列（找到的列：{found}），请补上这一列或改用模板的列名后重新上传"

    @property
    def warnings(self):
        """Remarks for the uploader about columns that are left unread."""
        if not self.unknown:
            return []
        names = "、".join(list(self.unknown.values())[:10])
        more = f"等{len(self.unknown)}列" if len(self.unknown) > 10 else ""
        return [Warning_(f"以下列系统不使用，已忽略：{names}{more}")]


class ColumnsMissing(FileRefused):
    """A required column was not recognised; `header` and the sheet's first `rows` let a person say
    which column it is."""

    def __init__(self, header: Header, rows: Sequence[Sequence]):
        super().__init__(header.refusal_zh)
        self.header, self.rows = header, rows


def title_key(cell, *, brackets=True):
    """A title as it is compared: full-width, spaces, line breaks and stars do not matter."""
    value = cell.value if isinstance(cell, Flawed) else cell
    if not isinstance(value, str):
        return ""
    key = _NOISE.sub("", unicodedata.normalize("NFKC", value)).lower()
    return key if brackets else _BRACKETED.sub("", key)


def find_header(
    rows: Sequence[Sequence],
    columns: Sequence[Column],
    saved: Mapping[str, str] | None = None,
) -> Header:
    """Find the header among the first rows of a sheet.

    `saved` is a mapping remembered from an earlier file, title -> column key, and wins over
    the synonyms; key '' says that a title means none of ours. Never raises: a header without a
    required column says so in `missing`.
    """
    finder = _Finder(columns, saved or {})
    best, best_score = None, (0, 0, False)
    searched = list(rows[:SEARCHED_ROWS])
    for index, row in enumerate(searched):
        below = searched[index + 1] if index + 1 < len(searched) else None
        for candidate, is_single in finder.candidates(index, row, below):
            # A title line above the header must not pass for the first of two header rows.
            score = (*finder.score(candidate), is_single)
            if candidate.mapping and score > best_score:
                best, best_score = candidate, score
    if best is None:
        return Header(-1, {}, missing=tuple(c for c in columns if c.required))
    return best


def require_header(rows, columns, saved=None) -> Header:
    """As `find_header`, but raises ColumnsMissing when a required column is missing."""
    header = find_header(rows, columns, saved)
    if header.missing:
        raise ColumnsMissing(header, rows)
    return header


class _Finder:
    """Knows all titles, and what one row (or two) would mean as a header."""

    def __init__(self, columns, saved):
        self.columns = columns
        self.required = {column.key for column in columns if column.required}
        self.ranks = {}
        keys = {column.key for column in columns}
        self.refused = {title_key(title) for title, key in saved.items() if not key}
        for title, key in saved.items():
            if key in keys:
                self.ranks.setdefault(title_key(title), []).append((-1, key))
        for column in columns:
            for rank, title in enumerate(column.titles):
                self.ranks.setdefault(title_key(title), []).append((rank, column.key))

    def meanings(self, cell):
        """All (rank, key) a title may stand for; the whole title before the one without unit."""
        if title_key(cell) in self.refused:
            return []
        whole = self.ranks.get(title_key(cell), [])
        bare = self.ranks.get(title_key(cell, brackets=False), [])
        return whole + [(rank + 100, key) for rank, key in bare]

    def candidates(self, index, row, below):
        """This row as a header, and this row together with the one below it."""
        yield self._header(index, {i: [cell] for i, cell in enumerate(row)}), True
        if below is not None and self._is_second_row(row, below):
            yield self._header(index + 1, self._joined(row, below)), False

    def score(self, header):
        """Required columns count before the others."""
        found = header.mapping.keys()
        return len(self.required & found), len(found)

    def _is_second_row(self, row, below):
        """Below a title that we know a second header row is empty, a data row is not."""
        for index, cell in enumerate(below):
            top = row[index] if index < len(row) else ""
            if not isinstance(_shown(cell), str):
                return False
            if self.meanings(top) and _shown(cell) and title_key(cell) != title_key(top):
                return False
        return any(self.meanings(cell) for cell in below)

    def _joined(self, row, below):
        group, titles = "", {}
        for index in range(max(len(row), len(below))):
            top = _shown(row[index]) if index < len(row) else ""
            sub = _shown(below[index]) if index < len(below) else ""
            # A group title stands in the first of its columns only.
            group = top if isinstance(top, str) and top.strip() else group
            titles[index] = [f"{group}{sub}", sub] if sub else [top]
        return titles

    def _header(self, index, titles):
        claims, shown = [], {}
        for position, names in titles.items():
            text = next((n for n in map(_shown, reversed(names)) if isinstance(n, str)), "")
            if text.strip():
                shown[position] = " ".join(text.split())
            for order, name in enumerate(names):
                for rank, key in self.meanings(name):
                    claims.append((rank + order, position, key))
        mapping = {}
        taken = set()
        for _rank, position, key in sorted(claims, key=lambda c: c[:2]):
            if key not in mapping and position not in taken:
                mapping[key] = position
                taken.add(position)
        return Header(
            row_index=index,
            mapping=mapping,
            unknown={i: title for i, title in shown.items() if i not in taken},
            missing=tuple(c for c in self.columns if c.required and c.key not in mapping),
            titles=shown,
        )


def _shown(cell):
    return cell.value if isinstance(cell, Flawed) else cell
