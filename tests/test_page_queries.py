"""The pages of one household ask as many questions of a long file as of a bare one, and few."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.tests import factories as people
from assistance.tests.factories import (
    HelperAssignmentFactory,
    HelperFactory,
    MeasureFactory,
    PlanFactory,
    PlanItemFactory,
)
from assistance.tests.relief_factories import InsuranceClaimFactory, ReliefRequestFactory
from households.tests.factories import IncomeFactory, PersonFactory, SafeguardFactory
from ledgers.tests.factories import BookletFactory
from screening.tests.duty_factories import MatterFactory
from screening.tests.factories import AnsweredLeadFactory
from workflow.states import Status
from workflow.tests import factories

pytestmark = pytest.mark.django_db
MOST = 12


def fill(case):
    """Several rows of everything that these pages tell."""
    home = case.household
    for number in range(1, 4):
        PersonFactory(household=home, relation="之子")
        IncomeFactory(
            household=home, period_start=f"20{number}0-01-01", period_end=f"20{number}0-12-31"
        )
        SafeguardFactory(household=home)
        AnsweredLeadFactory(case=case)
        MatterFactory(household=home)
        MeasureFactory(case=case)
        PlanItemFactory(plan=PlanFactory(case=case, version=number + 1))
        BookletFactory(case=case, version=number)
        factories.VisitFactory(case=case)
        factories.StatusChangeFactory(case=case)
        case.authorisations.add(factories.AttachmentFactory())
    InsuranceClaimFactory(household=home)
    ReliefRequestFactory(household=home)
    HelperAssignmentFactory(case=case, helper=HelperFactory())
    factories.case_in(Status.NOT_ADMITTED, household=home)


def questions(client, url) -> int:
    client.get(url)  # the first one also writes the session
    with CaptureQueriesContext(connection) as seen:
        assert client.get(url).status_code == 200
    return len(seen)


@pytest.mark.parametrize(
    ("status", "person"),
    [
        (Status.REVIEWED, "township_reviewer"),
        (Status.MONITORED, "village_cadre"),
        (Status.MONITORED, "county_officer"),
        (Status.CLEARING_REVIEWED, "township_reviewer"),
    ],
)
def test_a_long_file_costs_as_many_questions_as_a_bare_one(client, status, person):
    client.force_login(getattr(people, person)())
    case = factories.case_in(status)
    urls = {
        "household_detail": reverse("household_detail", args=[case.household_id]),
        "case_detail": reverse("case_detail", args=[case.pk]),
        "plan_detail": reverse("plan_detail", args=[case.pk]),
    }
    PlanFactory(case=case)
    bare = {name: questions(client, url) for name, url in urls.items()}

    fill(case)

    assert {name: questions(client, url) for name, url in urls.items()} == bare
    assert max(bare.values()) <= MOST, bare
