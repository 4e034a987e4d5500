"""A county with townships and villages; codes continue that of the parent."""

import factory

from areas.models import Area, Level
from areas.rules import short_name


class AreaFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Area
        django_get_or_create = ("code",)

    short_name = factory.LazyAttribute(lambda area: short_name(area.name))


class CountyFactory(AreaFactory):
    level = Level.COUNTY
    code = factory.Sequence(lambda n: f"4109{22 + n % 78:02d}")
    name = factory.Sequence(lambda n: f"第{n}县" if n else "清丰县")


class TownshipFactory(AreaFactory):
    level = Level.TOWNSHIP
    parent = factory.SubFactory(CountyFactory, code="410922", name="清丰县")
    code = factory.LazyAttributeSequence(lambda area, n: f"{area.parent.code}{100 + n % 900:03d}")
    name = factory.Sequence(lambda n: f"第{n}镇")


class VillageFactory(AreaFactory):
    level = Level.VILLAGE
    parent = factory.SubFactory(TownshipFactory)
    code = factory.LazyAttributeSequence(lambda area, n: f"{area.parent.code}{201 + n % 700:03d}")
    name = factory.Sequence(lambda n: f"第{n}庄村委会")
