"""履职台账 of the sixteen departments 六（二）: pre-filled, handed in, late, sent back, chased."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Department
from accounts.tests.factories import COUNTY, area_at, user_at
from audit import clock
from audit.models import Event
from screening import actions
from screening.duties import known
from screening.models import DutyReport
from screening.refusals import LeadRefused
from screening.tests.duty_factories import DutyReportFactory
from screening.tests.factories import AnsweredLeadFactory, LeadFactory
from workflow.tests.factories import moment, photo

pytestmark = pytest.mark.django_db
MARCH = date(2021, 3, 1)


@pytest.fixture(autouse=True)
def march():
    with clock.at(moment(10)):
        yield


def of(key="yibao", by=None):
    return {
        "department": Department.objects.get(pk=key), "county": area_at(COUNTY), "month": MARCH,
        "by": by or user_at("department_clerk", key),
    }  # fmt: skip


def edit_url(key="yibao", month="2021-03"):
    return reverse("duty_report_edit", args=[key, month])


def test_a_zero_report_is_one_click(client):
    client.force_login(user_at("department_clerk", "fagai"))
    client.post(edit_url("fagai"), {"do": "zero"})
    report = DutyReport.objects.get()
    assert report.is_zero
    assert report.handed_in_at
    assert not report.is_late
    assert Event.objects.filter(kind="duty_report_handed_in").count() == 1


def test_it_is_filled_with_what_the_system_knows():
    LeadFactory()
    AnsweredLeadFactory()
    LeadFactory(month=date(2021, 2, 1))
    lines = dict(known.figures(Department.objects.get(pk="yibao"), area_at(COUNTY), MARCH))
    assert lines["下发线索（条）"] == 2
    assert lines["其中已核实"] == 1
    assert "待落实帮扶措施（项）" in lines  # added by an upper app


def test_figures_are_frozen_when_handed_in():
    report = actions.save_duty_report(**(own := of()), work="比对住院名单")
    report = actions.hand_in_duty_report(**own)
    LeadFactory()
    report.refresh_from_db()
    assert dict(report.figures)["下发线索（条）"] == 0


@pytest.mark.parametrize(("day", "late"), [(30, False), (31, True)])
def test_late_after_the_gate(day, late):
    own = of()
    with clock.at(moment(day)):
        assert actions.hand_in_duty_report(**own, is_zero=True).is_late is late


def test_an_empty_report_is_refused_and_nothing_is_left():
    with pytest.raises(LeadRefused, match="零报告"):
        actions.hand_in_duty_report(**of())
    assert not DutyReport.objects.exists()
    assert not Event.objects.filter(kind__startswith="duty").exists()


def test_minutes_want_their_day():
    with pytest.raises(LeadRefused, match="会议日期"):
        actions.save_duty_report(**of(), work="x", minutes="研判 3 条线索")


def test_only_the_own_department():
    with pytest.raises(LeadRefused, match="不由您报送"):
        actions.hand_in_duty_report(
            **of("minzheng", by=user_at("department_clerk", "yibao")), is_zero=True
        )


def test_the_county_office_reports_for_its_own_department_12():
    by = user_at("county_office", COUNTY)
    assert actions.hand_in_duty_report(**of("fupin", by), is_zero=True).department_id == "fupin"
    with pytest.raises(LeadRefused):
        actions.hand_in_duty_report(**of("yibao", by), is_zero=True)


def test_sent_back_it_is_corrected_and_handed_in_again():
    own = of()
    report = actions.hand_in_duty_report(**own, is_zero=True)
    with pytest.raises(LeadRefused, match="已经报送"):
        actions.save_duty_report(**own, work="补充")
    with pytest.raises(LeadRefused, match="县扶贫办退回"):
        actions.send_back_duty_report(report=report, by=own["by"], reason="缺")
    actions.send_back_duty_report(
        report=report, by=user_at("county_office", COUNTY), reason="缺会议记录"
    )
    actions.save_duty_report(**own, work="补充", session_on=date(2021, 3, 9), minutes="研判")
    report = actions.hand_in_duty_report(**own)
    assert report.sent_back_for == ""
    assert not report.is_zero


def test_the_page_takes_minutes_and_pictures(client):
    client.force_login(user_at("department_clerk", "yibao"))
    sent = {
        "do": "hand_in",
        "work": "比对",
        "session_on": "2021-03-09",
        "minutes": "研判 3 条",
        "photos": [photo()],
    }
    client.post(edit_url(), sent)
    report = DutyReport.objects.get()
    assert report.minutes == "研判 3 条"
    assert report.files.count() == 1
    file = reverse("duty_report_file", args=[report.pk, report.files.get().pk])
    client.force_login(user_at("county_office", COUNTY))
    response = client.get(file)
    assert response.status_code == 200
    assert b"".join(response.streaming_content)[:2] == b"\xff\xd8"
    client.force_login(user_at("department_clerk", "canlian"))
    assert client.get(file).status_code == 404


def test_typed_words_are_not_lost_to_a_zero_report(client):
    client.force_login(user_at("department_clerk", "yibao"))
    page = client.post(edit_url(), {"do": "zero", "work": "比对"})
    assert "不能零报告" in page.content.decode()
    assert not DutyReport.objects.exists()


def test_the_county_sees_sixteen_missing_ones_first(client):
    DutyReportFactory()
    client.force_login(user_at("county_office", COUNTY))
    page = client.get(reverse("duty_report_list"))
    assert len(page.context["lines"]) == 16
    assert page.context["missing"] == 15
    assert page.context["lines"][-1]["department"].pk == "yibao"
    with CaptureQueriesContext(connection) as one:
        client.get(reverse("duty_report_list"))
    for key in ("canlian", "minzheng", "fagai"):
        DutyReportFactory(department=Department.objects.get(pk=key))
    with CaptureQueriesContext(connection) as four:
        client.get(reverse("duty_report_list"))
    assert len(one) == len(four)


def test_another_county_sees_nothing(client):
    report = DutyReportFactory()
    client.force_login(user_at("county_office", "410923"))
    assert client.get(reverse("duty_report_detail", args=[report.pk])).status_code == 404
    assert client.get(reverse("duty_report_list")).context["missing"] == 16


@pytest.mark.parametrize("month", ["2021-13", "2021", "abc"])
def test_a_month_that_is_none(client, month):
    client.force_login(user_at("department_clerk", "yibao"))
    assert client.get(edit_url(month=month)).status_code == 404
