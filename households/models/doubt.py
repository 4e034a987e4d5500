"""数据疑点: what somebody has answered for, and how many are left in each village."""

from django.conf import settings
from django.db import models

from accounts import access
from accounts.permissions import Permission
from audit import clock
from households.models.facts import OfHouseholdQuerySet


class DoubtAnswer(models.Model):
    """已核实，情况属实: holds while the facts are the same; `digest` is of rule, member and facts."""

    household = models.ForeignKey(
        "households.Household", models.PROTECT, related_name="doubt_answers"
    )
    rule = models.CharField(max_length=40)
    digest = models.CharField(max_length=32)
    words = models.CharField("疑点", max_length=300)
    note = models.CharField("核实情况", max_length=200)
    at = models.DateTimeField(default=clock.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = OfHouseholdQuerySet.as_manager()

    class Meta:
        verbose_name = "已核实的疑点"
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["household", "digest"], name="doubt_answered_once"),
        ]


class DoubtCountQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Of the villages where the viewer may look into the register."""
        return self.filter(access.scope(user, Permission.REGISTER_VIEW))


class DoubtCount(models.Model):
    """How many doubts of one rule were open in a village when the nightly check looked."""

    village = models.ForeignKey("areas.Area", models.CASCADE, related_name="+")
    rule = models.CharField(max_length=40)
    open = models.PositiveIntegerField("待核对")
    checked_at = models.DateTimeField("体检时间")

    objects = DoubtCountQuerySet.as_manager()

    class Meta:
        verbose_name = "数据体检"
        constraints = [
            models.UniqueConstraint(fields=["village", "rule"], name="doubt_count_once"),
        ]
