"""The other ledgers: leads, lists, recheck, assistance, clearing; each from rows in the database."""

import datetime
from decimal import Decimal

import pytest

from accounts.tests.factories import COUNTY, TOWNSHIP, VILLAGE, area_at
from assistance.models import Measure
from assistance.tests.factories import HelperAssignmentFactory, MeasureFactory
from audit import clock
from ledgers import sheets
from ledgers.checks import chinese_font
from ledgers.tests.factories import MARCH, march
from screening.tests.duty_factories import MatterFactory
from screening.tests.factories import LeadFactory, LeadRowFactory
from workflow.models import ReportedList, Status
from workflow.tests.factories import (
    MonthlyRoundFactory,
    RecheckVisitFactory,
    ReportedListFactory,
    StatusChangeFactory,
    case_in,
    moment,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_march():
    with clock.at(moment(29)):
        yield


@pytest.fixture
def round():
    return MonthlyRoundFactory(month=MARCH)


def blocks(key, code=VILLAGE):
    return list(sheets.find(key).blocks(march(code), None))


def labelled(key, line) -> dict:
    return dict(zip([c.label for c in sheets.find(key).columns], line, strict=True))


@pytest.mark.parametrize("ledger", sheets.every(), ids=lambda ledger: ledger.key)
def test_every_line_has_a_value_for_every_column_and_every_ledger_cites_its_clause(ledger, round):
    """Over a month with something in every ledger."""
    case = case_in(Status.MONITORED)
    for step, source in (("endorse", "REVIEWED"), ("propose_clearing", "MONITORED")):
        StatusChangeFactory(case=case, step=step, source=source, level="township")
    for code, kind, stage in (
        (VILLAGE, "ADMISSION", "REPORTED"), (TOWNSHIP, "ADMISSION", "REPORTED"),
        (COUNTY, "ADMISSION", "COMPILED"), (COUNTY, "ADMISSION", "DETERMINED"),
        (VILLAGE, "CLEARING", "REPORTED"), (TOWNSHIP, "CLEARING", "REPORTED"),
        (COUNTY, "CLEARING", "DETERMINED"),
    ):  # fmt: skip
        ReportedListFactory(
            area=area_at(code), round=round, kind=kind, stage=stage, case_ids=[case.pk]
        )
    LeadRowFactory(lead=LeadFactory())
    MatterFactory()
    found = blocks(ledger.key, COUNTY)

    assert ledger.clause
    assert found or ledger.is_departmental or ledger.key in ("leads", "applications")
    assert all(len(line) == len(ledger.columns) for block in found for line in block)


def test_a_list_is_shown_from_its_snapshot_and_a_case_once(round):
    case = case_in(Status.REVIEWED)  # stands on list 1 already
    for number in (2, 3):
        ReportedListFactory(
            area=area_at(VILLAGE), round=round, kind=ReportedList.Kind.ADMISSION,
            case_ids=[case.pk], sequence=number,
        )  # fmt: skip
    type(case).objects.filter(pk=case.pk).update(risks=["因学"])

    [block] = blocks("village_list")

    assert labelled("village_list", block[0])["致贫/返贫风险"] == "因病"
    assert labelled("village_list", block[0])["备注"].endswith("-村-3")


def test_the_assistance_ledger_has_a_line_a_measure(round):
    case = case_in(Status.MONITORED, identified_on=datetime.date(2021, 2, 26))
    HelperAssignmentFactory(case=case)
    MeasureFactory(
        case=case, state=Measure.State.DONE, amount_paid=Decimal("3800"), effect="已报销"
    )
    MeasureFactory(case=case, amount_planned=Decimal("3000"))
    MeasureFactory(case=case, state=Measure.State.WITHDRAWN)

    [block] = blocks("assistance")

    assert [line[-3] for line in block] == [Decimal("3800"), None]
    assert [line[-4] for line in block] == [None, Decimal("3000")]
    assert [line[-5] for line in block] == ["已落实", "计划"]
    assert block[0][7].startswith("责任人")
    assert {line[-1] for line in block} == {"监测帮扶中"}


def test_a_household_without_help_says_so_instead_of_being_left_out(round):
    case_in(Status.MONITORED)

    [[line]] = blocks("assistance")

    assert labelled("assistance", line)["帮扶责任人及单位"] == "尚未明确"
    assert labelled("assistance", line)["帮扶措施"] == "尚未安排"


def test_the_clearing_ledger_has_the_day_of_each_level(round):
    case = case_in(Status.RISK_CLEARED, clearing_kind="assisted")
    for day, step, source in (
        (24, "propose_clearing", "MONITORED"),
        (27, "endorse_clearing", "CLEARING_REVIEWED"),
        (29, "clear_risk", "CLEARING_RECHECKED"),
    ):
        with clock.at(moment(day)):
            StatusChangeFactory(case=case, step=step, source=source)
    case_in(Status.MONITORED)

    [[line]] = blocks("clearing")
    words = labelled("clearing", line)

    days = [words[name].day for name in ("村级评议", "乡镇核查", "县级认定")]
    assert days == [24, 27, 29]
    assert (words["消除方式"], words["办理状态"]) == ("帮扶消除", "风险消除")


@pytest.mark.parametrize(
    ("step", "conclusion"),
    [("endorse", "同意纳入"), ("send_back", "退回"), ("refuse", "不予纳入")],
)
def test_the_recheck_ledger_tells_what_was_seen_and_said(round, step, conclusion):
    case = case_in(Status.RECHECKED)
    RecheckVisitFactory(case=case, findings={"expense": "住院自付较多"}, visitors="孙城关、赵驻村")
    StatusChangeFactory(
        case=case, step=step, source=Status.REVIEWED, level="township", comment="情况属实"
    )

    [[line]] = blocks("recheck")
    words = labelled("recheck", line)

    assert words["复核情况"] == "三看刚性支出：住院自付较多"
    assert (words["研判意见"], words["复核人"]) == ("情况属实", "孙城关、赵驻村")
    assert words["复核结论"] == conclusion


def test_the_national_order_is_one_line_a_person_with_the_head_first(round):
    case_in(Status.MONITORED, identified_on=datetime.date(2021, 3, 30))

    [block] = blocks("national")
    words = labelled("national", block[0])

    assert [line[9] for line in block] == ["户主", "配偶", "之子"]
    assert (words["县"], words["乡"], words["村"]) == ("清丰县", "城关镇", "西关村")
    assert (words["识别时间"], words["监测对象类别"]) == ("202103", "边缘易致贫户")
    assert words["致贫返贫风险1"] == "因病"


def test_a_missing_font_is_an_error_in_production_and_a_warning_elsewhere(monkeypatch, settings):
    assert chinese_font(None) == []
    monkeypatch.setattr("ledgers.pdf.has_font", lambda: False)
    settings.IS_PRODUCTION = False
    assert not chinese_font(None)[0].is_serious()
    settings.IS_PRODUCTION = True
    assert chinese_font(None)[0].is_serious()
