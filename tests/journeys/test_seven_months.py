"""A household from determination to a recognised clearing over seven months, and its neglected
neighbour: helper, plan, measures of two departments, a payout, visits, first a refusal, then the
recognition; the booklet tells every step (四（五）, 四（六）, 五（二）, 六（三）)."""

import datetime
import io
from decimal import Decimal

import pytest
from pypdf import PdfReader

from accounts.models import Department
from accounts.tests import factories as people
from assistance import actions, completeness
from assistance.models import Measure
from assistance.relief import actions as relief
from assistance.relief.models import InsuranceCover
from audit import clock
from demo.month import Line, Month
from households.actions import record_income
from households.models import Person
from households.tests.factories import HouseholdFactory
from ledgers import booklet, booklets, pdf
from workflow.actions import discard_meeting, open_round
from workflow.models import Case, Meeting, Visit
from workflow.outcomes import StepRefused
from workflow.states import Status

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

D = datetime.date
VILLAGE, COUNTY = people.VILLAGE, people.COUNTY
END_OF_YEAR = datetime.datetime(2021, 12, 31, 12, tzinfo=datetime.UTC)
MONTHS = [D(2021, month, 1) for month in range(3, 11)]


@pytest.fixture
def line():
    people.area_at(VILLAGE)
    with clock.at(datetime.datetime(2021, 1, 4, 2, tzinfo=datetime.UTC)):  # in post since January
        return _line()


@pytest.fixture
def clerks(line):
    with clock.at(datetime.datetime(2021, 1, 4, 2, tzinfo=datetime.UTC)):
        return {key: people.department_clerk(key) for key in ("fupin", "yibao", "renshe")}


def _line():
    return Line(
        VILLAGE, people.village_cadre(), people.township_reviewer(), people.county_officer(),
        people.leading_group_officer(),
    )  # fmt: skip


def household(name):
    found = HouseholdFactory(village=people.area_at(VILLAGE), head_name=name, with_members=3)
    Person.objects.filter(household=found).update(skill="普通劳动力")
    found.per_capita_income, found.income_year = Decimal("5200"), 2020
    found.save(update_fields=["per_capita_income", "income_year"])
    return found


def walk(first, line):
    month = Month(first, now=END_OF_YEAR)
    with month.on(1):
        open_round(county=people.area_at(COUNTY), month=first)
    return month


def both_are_determined(line) -> list[Case]:
    month = walk(MONTHS[0], line)
    cases = month.raise_leads(line, [household("张有助"), household("李无助")], risk="因意外事故")
    month.screen(line, cases)
    month.hand_in(line)
    month.review(line)
    month.recheck(line)
    month.determine(line)
    for case in cases:
        case.refresh_from_db()
        assert case.status == Status.MONITORED
    return cases


def one_is_helped(line, case):
    with clock.at(datetime.datetime(2021, 3, 29, 2, tzinfo=datetime.UTC)):
        helper = actions.add_helper(
            name="钱帮扶", unit="县直单位", phone="13900000001", area=people.area_at(VILLAGE),
            by=line.cadre,
        )  # fmt: skip
        actions.assign_helper(case=case, helper=helper, starts_on=clock.today(), by=line.cadre)
        plan = actions.make_plan(
            case=case, needs="户主受伤，误工", goal="救治、务工两手抓", by=line.cadre,
            items=[
                {"kind": "medical_aid", "cause": "因意外事故", "amount": Decimal(2000)},
                {"kind": "public_post", "cause": "因意外事故", "amount": Decimal(3600)},
                {"kind": "labour_training", "cause": "因意外事故", "amount": Decimal(500)},
            ],
        )  # fmt: skip
        actions.check_plan(plan=plan, by=line.reviewer)
        actions.approve_plan(plan=plan, by=line.leading_group)
        relief.enrol(
            county=COUNTY, group=InsuranceCover.Group.REGISTER, year=2021, starts_on=D(2021, 3, 29),
            by=line.leading_group,
        )  # fmt: skip
        return [
            actions.set_measure(
                case=case, by=line.leading_group, kind=kind, description=words,
                department=Department.objects.get(pk=department), starts_on=clock.today(),
                due_on=D(2021, 9, 30), amount_planned=amount,
            )
            for kind, words, department, amount in (
                ("medical_aid", "医疗救助", "yibao", Decimal(2000)),
                ("public_post", "保洁公益岗位", "renshe", Decimal(3600)),
                ("labour_training", "电焊培训", "renshe", Decimal(500)),
            )
        ]  # fmt: skip


def an_accident_is_paid_by_the_insurance(line, case, clerk):
    with clock.at(datetime.datetime(2021, 4, 12, 2, tzinfo=datetime.UTC)):
        claim = relief.report_claim(
            household=case.household, happened_on=D(2021, 4, 10), cause="traffic",
            description="骑车摔伤住院", by=line.cadre,
        )  # fmt: skip
    with clock.at(datetime.datetime(2021, 4, 30, 2, tzinfo=datetime.UTC)):
        relief.inspect_claim(
            claim=claim, inspected_on=D(2021, 4, 15), inspector="承保公司李明", finding="属实",
            amount_claimed=Decimal(9000), by=clerk,
        )  # fmt: skip
        relief.pay_claim(
            claim=claim, paid_on=D(2021, 4, 28), amount_paid=Decimal("8000.50"), by=clerk
        )


def measures_are_delivered(measures, clerks):
    with clock.at(datetime.datetime(2021, 6, 25, 2, tzinfo=datetime.UTC)):
        for measure in measures:
            actions.update_measure(
                measure=measure, version=measure.version, state=Measure.State.DONE,
                done_on=D(2021, 6, 20), amount_paid=measure.amount_planned, effect="务工收入增加",
                by=clerks[measure.department_id],
            )  # fmt: skip


def visited_each_month(line, case, kind=Visit.Purpose.HELP):
    for first in MONTHS[1:7]:
        month = Month(first, now=END_OF_YEAR)
        with month.on(14):
            month._visit(case, line.cadre, "钱帮扶", "生活逐步稳定", kind)


def income_is_recorded(line, case):
    with clock.at(datetime.datetime(2021, 10, 8, 2, tzinfo=datetime.UTC)):
        return record_income(
            household=case.household, period_start=D(2020, 10, 1), period_end=D(2021, 9, 30),
            by=line.cadre, wage=Decimal(36000), compliant_self_paid=Decimal(4000),
        )  # fmt: skip


def propose(line, month, case):
    month.visit_for_clearing(line, case)
    return month.review(line, clearing_cases=[case])


def test_from_determination_to_a_recognised_clearing(line, clerks):
    helped, neglected = both_are_determined(line)
    measures = one_is_helped(line, helped)
    an_accident_is_paid_by_the_insurance(line, helped, clerks["fupin"])

    # too early: half a year is not over, nothing is delivered, no income is known
    early = walk(MONTHS[2], line)
    with pytest.raises(StepRefused) as refused:
        propose(line, early, helped)
    for words in ("识别满 6 个月", "至少一项帮扶措施", "分项收支未登记"):
        assert words in str(refused.value)
    helped.refresh_from_db()
    assert helped.status == Status.MONITORED
    with early.on(24):
        discard_meeting(meeting=Meeting.objects.get(concluded_at=None), by=line.cadre)

    measures_are_delivered(measures, clerks)
    visited_each_month(line, helped)
    income = income_is_recorded(line, helped)
    assert income.payout == Decimal("8000.50")

    last = walk(MONTHS[7], line)
    with last.on(15):
        watched = Case.objects.filter(pk__in=[helped.pk, neglected.pk])
        lacking = set(completeness.incomplete(watched).values_list("pk", flat=True))
    assert lacking == {neglected.pk}
    last.hand_in(line)
    propose(line, last, helped)
    last.recheck(line)
    last.determine(line)
    helped.refresh_from_db()
    neglected.refresh_from_db()
    assert (helped.status, helped.clearing_kind) == (Status.RISK_CLEARED, "assisted")
    assert neglected.status == Status.MONITORED
    with clock.at(datetime.datetime(2021, 10, 30, 2, tzinfo=datetime.UTC)):
        told = text_of(helped)
    for words in (
        "张有助", "钱帮扶", "户主受伤，误工", "医疗救助", "保洁公益岗位", "电焊培训", "骑车摔伤住院",
        "8000.50", "2021-04-28", "36000.00", "务工收入增加", "2021-05-14", "2021-09-14", "消除核实",
        "风险消除：2021年10月28日认定，帮扶消除",
    ):  # fmt: skip
        assert words in told, words


def text_of(case) -> str:
    if not pdf.has_font():
        pytest.skip(pdf.FONT_MISSING)
    content, _ = booklets.pdf_of(
        booklet.content(booklet.loaded(Case.objects.filter(pk=case.pk)).get())
    )
    pages = PdfReader(io.BytesIO(content)).pages
    return "".join("".join(page.extract_text().split()) for page in pages)
