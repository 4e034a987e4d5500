from django.conf import settings
from django.db import models

from accounts import access
from accounts.permissions import Permission
from audit import clock
from audit.constraints import both_or_neither
from workflow import months

COUNTY_DIGITS = 6  # GB/T 2260


class MonthlyRoundQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The rounds of every county the viewer's areas lie in; a village sees its county's."""
        counties = {code[:COUNTY_DIGITS] for code in access.codes(user, Permission.CASE_VIEW)}
        wide = [code for code in counties if len(code) < COUNTY_DIGITS]
        inside = models.Q(county_id__in=counties)
        for code in wide:
            inside |= models.Q(county_id__startswith=code)
        return self.filter(inside)

    def open(self):
        return self.filter(state=MonthlyRound.State.OPEN)


class MonthlyRound(models.Model):
    """One month of one county: opened on the 1st, four gates, closed, reopened with a reason."""

    class State(models.TextChoices):
        OPEN = "OPEN", "进行中"
        CLOSED = "CLOSED", "已结束"

    county = models.ForeignKey("areas.Area", models.PROTECT, related_name="+", verbose_name="县")
    month = models.DateField("月份", help_text="该月 1 日")
    screening_on = models.DateField("村级排查截止")  # 四（二）
    review_on = models.DateField("村级评议截止")  # 四（三）
    recheck_on = models.DateField("乡镇复核截止")  # 四（四）
    determination_on = models.DateField("县级审定截止")  # 四（五）
    state = models.CharField(max_length=6, choices=State.choices, default=State.OPEN)
    opened_at = models.DateTimeField(default=clock.now)
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    reopened_at = models.DateTimeField(null=True, blank=True)
    reopened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    reopen_reason = models.CharField("重新打开原因", max_length=200, blank=True)

    objects = MonthlyRoundQuerySet.as_manager()

    class Meta:
        verbose_name = "月度"
        ordering = ["-month", "county"]
        constraints = [
            models.UniqueConstraint(fields=["county", "month"], name="one_round_a_month"),
            models.CheckConstraint(
                condition=models.Q(month__day=1), name="round_month_is_first_day"
            ),
            models.CheckConstraint(
                condition=models.Q(state="OPEN", closed_at__isnull=True)
                | models.Q(state="CLOSED", closed_at__isnull=False),
                name="round_closed_when_closed",
            ),
            both_or_neither("reopened_at", "reopened_by", name="round_reopened_pair"),
        ]

    def __str__(self):
        return months.label(self.month)

    @property
    def label(self) -> str:
        """`2021年3月`."""
        return months.label(self.month)

    @property
    def is_open(self) -> bool:
        return self.state == self.State.OPEN

    def gate_on(self, gate: str):
        """The date of one gate in this month."""
        return getattr(self, f"{gate}_on")
