"""Insurance, relief and departments' ledgers: to the yuan what household page and booklet say."""

import datetime
import re
from decimal import Decimal

import pytest
from django.urls import reverse

from accounts.models import Department
from accounts.tests.factories import COUNTY, VILLAGE, area_at, county_officer, user_at
from assistance.models import Measure
from assistance.relief.household_section import of_household
from assistance.tests.factories import MeasureFactory
from assistance.tests.relief_factories import (
    InsuranceClaimFactory,
    InsuranceCoverFactory,
    ReliefRequestFactory,
)
from audit import clock
from ledgers import booklet, sheets
from ledgers.tests.factories import MARCH, march
from workflow.models import Case, Status
from workflow.tests.factories import MonthlyRoundFactory, case_in, moment

pytestmark = pytest.mark.django_db

D = datetime.date


@pytest.fixture(autouse=True)
def _in_march():
    with clock.at(moment(29)):
        yield


@pytest.fixture
def round():
    return MonthlyRoundFactory(month=MARCH)


def lines(key, code=COUNTY, user=None) -> list[dict]:
    ledger = sheets.find(key)
    labels = [column.label for column in ledger.columns]
    found = ledger.blocks(march(code), user)
    return [dict(zip(labels, line, strict=True)) for block in found for line in block]


def total(key, label, **more) -> Decimal:
    return sum((line[label] or Decimal(0) for line in lines(key, **more)), Decimal(0))


@pytest.fixture
def helped(round):
    """A household with money from every side: two claims, two reliefs, two measures."""
    case = case_in(Status.MONITORED, identified_on=D(2021, 1, 28))
    household = case.household
    InsuranceClaimFactory(household=household, state="paid", amount_paid=Decimal("8000.55"))
    InsuranceClaimFactory(household=household, cause="fire")
    ReliefRequestFactory(household=household, state="paid", amount_paid=Decimal("3000.10"))
    ReliefRequestFactory(household=household, risk="因学", state="refused")
    for department, paid in (("yibao", "1234.56"), ("renshe", "3600.00")):
        MeasureFactory(
            case=case, state=Measure.State.DONE, amount_paid=Decimal(paid),
            department=Department.objects.get(pk=department),
        )  # fmt: skip
    return case


def test_the_figures_agree_to_the_yuan_everywhere(helped, client):
    client.force_login(county_officer())
    page = client.get(reverse("household_more", args=[helped.household_id])).content.decode()
    told = re.search(r"防贫保赔付 ([\d.]+) 元，救助发放 ([\d.]+) 元", page)
    booklet_body = booklet.content(
        booklet.loaded(Case.objects.filter(pk=helped.pk)).get(), is_masked=True
    ).body
    printed = re.search(
        r"防贫保赔付合计 <b>([\d.]+) 元</b>，救助发放合计 <b>([\d.]+) 元</b>", booklet_body
    )
    of_ledgers = (total("insurance", "赔付金额（元）"), total("relief", "发放金额（元）"))
    assert of_ledgers == (Decimal("8000.55"), Decimal("3000.10"))
    assert tuple(map(Decimal, told.groups())) == of_ledgers
    assert tuple(map(Decimal, printed.groups())) == of_ledgers
    measures = Decimal("4834.56")
    assert total("assistance", "落实金额（元）") == measures + sum(of_ledgers)
    assert total("department_measures", "落实金额（元）") == measures
    assert all(f"{one}" in booklet_body for one in ("1234.56", "3600.00"))


def test_money_that_stands_as_measure_and_as_payout_is_counted_once(helped):
    """临时救助 of the plan answered with 3000.10, and the request that paid it; a donation of the same
    sum is another thing, and so is what was paid before the measure began."""
    for group, kind, starts_on in (
        ("relief", "temporary_relief", D(2021, 3, 1)),
        ("insurance", "poverty_insurance", D(2021, 3, 1)),
        ("society", "donation", D(2021, 3, 1)),
        ("floor", "floor_protection", D(2021, 3, 1)),
    ):
        MeasureFactory(
            case=helped, state=Measure.State.DONE, amount_paid=Decimal("3000.10"), group=group,
            kind=kind, starts_on=starts_on, effect="已发放", done_on=D(2021, 3, 20),
            department=Department.objects.get(pk="minzheng"),
        )  # fmt: skip
    payouts = Decimal("8000.55") + Decimal("3000.10")
    measures = Decimal("4834.56") + 2 * Decimal(
        "3000.10"
    )  # donation and 兜底, nobody else pays them
    assert total("assistance", "落实金额（元）") == measures + payouts
    assert total("department_measures", "落实金额（元）") == measures
    told = [
        line["成效"] for line in lines("assistance") if line["帮扶措施"].startswith("临时救助：")
    ]
    assert told == ["已发放；金额见本户理赔、救助行"]
    Measure.objects.filter(group="relief").update(starts_on=D(2021, 3, 30))
    assert total("assistance", "落实金额（元）") == measures + payouts + Decimal("3000.10")


def test_a_claim_of_before_the_monitoring_is_no_help_of_this_case(helped):
    before = total("assistance", "落实金额（元）")
    InsuranceClaimFactory(
        household=helped.household, state="paid", cause="flood", happened_on=D(2021, 1, 2),
        reported_on=D(2021, 1, 3), inspected_on=D(2021, 1, 4), paid_on=D(2021, 1, 5),
    )  # fmt: skip
    assert total("assistance", "落实金额（元）") == before


def test_a_village_and_its_county_show_the_same(helped):
    for key in ("insurance", "relief", "department_measures"):
        assert lines(key, VILLAGE) == lines(key, COUNTY) != []


def test_a_department_has_its_own_rows_only(helped):
    clerk = user_at("department_clerk", "yibao")
    assert [line["责任单位"] for line in lines("department_measures", user=clerk)] == ["县医保局"]
    assert lines("insurance", user=clerk) == []
    assert lines("insurance", user=user_at("department_clerk", "fupin"))
    assert lines("relief", user=user_at("department_clerk", "minzheng"))


def test_a_clerk_opens_and_exports_the_ledgers_of_departments_and_no_other(helped, client):
    client.force_login(user_at("department_clerk", "yibao"))
    asked = {"month": "2021-03", "area": COUNTY}
    shown = client.get(reverse("ledger_list"), asked).content.decode()
    assert "部门帮扶措施台账" in shown
    assert "排查台账" not in shown
    assert (
        "1,234.56"
        in client.get(reverse("ledger_show", args=["department_measures"]), asked).content.decode()
    )
    assert client.get(reverse("ledger_show", args=["annex2"]), asked).status_code == 404
    url = reverse("ledger_export", args=["department_measures"])
    for form in ("signed", "flat"):
        assert client.post(url, asked | {"form": form}).status_code == 200
    assert (
        client.post(url, {"month": "2021-03", "area": "410923", "form": "flat"}).status_code == 404
    )


def test_a_past_month_does_not_know_what_came_later(round):
    claim = InsuranceClaimFactory(
        household=case_in(Status.MONITORED).household, state="paid", happened_on=D(2021, 2, 1),
        reported_on=D(2021, 2, 3), inspected_on=D(2021, 2, 8), paid_on=D(2021, 4, 6),
    )  # fmt: skip
    [line] = lines("insurance")
    assert (line["赔付金额（元）"], line["办理情况"]) == (None, "已查勘")
    type(claim).objects.update(paid_on=D(2021, 3, 6))
    [line] = lines("insurance")
    assert (line["赔付金额（元）"], line["报案到办结（天）"]) == (8000, 31)


def test_who_is_insured_is_listed_by_year(round):
    household = case_in(Status.MONITORED).household
    InsuranceCoverFactory(household=household)
    InsuranceCoverFactory(household=household, year=2020)
    assert [line["保险止期"] for line in lines("insured")] == [D(2021, 12, 31)]


def test_the_household_section_hides_where_nothing_can_be_done(round, rf):
    household = case_in(Status.MONITORED, village=VILLAGE).household
    request = rf.get("/")
    request.user = user_at("supervisor", COUNTY)
    assert area_at(VILLAGE).pk == household.village_id
    assert of_household(request, household) is None
