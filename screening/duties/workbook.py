"""Matters as a workbook: a list of households goes out with numbers and comes back with answers;
a department's own records come in."""

from datetime import date

import xlsxwriter

from households import idnumbers
from households.models import Person
from jobs.workbooks import cells
from jobs.workbooks.columns import Column
from jobs.workbooks.limits import MB, Limits
from jobs.workbooks.refusals import CellRefused, FileRefused
from jobs.workbooks.table import open_table
from screening.duties import presenting
from screening.duties.kinds import LIST, MatterKind

LIMITS = Limits(
    label="部门事项表", file_bytes=5 * MB, members=200, unpacked_bytes=80 * MB, ratio=100,
    rows=20_000, columns=100, cell_chars=2_000, memory_bytes=1024 * MB, cpu_seconds=30,
)  # fmt: skip
TITLES = (
    "事项编号",
    "乡镇",
    "行政村",
    "户主",
    "姓名",
    "与户主关系",
    "证件号码",
    "监测类别",
    "结果",
    "说明",
)
WIDTHS = (10, 12, 14, 10, 10, 12, 22, 16, 16, 30)
OUTCOME_AT = TITLES.index("结果")
ANSWERS = (
    Column("number", "事项编号", ("编号",), required=True),
    Column("outcome", "结果", ("比对结果", "放贷情况"), required=True),
    Column("words", "说明", ("原因", "备注", "办理情况")),
)


def write_list(kind: MatterKind, matters, out) -> int:
    """One line a person, so that the department can compare numbers; how many households."""
    book = xlsxwriter.Workbook(
        out, {"in_memory": True, "strings_to_formulas": False, "strings_to_numbers": False,
              "strings_to_urls": False},
    )  # fmt: skip
    sheet = book.add_worksheet("清单")
    bold = book.add_format({"bold": True, "border": 1, "text_wrap": True})
    for place, (title, width) in enumerate(zip(TITLES, WIDTHS, strict=True)):
        sheet.set_column(place, place, width)
        sheet.write_string(0, place, title, bold)
    matters = list(matters)
    members = _members(matters)
    line = 0
    for matter in matters:
        answer = presenting.kinds.outcome_label(kind.key, matter.outcome)
        for person in members.get(matter.household_id, ()):
            line += 1
            _write_line(sheet, line, matter, person, answer)
    labels = [outcome.label for outcome in kind.outcomes]
    sheet.data_validation(
        1, OUTCOME_AT, max(line, 1), OUTCOME_AT, {"validate": "list", "source": labels}
    )
    sheet.freeze_panes(1, 0)
    book.close()
    return len(matters)


def _members(matters) -> dict[int, list[Person]]:
    found = {}
    persons = Person.objects.active().filter(household__in={m.household_id for m in matters})
    for person in persons.order_by("household_id", "position"):
        found.setdefault(person.household_id, []).append(person)
    return found


def _write_line(sheet, line, matter, person, answer) -> None:
    village = matter.village
    values = (
        str(matter.pk), village.parent.short_name, village.short_name, matter.household.head_name,
        person.name, person.relation,
        idnumbers.decrypt(bytes(person.id_cipher)) if person.id_cipher else "",
        presenting.told(matter), answer, matter.words,
    )  # fmt: skip
    for place, value in enumerate(values):
        sheet.write_string(line, place, value)


def read_answers(kind: MatterKind, path, name: str) -> tuple[dict[int, tuple[str, str]], list[str]]:
    """(outcome, words) by matter number, and what is wrong with which row. Raises FileRefused."""
    keys = {outcome.label: outcome.key for outcome in kind.outcomes}
    found, wrong = {}, []
    with open_table(path, ANSWERS, LIMITS, name=name) as table:
        for row, read in table.rows():
            try:
                number, label, words = (cells.text(read.get(c.key, "")) for c in ANSWERS)
            except CellRefused as why:
                wrong.append(f"第 {row} 行：{why}")
                continue
            if not label:
                continue  # other members of the household, or not answered yet
            if not number.isdecimal() or len(number) > 18:
                wrong.append(f"第 {row} 行：事项编号“{number}”不对，请用本系统导出的表填写")
            elif label not in keys:
                wrong.append(f"第 {row} 行：结果“{label}”不在可选项里，请选{'、'.join(keys)}")
            elif found.setdefault(int(number), (keys[label], words))[0] != keys[label]:
                wrong.append(f"第 {row} 行：同一户填了两种结果，请核对")
    return found, wrong


def columns_of(kind: MatterKind) -> tuple[Column, ...]:
    """The columns of a department's own records."""
    day = [Column("happened_on", kind.happened, ("日期",), required=True)] if kind.happened else []
    named = [Column(f.key, f.label, required=f.is_required) for f in kind.fields]
    return (*day, *named)


def read_records(kind: MatterKind, path, name: str) -> tuple[list[dict], list[str]]:
    """Rows as {"facts", "happened_on"}, and what is wrong with which row."""
    if kind.raised_by == LIST:
        raise FileRefused("这种事项由系统生成清单，请导出清单填好结果后再上传")
    good, wrong = [], []
    with open_table(path, columns_of(kind), LIMITS, name=name) as table:
        for row, read in table.rows():
            try:
                good.append(_record(kind, read))
            except CellRefused as why:
                wrong.append(f"第 {row} 行：{why}")
    return good, wrong


def _record(kind, read) -> dict:
    facts = {}
    for field in kind.fields:
        value = _value(field, read.get(field.key, ""))
        if value in (None, "") and field.is_required:
            raise CellRefused(f"没有填{field.label}")
        if value not in (None, ""):
            facts[field.key] = f"{value}"
    day = cells.date_(read.get("happened_on", "")) if kind.happened else None
    if kind.happened and day is None:
        raise CellRefused(f"没有填{kind.happened}")
    return {"facts": facts, "happened_on": day}


def _value(field, cell) -> str | date | None:
    if field.type == "date":
        return cells.date_(cell)
    if field.type in ("amount", "count"):
        return cells.amount(cell)
    text = cells.text(cell)
    if field.type == "choice" and text and text not in field.choices:
        raise CellRefused(f"{field.label}“{text}”不在可选项里，请填{'、'.join(field.choices)}")
    return text
