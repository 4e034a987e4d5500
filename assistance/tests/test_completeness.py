"""What a household lacks: every check finds the neglected one and not its well-kept neighbour."""

import datetime

import pytest
from django.urls import reverse

from accounts.tests.factories import COUNTY, TOWNSHIP, VILLAGE, user_at
from assistance import completeness, visiting
from assistance.models import Attention
from assistance.tests.factories import (
    ApprovedPlanFactory,
    HelperAssignmentFactory,
    HelperFactory,
    MeasureFactory,
    PlanFactory,
    PlanItemFactory,
)
from audit import clock
from households.models import Person
from policy.actions import set_parameter
from workflow.models import Case, Status
from workflow.tests.factories import AttachmentFactory, CaseFactory, VisitFactory

pytestmark = pytest.mark.django_db


def days_ago(days):
    return clock.today() - datetime.timedelta(days=days)


def monitored(since=40):
    case = CaseFactory(status=Status.MONITORED)
    Case.objects.filter(pk=case.pk).update(identified_on=days_ago(since))
    case.refresh_from_db()
    return case


def well_kept(since=40):
    case = monitored(since)
    HelperAssignmentFactory(case=case)
    PlanItemFactory(plan=ApprovedPlanFactory(case=case), kind="public_post")
    paid = MeasureFactory(
        case=case, state="done", amount_paid=100, kind="public_post", is_development=True
    )
    paid.proofs.add(AttachmentFactory())
    VisitFactory(case=case, household=case.household, visited_on=days_ago(3))
    return case


def one_person_only(case):
    MeasureFactory(case=case, state="done", person=case.household.members.first())


def refused_by_the_department(case):
    PlanItemFactory(plan=ApprovedPlanFactory(case=case), kind="housing")
    MeasureFactory(case=case, kind="housing", state="refused", withdrawn_reason="不符合条件")
    MeasureFactory(case=case, kind="public_post")


def for_one_who_died(case):
    person = case.household.members.last()
    MeasureFactory(case=case, person=person)
    Person.objects.filter(pk=person.pk).update(
        is_active=False, left_on=clock.today(), left_reason="死亡"
    )


@pytest.mark.parametrize(
    ("key", "spoil"),
    [
        ("lacks_helper", lambda case: None),
        ("lacks_plan", lambda case: None),
        ("lacks_measure", lambda case: None),
        ("lacks_person_measure", one_person_only),
        ("lacks_development", lambda case: MeasureFactory(case=case, state="done")),
        ("planned_not_set", refused_by_the_department),
        ("late_measure", lambda case: MeasureFactory(case=case, state="planned")),
        ("measure_overdue", lambda case: MeasureFactory(case=case, due_on=days_ago(1))),
        ("for_gone", for_one_who_died),
        ("paid_no_proof", lambda case: MeasureFactory(case=case, amount_paid=5)),
        ("visit_overdue", lambda case: None),
    ],
)
def test_each_check_finds_the_neglected_household_only(key, spoil):
    well_kept()
    neglected = monitored()
    spoil(neglected)
    assert list(completeness.failing(Case.objects.all(), key)) == [neglected]
    assert completeness.CHECKS[key].label in completeness.gaps(neglected)
    assert completeness.by_area(Case.objects.all(), 12)[VILLAGE][key] == 1


def test_money_alone_is_no_help_for_one_who_can_work_unless_the_plan_says_why():
    case = monitored()
    MeasureFactory(case=case, kind="share_dividend")
    failing = completeness.failing(Case.objects.all(), "lacks_development")
    assert failing.exists()
    PlanFactory(case=case, no_development_reason="独自照料重残老人，不能外出")
    assert not failing.exists()
    PlanFactory(case=case, version=2)  # the newer one says nothing
    assert failing.exists()
    case.household.members.update(skill="丧失劳动力")
    assert not failing.exists()


def test_a_newer_plan_without_the_item_asks_for_it_no_more():
    case = monitored()
    PlanItemFactory(plan=ApprovedPlanFactory(case=case), kind="housing")
    failing = completeness.failing(Case.objects.all(), "planned_not_set")
    assert failing.exists()
    PlanItemFactory(plan=PlanFactory(case=case, version=2), kind="water")
    assert failing.exists()  # a plan that nobody approved changes nothing
    PlanItemFactory(plan=ApprovedPlanFactory(case=case, version=3), kind="water")
    MeasureFactory(case=case, kind="water")
    assert not failing.exists()


def test_a_fresh_household_is_not_late_yet_and_the_county_may_shorten_the_term():
    case, late = monitored(since=20), completeness.CHECKS["late_measure"].label
    assert not completeness.failing(Case.objects.all(), "late_measure").exists()
    assert late not in completeness.gaps(case)
    set_parameter(
        key="assistance_deadline_days", value=10, valid_from=days_ago(100), by=None,
        county=case.village.parent.parent,
    )  # fmt: skip
    assert completeness.failing(Case.objects.all(), "late_measure").exists()
    assert late in completeness.gaps(case)  # the statement kept for a day follows its parameters


@pytest.mark.parametrize(
    ("level", "last", "agreed", "due_in"),
    [
        (None, 0, None, 30),
        ("red", 0, None, 15),
        ("green", 10, None, 80),
        ("yellow", 31, None, -1),
        ("red", 3, 20, 20),  # the day agreed with the family goes before the interval
    ],
)
def test_the_next_visit_follows_from_level_last_visit_and_agreement(level, last, agreed, due_in):
    case = monitored(since=200)
    if level:
        Attention.objects.create(
            case=case, level=level, set_by=user_at("leading_group_office", COUNTY)
        )
    VisitFactory(
        case=case, household=case.household, visited_on=days_ago(last),
        next_on=days_ago(-agreed) if agreed else None,
    )  # fmt: skip
    assert visiting.with_due(Case.objects.all()).get().visit_due_on == days_ago(-due_in)
    assert visiting.due(Case.objects.all()).exists() is (due_in <= 0)


def test_lists_lead_from_county_to_household_and_its_owner(client, django_assert_max_num_queries):
    case = monitored()
    HelperAssignmentFactory(case=case, helper=HelperFactory(name="王帮扶"))
    client.force_login(user_at("county_office", COUNTY))
    page = client.get(reverse("gap_list")).content.decode()
    assert f"?area={TOWNSHIP}&amp;check=lacks_plan" in page
    inside = client.get(reverse("gap_list"), {"area": TOWNSHIP, "check": "lacks_plan"})
    words = inside.content.decode()
    assert case.household.head_name in words
    assert "王帮扶" in words
    assert client.get(reverse("gap_list"), {"check": "nonsense"}).status_code == 404
    client.force_login(user_at("township_office", "410922101"))
    assert client.get(reverse("gap_list"), {"area": TOWNSHIP}).status_code == 404
    assert case.household.head_name not in client.get(reverse("gap_list")).content.decode()


def test_workload_is_a_plain_number_beside_each_name(client):
    helper = HelperFactory(name="王帮扶")
    for _ in range(2):
        case = monitored(since=100)
        HelperAssignmentFactory(case=case, helper=helper)
        MeasureFactory.create_batch(3, case=case)
    client.force_login(user_at("township_office", TOWNSHIP))
    answer = client.get(reverse("helper_list"))
    (found,) = answer.context["page_obj"].object_list
    assert (found.households, found.measures_open, found.visits_due) == (2, 6, 2)
