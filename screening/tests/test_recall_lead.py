"""One lead comes back before somebody has begun with it; a visit at the same moment loses politely."""

import threading
import time
from functools import partial

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from openpyxl import load_workbook

from accounts.tests.factories import (
    COUNTY,
    OTHER_COUNTY,
    TOWNSHIP,
    VILLAGE,
    area_at,
    county_officer,
    department_clerk,
    user_at,
)
from audit import clock
from audit.models import Event
from households.tests.factories import HouseholdFactory
from screening import actions, returning
from screening.actions import recall
from screening.models import Lead
from screening.presenters import row_answer
from screening.refusals import LeadRefused
from screening.tests.test_checking import checked, person, stay
from screening.tests.test_faults import at_once
from workflow.actions import visits
from workflow.models import Case, Visit
from workflow.outcomes import StepRefused
from workflow.tests.factories import VisitFactory, moment

WHY = "认错了人"


@pytest.fixture(autouse=True)
def march():
    with clock.at(moment(10)):
        yield


@pytest.fixture
def officer(db):
    return county_officer()


def dispatched(officer, households=2):
    village = area_at(VILLAGE)
    numbers = [person(HouseholdFactory(village=village))[1] for _ in range(households)]
    file = checked(*(stay(number, paid=20000) for number in numbers))
    return actions.dispatch_leads(file=file, by=officer)


def test_one_lead_comes_back_and_the_other_stays(officer):
    file = dispatched(officer)
    first, second = Lead.objects.order_by("pk")
    actions.recall_lead(lead=first, reason=WHY, by=officer)
    assert list(Lead.objects.all()) == [second]
    assert list(Case.objects.all()) == [second.case]
    assert Event.objects.get(kind="lead_recalled").detail["reason"] == WHY
    row = file.rows.get(lead=None)
    assert row_answer(row) == "已撤回：认错了人"  # the department is told
    actions.dispatch_leads(file=file, by=officer)
    assert Lead.objects.count() == 1  # it does not go out again by itself
    with pytest.raises(LeadRefused, match="刚刚已经撤回"):
        actions.recall_lead(lead=first, reason=WHY, by=officer)


def test_its_row_is_settled_anew_and_goes_to_the_right_household(officer):
    file = dispatched(officer, 1)
    meant, _ = person(HouseholdFactory(village=area_at(VILLAGE)))
    actions.recall_lead(lead=Lead.objects.get(), reason=WHY, by=officer)
    row = actions.settle_row(row=file.rows.get(), person=meant, by=officer)
    row.refresh_from_db()
    assert (row.lead.household, row.recalled_for) == (meant.household, "")


def test_its_row_may_be_nobodys(officer):
    file = dispatched(officer, 1)
    actions.recall_lead(lead=Lead.objects.get(), reason=WHY, by=officer)
    row = actions.settle_row(row=file.rows.get(), person=None, by=officer)
    assert (row.household, row_answer(row)) == (None, "查无此人")
    actions.dispatch_leads(file=file, by=officer)
    assert not Lead.objects.exists()


def test_what_somebody_has_begun_stays_and_a_reason_is_asked(officer):
    dispatched(officer)
    visited, answered = Lead.objects.order_by("pk")
    VisitFactory(case=visited.case)
    Lead.objects.filter(pk=answered.pk).update(
        answer="not_true", answered_at=clock.now(), answered_by=officer
    )
    for lead in (visited, answered):
        with pytest.raises(LeadRefused, match="已经核实或办理"):
            actions.recall_lead(lead=lead, reason=WHY, by=officer)
    with pytest.raises(LeadRefused, match="撤回原因"):
        actions.recall_lead(lead=visited, reason=" ", by=officer)
    with pytest.raises(LeadRefused, match="县扶贫办"):
        actions.recall_lead(lead=visited, reason=WHY, by=department_clerk())
    assert Lead.objects.count() == 2
    assert not Event.objects.filter(kind="lead_recalled").exists()


def test_nothing_is_recalled_when_the_audit_fails(officer, monkeypatch):
    dispatched(officer, 1)
    monkeypatch.setattr(recall, "record", lambda *a, **k: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        actions.recall_lead(lead=Lead.objects.get(), reason=WHY, by=officer)
    assert Lead.objects.get().rows.count() == 1


def test_the_page(client, officer, tmp_path):
    file = dispatched(officer, 1)
    lead = Lead.objects.get()
    client.force_login(officer)
    detail, url = (reverse(n, args=[pk]) for n, pk in (("lead_file_detail", file.pk),
                                                       ("lead_recall", lead.pk)))  # fmt: skip
    assert url in client.get(detail).text
    assert "撤回原因" in client.get(url).text
    page = client.post(url, {"reason": WHY}, follow=True)
    assert "已撤回" in page.text
    assert f"已撤回：{WHY}" in page.text
    assert client.get(url).status_code == 404
    returning.write(file, path := tmp_path / "a.xlsx")
    assert f"已撤回：{WHY}" in [cell.value for cell in load_workbook(path).active[2]]


# --- by another system -----------------------------------------------------------------------


def recalls(client, lead, **body):
    url = reverse("api_lead-recall", args=[lead.pk])
    return client.post(url, body, content_type="application/json")


def test_the_api_takes_one_lead_back(client, officer):
    dispatched(officer)
    lead, other = Lead.objects.order_by("pk")
    client.force_login(officer)
    assert recalls(client, lead).status_code == 400
    assert recalls(client, lead, reason=WHY).status_code == 204
    assert list(Lead.objects.all()) == [other]
    assert Event.objects.get(kind="lead_recalled").detail["reason"] == WHY
    assert recalls(client, lead, reason=WHY).status_code == 404
    VisitFactory(case=other.case)
    refused = recalls(client, other, reason=WHY)
    assert refused.status_code == 409
    assert "已经核实或办理" in refused.text


@pytest.mark.parametrize(
    ("role", "place", "status"),
    [
        ("county_office", OTHER_COUNTY, 404),
        ("township_office", TOWNSHIP, 403),
        ("village_cadre", VILLAGE, 403),
        ("leading_group_office", COUNTY, 403),
        ("department_clerk", "yibao", 403),
        ("supervisor", COUNTY, 403),
    ],
)
def test_the_api_keeps_others_out(client, officer, role, place, status):
    dispatched(officer, 1)
    client.force_login(user_at(role, place))
    assert recalls(client, Lead.objects.get(), reason=WHY).status_code == status
    assert Lead.objects.count() == 1


# --- at the same moment as a visit ---------------------------------------------------------------


def visit(case, cadre):
    return visits.record_visit(
        case=case, by=cadre, kind=Visit.Kind.HOME, visited_on=clock.today(), people="赵驻村",
        opinion="情况属实",
    )  # fmt: skip


def first_one_then_the_other(first, then):
    """`first` has written and not yet committed when `then` comes; what each said."""
    written = threading.Event()

    def slow():
        with clock.at(moment(10)), transaction.atomic():
            found = first()
            written.set()
            time.sleep(0.6)
            return found

    def quick():
        written.wait(5)
        with clock.at(moment(10)):
            return then()

    return at_once(slow, quick)


@pytest.fixture
def race(transactional_db):
    officer, cadre = county_officer(), user_at("village_cadre", VILLAGE)
    dispatched(officer, 1)
    lead = Lead.objects.select_related("case").get()
    take_back = partial(actions.recall_lead, lead=lead, reason=WHY, by=officer)
    return take_back, partial(visit, lead.case, cadre)


def test_a_visit_first_keeps_the_lead(race):
    take_back, go = race
    visited, recalled = first_one_then_the_other(go, take_back)
    assert isinstance(visited, Visit)
    assert "已经核实或办理" in str(recalled)
    assert (Lead.objects.count(), Visit.objects.count()) == (1, 1)


def test_a_recall_first_tells_the_visitor(race):
    take_back, go = race
    _, visited = first_one_then_the_other(take_back, go)
    assert isinstance(visited, StepRefused)
    assert "刚刚由县扶贫办撤回" in str(visited)
    assert (Lead.objects.count(), Visit.objects.count()) == (0, 0)


def test_without_the_lock_the_visit_breaks_at_its_commit(race, monkeypatch):
    monkeypatch.setattr(visits, "hold_case", lambda case: True)
    take_back, go = race
    visited, recalled = first_one_then_the_other(go, take_back)
    assert isinstance(visited, IntegrityError)
    assert recalled is None
