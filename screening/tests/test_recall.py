"""A list sent out by mistake comes back, as far as nobody has begun with it."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.tests.factories import VILLAGE, area_at, county_officer, department_clerk
from audit import clock
from audit.models import Event
from households import idnumbers
from households.tests.factories import HouseholdFactory
from jobs import running
from jobs.models import Job
from screening import actions, checking
from screening.models import Lead, LeadFile
from screening.refusals import LeadRefused
from screening.tests.factories import upload
from screening.tests.test_checking import checked, person, received, stay
from screening.views import files
from workflow.models import Case
from workflow.tests.factories import VisitFactory, moment

pytestmark = pytest.mark.django_db
State = LeadFile.State


@pytest.fixture(autouse=True)
def march():
    with clock.at(moment(10)):
        yield


@pytest.fixture
def officer():
    return county_officer()


def dispatched(officer, households=3):
    village = area_at(VILLAGE)
    numbers = [person(HouseholdFactory(village=village))[1] for _ in range(households)]
    file = checked(*(stay(number, paid=20000) for number in numbers))
    return actions.dispatch_leads(file=file, by=officer)


def numbers_of(file):
    return [idnumbers.decrypt(row.id_cipher) for row in file.rows.order_by("sheet_row")]


def test_an_untouched_list_comes_back_whole_and_may_go_out_again(officer):
    file = dispatched(officer)
    recalled = actions.recall_file(file=file, by=officer)
    assert (recalled.leads, recalled.kept) == (3, 0)
    assert (Lead.objects.count(), Case.objects.count()) == (0, 0)
    file.refresh_from_db()
    assert (file.state, file.dispatched_at) == (State.CHECKED, None)
    assert Event.objects.filter(kind="case_taken_back").count() == 3
    assert Event.objects.get(kind="lead_file_recalled").detail == {"leads": 3, "kept": 0}
    with pytest.raises(LeadRefused, match="没有可撤回的"):
        actions.recall_file(file=file, by=officer)
    actions.dispatch_leads(file=file, by=officer)
    assert (Lead.objects.count(), Case.objects.count()) == (3, 3)


def test_what_somebody_has_begun_stays(officer):
    file = dispatched(officer)
    first, second, _third = Lead.objects.order_by("pk")
    VisitFactory(case=first.case)
    Lead.objects.filter(pk=second.pk).update(
        answer="not_true", answered_at=clock.now(), answered_by=officer
    )
    recalled = actions.recall_file(file=file, by=officer)
    assert (recalled.leads, recalled.kept) == (1, 2)
    assert set(Lead.objects.all()) == {first, second}
    file.refresh_from_db()
    with pytest.raises(LeadRefused, match="不能作废"):
        actions.discard_file(file=file, by=department_clerk())
    assert actions.dispatch_leads(file=file, by=officer).rows.filter(lead=None).count() == 0
    for lead in Lead.objects.exclude(pk__in=[first.pk, second.pk]):
        VisitFactory(case=lead.case)
    with pytest.raises(LeadRefused, match="都已经核实或办理"):
        actions.recall_file(file=file, by=officer)


def test_a_household_another_list_names_keeps_its_task(officer):
    file = dispatched(officer, households=1)
    lead = Lead.objects.get()
    [number] = numbers_of(file)
    other = checked(stay(number, paid=30000, day="2021-03-01"))
    other = actions.dispatch_leads(file=other, by=officer)
    assert (Lead.objects.count(), Case.objects.count()) == (2, 1)
    actions.recall_file(file=other, by=officer)
    assert (list(Lead.objects.all()), Case.objects.count()) == ([lead], 1)


def test_the_department_recalls_nothing(officer):
    with pytest.raises(LeadRefused, match="县扶贫办"):
        actions.recall_file(file=dispatched(officer, 1), by=department_clerk())


def test_recalling_costs_the_same_queries_for_three_and_twelve(officer):
    counts = []
    for households in (3, 12):
        file = dispatched(officer, households)
        with CaptureQueriesContext(connection) as queries:
            actions.recall_file(file=file, by=officer)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_the_button(client, officer):
    file = dispatched(officer)
    client.force_login(officer)
    detail = reverse("lead_file_detail", args=[file.pk])
    assert "撤回派发" in client.get(detail).text
    page = client.post(reverse("lead_file_recall", args=[file.pk]), follow=True)
    assert "已撤回 3 条线索" in page.text
    assert "撤回派发" not in page.text


# --- the brake's two buttons, and what is too long to write at once ------------------------------


def test_last_months_list_again_stops_and_goes_on_with_a_reason(client, officer):
    file = dispatched(officer)
    rows = [stay(number, paid=20000) for number in reversed(numbers_of(file))]
    with clock.at(moment(10).replace(month=4)):
        again = checking.check(received(upload(*rows), month=date(2021, 4, 1)))
    assert again.state == State.HELD
    assert "3 行与上次报送的名单完全相同" in again.message
    client.force_login(officer)
    url = reverse("lead_file_confirm", args=[again.pk])
    assert "请写明为什么没有传错" in client.post(url, follow=True).text
    client.post(url, {"reason": "医保系统按季结算"})
    again.refresh_from_db()
    assert again.state == State.CHECKED
    assert Event.objects.get(kind="lead_file_confirmed").detail["reason"] == "医保系统按季结算"


def test_a_long_workbook_is_written_by_a_worker(client, officer, monkeypatch):
    monkeypatch.setattr(files, "WRITTEN_AT_ONCE", 1)
    file = dispatched(officer)
    client.force_login(officer)
    answer = client.get(reverse("lead_file_returned", args=[file.pk]))
    job = Job.objects.get(kind="screening.return_lead_file")
    assert answer.headers["Location"] == reverse("job_detail", args=[job.pk])
    running.run(str(job.pk), is_watched=False)
    job.refresh_from_db()
    assert (job.state, job.result, job.file_name) == ("done", {"rows": 3}, "住院名单_核实结果.xlsx")
