"""帮扶计划: what is lacking and what is done about it (二（二）)."""

from django.conf import settings
from django.db import models

from assistance.models.of_case import OfCaseQuerySet
from audit import clock
from audit.constraints import both_or_neither


class Plan(models.Model):
    """帮扶计划: needs by “缺什么、扶什么” (二（二）), one current version per case."""

    case = models.ForeignKey("workflow.Case", models.PROTECT, related_name="plans")
    version = models.PositiveIntegerField("版本", default=1)
    needs = models.TextField("帮扶需求（缺什么）")
    goal = models.TextField("帮扶思路（扶什么）", blank=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    made_at = models.DateTimeField(default=clock.now)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    approved_at = models.DateTimeField(null=True, blank=True)

    objects = OfCaseQuerySet.as_manager()

    class Meta:
        verbose_name = "帮扶计划"
        ordering = ["case", "-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "version"], name="one_plan_per_case_and_version"
            ),
            both_or_neither("approved_at", "approved_by", name="plan_approved_by_and_at"),
        ]
