"""审计日志: for the audit administrator alone, filtered, exported, itself on record."""

import io

import openpyxl
import pytest
from django.db import transaction
from django.urls import reverse

from accounts.tests import factories as people
from audit.events import EventKind
from audit.models import Event
from audit.record import record
from portal.presenters import detail_lines, object_label
from portal.tests.counting import queries

pytestmark = pytest.mark.django_db


@pytest.fixture
def auditor(client):
    user = people.audit_admin()
    client.force_login(user)
    return user


def noted(by, area=people.VILLAGE, kind=EventKind.HOUSEHOLD_VIEWED):
    with transaction.atomic():
        return record(kind, by=by, area=area, detail={"why": "=核对"})


@pytest.mark.parametrize("persona", [people.system_admin, people.county_officer, people.supervisor])
def test_nobody_else_may_look(client, persona):
    client.force_login(persona())
    assert client.get(reverse("audit_log")).status_code == 403


def test_filters(client, auditor):
    cadre, neighbour = people.village_cadre(), people.neighbour_cadre()
    mine, other = noted(cadre), noted(neighbour, kind=EventKind.LEDGER_EXPORTED)
    found = client.get(reverse("audit_log"), {"person": cadre.full_name}).context["page_obj"]
    assert mine in found
    assert other not in found
    found = client.get(reverse("audit_log"), {"kind": "ledger_exported"}).context["page_obj"]
    assert list(found) == [other]
    found = client.get(reverse("audit_log"), {"until": "2001-01-01"}).context["page_obj"]
    assert not list(found)


def test_another_county_is_not_there(client, auditor):
    there = noted(people.village_cadre(), area="410923100201")
    assert there not in client.get(reverse("audit_log")).context["page_obj"]


def test_unreadable_filter_is_said_and_not_a_fault(client, auditor):
    response = client.get(reverse("audit_log"), {"since": "昨天", "person": "x" * 99})
    assert response.status_code == 200
    assert "data-error-summary" in response.content.decode()


def test_export_is_plain_text_and_on_record(client, auditor):
    noted(people.village_cadre())
    response = client.get(reverse("audit_log"), {"export": "1", "kind": "household_viewed"})
    sheet = openpyxl.load_workbook(io.BytesIO(response.content)).active
    assert sheet.max_row == 2
    assert sheet["J2"].data_type == "s"
    event = Event.objects.get(kind=EventKind.AUDIT_VIEWED)
    assert event.detail["is_export"] is True


@pytest.mark.parametrize(
    ("detail", "lines"),
    [
        ({"reason": "办理业务", "note": ""}, ["原因：办理业务"]),
        ({"before": {"is_active": True}, "after": {"is_active": False}},
         ["改前：（在用：是）", "改后：（在用：否）"]),
        ({"fields": ["a", "b"], "unknown": 3}, ["字段：a、b", "unknown：3"]),
    ],
)  # fmt: skip
def test_detail_in_words(detail, lines):
    assert detail_lines(detail) == lines


def test_objects_in_words():
    assert object_label("areas.Area") == "行政区划"
    assert object_label("gone.Model") == "gone.Model"
    assert object_label("") == ""


def test_page_costs_the_same_at_10_and_at_50_rows(client, auditor):
    cadre = people.village_cadre()
    for _ in range(10):
        noted(cadre)
    few = queries(client, reverse("audit_log"))
    for _ in range(40):
        noted(cadre)
    assert len(queries(client, reverse("audit_log"))) == len(few) <= 12
