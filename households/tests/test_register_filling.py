"""Filling an empty register: the same rows, the same indexes, the same refusals."""

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction

from accounts.tests import factories as people
from households import register_filling, register_write
from households.models import Household, Person
from households.tests.test_register_import import bring_in, row, summary

pytestmark = pytest.mark.django_db
FAMILIES = [row("H1"), row("H1", "李秀英", "妻子"), row("H2", "王二小")]
SCHEMA = """
    SELECT pg_get_indexdef(indexrelid) FROM pg_index WHERE indrelid = ANY(%(tables)s::regclass[])
    UNION ALL
    SELECT conname || pg_get_constraintdef(oid) FROM pg_constraint
     WHERE conrelid = ANY(%(tables)s::regclass[]) AND convalidated
"""


@pytest.fixture(autouse=True)
def village(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return people.area_at(people.VILLAGE)


@pytest.fixture
def many(monkeypatch):
    """Three rows are already many."""
    monkeypatch.setattr(register_write, "MANY", 2)


@pytest.fixture
def taken_away(monkeypatch):
    """What is dropped and built again in the test."""
    seen = []
    real = register_filling._kept

    def kept(*args):
        found = real(*args)
        seen.extend(found)
        return found

    monkeypatch.setattr(register_filling, "_kept", kept)
    return seen


def schema():
    with connection.cursor() as cursor:
        cursor.execute(SCHEMA, {"tables": register_filling.TABLES})
        return sorted(text for (text,) in cursor.fetchall())


def test_an_empty_register_is_filled_and_keeps_its_indexes(many, taken_away):
    before = schema()
    assert summary(bring_in(FAMILIES))["created"] == 3
    assert {"active_person_once", "person_by_name", "household_by_village"} <= {
        name for build in taken_away for name in build[1].split()
    }
    assert schema() == before
    assert sorted(Person.objects.values_list("household__number", "name")) == [
        ("H1", "张三丰"), ("H1", "李秀英"), ("H2", "王二小"),
    ]  # fmt: skip


def test_a_register_that_holds_something_keeps_its_indexes_while_written(many, taken_away):
    bring_in([row("H0")])
    assert summary(bring_in(FAMILIES))["created"] == 3
    assert taken_away == []


def test_a_few_rows_are_not_worth_it(taken_away):
    bring_in(FAMILIES)
    assert taken_away == []


def test_who_does_not_own_the_tables_writes_row_by_row(many, taken_away, monkeypatch):
    monkeypatch.setenv("QF_APPLICATION_PASSWORD", "geheim")
    call_command("limit_application", "application_of_filling")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE application_of_filling")
    assert summary(bring_in(FAMILIES))["created"] == 3
    assert taken_away == []


def fill_with_one_person_twice():
    with (
        transaction.atomic(),
        connection.cursor() as cursor,
        register_filling.indexed_at_the_end(cursor),
    ):
        household = Household.objects.create(number="H1", village_id=people.VILLAGE)
        for relation in ("户主", "之子"):
            Person.objects.create(
                household=household, name="张三丰", initials="zsf", relation=relation,
                id_index=b"the same person",
            )  # fmt: skip


def test_what_an_index_refuses_leaves_the_register_empty_and_indexed():
    before = schema()
    with pytest.raises(IntegrityError, match="active_person_once"):
        fill_with_one_person_twice()
    assert not Household.objects.exists()
    assert schema() == before
