"""Matters and duty reports."""

import factory

from accounts.models import Department
from accounts.tests.factories import COUNTY, VILLAGE, UserFactory, area_at
from audit import clock
from screening.models import DutyReport, Matter
from workflow import months


class MatterFactory(factory.django.DjangoModelFactory):
    """西关村 has no water; the township has it in hand."""

    class Meta:
        model = Matter

    county = factory.LazyFunction(lambda: area_at(COUNTY))
    department = factory.LazyFunction(lambda: Department.objects.get(pk="shuili"))
    kind = "water"
    period = factory.LazyFunction(lambda: months.first_day(clock.today()))
    village = factory.LazyFunction(lambda: area_at(VILLAGE))
    facts = factory.LazyFunction(
        lambda: {"cause": "管道破损", "households": "40", "situation": "主管道爆裂"}
    )
    happened_on = factory.LazyFunction(clock.today)
    raised_by = factory.SubFactory(UserFactory)
    holder = "township"


class DutyReportFactory(factory.django.DjangoModelFactory):
    """县医保局's month, handed in."""

    class Meta:
        model = DutyReport

    county = factory.LazyFunction(lambda: area_at(COUNTY))
    department = factory.LazyFunction(lambda: Department.objects.get(pk="yibao"))
    month = factory.LazyFunction(lambda: months.first_day(clock.today()))
    work = "比对住院自付费用，反馈线索 12 条。"
    saved_by = factory.SubFactory(UserFactory)
    handed_in_by = factory.SelfAttribute("saved_by")
    handed_in_at = factory.LazyFunction(clock.now)
