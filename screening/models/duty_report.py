"""履职台账: what a department did in a month 六（二）."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts import access
from accounts.permissions import Permission
from audit import clock
from audit.constraints import both_or_neither
from screening.models.file import own_files


class DutyReportQuerySet(models.QuerySet):
    def visible_to(self, user):
        """A department's own; the county's offices and supervisors see all sixteen."""
        return self.filter(
            own_files(user)
            | access.scope(user, Permission.LEAD_SETTLE, field="county_id")
            | access.scope(user, Permission.SUPERVISION_VIEW, field="county_id")
        )

    def handed_in(self):
        return self.exclude(handed_in_at=None)


class DutyReport(models.Model):
    """One department and month; its figures are frozen when it is handed in."""

    county = models.ForeignKey("areas.Area", models.PROTECT, related_name="+")
    department = models.ForeignKey(
        "accounts.Department", models.PROTECT, related_name="duty_reports"
    )
    month = models.DateField("月份")  # first day
    is_zero = models.BooleanField("零报告", default=False)
    work = models.TextField("本月履职情况", max_length=4000, blank=True)
    session_on = models.DateField("研判会议日期", null=True, blank=True)
    minutes = models.TextField("研判会议记录", max_length=10000, blank=True)
    files = models.ManyToManyField(
        "workflow.Attachment", related_name="+", verbose_name="图片、印证材料"
    )
    figures = models.JSONField("系统已有的数字", default=list)  # [[label, number]]
    saved_at = models.DateTimeField(default=clock.now)
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    handed_in_at = models.DateTimeField("报送时间", null=True)
    handed_in_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    is_late = models.BooleanField("迟报", default=False)
    sent_back_for = models.CharField("退回原因", max_length=300, blank=True)

    objects = DutyReportQuerySet.as_manager()

    class Meta:
        verbose_name = "履职台账"
        ordering = ["-month", "department__order"]
        constraints = [
            models.UniqueConstraint(
                fields=["county", "department", "month"], name="one_duty_report_a_month"
            ),
            both_or_neither("handed_in_at", "handed_in_by", name="duty_report_handed_in"),
            models.CheckConstraint(
                condition=Q(is_zero=False) | Q(minutes=""), name="zero_duty_report_is_empty"
            ),
        ]

    def __str__(self):
        return f"{self.month:%Y-%m} {self.department_id}"
