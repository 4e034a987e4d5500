"""Random damage and random tables: a row is read or refused, a file too, nothing else happens."""

import pathlib
import tempfile

from hypothesis import given, settings
from hypothesis import strategies as st

from jobs.tests import bad_workbooks as bad
from jobs.workbooks import cells
from jobs.workbooks.refusals import CellRefused, FileRefused
from jobs.workbooks.table import open_table

BUILDERS = {"a.xlsx": bad.workbook, "a.xls": bad.xls, "a.ods": bad.ods}
FLIPS = st.lists(st.tuples(st.floats(0, 0.999), st.integers(0, 255)), min_size=1, max_size=8)
CELL = st.one_of(
    st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=20),
    st.floats(-1e15, 1e15),
    st.integers(-(10**9), 10**9),
    st.booleans(),
)


def damaged(content, flips):
    content = bytearray(content)
    for place, value in flips:
        content[int(place * len(content))] = value
    return bytes(content)


def read(path):
    with open_table(path, bad.COLUMNS) as table:
        return list(table.rows())


def is_read_or_refused(path) -> bool:
    """Rows with their sheet numbers in order, or a sentence with a remedy; anything else is a crash."""
    try:
        numbers = [number for number, _ in read(path)]
    except FileRefused as refusal:
        return "请" in refusal.reason_zh
    return numbers == sorted(numbers)


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(sorted(BUILDERS)), FLIPS)
def test_a_damaged_container_is_read_or_refused(name, flips):
    with tempfile.TemporaryDirectory() as folder:
        path = BUILDERS[name](pathlib.Path(folder) / name)
        path.write_bytes(damaged(path.read_bytes(), flips))
        assert is_read_or_refused(path)


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(["xl/workbook.xml", "xl/_rels/workbook.xml.rels", bad.SHEET]), FLIPS)
def test_a_damaged_part_is_read_or_refused(part, flips):
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "a.xlsx"
        bad.edited(path, {part: lambda content: damaged(content, flips)})
        assert is_read_or_refused(path)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(CELL, min_size=5, max_size=5), max_size=10), st.permutations(bad.TITLES))
def test_every_row_of_any_table_is_accepted_or_refused(rows, titles):
    marked = [["行", *row] for row in rows]
    with tempfile.TemporaryDirectory() as folder:
        path = bad.workbook(pathlib.Path(folder) / "a.xlsx", [["标记", *titles], *marked])
        read_rows = read(path)
    numbers = [number for number, _row in read_rows]
    assert numbers == [
        number for number, row in enumerate(rows, start=2) if any(cell != "" for cell in row)
    ]
    accepted = refused = 0
    for _number, row in read_rows:
        try:
            cells.person_name(row["name"])
            cells.amount(row["amount"])
            cells.date_(row["day"])
            accepted += 1
        except CellRefused:
            refused += 1
    assert accepted + refused == len(read_rows)
