"""How much a workbook may ask of the machine before it is refused."""

from dataclasses import dataclass

MB = 1024 * 1024
EXCEL_ROWS = 1_048_576


@dataclass(frozen=True)
class Limits:
    """Upper bounds for one kind of upload; `label` names the kind in refusals."""

    label: str
    file_bytes: int
    members: int
    unpacked_bytes: int
    ratio: int
    rows: int
    columns: int
    cell_chars: int
    memory_bytes: int
    cpu_seconds: int

    @property
    def wall_seconds(self):
        """A reader that waits instead of working is stopped as well."""
        return self.cpu_seconds * 2


LEAD_FILE = Limits(
    label="部门名单",
    file_bytes=10 * MB,
    members=200,
    unpacked_bytes=150 * MB,
    ratio=100,
    rows=50_000,
    columns=200,
    cell_chars=2_000,
    memory_bytes=1024 * MB,
    cpu_seconds=60,
)

REGISTER = Limits(
    label="农户花名册",
    file_bytes=300 * MB,
    members=400,
    unpacked_bytes=4096 * MB,
    ratio=100,
    rows=EXCEL_ROWS,
    columns=400,
    cell_chars=2_000,
    memory_bytes=6144 * MB,
    cpu_seconds=600,
)
