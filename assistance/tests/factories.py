"""Helpers, plans and measures of a monitored household."""

import datetime

import factory

from accounts.models import Department
from accounts.tests.factories import VILLAGE, UserFactory, area_at
from assistance.models import (
    Helper,
    HelperAssignment,
    Measure,
    MeasureSheet,
    Plan,
    PlanItem,
)
from audit import clock
from workflow.models import Status
from workflow.tests.factories import CaseFactory


class HelperFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Helper

    name = factory.Sequence(lambda n: f"责任人{n}")
    unit = "西街村村委会"
    post_title = "驻村工作队员"
    phone = "13900000000"
    area = factory.LazyFunction(lambda: area_at(VILLAGE))


class HelperAssignmentFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = HelperAssignment

    case = factory.SubFactory(CaseFactory, status=Status.MONITORED)
    helper = factory.SubFactory(HelperFactory)
    starts_on = factory.LazyFunction(clock.today)


class PlanFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Plan

    case = factory.SubFactory(CaseFactory, status=Status.MONITORED)
    needs = "户主长期患病，医疗支出大"
    goal = "落实医疗救助，安排公益岗位"
    made_by = factory.SubFactory(UserFactory)


class CheckedPlanFactory(PlanFactory):
    """Seen by the township, waiting for the county."""

    checked_by = factory.SubFactory(UserFactory)
    checked_at = factory.LazyFunction(clock.now)


class ApprovedPlanFactory(CheckedPlanFactory):
    approved_by = factory.SubFactory(UserFactory)
    approved_at = factory.LazyFunction(clock.now)


class PlanItemFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = PlanItem

    plan = factory.SubFactory(PlanFactory)
    cause = "因病"
    kind = "public_post"


class MeasureFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Measure

    case = factory.SubFactory(CaseFactory, status=Status.MONITORED)
    group = "security"
    kind = "subsistence"
    description = "医疗救助"
    starts_on = factory.LazyFunction(lambda: clock.today() - datetime.timedelta(days=20))
    due_on = factory.LazyAttribute(lambda o: o.starts_on + datetime.timedelta(days=180))
    state = Measure.State.PLANNED
    done_on = factory.LazyAttribute(
        lambda o: clock.today() if o.state == Measure.State.DONE else None
    )
    withdrawn_reason = factory.LazyAttribute(
        lambda o: "已享受同类政策" if o.state == Measure.State.WITHDRAWN else ""
    )


class MeasureSheetFactory(factory.django.DjangoModelFactory):
    """A work list of 医保局 that came in."""

    class Meta:
        model = MeasureSheet

    department = factory.LazyFunction(lambda: Department.objects.get(pk="yibao"))
    name = "措施进展表.xlsx"
    received_by = factory.SubFactory(UserFactory)
