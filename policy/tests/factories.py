from datetime import date

import factory

from policy.definitions import DEFINITIONS
from policy.memory import forget
from policy.models import CodeItem, Parameter
from policy.rules import stored


class _Fresh(factory.django.DjangoModelFactory):
    class Meta:
        abstract = True

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        made = super()._create(model_class, *args, **kwargs)
        forget()
        return made


class ParameterFactory(_Fresh):
    """`given` is what an administrator would type."""

    class Meta:
        model = Parameter

    class Params:
        given = 20

    key = "gate_screening"
    valid_from = date(2021, 1, 1)
    value = factory.LazyAttribute(lambda row: stored(DEFINITIONS[row.key], row.given))


class CodeItemFactory(_Fresh):
    class Meta:
        model = CodeItem

    table = "risk"
    code = factory.Sequence(lambda n: f"因故{n}")
    label = factory.SelfAttribute("code")
    order = factory.Sequence(lambda n: 100 + n)
