"""Booklets and kept ledgers on record, and the month in which most tests stand."""

import datetime
import hashlib

import factory
from django.core.files.base import ContentFile

from accounts.tests.factories import VILLAGE, area_at
from areas.models import Area
from ledgers.models import Booklet, MonthlyExport
from ledgers.sheets import Filters
from workflow.models import Status
from workflow.tests.factories import CaseFactory

MARCH = datetime.date(2021, 3, 1)


class BookletFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Booklet

    case = factory.SubFactory(CaseFactory, status=Status.MONITORED)
    content_hash = factory.Sequence(lambda n: hashlib.sha256(str(n).encode()).hexdigest())
    version = 1
    file = factory.LazyFunction(lambda: ContentFile(b"%PDF-", "booklet.pdf"))
    page_count = 4


class MonthlyExportFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = MonthlyExport

    area = factory.LazyFunction(lambda: area_at(VILLAGE))
    month = MARCH
    ledger = "annex2"
    form = "signed"
    file = factory.LazyFunction(lambda: ContentFile(b"kept", "annex2.xlsx"))
    name = "西街村2021年3月“两类人群”监测对象排查台账.xlsx"
    sha256 = hashlib.sha256(b"kept").hexdigest()
    line_count = 3


def march(code: str = VILLAGE) -> Filters:
    """March 2021 of an area that is made where missing."""
    area_at(code)
    return Filters(MARCH, Area.objects.select_related("parent").get(pk=code))


def plain_filters() -> Filters:
    """The same without a database: 固城镇西街村."""
    township = Area(code="410922106", name="固城镇", short_name="固城镇", level="township")
    village = Area(
        code="410922106201",
        name="西街村委会",
        short_name="西街村",
        level="village",
        parent=township,
    )
    return Filters(MARCH, village)
