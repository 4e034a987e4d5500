import datetime

import pytest
from django.db import IntegrityError, connection, transaction

from households import idnumbers
from households.models import Household, Person
from households.tests.factories import DepartedPersonFactory, HouseholdFactory, PersonFactory

pytestmark = pytest.mark.django_db


def test_an_id_number_is_stored_encrypted_and_found_however_it_is_written():
    number = idnumbers.synthetic(datetime.date(1970, 1, 1), "男", 7)
    person = PersonFactory(id_number=number)

    assert number.encode() not in bytes(person.id_cipher)
    assert list(Person.objects.with_id_number(f" {number.lower()}")) == [person]


def test_the_database_refuses_the_same_active_person_twice():
    number = idnumbers.synthetic(datetime.date(1970, 1, 1), "男", 7)
    PersonFactory(id_number=number)

    with pytest.raises(IntegrityError), transaction.atomic():
        PersonFactory(id_number=number)


def test_a_person_who_left_may_be_active_elsewhere():
    number = idnumbers.synthetic(datetime.date(1970, 1, 1), "男", 7)
    DepartedPersonFactory(id_number=number)

    assert PersonFactory(id_number=number).pk


def test_the_database_refuses_two_heads():
    household = HouseholdFactory(with_members=2)

    with pytest.raises(IntegrityError), transaction.atomic():
        PersonFactory(household=household, relation="户主")


@pytest.mark.parametrize("facts", [{"is_active": False}, {"left_on": datetime.date(2021, 1, 1)}])
def test_the_database_refuses_half_a_departure(facts):
    person = PersonFactory()

    with pytest.raises(IntegrityError), transaction.atomic():
        Person.objects.filter(pk=person.pk).update(**facts)


def test_history_keeps_the_row_before_also_for_bulk_updates():
    household = HouseholdFactory(phone="13800000000")

    Household.objects.filter(pk=household.pk).update(phone="13900000000")

    assert [past.phone for past in household.past.all()] == ["13800000000"]


def test_inserting_writes_no_history():
    household = HouseholdFactory(with_members=3)

    assert not household.past.exclude(pgh_label="update").exists()
    assert not Person.objects.filter(past__isnull=False).exists()


@pytest.mark.parametrize(
    ("sql", "forgets"),
    [
        ("UPDATE households_person SET phone = '1' WHERE id = %s", True),
        ("UPDATE households_person SET version = version + 1 WHERE id = %s", False),
        ("UPDATE households_person SET phone = '1', source_digest = 8 WHERE id = %s", False),
        (
            "UPDATE households_household SET phone = '1' WHERE id = "
            "(SELECT household_id FROM households_person WHERE id = %s)",
            True,
        ),
    ],
)
def test_an_edit_breaks_the_tie_to_the_row_of_the_workbook(sql, forgets):
    person = PersonFactory(source_digest=7)

    with connection.cursor() as cursor:
        cursor.execute(sql, [person.pk])

    person.refresh_from_db()
    assert (person.source_digest is None) == forgets
