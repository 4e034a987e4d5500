"""Households with members, plausible and synthetic: every ID number is invented."""

import datetime
import itertools

import factory

from areas.tests.factories import VillageFactory
from audit import clock
from households import idnumbers, pinyin, summary
from households.models import Household, Income, NaturalChange, Person, Safeguard

_sequence = itertools.count()


def next_id_number(*, born=datetime.date(1970, 1, 1), sex="男"):
    """A valid invented number not given out before in this process."""
    at = next(_sequence)
    return idnumbers.synthetic(born + datetime.timedelta(days=at // 500), sex, at % 500)


class HouseholdFactory(factory.django.DjangoModelFactory):
    """A household without members; `with_members=3` adds a head, a spouse and a child."""

    class Meta:
        model = Household
        skip_postgeneration_save = True

    village = factory.SubFactory(VillageFactory)
    number = factory.Sequence(lambda n: f"4109220{n:08d}")
    kind = Household.Kind.GENERAL
    head_name = "张三丰"
    phone = "13800000000"

    @factory.post_generation
    def with_members(self, create, count, **_kwargs):
        if create and count:
            Person.objects.bulk_create(
                PersonFactory.build(
                    household=self,
                    relation=relation,
                    name=self.head_name if relation == "户主" else PERSON_NAMES[relation],
                    id_number=next_id_number(sex=SEXES.get(relation, "男")),
                    health="长期慢性病" if relation == "户主" else "健康",
                    skill="弱劳动力或半劳动力" if relation == "户主" else "普通劳动力",
                )
                for relation in ("户主", "配偶", "之子", "之女", "之父", "之母")[:count]
            )
            summary.refresh([self.pk], now=clock.now())
            self.refresh_from_db()


PERSON_NAMES = {
    "配偶": "李秀英",
    "之子": "张小宝",
    "之女": "张小燕",
    "之父": "张老实",
    "之母": "王桂兰",
}
SEXES = {"配偶": "女", "之女": "女", "之母": "女"}


class LiftedHouseholdFactory(HouseholdFactory):
    """脱贫户."""

    kind = Household.Kind.LIFTED


class PersonFactory(factory.django.DjangoModelFactory):
    """An active member; `id_number` may be given, else one is invented."""

    class Meta:
        model = Person

    class Params:
        id_number = factory.LazyFunction(next_id_number)

    household = factory.SubFactory(HouseholdFactory)
    name = "张三丰"
    relation = "户主"
    medical_insurance = "居民医保"
    initials = factory.LazyAttribute(lambda o: pinyin.initials(o.name)[0])
    initials_other = factory.LazyAttribute(lambda o: pinyin.initials(o.name)[1])
    id_cipher = factory.LazyAttribute(lambda o: idnumbers.encrypt(o.id_number))
    id_index = factory.LazyAttribute(lambda o: idnumbers.blind_index(o.id_number))
    id_tail4 = factory.LazyAttribute(lambda o: idnumbers.tail_index(o.id_number, 4))
    id_tail6 = factory.LazyAttribute(lambda o: idnumbers.tail_index(o.id_number, 6))
    birth_on = factory.LazyAttribute(lambda o: idnumbers.birth_date(o.id_number))
    sex = factory.LazyAttribute(lambda o: idnumbers.sex(o.id_number))


class DepartedPersonFactory(PersonFactory):
    """A member who died."""

    is_active = False
    left_on = datetime.date(2021, 1, 5)
    left_reason = "死亡"


class IncomeFactory(factory.django.DjangoModelFactory):
    """Income of the twelve months to September 2020 (domain §1 收入计算周期)."""

    class Meta:
        model = Income

    household = factory.SubFactory(HouseholdFactory)
    period_start = datetime.date(2019, 10, 1)
    period_end = datetime.date(2020, 9, 30)
    wage = 18000
    business = 6000
    property = 500
    transfer = 1500
    business_expense = 2000
    member_count = 3


class SafeguardFactory(factory.django.DjangoModelFactory):
    """A check that found nothing wrong."""

    class Meta:
        model = Safeguard

    household = factory.SubFactory(HouseholdFactory)
    checked_on = datetime.date(2021, 3, 10)


class NaturalChangeFactory(factory.django.DjangoModelFactory):
    """A birth not yet repeated in the national system."""

    class Meta:
        model = NaturalChange

    household = factory.SubFactory(HouseholdFactory)
    person = factory.SubFactory(PersonFactory, household=factory.SelfAttribute("..household"))
    kind = NaturalChange.Kind.BIRTH
    changed_on = datetime.date(2021, 3, 1)
