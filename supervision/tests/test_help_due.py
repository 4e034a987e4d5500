"""What is due in assistance is told to whoever can do it, in their own area only."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Department
from accounts.tests import factories as people
from assistance.models import ReliefRequest
from assistance.tests.factories import MeasureFactory
from assistance.tests.relief_factories import InsuranceClaimFactory, ReliefRequestFactory
from audit import clock
from supervision import help_due
from workflow.states import Status
from workflow.tests.factories import VisitFactory, case_in

pytestmark = pytest.mark.django_db
DAYS_BEFORE = 3


@pytest.fixture(autouse=True)
def _in_june():
    with clock.at(datetime.datetime(2021, 6, 10, 7, 30)):
        yield


def on(days):
    return clock.today() + datetime.timedelta(days=days)


def watched(visit_in, village=people.VILLAGE):
    """A monitored case whose next visit was agreed for so many days from today."""
    case = case_in(Status.MONITORED, village=village, identified_on=on(-100))
    VisitFactory(case=case, visited_on=on(-20), next_on=on(visit_in))
    return case


def measure(case, due_in, department=None, **more):
    owner = department and Department.objects.get(pk=department)
    return MeasureFactory(case=case, department=owner, due_on=on(due_in), **more)


def told(user) -> list[str]:
    return [line["text"] for line in help_due.lines_by_user(DAYS_BEFORE).get(user.pk, [])]


def everybody():
    return (
        people.village_cadre(), people.neighbour_cadre(), people.township_reviewer(),
        people.county_officer(), people.department_clerk("yibao"),
        people.department_clerk("minzheng"),
    )  # fmt: skip


def test_visits_and_measures_are_told_by_level_and_department():
    near, late, far = watched(2), watched(-1), watched(20)
    for case, due_in in ((near, 3), (late, -1), (far, 30)):
        measure(case, due_in, "yibao")
    measure(near, -4)
    measure(late, -5, state="done")
    cadre, neighbour, township, county, yibao, minzheng = everybody()
    assert told(cadre) == [
        "到期的帮扶走访：2 户，其中 1 户已逾期",
        "本村负责的帮扶措施到期：1 项，已逾期",
    ]
    assert told(neighbour) == []
    assert told(township) == ["帮扶走访逾期：1 户", "帮扶措施逾期未完成：2 项"]
    assert told(county) == told(township)
    assert told(yibao) == ["本部门负责的帮扶措施到期：2 项，其中 1 项已逾期"]
    assert told(minzheng) == []


def test_claims_and_relief_are_told_to_those_who_handle_them():
    case = watched(30)
    InsuranceClaimFactory(household=case.household)
    ReliefRequestFactory(household=case.household)
    ReliefRequestFactory(
        household=case.household, risk="因灾", state=ReliefRequest.State.PAID, is_ahead=True
    )
    cadre, neighbour, township, county, yibao, minzheng = everybody()
    assert told(township) == ["救助没有办结：2 笔"]
    assert told(county) == ["防贫保理赔没有办结：1 件", "救助没有办结：2 笔"]
    assert told(minzheng) == ["救助没有办结：2 笔"]  # the desk named by the parameter
    assert told(cadre) == told(neighbour) == told(yibao) == []


def test_another_county_and_those_who_only_look_are_not_told():
    measure(watched(-1), -1, "yibao")
    elsewhere = people.user_at(
        "department_clerk", "yibao", area=people.area_at(people.OTHER_COUNTY)
    )
    supervisor = people.user_at("supervisor", people.COUNTY)
    assert told(elsewhere) == told(supervisor) == []


def test_every_line_leads_to_its_rows(client):
    case = watched(-1)
    measure(case, -1)
    InsuranceClaimFactory(household=case.household)
    ReliefRequestFactory(household=case.household)
    for user in everybody():
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        for line in help_due.lines_by_user(DAYS_BEFORE).get(user.pk, []):
            page = client.get(line["url"])
            assert page.status_code == 200
            assert case.household.head_name in page.content.decode()


def test_five_queries_whatever_the_number_of_people_and_households():
    people.village_cadre()
    measure(watched(-1), -1)
    told(people.department_clerk())  # parameters are remembered from here on

    def queries():
        with CaptureQueriesContext(connection) as seen:
            help_due.lines_by_user(DAYS_BEFORE)
        return len(seen)

    assert queries() == 5
    for number in range(8):
        village = f"4109221002{number + 10}"
        people.user_at("village_cadre", village)
        measure(watched(-1, village), -1)
    assert queries() == 5
