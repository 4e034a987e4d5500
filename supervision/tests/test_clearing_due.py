"""Who is looked at for clearing, by the months of their own county."""

import datetime

import pytest

from accounts.tests.factories import COUNTY, area_at
from audit import clock
from policy.tests.factories import ParameterFactory
from supervision import clearing_due
from workflow.models import Case
from workflow.states import Status
from workflow.tests.factories import CaseFactory


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("since", "months", "is_due"), [("2021-03-10", 3, True), ("2021-01-10", 9, False)]
)
def test_a_county_waits_as_many_months_as_its_own_value_says(since, months, is_due):
    with clock.at(datetime.datetime(2021, 8, 15, 9, 0)):
        CaseFactory(status=Status.MONITORED, identified_on=since)
        assert clearing_due.cases(Case.objects.all()).exists() is not is_due  # six months for all
        ParameterFactory(key="months_before_clearing", given=months, county=area_at(COUNTY))
        assert clearing_due.cases(Case.objects.all()).exists() is is_due
