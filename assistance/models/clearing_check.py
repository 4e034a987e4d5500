from django.db import models

from accounts import access
from accounts.permissions import Permission


class ClearingCheckQuerySet(models.QuerySet):
    def visible_to(self, user):
        field = "change__case__village_id"
        return self.filter(access.scope(user, Permission.CASE_VIEW, field=field))


class ClearingCheck(models.Model):
    """消除条件核对: what every condition said on the day the risk was recognised as cleared (四（六）)."""

    change = models.OneToOneField(
        "workflow.StatusChange", models.PROTECT, primary_key=True, related_name="clearing_check"
    )
    conditions = models.JSONField("条件及情况")  # [{name, clause, is_met, fact, holds_from}]

    objects = ClearingCheckQuerySet.as_manager()

    class Meta:
        verbose_name = "消除条件核对"
