from django.conf import settings
from django.db import models
from django.db.models import Q

from assistance.models.of_case import OfCaseQuerySet
from audit import clock


class RiskEnded(models.Model):
    """风险消失: one risk of a case is gone of itself, as found at the household (四（六）)."""

    case = models.ForeignKey("workflow.Case", models.PROTECT, related_name="ended_risks")
    risk = models.CharField("风险", max_length=20)  # code table risk
    found_on = models.DateField("核实日期")
    note = models.CharField("核实情况", max_length=200)
    recorded_at = models.DateTimeField(default=clock.now)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )

    objects = OfCaseQuerySet.as_manager()

    class Meta:
        verbose_name = "风险消失记录"
        ordering = ["case", "found_on", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["case", "risk"], name="risk_ends_once"),
            models.CheckConstraint(condition=~Q(note=""), name="risk_ended_with_facts"),
        ]
