"""分户、并户: members, figures, case, leads and helper, in one transaction or not at all."""

import datetime
import threading

import pytest
from django.db import connection

from accounts.tests import factories as people
from assistance.models import HelperAssignment
from assistance.tests.factories import HelperAssignmentFactory
from audit.models import Event
from households import doubt_facts
from households.actions import merge_households, split_household
from households.models import Household, NaturalChange, Person
from households.refusals import Refused
from households.tests.factories import HouseholdFactory
from screening.models import Lead
from screening.tests.factories import LeadFactory
from workflow.models import Case
from workflow.states import Status
from workflow.tests.factories import case_in

pytestmark = pytest.mark.django_db
DAY = datetime.date(2021, 3, 5)


@pytest.fixture
def cadre():
    return people.village_cadre()


def family(**more):
    return HouseholdFactory(village=people.area_at(people.VILLAGE), with_members=3, **more)


def one(household, relation):
    return household.members.active().get(relation=relation)


def split(household, cadre, **more):
    son = one(household, "之子")
    facts = {"leaving": [son], "new_head": son, "relations": {}, "changed_on": DAY}
    return split_household(household=household, by=cadre, **(facts | more))


def merge(household, into, cadre, **more):
    relations = dict.fromkeys(household.members.active().values_list("pk", flat=True), "其他")
    facts = {"relations": relations, "changed_on": DAY}
    return merge_households(household=household, into=into, by=cadre, **(facts | more))


def test_a_son_founds_a_household(cadre):
    household = family()
    son = one(household, "之子")
    change = split(household, cadre, note="结婚另过")
    new = change.other_household
    assert (new.head_name, new.member_count, new.number) == (son.name, 1, f"{household.number}-1")
    household.refresh_from_db()
    assert household.member_count == 2
    son.refresh_from_db()
    assert (son.household, son.relation) == (new, "户主")
    assert son.past.count() >= 1
    assert (change.kind, change.note, change.national_updated_at) == ("split", "结婚另过", None)
    kinds = set(Event.objects.values_list("kind", flat=True))
    assert {"household_split", "natural_change_recorded"} <= kinds


def test_the_head_leaves_with_the_spouse(cadre):
    household = family()
    head, spouse, son = (one(household, relation) for relation in ("户主", "配偶", "之子"))
    facts = {"leaving": [head, spouse], "new_head": head}
    with pytest.raises(Refused, match="原户的新户主"):
        split(household, cadre, **facts)
    new = split(household, cadre, stay_head=son, number="410922999", **facts).other_household
    assert (new.number, new.head_name, new.member_count) == ("410922999", head.name, 2)
    household.refresh_from_db()
    assert (household.head_name, household.member_count) == (son.name, 1)


def test_splits_that_cannot_be(cadre):
    household, other = family(), family()
    everybody = list(household.members.active())
    son = one(household, "之子")
    for facts, why in (
        ({"leaving": everybody}, "至少留一人"),
        ({"leaving": []}, "选出分出去的成员"),
        ({"new_head": one(household, "户主")}, "分出去的成员里选"),
        ({"number": other.number}, "已在册"),
        ({"changed_on": datetime.date(2999, 1, 1)}, "不能晚于今天"),
        ({"leaving": [son, one(household, "配偶")], "relations": {one(household, "配偶").pk: "之女婿"}},
         "性别却是"),
    ):  # fmt: skip
        with pytest.raises(Refused, match=why):
            split(household, cadre, **facts)
    assert Household.objects.count() == 2
    assert not NaturalChange.objects.exists()


@pytest.mark.parametrize("moves", [False, True])
def test_the_case_stays_or_goes_with_leads_and_helper(cadre, moves):
    case = case_in(Status.MONITORED)
    lead, helper = (
        LeadFactory(case=case, household=case.household),
        HelperAssignmentFactory(case=case),
    )
    new = split(case.household, cadre, case_moves=moves).other_household
    case.refresh_from_db()
    lead.refresh_from_db()
    keeper = new if moves else Household.objects.exclude(pk=new.pk).get(pk=case.household_id)
    assert (case.household, lead.household, case.status) == (keeper, keeper, Status.MONITORED)
    assert HelperAssignment.objects.get(pk=helper.pk).ends_on is None
    assert Event.objects.filter(kind="case_changed").count() == int(moves)


def test_a_household_joins_another_and_its_case_goes_along(cadre):
    case, into = case_in(Status.MONITORED), family()
    gone = case.household
    before = gone.members.active().count()
    change = merge(gone, into, cadre)
    gone.refresh_from_db()
    into.refresh_from_db()
    case.refresh_from_db()
    assert (gone.state, gone.removed_on, gone.member_count) == ("removed", DAY, 0)
    assert into.member_count == 3 + before
    assert into.members.active().filter(relation="户主").count() == 1
    assert (case.household, case.status) == (into, Status.MONITORED)
    assert (change.household, change.other_household) == (into, gone)


def test_of_two_cases_that_of_the_staying_household_is_kept(cadre):
    going, kept = case_in(Status.MONITORED), case_in(Status.LEAD)
    lead = LeadFactory(case=going, household=going.household)
    merge(going.household, kept.household, cadre)
    going.refresh_from_db()
    kept.refresh_from_db()
    assert (going.status, going.closed_reason) == (Status.CLOSED, "household_merged")
    assert kept.status == Status.LEAD
    assert Lead.objects.get(pk=lead.pk).answer == "not_true"


def test_merges_that_cannot_be(cadre):
    household, into = family(), family()
    elsewhere = HouseholdFactory(village=people.area_at(people.NEIGHBOUR), with_members=1)
    for other, more, why in (
        (household, {}, "本户"),
        (elsewhere, {}, "同一个村"),
        (into, {"relations": {}}, "请填写"),
    ):
        with pytest.raises(Refused, match=why):
            merge(household, other, cadre, **more)
    merge(household, into, cadre)
    with pytest.raises(Refused, match="已销户"):
        merge(household, into, cadre)


def test_what_fails_at_the_end_undoes_all_of_it(cadre, monkeypatch):
    case, into = case_in(Status.MONITORED), family()

    def fail(*_args, **_kwargs):
        raise ZeroDivisionError

    monkeypatch.setattr("households.gone.follow_up", fail)
    with pytest.raises(ZeroDivisionError):
        merge(case.household, into, cadre)
    assert Case.objects.get(pk=case.pk).household == case.household
    assert not Household.objects.get(pk=case.household_id).is_removed
    assert not NaturalChange.objects.exists()
    assert Person.objects.filter(household=into).count() == 3


def test_risks_of_the_open_case_are_asked_about(cadre):
    household = case_in(Status.MONITORED).household
    household.members.update(health="健康")
    left = doubt_facts.open_doubts([household])[household.pk]
    assert "risk_ill" in {doubt.rule.key for doubt in left}


@pytest.mark.django_db(transaction=True)
def test_two_colleagues_split_off_the_same_member_once(cadre):
    household = family()
    son = one(household, "之子")
    start, told = threading.Barrier(2), []

    def leave():
        start.wait(20)
        try:
            split_household(
                household=household, leaving=[son], new_head=son, relations={}, changed_on=DAY,
                by=cadre,
            )  # fmt: skip
            told.append("split")
        except Refused as refused:
            told.append(str(refused))
        connection.close()

    threads = [threading.Thread(target=leave) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told)[0] == "split"
    assert "分户要选出" in sorted(told)[1]
    assert Household.objects.count() == 2
