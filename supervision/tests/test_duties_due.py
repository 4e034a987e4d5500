"""Departments are reminded of their duty report and of matters past their time limit."""

import datetime

import pytest

from accounts.tests import factories as people
from audit import clock
from screening.tests.duty_factories import DutyReportFactory, MatterFactory
from supervision.tests.test_reminding import run, texts
from workflow.tests.factories import MonthlyRoundFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def before_the_gate():
    """28 March 2021: two days before the gate of duty reports."""
    with clock.at(datetime.datetime(2021, 3, 28, 7, 30)):
        MonthlyRoundFactory()
        yield


def test_a_clerk_is_reminded_of_the_duty_report():
    clerk, other = (people.user_at("department_clerk", key) for key in ("yibao", "canlian"))
    DutyReportFactory()
    run()
    assert not [text for text in texts(clerk) if "履职台账" in text]
    assert "县残联履职台账没有报送：1 份，3月30日前办完" in texts(other)


def test_the_county_hears_how_many_are_missing():
    officer = people.county_officer()
    DutyReportFactory()
    run()
    assert "履职台账没有报送的部门：15 个，3月30日前办完" in texts(officer)


def test_a_matter_past_its_time_limit_is_told_to_its_department_alone():
    clerk, other = (people.user_at("department_clerk", key) for key in ("shuili", "canlian"))
    MatterFactory(holder="department", due_at=clock.now() - datetime.timedelta(hours=1))
    DutyReportFactory(department=clerk.posts.get().department)
    run()
    late = "县水利局有 1 件事项已超过处置时限"
    assert late in texts(clerk)
    assert late not in texts(other)
