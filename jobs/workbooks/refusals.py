"""How reading says no: a whole file, one cell, or only a remark."""

from dataclasses import dataclass
from enum import Enum


class FileRefused(Exception):
    """The whole file cannot be used; `reason_zh` is one sentence with reason and remedy."""

    def __init__(self, reason_zh: str):
        super().__init__(reason_zh)
        self.reason_zh = reason_zh


class CellRefused(Exception):
    """One cell cannot be used; `reason_zh` is a clause the row's message is built from."""

    def __init__(self, reason_zh: str):
        super().__init__(reason_zh)
        self.reason_zh = reason_zh


@dataclass(frozen=True)
class Warning_:
    """Something the person who uploads should know, though the file is accepted."""

    text_zh: str

    def __str__(self):
        return self.text_zh


class Flaw(Enum):
    """Why the value of a cell cannot be trusted; the value of a member is the Chinese reason."""

    FORMULA = "是公式，请复制后“粘贴为数值”再上传"
    ERROR = "是错误值（如 #N/A、#REF!），请改正后再上传"
    MERGED = "在合并单元格里，请取消合并并逐行填写"


@dataclass(frozen=True)
class Flawed:
    """Stands in a row for a cell that must not be taken at face value.

    `value` is what the cell shows (for a merged cell: what the first cell of the range shows).
    The normalisers of `cells` refuse it, so no caller can overlook it.
    """

    value: object
    flaw: Flaw

    def __bool__(self):
        return bool(self.value) or self.flaw is not Flaw.MERGED
