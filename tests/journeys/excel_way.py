"""The same month by the present practice: Excel sheets, a Word record, files sent on; computed, not played.

A cell costs one action (Tab or Enter) and its words. What can be copied from last month's file
(the households already monitored) is copied and only its changed cells are typed.
"""

from ledgers import annex2
from tests.journeys.effort import Effort
from workflow.models import Meeting, ReportedList

OPEN_AND_SAVE_AS = 5  # find the folder, open, save as, name, confirm
SEND = 6  # find the chat, attach, find the file, choose, send, look whether it has arrived
MERGE = 3  # first cell, shift and last cell, the button
LOOK_UP = 4  # the register file, Ctrl+F, Enter, back
TITLE_CELLS = 2  # the month in the title, the date beside 填报时间
ID_NUMBER = "11010519491231002X"  # the standard's own sample
HOUSEHOLD_CELLS = sum(c.is_household and not c.is_flat_only for c in annex2.COLUMNS)
FLAT_ONLY = sum(c.is_flat_only for c in annex2.COLUMNS)


def steps(round, village, *, leads: int, changed_cells: list[str]) -> dict[str, Effort]:
    """What is done, and what it costs, from the lists that were really reported in the round."""
    ledger = ReportedList.objects.get(round=round, area=village, kind="SCREENING")
    listed = ReportedList.objects.get(round=round, area=village, kind="ADMISSION")
    meeting = Meeting.objects.get(round=round, area=village)
    return {
        "附件2 台账：照上月另存，新增户逐格填，户级列合并": _annex2(ledger),
        "部门反馈清单：每条找到行，填结果、原因、核实日期": _feedback(leads),
        "申请登记簿：一行": _cells(["1", "2021-03-05", "户主", "因病", "户主住院自付两万多元", "村"]),
        "监测户月报：照上月另存，改动的格": _cells(changed_cells, files=1),
        "评议会记录：Word 照上次改": _minutes(meeting),
        "签到册：照上次另存": _cells(["2021-03-25"], files=1),
        "初步名单：从台账复制，删去未通过的，改标题": _annex2(listed, is_copied=True),
        "发送：清单、台账、月报、记录、名单": Effort(clicks=5 * SEND),
    }  # fmt: skip


def total(found: dict[str, Effort]) -> Effort:
    """All of it."""
    fields = ("clicks", "keys", "words", "characters", "pages")
    return Effort(**{f: sum(getattr(e, f) for e in found.values()) for f in fields})


def _cells(texts, *, files=0) -> Effort:
    effort = Effort(clicks=files * OPEN_AND_SAVE_AS, keys=len(texts), pages=files)
    for text in texts:
        effort.types(text)
    return effort


def _feedback(leads: int) -> Effort:
    found = _cells(
        [word for _ in range(leads) for word in ("不属实", "已报销", "2021-03-12")], files=1
    )
    found.clicks += leads * LOOK_UP
    return found


def _minutes(meeting: Meeting) -> Effort:
    """The paragraphs about this month's households are typed, the head is last time's."""
    effort = Effort(clicks=OPEN_AND_SAVE_AS + TITLE_CELLS, pages=1)
    effort.types("".join(line for line in meeting.minutes.splitlines() if "户" in line))
    return effort


def _annex2(found: ReportedList, *, is_copied=False) -> Effort:
    """Cell by cell as 附件2 has them; an ID number is looked up in the register file first."""
    effort = Effort(clicks=OPEN_AND_SAVE_AS, keys=TITLE_CELLS, pages=1)
    effort.types("2021-03 2021-03-20")
    if is_copied:
        effort.clicks += 4 + MERGE * HOUSEHOLD_CELLS * len(
            found.rows
        )  # mark, copy, go there, paste
        return effort
    for row in found.rows:
        members = annex2.lines(row | {"note": row["remark"]})
        for at, cells in enumerate(members):
            typed = cells[: len(annex2.COLUMNS) - FLAT_ONLY - 1] if at == 0 else cells[1:4]
            for cell in filter(None, typed):
                effort.keys += 1
                effort.types(ID_NUMBER if cell == cells[3] else str(cell))
        effort.clicks += LOOK_UP * len(members) + MERGE * HOUSEHOLD_CELLS
    return effort
