"""帮扶责任人 (六（三）): who helps, and whom from when to when."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from accounts import access
from accounts.permissions import Permission
from assistance.models.of_case import OfCaseQuerySet
from audit import clock


class HelperQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Helpers whose area lies inside the viewer's own."""
        return self.filter(access.scope(user, Permission.CASE_VIEW, field="area_id"))


class Helper(models.Model):
    """帮扶责任人: a named cadre with unit, post and telephone (六（三）); an account is optional."""

    name = models.CharField("姓名", max_length=40)
    unit = models.CharField("单位", max_length=80)
    post_title = models.CharField("职务", max_length=40, blank=True)
    phone = models.CharField("联系电话", max_length=20, blank=True)
    area = models.ForeignKey(
        "areas.Area", models.PROTECT, verbose_name="所在区划", related_name="+"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        verbose_name="账号",
        related_name="+",
    )
    is_active = models.BooleanField("在岗", default=True)

    objects = HelperQuerySet.as_manager()

    class Meta:
        verbose_name = "帮扶责任人"
        ordering = ["name", "pk"]

    def __str__(self):
        return f"{self.name}（{self.unit}）"


class HelperAssignment(models.Model):
    """Who helped whom from when to when; a hand-over closes one row and opens the next."""

    case = models.ForeignKey("workflow.Case", models.PROTECT, related_name="helper_assignments")
    helper = models.ForeignKey(Helper, models.PROTECT, related_name="assignments")
    starts_on = models.DateField("开始时间")
    ends_on = models.DateField("结束时间", null=True, blank=True)
    handover_reason = models.CharField("交接原因", max_length=200, blank=True)  # why this one ended
    assigned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    assigned_at = models.DateTimeField(default=clock.now)

    objects = OfCaseQuerySet.as_manager()

    class Meta:
        verbose_name = "帮扶责任人结对"
        ordering = ["starts_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["case"],
                condition=Q(ends_on__isnull=True),
                name="one_current_helper_per_case",
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="helper_ends_after_start",
            ),
        ]
