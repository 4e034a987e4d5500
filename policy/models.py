import pghistory
from django.db import models

from areas.models import Area

HISTORY = {"context_field": pghistory.ContextJSONField(), "append_only": True}


class Population(models.TextChoices):
    ALL = "", "不分人群"
    LIFTED = "lifted", "脱贫户"
    GENERAL = "general", "一般农户"


class Basis(models.TextChoices):
    NONE = "", "不分口径"
    SINGLE_STAY = "single_stay", "单次"
    YEAR_TOTAL = "year_total", "年度累计"


@pghistory.track(**HISTORY)
class Parameter(models.Model):
    """One value of a key from a day on, until a later row of the same kind takes over."""

    key = models.CharField("参数", max_length=60)
    value = models.JSONField("取值")  # amounts as text: JSON numbers would lose exactness
    valid_from = models.DateField("生效日期")
    population = models.CharField(
        "人群", max_length=10, choices=Population.choices, blank=True, default=Population.ALL
    )
    basis = models.CharField(
        "口径", max_length=20, choices=Basis.choices, blank=True, default=Basis.NONE
    )
    unit = models.CharField("单位", max_length=20, blank=True)
    clause = models.CharField("依据", max_length=60, blank=True)
    note = models.CharField("说明", max_length=300, blank=True)
    county = models.ForeignKey(
        Area, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="适用县"
    )

    class Meta:
        verbose_name = "政策参数"
        verbose_name_plural = "政策参数"
        ordering = ["key", "population", "basis", "valid_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["key", "valid_from", "population", "basis", "county"],
                nulls_distinct=False,
                name="parameter_once_a_day",
            )
        ]


@pghistory.track(**HISTORY)
class CodeItem(models.Model):
    """One entry of a code table; never deleted, since records keep its code."""

    table = models.CharField("代码表", max_length=40)
    code = models.CharField("代码", max_length=40)
    label = models.CharField("名称", max_length=60)
    order = models.PositiveSmallIntegerField("顺序", default=0)
    is_active = models.BooleanField("在用", default=True)
    note = models.CharField("说明", max_length=300, blank=True)
    extra = models.JSONField("附加", default=dict, blank=True)

    class Meta:
        verbose_name = "代码"
        verbose_name_plural = "代码"
        ordering = ["table", "order", "code"]
        constraints = [
            models.UniqueConstraint(fields=["table", "code"], name="code_once_a_table"),
        ]

    def __str__(self):
        return self.label
