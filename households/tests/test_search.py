import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.tests import factories as people
from audit.events import EventKind
from audit.models import Event
from households import actions, idnumbers, search
from households.refusals import TooMany
from households.tests.factories import DepartedPersonFactory, HouseholdFactory, PersonFactory

pytestmark = pytest.mark.django_db
NUMBER = idnumbers.synthetic(datetime.date(1966, 8, 9), "女", 123)


@pytest.fixture
def cadre():
    return people.village_cadre()


@pytest.fixture
def person():
    household = HouseholdFactory(village=people.area_at(people.VILLAGE), number="410922007")
    return PersonFactory(household=household, name="单雄信", id_number=NUMBER)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("", search.Kind.TOO_SHORT),
        ("王", search.Kind.TOO_SHORT),
        (" 王 ", search.Kind.TOO_SHORT),
        ("王芳", search.Kind.NAME),
        ("wf", search.Kind.INITIALS),
        ("ＷＦ", search.Kind.INITIALS),
        ("1234", search.Kind.ID_TAIL),
        ("123x", search.Kind.ID_TAIL),
        ("12345", search.Kind.ID_TAIL),
        ("12345X", search.Kind.ID_TAIL),
        ("4109220000012", search.Kind.HOUSEHOLD_NUMBER),
        ("4109221001010001", search.Kind.HOUSEHOLD_NUMBER),
        ("QF-0012", search.Kind.HOUSEHOLD_NUMBER),
        (NUMBER, search.Kind.WHOLE_ID),
        (f"'{NUMBER.lower()} ", search.Kind.WHOLE_ID),
        ("%_", search.Kind.NAME),
    ],
)
def test_what_a_text_is_taken_for(text, kind):
    assert search.kind_of(search.clean(text)) is kind


@pytest.mark.parametrize(
    "text",
    [
        "单雄", "雄信", "单雄信", "单 雄信", "sxx", "SX", "dxx",
        NUMBER, NUMBER[-4:], NUMBER[-5:], NUMBER[-6:].lower(), "410922007",
        "41092200",
    ],
)  # fmt: skip
def test_a_person_is_found_by(cadre, person, text):
    assert list(search.search(cadre, text)) == [person]


@pytest.mark.parametrize(
    "text",
    [
        "雄",
        "王芳",
        "xx",
        "0000",
        "%%",
        "__",
        "\\%",
        "单雄信信",
        "' OR 1=1",
        "10922007",
        "4109220070",
    ],
)
def test_a_person_is_not_found_by(cadre, person, text):
    assert list(search.search(cadre, text)) == []


@pytest.mark.parametrize("text", ["买买", "买提", "提·艾", "艾力", "艾力江"])
def test_long_names_are_found_by_any_part(cadre, text):
    household = HouseholdFactory(village=people.area_at(people.VILLAGE))
    person = PersonFactory(household=household, name="买买提·艾力江")

    assert list(search.search(cadre, text)) == [person]


@pytest.mark.parametrize("text", ["单雄", "sxx", NUMBER, NUMBER[-4:], NUMBER[-5:], "41092200"])
@pytest.mark.parametrize(
    "who", [people.neighbour_cadre, people.system_admin, people.department_clerk]
)
def test_nobody_finds_persons_of_other_areas(person, who, text):
    assert list(search.search(who(), text)) == []


def test_families_found_by_the_beginning_of_their_number_stand_in_its_order(cadre):
    village = people.area_at(people.VILLAGE)
    for number in ("4109220099", "4109220091", "4109221000"):
        household = HouseholdFactory(village=village, number=number)
        PersonFactory(household=household, relation="之子")
        PersonFactory(household=household, relation="户主")

    found = [(p.household.number[-2:], p.relation) for p in search.search(cadre, "41092200")]

    assert found == [("91", "户主"), ("91", "之子"), ("99", "户主"), ("99", "之子")]


def test_who_left_is_not_found(cadre):
    household = HouseholdFactory(village=people.area_at(people.VILLAGE))
    DepartedPersonFactory(household=household, name="单雄信")

    assert list(search.search(cadre, "单雄信")) == []


def test_a_search_is_audited_without_its_words(cadre, person):
    answer = actions.look_up(text="单雄信", by=cadre)

    event = Event.objects.get(kind=EventKind.PERSONS_SEARCHED)
    assert [found.pk for found in answer.persons] == [person.pk]
    assert event.detail["found"] == 1
    assert "单" not in str(event.detail)


def test_more_than_a_page_is_said_to_be_more(cadre, monkeypatch):
    monkeypatch.setattr(actions.lookups, "SHOWN", 1)
    household = HouseholdFactory(village=people.area_at(people.VILLAGE))
    for relation in ("户主", "之子"):
        PersonFactory(household=household, relation=relation, name="单雄信")

    answer = actions.look_up(text="单雄信", by=cadre)

    assert (len(answer.persons), answer.has_more) == (1, True)


def test_searching_stops_at_the_limit_of_an_hour(cadre, monkeypatch):
    monkeypatch.setattr(actions.lookups, "SEARCHES_PER_HOUR", 1)
    actions.look_up(text="单雄信", by=cadre)

    with pytest.raises(TooMany):
        actions.look_up(text="单雄信", by=cadre)


@pytest.mark.parametrize(
    ("text", "index"),
    [
        ("单雄", "person_by_name"),
        ("单雄", "person_by_name_from_2"),
        ("单雄", "person_by_name_from_3"),
        ("单雄", "person_with_long_name"),
        ("sxx", "person_by_initials"),
        (NUMBER, "active_person_once"),
        (NUMBER[-4:], "person_by_tail4"),
        (NUMBER[-6:], "person_by_tail4"),
        ("410922007", "household_number_once"),
    ],
)
def test_an_index_serves_every_kind_of_search(text, index):
    user = people.county_officer()
    HouseholdFactory.create_batch(60, with_members=6)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE households_household, households_person")
        # Sixty households are sorted sooner than looked up; the county's 170,000 are not.
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off")
        with CaptureQueriesContext(connection) as captured:
            list(search.search(user, text))
        looked = [q["sql"] for q in captured if "households_person" in q["sql"]]
        cursor.execute(f"EXPLAIN {looked[0]}")
        plan = "\n".join(line for (line,) in cursor.fetchall())

    assert f"{index} " in plan
