"""Assistance for a monitored household: who helps, what is planned, what was done.

Visits are `workflow.Visit` rows (purpose HELP); measures point at the case, never the other way round.
"""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from accounts import access
from accounts.permissions import Permission
from audit import clock
from audit.constraints import both_or_neither


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


class OfCaseQuerySet(models.QuerySet):
    """Rows that belong to a case and are seen by whoever may see the case."""

    def visible_to(self, user):
        return self.filter(access.scope(user, Permission.CASE_VIEW, field="case__village_id"))


class HelperAssignment(models.Model):
    """Who helped whom from when to when; a hand-over closes one row and opens the next."""

    case = models.ForeignKey("workflow.Case", models.PROTECT, related_name="helper_assignments")
    helper = models.ForeignKey(Helper, models.PROTECT, related_name="assignments")
    starts_on = models.DateField("开始时间")
    ends_on = models.DateField("结束时间", null=True, blank=True)
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


class MeasureQuerySet(models.QuerySet):
    def visible_to(self, user):
        """By area of the case, or by the department that answers for the measure."""
        return self.filter(
            access.scope(user, Permission.CASE_VIEW, field="case__village_id")
            | Q(department__in=access.departments(user, Permission.LEADFILE_UPLOAD))
        )

    def live(self):
        return self.exclude(state=Measure.State.WITHDRAWN)

    def delivered(self):
        return self.filter(state=Measure.State.DONE)


class Measure(models.Model):
    """帮扶措施 of the five groups of 五（四）, or the mechanisms of 五（二）防贫保 and 五（三）救助、兜底."""

    class State(models.TextChoices):
        PLANNED = "planned", "计划"
        ACTIVE = "active", "实施中"
        DONE = "done", "已落实"
        WITHDRAWN = "withdrawn", "已取消"

    case = models.ForeignKey("workflow.Case", models.PROTECT, related_name="measures")
    person = models.ForeignKey(
        "households.Person",
        models.PROTECT,
        null=True,
        blank=True,
        verbose_name="受益人",
        related_name="+",
    )
    group = models.CharField("措施类别", max_length=30)  # code table measure_group
    kind = models.CharField("措施名称", max_length=30)  # code table measure_kind
    department = models.ForeignKey(
        "accounts.Department",
        models.PROTECT,
        null=True,
        blank=True,
        verbose_name="责任单位",
        related_name="+",
    )
    is_development = models.BooleanField("开发式帮扶", default=False)
    description = models.CharField("措施内容", max_length=300)
    starts_on = models.DateField("开始日期")
    due_on = models.DateField("计划完成日期", null=True, blank=True)
    done_on = models.DateField("完成日期", null=True, blank=True)
    amount_planned = models.DecimalField(
        "计划金额（元）", max_digits=12, decimal_places=2, null=True, blank=True
    )
    amount_paid = models.DecimalField(
        "落实金额（元）", max_digits=12, decimal_places=2, null=True, blank=True
    )
    state = models.CharField("状态", max_length=12, choices=State.choices, default=State.PLANNED)
    is_ahead_of_procedure = models.BooleanField("先行帮扶", default=False)
    effect = models.CharField("成效", max_length=300, blank=True)
    withdrawn_reason = models.CharField("取消原因", max_length=200, blank=True)
    proofs = models.ManyToManyField(
        "workflow.Attachment", blank=True, verbose_name="印证材料", related_name="+"
    )
    version = models.PositiveIntegerField(default=1)
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    set_at = models.DateTimeField(default=clock.now)

    objects = MeasureQuerySet.as_manager()

    class Meta:
        verbose_name = "帮扶措施"
        ordering = ["case", "starts_on", "pk"]
        indexes = [models.Index(fields=["department", "state"], name="measure_by_department")]
        constraints = [
            models.CheckConstraint(
                condition=Q(amount_planned__isnull=True) | Q(amount_planned__gte=0),
                name="measure_planned_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(amount_paid__isnull=True) | Q(amount_paid__gte=0),
                name="measure_paid_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(state="done", done_on__isnull=False) | ~Q(state="done"),
                name="measure_done_has_date",
            ),
            models.CheckConstraint(
                condition=~Q(state="withdrawn") | ~Q(withdrawn_reason=""),
                name="measure_withdrawn_has_reason",
            ),
        ]
