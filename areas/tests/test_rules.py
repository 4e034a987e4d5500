import pytest

from areas.containment import ancestor, contains, outermost
from areas.rules import is_community, level_of, short_name


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("李家庄村委会", "李家庄村"),
        ("西街村委会", "西街村"),
        ("陈村村委会", "陈村"),
        ("范石村一村村委会", "范石村一村"),
        ("李家庄村民委员会", "李家庄村"),
        ("陈村村民委员会", "陈村"),
        ("凤鸣社区居委会", "凤鸣社区"),
        ("凤鸣社区居民委员会", "凤鸣社区"),
        ("卫城居委会", "卫城居委会"),
        ("城关镇", "城关镇"),
        ("村委会", "村委会"),
        ("", ""),
    ],
)
def test_names_as_ledgers_write_them(name, short):
    assert short_name(name) == short


@pytest.mark.parametrize(
    ("name", "answer"),
    [("凤鸣社区居委会", True), ("卫城居委会", True), ("东苑社区", True), ("西街村委会", False)],
)
def test_communities_are_recognised(name, answer):
    assert is_community(name) is answer


@pytest.mark.parametrize(
    ("code", "level"),
    [
        ("41", "province"), ("4109", "city"), ("410922", "county"), ("410922100", "township"),
        ("410922100201", "village"), ("", None), ("41092", None), ("4109221002011", None),
    ],
)  # fmt: skip
def test_the_length_of_a_code_is_its_level(code, level):
    assert level_of(code) == level


@pytest.mark.parametrize(
    ("outer", "inner", "answer"),
    [
        ("410922", "410922100201", True),
        ("410922100201", "410922100201", True),
        ("410922100201", "410922", False),
        ("410922100", "410922101201", False),
        ("", "410922", False),
    ],
)
def test_containment_is_a_prefix(outer, inner, answer):
    assert contains(outer, inner) is answer


def test_the_area_around():
    assert ancestor("410922100201", "township") == "410922100"
    assert ancestor("410922100201", "county") == "410922"
    assert ancestor("410922", "county") == "410922"
    with pytest.raises(ValueError, match="larger"):
        ancestor("410922", "village")


def test_codes_inside_others_are_left_out():
    given = ["410922100201", "410922", "410923100", "", "410923100"]
    assert outermost(given) == ["410922", "410923100"]
