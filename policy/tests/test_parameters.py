from datetime import date, datetime
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from areas.tests.factories import CountyFactory
from audit import clock
from policy import codes, parameters
from policy.definitions import DEFINITIONS
from policy.models import Parameter
from policy.parameters import ParameterMissing, source, value
from policy.tests.factories import ParameterFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("key", "expected", "clause"),
    [
        ("gate_screening", 20, "四（二）"),
        ("gate_review", 25, "四（三）"),
        ("gate_recheck", 28, "四（四）"),
        ("gate_determination", 30, "四（五）"),
        ("national_standard", 4000, "三"),
        ("monitoring_factor", Decimal("1.5"), "附件1-12"),
        ("public_notice_days", 0, "四（三）"),
        ("authorisation_required", False, "四（一）"),
        ("third_category_enabled", False, "三"),
        ("months_before_clearing", 6, "四（六）"),
        ("county_office_name", "县扶贫办", "四（五）"),
    ],
)
def test_the_documents_own_values(key, expected, clause):
    found = source(key, on=date(2021, 3, 4))
    assert (found.value, found.clause) == (expected, clause)


@pytest.mark.parametrize(("population", "line"), [("lifted", 5500), ("general", 11000)])
def test_inpatient_lines_by_population(population, line):
    # 附件1-1
    assert value("inpatient_self_paid", population=population, basis="single_stay") == line


@pytest.mark.parametrize(
    ("on", "line", "is_carried_over"),
    [
        (date(2020, 12, 31), 6000, False),
        (date(2021, 6, 1), 6000, True),
        (date(2022, 1, 1), 6900, False),
        (date(2023, 12, 31), 6900, True),
        (date(2024, 1, 1), 8300, False),
        (date(2030, 1, 1), 8300, True),
    ],
)
def test_a_year_without_a_line_carries_the_last_one_over(on, line, is_carried_over):
    found = source("monitoring_line", on=on)
    assert (found.value, found.is_carried_over) == (line, is_carried_over)


def test_today_is_the_clocks_today():
    with clock.at(datetime(2022, 5, 1, 8, 0)):
        assert value("monitoring_line") == 6900


def test_a_gate_is_not_yearly():
    assert not source("gate_screening", on=date(2035, 1, 1)).is_carried_over


def test_a_county_goes_its_own_way_and_others_do_not():
    county = CountyFactory(code="410922")
    ParameterFactory(given=18, county=county)
    ParameterFactory(given=19, valid_from=date(2025, 1, 1))  # a later general one
    on = date(2025, 6, 1)
    assert value("gate_screening", on=on, county="410922") == 18
    assert value("gate_screening", on=on, county="410923") == 19
    assert value("gate_screening", on=on) == 19


def test_a_future_value_waits_for_its_day():
    ParameterFactory(given=15, valid_from=date(2026, 1, 1))
    assert value("gate_screening", on=date(2025, 12, 31)) == 20
    assert value("gate_screening", on=date(2026, 1, 1)) == 15


def test_nothing_in_force_is_said_in_chinese():
    with pytest.raises(ParameterMissing, match="监测收入线"):
        value("monitoring_line", on=date(2019, 1, 1))
    with pytest.raises(ParameterMissing, match="住院自付"):
        value("inpatient_self_paid", population="lifted", basis="year_total")


def test_slips_of_the_programmer_are_loud():
    with pytest.raises(KeyError):
        value("no_such_key")
    with pytest.raises(TypeError):
        value("gate_screening", county=CountyFactory())
    with pytest.raises(codes.UnknownTable):
        codes.choices("no_such_table")


def test_a_hundred_questions_cost_one_query(django_assert_num_queries):
    with django_assert_num_queries(1):
        for _ in range(100):
            value("gate_screening")
            value("monitoring_line")


def test_every_key_has_a_first_value_or_is_for_the_office_to_fill():
    # 附件1-3 and new kinds of lists: without a value every listed row is a lead.
    for_the_office = {"school_own_cost", "other_amount_line"}
    planted = set(Parameter.objects.values_list("key", flat=True))
    assert planted == set(DEFINITIONS) - for_the_office


def test_one_value_a_day():
    ParameterFactory()
    with pytest.raises(IntegrityError), transaction.atomic():
        ParameterFactory()


def test_the_tables_of_the_national_system():
    assert codes.choices("risk")[0] == ("因病", "因病")
    assert codes.label("risk", "其他") == "其他"
    assert codes.extra("risk", "其他")["needs_remark"]
    assert codes.extra("relation", "之子") == {"gb": "20", "sex": "男"}
    assert len(codes.choices("ethnicity")) == 56
    assert codes.extra("ethnicity", "汉族") == {"gb": "01"}
    assert len(codes.choices("serious_illness")) == 30
    assert codes.label("measure_group", "industry") == "产业发展"


def test_every_measure_belongs_to_a_group():
    groups = {code for code, _ in codes.choices("measure_group")}
    for code, _ in codes.choices("measure_kind"):
        assert codes.extra("measure_kind", code)["group"] in groups | {""}


def test_an_unknown_code_stands_for_itself():
    assert codes.label("risk", "因旧码") == "因旧码"
    assert codes.extra("risk", "因旧码") == {}


def test_memory_ends_by_itself(monkeypatch):
    assert value("gate_screening") == 20
    Parameter.objects.filter(key="gate_screening").update(value=21)
    assert value("gate_screening") == 20
    monkeypatch.setattr("policy.memory.KEEP_SECONDS", -1)
    assert parameters.value("gate_screening") == 21
