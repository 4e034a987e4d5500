"""Covers, claims and requests of a household, in any state."""

import datetime
from decimal import Decimal

import factory

from accounts.tests.factories import VILLAGE, area_at
from assistance.models import InsuranceClaim, InsuranceCover, ReliefRequest
from audit import clock
from households.tests.factories import HouseholdFactory


def _days_ago(days):
    return factory.LazyFunction(lambda: clock.today() - datetime.timedelta(days=days))


class InVillage(factory.django.DjangoModelFactory):
    class Meta:
        abstract = True

    household = factory.SubFactory(
        HouseholdFactory, village=factory.LazyFunction(lambda: area_at(VILLAGE)), with_members=3
    )


class InsuranceCoverFactory(InVillage):
    """Insured from the first day of the year."""

    class Meta:
        model = InsuranceCover
        django_get_or_create = ("household", "year")

    year = factory.LazyFunction(lambda: clock.today().year)
    group = InsuranceCover.Group.REGISTER
    member_count = 3
    starts_on = factory.LazyAttribute(lambda o: datetime.date(o.year, 1, 1))
    ends_on = factory.LazyAttribute(lambda o: datetime.date(o.year, 12, 31))


class InsuranceClaimFactory(InVillage):
    """Reported; `state=` takes it further with the facts that state needs."""

    class Meta:
        model = InsuranceClaim

    cover = factory.LazyAttribute(
        lambda o: InsuranceCoverFactory(household=o.household, year=o.happened_on.year)
    )
    happened_on = _days_ago(20)
    cause = "traffic"
    description = "骑电动车被撞，右腿骨折"
    state = InsuranceClaim.State.REPORTED
    reported_on = _days_ago(18)
    inspected_on = factory.LazyAttribute(
        lambda o: (
            clock.today() - datetime.timedelta(days=10)
            if o.state in ("inspected", "paid")
            else None
        )
    )
    amount_claimed = factory.LazyAttribute(lambda o: Decimal(9000) if o.inspected_on else None)
    paid_on = factory.LazyAttribute(lambda o: clock.today() if o.state == "paid" else None)
    amount_paid = factory.LazyAttribute(lambda o: Decimal(8000) if o.state == "paid" else None)
    refused_on = factory.LazyAttribute(lambda o: clock.today() if o.state == "refused" else None)
    refused_reason = factory.LazyAttribute(
        lambda o: "不属于保险责任" if o.state == "refused" else ""
    )


class ReliefRequestFactory(InVillage):
    """Asked for; `state=` takes it further."""

    class Meta:
        model = ReliefRequest

    kind = ReliefRequest.Kind.URGENT
    risk = "因病"
    description = "住院自付较多，一时周转不开"
    state = ReliefRequest.State.REQUESTED
    requested_on = _days_ago(15)
    level = factory.LazyAttribute(lambda o: "county" if o.approved_on else "")
    approved_on = factory.LazyAttribute(
        lambda o: (
            clock.today() - datetime.timedelta(days=5)
            if o.state in ("approved", "paid") and not o.is_ahead
            else None
        )
    )
    is_ahead = False
    amount_approved = factory.LazyAttribute(lambda o: Decimal(3000) if o.approved_on else None)
    paid_on = factory.LazyAttribute(lambda o: clock.today() if o.state == "paid" else None)
    amount_paid = factory.LazyAttribute(lambda o: Decimal(3000) if o.state == "paid" else None)
    refused_on = factory.LazyAttribute(lambda o: clock.today() if o.state == "refused" else None)
    refused_reason = factory.LazyAttribute(lambda o: "不符合条件" if o.state == "refused" else "")
