"""The header is found by meaning, not by place."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.workbooks.columns import Column
from jobs.workbooks.header import find_header, require_header
from jobs.workbooks.refusals import FileRefused

COLUMNS = (
    Column("household", "户编号", ("户号",), required=True),
    Column("name", "姓名", ("成员姓名",), required=True),
    Column("id_number", "证件号码", ("身份证号码", "身份证号", "身份证"), required=True),
    Column("income", "人均纯收入", ("人均可支配收入", "收入")),
    Column("relief", "低保", ("低保情况",)),
)
TITLES = ["户编号", "姓名", "证件号码", "人均纯收入", "低保"]


@pytest.mark.parametrize("above", [0, 1, 2, 15])
def test_the_header_is_found_below_title_lines(above):
    rows = [["清丰县花名册"]] * above + [TITLES, ["1", "张三", "41", 5.0, "否"]]
    assert find_header(rows, COLUMNS).row_index == above


@pytest.mark.parametrize(
    "title",
    [
        "人均纯收入（元）",
        "人均纯收入(元/年)",
        " 人均 纯收入 ",
        "人均\n纯收入",
        "*人均纯收入：",
        "人均纯收入[元]",
    ],
)
def test_spaces_breaks_and_units_do_not_matter(title):
    assert find_header([["户号", "姓名", "身份证", title]], COLUMNS).mapping["income"] == 3


def test_the_first_of_two_equal_titles_is_taken_and_the_other_left():
    header = find_header([["户编号", "姓名", "证件号码", "收入", "收入"]], COLUMNS)
    assert header.mapping["income"] == 3
    assert header.unknown == {4: "收入"}


def test_the_official_title_wins_over_a_synonym_to_its_left():
    header = find_header([["户编号", "成员姓名", "姓名", "证件号码"]], COLUMNS)
    assert header.mapping["name"] == 2


def test_a_remembered_mapping_wins():
    rows = [["户编号", "姓名", "对象姓名", "证件号码"]]
    assert find_header(rows, COLUMNS, {"对象 姓名": "name"}).mapping["name"] == 2


def test_a_remembered_mapping_of_a_dropped_column_is_ignored():
    assert find_header([TITLES], COLUMNS, {"户编号": "gone"}).mapping["household"] == 0


def test_a_first_data_row_that_reads_like_a_title_is_data():
    rows = [["户编号", "姓名", "证件号码", "类别"], ["1", "张三", "41", "低保"]]
    assert find_header(rows, COLUMNS).row_index == 0


def test_two_header_rows_are_read_together():
    rows = [
        ["户编号", "家庭成员", "", "", "低保"],
        ["", "姓名", "身份证号", "收入", ""],
        ["1", "张三", "41", 5.0, "否"],
    ]
    header = find_header(rows, COLUMNS)
    assert header.row_index == 1
    assert header.mapping == {"household": 0, "name": 1, "id_number": 2, "income": 3, "relief": 4}


def test_a_missing_column_is_named_with_what_was_found():
    with pytest.raises(FileRefused) as refused:
        require_header([["户编号", "姓名", "住址"]], COLUMNS)
    assert refused.value.reason_zh == (
        "表头缺少“证件号码”列（找到的列：户编号、姓名、住址），请补上这一列或改用模板的列名后重新上传"
    )


@given(
    order=st.permutations(TITLES),
    above=st.integers(0, 15),
    extra=st.lists(st.text(alphabet="甲乙丙", min_size=1, max_size=3), max_size=3),
)
def test_any_order_any_place_any_extra_columns(order, above, extra):
    rows = [[]] * above + [[*extra, *order]]
    header = find_header(rows, COLUMNS)
    assert header.row_index == above
    assert not header.missing
    for column in COLUMNS:
        assert rows[above][header.mapping[column.key]] == column.label


@given(
    st.lists(st.lists(st.one_of(st.text(), st.floats(), st.booleans(), st.sampled_from(TITLES))))
)
def test_no_rows_break_the_search(rows):
    header = find_header(rows, COLUMNS)
    missing = {column.key for column in header.missing}
    required = {column.key for column in COLUMNS if column.required}
    assert missing == required - set(header.mapping)
    assert set(header.mapping) <= {column.key for column in COLUMNS}
