import datetime
from decimal import Decimal

import pytest

from accounts.tests import factories as people
from audit import clock
from audit.events import EventKind
from audit.models import Event
from households import actions, gone, idnumbers
from households.models import Household, NaturalChange, Person
from households.refusals import Refused, Stale
from households.tests.factories import (
    DepartedPersonFactory,
    HouseholdFactory,
    NaturalChangeFactory,
    PersonFactory,
    next_id_number,
)

pytestmark = pytest.mark.django_db
Kind = NaturalChange.Kind
DAY = datetime.date(2021, 3, 5)


@pytest.fixture
def cadre():
    return people.village_cadre()


@pytest.fixture
def household():
    return HouseholdFactory(with_members=3, village=people.area_at(people.VILLAGE))


def member(household, relation):
    return household.members.active().get(relation=relation)


def last_event():
    return Event.objects.order_by("pk").last()


# --- households and members ---------------------------------------------------------------------


def test_add_household_enters_all_members(cadre):
    number = next_id_number()
    household = actions.add_household(
        village=people.area_at(people.VILLAGE),
        number="X1",
        facts={"kind": "lifted"},
        members=[
            {"name": "单雄信", "relation": "户主", "id_number": number, "low_income_kind": "低保"},
            {"name": "单小妹", "relation": "之女", "id_number": next_id_number(sex="女")},
        ],
        by=cadre,
    )

    assert (household.head_name, household.member_count) == ("单雄信", 2)
    assert household.low_income_kind == "低保"
    head = member(household, "户主")
    assert (head.initials, head.initials_other) == ("sxx", "dxx")
    assert idnumbers.decrypt(head.id_cipher) == number
    assert last_event().kind == EventKind.HOUSEHOLD_CREATED


def test_add_household_fails_whole_when_one_member_is_active_elsewhere(cadre, household):
    taken = idnumbers.decrypt(member(household, "之子").id_cipher)
    events = Event.objects.count()

    with pytest.raises(Refused, match="已登记在另一户"):
        actions.add_household(
            village=household.village,
            number="X1",
            facts={},
            members=[
                {"name": "李一", "relation": "户主", "id_number": next_id_number()},
                {"name": "李二", "relation": "之子", "id_number": taken},
            ],
            by=cadre,
        )

    assert not Household.objects.filter(number="X1").exists()
    assert Event.objects.count() == events


def test_who_asks_about_a_number_learns_nothing_about_households_elsewhere(household):
    number = idnumbers.decrypt(member(household, "之子").id_cipher)
    own = HouseholdFactory(village=people.area_at(people.NEIGHBOUR), with_members=1)
    facts = {"name": "李二", "relation": "之子", "id_number": number}

    with pytest.raises(Refused, match="管辖范围以外") as refused:
        actions.add_member(household=own, facts=facts, by=people.neighbour_cadre())
    assert household.number not in str(refused.value)
    assert member(household, "之子").name not in str(refused.value)
    with pytest.raises(Refused, match=household.number):
        actions.add_member(household=own, facts=facts, by=people.township_reviewer())


def test_without_a_number_birth_and_sex_are_corrected_with_a_number_it_tells_them(cadre, household):
    child = actions.record_arrival(
        household=household, kind="birth", changed_on=datetime.date(2021, 3, 1), by=cadre,
        facts={"name": "张小妹", "relation": "之女", "birth_on": datetime.date(2021, 1, 3), "sex": "女"},
    ).person  # fmt: skip
    born = datetime.date(2021, 3, 1)
    actions.edit_person(person=child, facts={"birth_on": born}, version=child.version, by=cadre)
    child.refresh_from_db()
    assert (child.birth_on, child.sex) == (born, "女")
    son = member(household, "之子")
    before = son.birth_on
    actions.edit_person(person=son, facts={"birth_on": born}, version=son.version, by=cadre)
    son.refresh_from_db()
    assert son.birth_on == before


@pytest.mark.parametrize("relations", [["配偶"], ["户主", "户主"]])
def test_add_household_needs_one_head(cadre, relations):
    members = [{"name": "李一", "relation": relation} for relation in relations]

    with pytest.raises(Refused, match="户主"):
        actions.add_household(
            village=people.area_at(people.VILLAGE), number="X1", facts={}, members=members, by=cadre
        )


def test_edit_household_keeps_history_and_names_the_fields(cadre, household):
    actions.edit_household(
        household=household, facts={"phone": "13900000000"}, version=household.version, by=cadre
    )

    household.refresh_from_db()
    assert household.phone == "13900000000"
    assert household.past.filter(pgh_label="update", phone="13800000000").exists()
    assert last_event().detail == {"fields": ["phone"]}


def test_of_two_edits_from_the_same_page_the_second_is_shown_both_values(cadre, household):
    version = household.version
    actions.edit_household(household=household, facts={"phone": "1"}, version=version, by=cadre)

    with pytest.raises(Stale) as stale:
        actions.edit_household(household=household, facts={"phone": "2"}, version=version, by=cadre)

    assert stale.value.current.phone == "1"
    assert Household.objects.get(pk=household.pk).phone == "1"


def test_edit_person_replaces_a_wrong_number_everywhere(cadre, household):
    child, number = member(household, "之子"), next_id_number(born=datetime.date(2010, 5, 1))

    actions.edit_person(person=child, facts={"id_number": number}, version=child.version, by=cadre)

    child.refresh_from_db()
    assert child.birth_on == idnumbers.birth_date(number)
    assert Person.objects.with_id_number(number).get() == child
    assert bytes(child.id_tail4) == idnumbers.tail_index(number, 4)
    assert number not in str(last_event().detail)


@pytest.mark.parametrize(("relation", "new"), [("户主", "配偶"), ("配偶", "户主")])
def test_editing_a_relation_cannot_lose_or_double_the_head(cadre, household, relation, new):
    person = member(household, relation)

    with pytest.raises(Refused, match="户主变更"):
        actions.edit_person(
            person=person, facts={"relation": new}, version=person.version, by=cadre
        )


def test_a_removed_household_is_not_changed_any_more(cadre):
    household = HouseholdFactory(state="removed", removed_on=DAY)

    with pytest.raises(Refused, match="已销户"):
        actions.add_member(
            household=household, facts={"name": "李一", "relation": "之子"}, by=cadre
        )


# --- income, safeguards -------------------------------------------------------------------------


def income(household, cadre, end=datetime.date(2020, 9, 30), **amounts):
    return actions.record_income(
        household=household,
        period_start=datetime.date(end.year - 1, 10, 1),
        period_end=end,
        by=cadre,
        **amounts,
    )


def test_the_latest_period_gives_the_household_its_income(cadre, household):
    income(household, cadre, wage=Decimal(24000))
    income(household, cadre, end=datetime.date(2019, 9, 30), wage=Decimal(3))

    household.refresh_from_db()
    assert (household.per_capita_income, household.income_year) == (Decimal(8000), 2020)


def test_the_same_period_again_corrects_it_and_keeps_the_earlier_statement(cadre, household):
    first = income(household, cadre, wage=Decimal(24000))
    second = income(household, cadre, wage=Decimal(30000))

    assert first.pk == second.pk
    assert [past.wage for past in second.past.filter(pgh_label="update")] == [Decimal(24000)]
    assert last_event().detail["corrected"] is True


def test_a_period_in_the_future_is_refused(cadre, household):
    with pytest.raises(Refused, match="周期"):
        income(household, cadre, end=clock.today() + datetime.timedelta(days=1))


def test_record_safeguard_names_its_problems(cadre, household):
    check = actions.record_safeguard(
        household=household, checked_on=DAY, by=cadre, water_problem=True
    )

    assert check.problems == ["饮水出现安全问题"]
    assert last_event().kind == EventKind.SAFEGUARD_CHECKED


# --- natural changes ----------------------------------------------------------------------------


def test_a_birth_adds_a_member_still_to_be_told_to_the_national_system(cadre, household):
    change = actions.record_arrival(
        household=household,
        kind=Kind.BIRTH,
        facts={"name": "张小小", "relation": "之孙子", "birth_on": DAY, "sex": "男"},
        changed_on=DAY,
        by=cadre,
    )

    household.refresh_from_db()
    assert household.member_count == 4
    assert list(NaturalChange.objects.pending_in_national_system()) == [change]
    assert last_event().kind == EventKind.NATURAL_CHANGE_RECORDED


def test_a_death_keeps_the_person_and_frees_the_number(cadre, household):
    spouse = member(household, "配偶")
    actions.record_departure(person=spouse, kind=Kind.DEATH, changed_on=DAY, by=cadre)

    spouse.refresh_from_db()
    household.refresh_from_db()
    assert (spouse.is_active, spouse.left_reason, household.member_count) == (False, "死亡", 2)


def test_the_head_does_not_leave_without_a_successor(cadre, household):
    head, child = member(household, "户主"), member(household, "之子")

    with pytest.raises(Refused, match="新的户主"):
        actions.record_departure(person=head, kind=Kind.DEATH, changed_on=DAY, by=cadre)
    actions.record_departure(
        person=head,
        kind=Kind.DEATH,
        changed_on=DAY,
        by=cadre,
        new_head=child,
        relations={member(household, "配偶").pk: "之母"},
    )

    household.refresh_from_db()
    assert household.head_name == child.name
    assert set(household.members.active().values_list("relation", flat=True)) == {"户主", "之母"}


def test_when_the_last_member_leaves_the_household_goes_and_upper_apps_follow(cadre, monkeypatch):
    household, told = HouseholdFactory(with_members=1), []
    monkeypatch.setattr(gone, "_followers", [lambda **facts: told.append(facts)])

    change = actions.record_departure(
        person=member(household, "户主"), kind=Kind.MOVED_OUT, changed_on=DAY, by=cadre
    )

    household.refresh_from_db()
    assert change.is_household_gone
    assert (household.is_removed, household.removed_on) == (True, DAY)
    assert told == [{"household": household, "reason": "迁出", "by": cadre}]


def test_a_follower_that_fails_undoes_the_departure(cadre, monkeypatch):
    household = HouseholdFactory(with_members=1)

    def fail(**_facts):
        raise RuntimeError

    monkeypatch.setattr(gone, "_followers", [fail])
    with pytest.raises(RuntimeError):
        actions.record_departure(
            person=member(household, "户主"), kind=Kind.DEATH, changed_on=DAY, by=cadre
        )

    household.refresh_from_db()
    assert not household.is_removed
    assert household.members.active().count() == 1


def test_a_new_head_needs_the_former_ones_relation(cadre, household):
    head, child = member(household, "户主"), member(household, "之子")

    with pytest.raises(Refused, match="原户主"):
        actions.record_new_head(
            household=household, new_head=child, relations={}, changed_on=DAY, by=cadre
        )
    actions.record_new_head(
        household=household, new_head=child, relations={head.pk: "之父"}, changed_on=DAY, by=cadre
    )

    head.refresh_from_db()
    assert head.relation == "之父"
    assert member(household, "户主") == child


def test_changes_are_marked_once(cadre):
    NaturalChangeFactory()

    assert (
        actions.mark_changes_in_national_system(changes=NaturalChange.objects.all(), by=cadre) == 1
    )
    assert (
        actions.mark_changes_in_national_system(changes=NaturalChange.objects.all(), by=cadre) == 0
    )
    assert Event.objects.filter(kind=EventKind.NATURAL_CHANGE_MARKED).count() == 1


# --- looking up ---------------------------------------------------------------------------------


def test_revealing_leaves_an_event_without_the_number(cadre):
    number = next_id_number()
    person = PersonFactory(id_number=number)

    assert actions.reveal_id(person=person, reason="核对医保报销单", by=cadre) == number
    event = Event.objects.get(kind=EventKind.ID_NUMBER_REVEALED)
    assert (event.object_id, event.detail) == (str(person.pk), {"reason": "核对医保报销单"})


@pytest.mark.parametrize("reason", ["", "  ", "看看", "\x00\x01看看"])
def test_revealing_needs_a_reason(cadre, reason):
    with pytest.raises(Refused, match="理由"):
        actions.reveal_id(person=PersonFactory(), reason=reason, by=cadre)


def test_nothing_is_revealed_when_the_event_cannot_be_written(cadre, monkeypatch):
    person, read = PersonFactory(), []
    monkeypatch.setattr(idnumbers, "decrypt", read.append)

    def broken(*_args, **_kwargs):
        raise OSError("disk full")

    monkeypatch.setattr(actions.lookups, "record", broken)
    with pytest.raises(OSError, match="disk full"):
        actions.reveal_id(person=person, reason="核对医保报销单", by=cadre)
    assert read == []


def test_revealing_stops_at_the_limit_of_an_hour(cadre, monkeypatch):
    monkeypatch.setattr(actions.lookups, "REVEALS_PER_HOUR", 2)
    person = DepartedPersonFactory()

    for _turn in range(2):
        actions.reveal_id(person=person, reason="核对医保报销单", by=cadre)
    with pytest.raises(Refused, match="一小时内"):
        actions.reveal_id(person=person, reason="核对医保报销单", by=cadre)
    with clock.at(clock.now() + datetime.timedelta(hours=1, minutes=1)):
        assert actions.reveal_id(person=person, reason="核对医保报销单", by=cadre)
