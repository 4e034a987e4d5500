"""A department's own work list as a workbook: gone out, filled in, come back."""

import uuid
from pathlib import Path

from django.conf import settings
from django.db import models

from accounts import access
from accounts.permissions import Permission
from audit import clock
from audit.constraints import both_or_neither


def own_name(sheet, filename: str) -> str:
    """A name of our own; what the sender called the file is only shown."""
    return f"measure_sheets/{uuid.uuid4().hex}{Path(filename).suffix.lower()[:6]}"


class MeasureSheetQuerySet(models.QuerySet):
    def visible_to(self, user):
        """What came in for the viewer's own department."""
        keys = access.departments(user, Permission.LEADFILE_UPLOAD)
        return self.filter(department__in=keys)


class MeasureSheet(models.Model):
    """One returned workbook, from received to applied."""

    class State(models.TextChoices):
        RECEIVED = "received", "正在核对"
        CHECKED = "checked", "待确认"
        APPLIED = "applied", "已更新"
        REFUSED = "refused", "不能使用"
        DROPPED = "dropped", "已放弃"

    department = models.ForeignKey("accounts.Department", models.PROTECT, related_name="+")
    file = models.FileField(upload_to=own_name, max_length=200)
    name = models.CharField("文件名", max_length=200)
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.RECEIVED)
    message = models.CharField(max_length=300, blank=True)
    job = models.ForeignKey("jobs.Job", models.SET_NULL, null=True, related_name="+")
    received_at = models.DateTimeField(default=clock.now)
    received_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    applied_at = models.DateTimeField(null=True, blank=True)
    applied_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = MeasureSheetQuerySet.as_manager()

    class Meta:
        verbose_name = "措施进展表"
        ordering = ["-pk"]
        constraints = [
            both_or_neither("applied_at", "applied_by", name="measure_sheet_applied_at_and_by")
        ]


class MeasureSheetRow(models.Model):
    """One row with its verdict; `values` are the changed fields, ready for the measure."""

    class Verdict(models.TextChoices):
        GOOD = "good", "可更新"
        SAME = "same", "没有变化"
        BAD = "bad", "不能更新"

    sheet = models.ForeignKey(MeasureSheet, models.CASCADE, related_name="rows")
    sheet_row = models.PositiveIntegerField("行号")
    measure = models.ForeignKey("assistance.Measure", models.PROTECT, null=True, related_name="+")
    version = models.PositiveIntegerField(null=True)
    head_name = models.CharField("户主", max_length=60, blank=True)
    values = models.JSONField(default=dict)
    verdict = models.CharField("结果", max_length=4, choices=Verdict.choices)
    reason = models.CharField("说明", max_length=300, blank=True)

    class Meta:
        verbose_name = "措施进展表的行"
        ordering = ["sheet", "sheet_row"]
        constraints = [
            models.UniqueConstraint(fields=["sheet", "sheet_row"], name="measure_sheet_row_once")
        ]
