"""The lists that were reported: 初步名单, 上报名单, 审定名单 and the same for clearing.

They are read from the frozen snapshots only, so a past month never changes.
"""

from collections.abc import Iterator

from ledgers.annex2 import COLUMNS, lines, visible
from ledgers.sheets import Block, Column, Filters, Kind, Ledger, numbered, register
from policy import codes
from workflow.models import ReportedList
from workflow.states import Level

Of = ReportedList.Kind
Stage = ReportedList.Stage
LISTS_AT_ONCE = 50

CLEARED_COLUMNS = (
    *COLUMNS[:9],
    Column("消除方式", 12, is_household=True),
    Column("审定日期", 13, Kind.DATE, is_household=True),
    *COLUMNS[10:],
)


def reported(filters: Filters, user, *, level: str, kind: str, stage: str = ""):
    """The month's reported lists of this level and kind inside the area, in order."""
    found = visible(ReportedList.objects.all(), user).filter(
        round__month=filters.month, area_id__startswith=filters.area.pk, level=level, kind=kind
    )
    if stage:
        found = found.filter(stage=stage)
    return found.order_by("area_id", "sequence")


def _rows(filters: Filters, user, level, kind, stage) -> Iterator[dict]:
    """Rows of every list in order; a case that stands on two lists of an area is shown once,
    as on the later one."""
    found = reported(filters, user, level=level, kind=kind, stage=stage)
    last_list = {}
    for area, sequence, case_ids in found.values_list("area_id", "sequence", "case_ids"):
        last_list.update({(area, pk): sequence for pk in case_ids})
    for one in found.defer("figures", "case_ids").iterator(chunk_size=LISTS_AT_ONCE):
        for row in one.rows:
            if last_list.get((one.area_id, row["case_id"])) == one.sequence:
                yield {**row, "note": _note(one, row)}


def _note(one: ReportedList, row: dict) -> str:
    return "；".join(
        filter(None, [one.number, "先行帮扶" if row["is_urgent"] else "", row["remark"]])
    )


def _admission(level: str, stage: str):
    def blocks(filters: Filters, user) -> Iterator[Block]:
        rows = _rows(filters, user, level, Of.ADMISSION, stage)
        return numbered(lines(row) for row in rows)

    return blocks


def _clearing(level: str, stage: str):
    def blocks(filters: Filters, user) -> Iterator[Block]:
        rows = _rows(filters, user, level, Of.CLEARING, stage)
        return numbered(_cleared_lines(row) for row in rows)

    return blocks


def _cleared_lines(row: dict) -> Block:
    way = codes.label("clearing_kind", row["clearing_kind"]) if row["clearing_kind"] else ""
    return [
        (*line[:8], way, row["identified_on"], *line[9:]) for line in lines({**row, "note": ""})
    ]


DECLARED = (
    (
        "village_list",
        "防贫预警监测对象初步名单",
        Level.VILLAGE,
        "",
        "四（三）",
        "村报乡镇，每月25日前",
    ),
    (
        "township_list",
        "防贫预警监测对象上报名单",
        Level.TOWNSHIP,
        "",
        "四（四）",
        "乡镇报县，每月28日前",
    ),
    (
        "compiled_list",
        "防贫预警监测对象提请名单",
        Level.COUNTY,
        Stage.COMPILED,
        "四（五）",
        "县扶贫办汇总后提请研判",
    ),
    (
        "county_list",
        "防贫预警监测对象审定名单",
        Level.COUNTY,
        Stage.DETERMINED,
        "四（五）",
        "每月30日前审定",
    ),
)
CLEARED = (
    ("village_clearing", "上报消除风险名单", Level.VILLAGE, "", "六（二）", "村级消除评议后上报"),
    ("township_clearing", "风险消除核查名单", Level.TOWNSHIP, "", "四（六）", "乡镇核查后上报"),
    (
        "county_clearing",
        "风险消除审定名单",
        Level.COUNTY,
        Stage.DETERMINED,
        "四（六）",
        "领导小组办公室研判认定",
    ),
)
for key, name, level, stage, clause, note in DECLARED:
    register(
        Ledger(
            key=key,
            name=name,
            columns=COLUMNS,
            blocks=_admission(level, stage),
            clause=clause,
            note=note,
            smallest=level,
        )
    )
for key, name, level, stage, clause, note in CLEARED:
    register(
        Ledger(
            key=key, name=name, columns=CLEARED_COLUMNS, blocks=_clearing(level, stage),
            clause=clause, note=note, smallest=level,
        )
    )  # fmt: skip
