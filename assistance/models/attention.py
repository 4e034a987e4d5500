"""风险等级: how closely a monitored household is followed, set by the county."""

from django.conf import settings
from django.db import models

from assistance.models.of_case import OfCaseQuerySet
from audit import clock


class Attention(models.Model):
    """The level of one case; its interval of visits is a policy parameter. Without one: yellow."""

    class Level(models.TextChoices):
        RED = "red", "红色（重点关注）"
        YELLOW = "yellow", "黄色（一般关注）"
        GREEN = "green", "绿色（基本稳定）"

    case = models.OneToOneField(
        "workflow.Case", models.PROTECT, related_name="attention", primary_key=True
    )
    level = models.CharField("风险等级", max_length=6, choices=Level.choices)
    reason = models.CharField("定级说明", max_length=200, blank=True)
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    set_at = models.DateTimeField(default=clock.now)

    objects = OfCaseQuerySet.as_manager()

    class Meta:
        verbose_name = "风险等级"
