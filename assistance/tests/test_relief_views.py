"""Pages of insurance and relief: what each role sees, what is said, constant query counts."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.tests.factories import COUNTY, NEIGHBOUR, TOWNSHIP, VILLAGE, area_at, user_at
from assistance.models import InsuranceClaim, InsuranceCover, ReliefRequest
from assistance.tests.relief_factories import (
    InsuranceClaimFactory,
    InsuranceCoverFactory,
    ReliefRequestFactory,
)
from audit import clock
from households.tests.factories import HouseholdFactory
from policy import memory
from workflow.models import Status
from workflow.tests.factories import CaseFactory, case_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def household():
    return HouseholdFactory(village=area_at(VILLAGE), with_members=3)


def signed_in(client, role, place):
    client.force_login(user_at(role, place))
    return client


def page(client, name, *args):
    return client.get(reverse(name, args=args)).content.decode()


def test_the_village_reports_and_the_office_pays(client, household):
    InsuranceCoverFactory(household=household)
    today = clock.today().isoformat()
    signed_in(client, "village_cadre", VILLAGE)
    client.post(
        reverse("claim_new", args=[household.pk]),
        {"happened_on": today, "cause": "traffic", "description": "被撞伤"},
    )
    claim = InsuranceClaim.objects.get()
    assert "登记查勘" not in page(client, "claim_detail", claim.pk)
    signed_in(client, "county_office", COUNTY)
    assert "登记查勘" in page(client, "claim_detail", claim.pk)
    client.post(
        reverse("claim_step", args=[claim.pk, "inspect"]),
        {"inspected_on": today, "inspector": "李", "finding": "属实", "amount_claimed": "9000"},
    )
    client.post(
        reverse("claim_step", args=[claim.pk, "pay"]), {"paid_on": today, "amount_paid": "8000"}
    )
    shown = page(client, "claim_detail", claim.pk)
    assert "8,000.00 元，已计入理赔收入" in shown
    assert "历时 0 天" in shown


def test_what_is_refused_keeps_what_was_typed(client, household):
    signed_in(client, "village_cadre", VILLAGE)
    answer = client.post(
        reverse("claim_new", args=[household.pk]),
        {"happened_on": clock.today().isoformat(), "cause": "fire", "description": "厨房起火"},
    )
    shown = answer.content.decode()
    assert "未参加防贫保" in shown
    assert "厨房起火" in shown


def test_a_department_sees_only_its_own_desk(client, household):
    claim = InsuranceClaimFactory(household=household)
    relief = ReliefRequestFactory(household=household)
    signed_in(client, "department_clerk", "minzheng")
    assert household.head_name in page(client, "relief_detail", relief.pk)
    assert client.get(reverse("claim_detail", args=[claim.pk])).status_code == 404
    assert "没有符合条件的理赔" in page(client, "claim_list")
    signed_in(client, "department_clerk", "fupin")
    assert client.get(reverse("claim_detail", args=[claim.pk])).status_code == 200
    assert client.get(reverse("relief_detail", args=[relief.pk])).status_code == 404


def test_the_next_village_does_not_see_it(client, household):
    claim = InsuranceClaimFactory(household=household)
    relief = ReliefRequestFactory(household=household)
    signed_in(client, "village_cadre", NEIGHBOUR)
    for name, one in (("claim_detail", claim), ("relief_detail", relief)):
        assert client.get(reverse(name, args=[one.pk])).status_code == 404
    for name in ("claim_new", "relief_new"):
        assert client.get(reverse(name, args=[household.pk])).status_code == 404


def test_a_township_approves_at_its_own_level_only(client, household):
    relief = ReliefRequestFactory(household=household)
    signed_in(client, "township_office", TOWNSHIP)
    url = reverse("relief_step", args=[relief.pk, "approve"])
    today = clock.today().isoformat()
    facts = {"approved_on": today, "amount_approved": "1000"}
    assert "批准层级" in client.post(url, facts | {"level": "county"}).content.decode()
    assert client.post(url, facts | {"level": "township"}).status_code == 302
    assert ReliefRequest.objects.get().level == "township"


def test_help_ahead_of_procedure_is_listed_until_it_is_made_up(client, household):
    relief = ReliefRequestFactory(household=household, is_ahead=True, state="paid")
    urgent = CaseFactory(is_urgent=True, household__head_name="赵先行")
    signed_in(client, "county_office", COUNTY)
    shown = page(client, "ahead_list")
    assert "补办批准" in shown
    assert urgent.household.head_name in shown
    assert "程序待补" in page(client, "relief_list")
    client.post(
        reverse("relief_step", args=[relief.pk, "approve"]),
        {"level": "county", "approved_on": clock.today().isoformat(), "amount_approved": "3000"},
    )
    assert "补办批准" not in page(client, "ahead_list")


def test_the_county_insures_a_group_at_once(client):
    case_in(Status.MONITORED)
    signed_in(client, "leading_group_office", COUNTY)
    assert "还有 <strong>1</strong> 户未参保" in page(client, "enrol")
    client.post(reverse("enrol"), {"group": "register", "starts_on": clock.today().isoformat()})
    assert InsuranceCover.objects.count() == 1
    assert "<strong>1</strong> 户、<strong>3</strong> 人" in page(client, "cover_list")


def test_the_household_page_tells_insurance_claims_and_relief(client, household):
    InsuranceClaimFactory(household=household, state="paid")
    ReliefRequestFactory(household=household, state="paid")
    signed_in(client, "village_cadre", VILLAGE)
    shown = page(client, "household_more", household.pk)
    assert "防贫保赔付 8000.00 元，救助发放 3000.00 元" in shown
    assert "防贫保报案" in shown


LISTED = {  # what one row of each list is made of
    "claim_list": [(InsuranceClaimFactory, {})],
    "relief_list": [(ReliefRequestFactory, {"is_ahead": True})],
    "cover_list": [(InsuranceCoverFactory, {})],
    "ahead_list": [(ReliefRequestFactory, {"is_ahead": True}), (CaseFactory, {"is_urgent": True})],
}


@pytest.mark.parametrize("name", LISTED)
def test_lists_ask_the_same_number_of_queries_at_10_and_50_rows(client, name):
    signed_in(client, "county_office", COUNTY)

    def make(count):
        for factory, words in LISTED[name]:
            factory.create_batch(count, **words)

    def queries():
        memory.forget()
        with CaptureQueriesContext(connection) as captured:
            assert client.get(reverse(name)).status_code == 200
        return len(captured)

    make(10)
    client.get(reverse(name))
    at_10 = queries()
    make(40)
    assert queries() == at_10 <= 14


def test_one_who_died_since_the_page_was_opened_is_told_in_words(client, household):
    gone = household.members.exclude(relation="户主").first()
    type(gone).objects.filter(pk=gone.pk).update(
        is_active=False, left_on=clock.today(), left_reason="死亡"
    )
    signed_in(client, "village_cadre", VILLAGE)
    answer = client.post(
        reverse("relief_new", args=[household.pk]),
        {
            "kind": "urgent", "risk": "因病", "description": "住院", "person": gone.pk,
            "requested_on": clock.today().isoformat(),
        },
    )  # fmt: skip
    assert "可能已去世或迁出" in answer.content.decode()
    assert not ReliefRequest.objects.exists()
