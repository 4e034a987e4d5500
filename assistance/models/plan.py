"""帮扶计划: what is lacking, what is done about it, and who checked and approved it (二（二）, 四（六）)."""

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q

from assistance.models.of_case import OfCaseQuerySet
from audit import clock
from audit.constraints import both_or_neither

BY = {
    "to": settings.AUTH_USER_MODEL,
    "on_delete": models.PROTECT,
    "null": True,
    "blank": True,
    "related_name": "+",
}


class PlanQuerySet(OfCaseQuerySet):
    def latest(self):
        """The current version of each case."""
        newer = Plan.objects.filter(case=OuterRef("case"), version__gt=OuterRef("version"))
        return self.filter(~Exists(newer))

    def to_check(self):
        """待乡镇审核."""
        return self.latest().filter(
            checked_at__isnull=True, returned_at__isnull=True, approved_at__isnull=True
        )

    def to_approve(self):
        """待县级审批."""
        return self.latest().filter(
            checked_at__isnull=False, returned_at__isnull=True, approved_at__isnull=True
        )

    def returned(self):
        """退回待修改."""
        return self.latest().filter(returned_at__isnull=False)

    def approved(self):
        return self.filter(approved_at__isnull=False)


class Plan(models.Model):
    """One version of a case's plan; a version is never changed, it is followed by the next.

    Its state is said by its three pairs of who and when: checked, returned, approved.
    """

    case = models.ForeignKey("workflow.Case", models.PROTECT, related_name="plans")
    version = models.PositiveIntegerField("版本", default=1)
    needs = models.TextField("帮扶需求（缺什么）")
    goal = models.TextField("帮扶思路（扶什么）", blank=True)
    no_development_reason = models.CharField("没有开发式措施的说明", max_length=200, blank=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    made_at = models.DateTimeField(default=clock.now)
    checked_by = models.ForeignKey(**BY)
    checked_at = models.DateTimeField("乡镇审核时间", null=True, blank=True)
    returned_by = models.ForeignKey(**BY)
    returned_at = models.DateTimeField("退回时间", null=True, blank=True)
    returned_reason = models.CharField("退回原因", max_length=200, blank=True)
    approved_by = models.ForeignKey(**BY)
    approved_at = models.DateTimeField(null=True, blank=True)

    objects = PlanQuerySet.as_manager()

    class Meta:
        verbose_name = "帮扶计划"
        ordering = ["case", "-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "version"], name="one_plan_per_case_and_version"
            ),
            both_or_neither("approved_at", "approved_by", name="plan_approved_by_and_at"),
            both_or_neither("checked_at", "checked_by", name="plan_checked_by_and_at"),
            both_or_neither("returned_at", "returned_by", name="plan_returned_by_and_at"),
            models.CheckConstraint(
                condition=Q(returned_at__isnull=True) | ~Q(returned_reason=""),
                name="plan_returned_with_reason",
            ),
            models.CheckConstraint(
                condition=Q(returned_at__isnull=True) | Q(approved_at__isnull=True),
                name="plan_returned_or_approved",
            ),
        ]

    @property
    def state_label(self) -> str:
        """Where this version stands."""
        if self.approved_at:
            return "已审批"
        if self.returned_at:
            return "已退回"
        return "待县级审批" if self.checked_at else "待乡镇审核"


class PlanItem(models.Model):
    """扶什么: one kind of measure against one thing that is lacking."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="items")
    cause = models.CharField("针对", max_length=40, blank=True)  # code table measure_proposal
    kind = models.CharField("措施名称", max_length=30)  # code table measure_kind
    content = models.CharField("具体内容", max_length=200, blank=True)
    amount = models.DecimalField(
        "计划金额（元）", max_digits=12, decimal_places=2, null=True, blank=True
    )

    class Meta:
        verbose_name = "计划措施"
        ordering = ["plan", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "kind"], name="plan_kind_once"),
            models.CheckConstraint(
                condition=Q(amount__isnull=True) | Q(amount__gte=0),
                name="plan_amount_not_negative",
            ),
        ]
