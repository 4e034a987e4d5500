from decimal import Decimal

import pytest

from policy.definitions import DEFINITIONS
from policy.rules import ValueRefused, meant, stored


@pytest.mark.parametrize(
    ("key", "given", "kept"),
    [
        ("gate_screening", 20, 20),
        ("gate_screening", " 20 ", 20),
        ("gate_determination", "31", 31),
        ("monitoring_line", "6900.50", "6900.50"),
        ("monitoring_line", Decimal("8300"), "8300"),
        ("monitoring_factor", "1.5", "1.5"),
        ("months_before_clearing", 0, 0),
        ("third_category_enabled", "是", True),
        ("third_category_enabled", False, False),
        ("county_name", " 清丰县 ", "清丰县"),
    ],
)
def test_sense_is_kept(key, given, kept):
    assert stored(DEFINITIONS[key], given) == kept


@pytest.mark.parametrize(
    ("key", "given"),
    [
        ("gate_screening", 0),
        ("gate_screening", 32),
        ("gate_screening", "20.5"),
        ("gate_screening", True),
        ("gate_screening", ""),
        ("gate_screening", None),
        ("monitoring_line", "0"),
        ("monitoring_line", "-6000"),
        ("monitoring_line", "六千"),
        ("monitoring_line", "NaN"),
        ("monitoring_line", "Infinity"),
        ("monitoring_line", "1e9"),
        ("monitoring_line", "6000.123"),
        ("monitoring_line", 0.1),
        ("lead_file_brake", "1.01"),
        ("months_before_clearing", 25),
        ("public_notice_days", -1),
        ("third_category_enabled", "maybe"),
        ("third_category_enabled", []),
        ("county_name", "  "),
        ("county_name", "清\x00丰"),
        ("county_name", "长" * 61),
        ("county_name", 7),
    ],
)
def test_nonsense_is_refused_in_chinese(key, given):
    with pytest.raises(ValueRefused, match=DEFINITIONS[key].label[:2]):
        stored(DEFINITIONS[key], given)


def test_amounts_come_back_exact():
    definition = DEFINITIONS["inpatient_self_paid"]
    assert meant(definition, stored(definition, "5500.10")) == Decimal("5500.10")


def test_every_key_of_the_document_cites_its_clause():
    uncited = {key for key, definition in DEFINITIONS.items() if not definition.clause}
    assert uncited == {
        "county_name", "document_number",
        # who may see and take away what: the system's own safety, no matter of the document
        "second_factor_required", "reveal_asks_password", "exports_per_hour",
    }  # fmt: skip
