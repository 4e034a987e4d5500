"""A ledger is declared once: columns and one row generator. Screen, signed workbook, flat
workbook, PDF and API are all drawn from the declaration, so their figures cannot disagree.

A generator yields blocks. A block is the lines of one household (or one record); every line is
a tuple with a value for every column. Columns marked `is_household` hold the same value on each
line of a block: flat forms repeat it, signed forms merge it down over the members.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from areas.models import Area
from areas.rules import LENGTHS

Line = tuple
Block = Sequence[Line]

# What may ever stand on a list that hangs in the village (domain §6-5, §11-9).
PUBLIC_LABELS = frozenset(
    {"序号", "乡镇", "行政村", "户主", "人口", "家庭人口", "类别", "类别（1.脱贫户 2.边缘易致贫户）",
     "事项"}
)  # fmt: skip


def only_public(labels: Sequence[str]) -> tuple[str, ...]:
    """These column heads, if all of them may hang in the village. ValueError names the others."""
    if strange := set(labels) - PUBLIC_LABELS:
        raise ValueError(f"not for a public list: {sorted(strange)}")
    return tuple(labels)


class Kind(StrEnum):
    """How a value is written: ID numbers arrive encrypted and are opened by the renderer only."""

    TEXT = "text"
    ID = "id"
    MONEY = "money"  # 元, two decimals
    INT = "int"
    DATE = "date"


@dataclass(frozen=True)
class Column:
    """One column; `width` is in Chinese half-characters, as spreadsheets count."""

    label: str
    width: float
    kind: Kind = Kind.TEXT
    is_household: bool = False
    is_flat_only: bool = False  # keys that make a flat file readable again


@dataclass(frozen=True)
class Filters:
    """Which month of which area; `month` is its first day."""

    month: date
    area: Area

    def as_detail(self) -> dict:
        """The filters as an audit event keeps them."""
        return {"month": f"{self.month:%Y-%m}", "area": self.area.pk}


@dataclass(frozen=True)
class Ledger:
    """One declared ledger. `blocks(filters, user)` yields what that user may see; `user` None
    is the system itself (commands and scheduled jobs)."""

    key: str
    name: str
    columns: tuple[Column, ...]
    blocks: Callable[[Filters, object], Iterator[Block]]
    clause: str
    note: str = ""
    annex: str = ""  # 附件2, at the upper left
    is_public: bool = False
    is_flat_only: bool = False  # a data form without a signed paper
    is_departmental: bool = False  # a department has it of its own rows 六（二）
    smallest: str = "village"  # level of the area that makes this paper; smaller ones have none

    def __post_init__(self):
        if self.is_public:
            only_public([column.label for column in self.columns])

    def title(self, filters: Filters) -> str:
        """`固城镇西街村2021年3月“两类人群”监测对象排查台账`."""
        month = f"{filters.month.year}年{filters.month.month}月"
        return f"{full_name(filters.area)}{month}{self.name}"

    def is_of(self, area: Area) -> bool:
        """Does an area of this size have such a paper?"""
        return len(area.pk) <= LENGTHS[self.smallest]

    @property
    def signed_columns(self) -> tuple[Column, ...]:
        """The columns of the paper form, in its order."""
        return tuple(c for c in self.columns if not c.is_flat_only)


_ledgers: dict[str, Ledger] = {}


def register(ledger: Ledger) -> Ledger:
    """Make a declared ledger known under its key. ValueError for a key used twice."""
    if _ledgers.setdefault(ledger.key, ledger) is not ledger:
        raise ValueError(f"two ledgers named {ledger.key}")
    return ledger


def find(key: str) -> Ledger:
    """The ledger of this key. KeyError if there is none."""
    return _ledgers[key]


def every() -> list[Ledger]:
    """All declared ledgers in the order of their declaration."""
    return list(_ledgers.values())


def full_name(area: Area) -> str:
    """`固城镇西街村` for a village; larger areas are named alone."""
    if area.level == "village" and area.parent_id:
        return f"{area.parent.short_name}{area.short_name}"
    return area.short_name


def numbered(blocks: Iterator[Block]) -> Iterator[Block]:
    """Put 序号 before every line; one number a block, as household cells are merged."""
    for number, block in enumerate(blocks, start=1):
        yield [(number, *line) for line in block]
