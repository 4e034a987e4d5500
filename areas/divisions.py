"""Reading and judging a list of divisions: code, name, level, parent."""

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass

from areas.rules import LENGTHS, is_community, level_of, short_name

COLUMNS = ("code", "name", "level", "parent")
ENCODINGS = ("utf-8-sig", "gb18030")
LONGEST_NAME = 60
LEVEL_NAMES = {
    "province": "省", "city": "市", "county": "县", "township": "乡镇", "village": "村",
}  # fmt: skip


class DivisionsRefused(Exception):
    """The list cannot be loaded; `reasons` holds one Chinese sentence per bad row."""

    def __init__(self, reasons: list[str]):
        super().__init__("；".join(reasons))
        self.reasons = reasons


@dataclass(frozen=True)
class Division:
    row: int
    code: str
    name: str
    level: str
    parent: str

    @property
    def short_name(self) -> str:
        return short_name(self.name) if self.level == "village" else self.name

    @property
    def is_community(self) -> bool:
        return self.level == "village" and is_community(self.name)


def read(data: bytes) -> list[Division]:
    """The divisions of a csv in UTF-8 or GBK. DivisionsRefused if it is no such list."""
    text = _decoded(data)
    if "\x00" in text:
        raise DivisionsRefused(["文件不是 csv 文本，请另存为 csv 后再装入"])
    try:
        lines = list(csv.reader(io.StringIO(text), strict=True))
    except csv.Error as error:
        raise DivisionsRefused([f"文件不是完整的 csv（{error}），请检查引号后再装入"]) from error
    header = [cell.strip().lower() for cell in lines[0]] if lines else []
    missing = [name for name in COLUMNS if name not in header]
    if missing:
        raise DivisionsRefused(
            [f"第 1 行缺少列 {'、'.join(missing)}，表头应为 {','.join(COLUMNS)}"]
        )
    at = {name: header.index(name) for name in COLUMNS}
    return [
        Division(row, **{name: _cell(cells, place) for name, place in at.items()})
        for row, cells in enumerate(lines[1:], start=2)
        if any(cell.strip() for cell in cells)
    ]


def problems(divisions: list[Division], known: Iterable[str]) -> list[str]:
    """Why the list cannot be loaded, each with its row. `known`: codes loaded before."""
    if not divisions:
        return ["文件中没有区划，请检查后再装入"]
    first_rows: dict[str, int] = {}
    reasons = []
    for division in divisions:
        earlier = first_rows.setdefault(division.code, division.row)
        if earlier != division.row:
            reasons.append(
                f"第 {division.row} 行代码 {division.code} 与第 {earlier} 行重复，请删去一行"
            )
    here = set(known) | set(first_rows)
    for division in divisions:
        if reason := _own_problem(division) or _parent_problem(division, here):
            reasons.append(f"第 {division.row} 行{reason}")
    return sorted(reasons, key=lambda reason: int(reason.split()[1]))


def _own_problem(division: Division) -> str:
    code, level = division.code, division.level
    if not (code.isascii() and code.isdigit()):
        return f"代码“{code[:20]}”不是数字，请填区划代码"
    if level not in LENGTHS:
        return f"级别“{level[:20]}”不认识，应为 {'、'.join(LENGTHS)} 之一"
    if level_of(code) != level:
        return f"级别与代码不符：{LEVEL_NAMES[level]}级代码应为 {LENGTHS[level]} 位，实为 {len(code)} 位"
    if not division.name or len(division.name) > LONGEST_NAME:
        return f"名称为空或超过 {LONGEST_NAME} 字，请改正"
    if not division.name.isprintable():
        return "名称含有不可见字符，请重新输入"
    return ""


def _parent_problem(division: Division, here: set[str]) -> str:
    """A county may stand alone: nobody needs the province to load one."""
    parent = division.parent
    if not parent:
        if division.level in ("township", "village"):
            return "没有上级代码，请填写 parent 列"
        return ""
    if parent not in here:
        return f"上级 {parent[:20]} 不存在，请先装入上级或补上这一行"
    if not division.code.startswith(parent) or len(parent) >= len(division.code):
        return f"上级 {parent[:20]} 与代码 {division.code} 前段不符，请改正"
    if division.level == "village" and level_of(parent) != "township":
        return f"村的上级应为乡镇，{parent[:20]} 不是乡镇代码"
    if division.level == "township" and level_of(parent) != "county":
        return f"乡镇的上级应为县，{parent[:20]} 不是县代码"
    return ""


def _decoded(data: bytes) -> str:
    for encoding in ENCODINGS:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise DivisionsRefused(["文件编码无法识别，请用 WPS 另存为 csv（UTF-8）后再装入"])


def _cell(cells: list[str], place: int) -> str:
    return cells[place].strip().strip("\ufeff\u3000") if place < len(cells) else ""
