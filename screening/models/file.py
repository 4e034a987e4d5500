"""A department's list as received."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts import access
from accounts.permissions import Permission
from areas.containment import within
from audit import clock
from screening.models.kind import LeadKind


def own_files(user, prefix: str = "") -> Q:
    """Files of the clerk's own departments, in the clerk's own county only."""
    departments = access.departments(user, Permission.LEADFILE_UPLOAD)
    home = getattr(user, "area_id", None) or ""
    return Q(**{f"{prefix}department__in": departments}) & within(
        [home[:6]] if departments else [], field=f"{prefix}county_id"
    )


class LeadFileQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The sending department's own files; county posts that settle leads see all of their county."""
        return self.filter(
            own_files(user)
            | access.scope(user, Permission.LEAD_SETTLE, field="county_id")
            | access.scope(user, Permission.SUPERVISION_VIEW, field="county_id")
        )


class LeadFile(models.Model):
    """A department's list for a month as received; its work is done by a job, its rows are kept for ever."""

    class State(models.TextChoices):
        RECEIVED = "received", "已接收"
        CHECKED = "checked", "已核对"
        UNNAMED = "unnamed", "待指认列名"
        HELD = "held", "待人工确认"
        DISPATCHED = "dispatched", "已下发"
        REFUSED = "refused", "未能读取"

    county = models.ForeignKey("areas.Area", models.PROTECT, related_name="+")
    department = models.ForeignKey("accounts.Department", models.PROTECT, related_name="lead_files")
    kind = models.ForeignKey(LeadKind, models.PROTECT, related_name="files")
    month = models.DateField("月份")  # first day
    file = models.FileField(upload_to="lead_files/%Y/%m/")
    name = models.CharField("文件名", max_length=300)
    sha256 = models.CharField(max_length=64)
    state = models.CharField("状态", max_length=12, choices=State.choices, default=State.RECEIVED)
    message = models.TextField("说明", blank=True)  # why refused or held, in one Chinese sentence
    warnings = models.JSONField(default=list)
    # Row index, titles, and the sheet's first rows with numbers masked.
    header = models.JSONField(null=True)
    figures = models.JSONField(default=dict)  # the keys of the import_leads summary
    job = models.ForeignKey("jobs.Job", models.SET_NULL, null=True, related_name="+")
    received_at = models.DateTimeField(default=clock.now)
    received_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    dispatched_at = models.DateTimeField(null=True, blank=True)
    dispatched_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )

    objects = LeadFileQuerySet.as_manager()

    class Meta:
        verbose_name = "部门线索文件"
        ordering = ["-received_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["county", "department", "month", "sha256"],
                condition=~Q(state="refused"),
                name="same_lead_file_once_a_month",
            ),
        ]
