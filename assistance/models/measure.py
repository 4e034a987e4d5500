"""帮扶措施: five groups of 五（四） and the mechanisms of 五（二）, 五（三）."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts import access
from accounts.permissions import Permission
from areas.containment import within
from audit import clock


class MeasureQuerySet(models.QuerySet):
    def visible_to(self, user):
        """By area of the case, or as a task of the viewer's own department."""
        inside = access.scope(user, Permission.CASE_VIEW, field="case__village_id")
        return self.filter(inside | self._own(user))

    def tasks_of(self, user):
        """The measures that the viewer's department answers for, in the viewer's county."""
        return self.filter(self._own(user))

    def _own(self, user) -> Q:
        # A department without a county stands for the one of that name in every county.
        keys = access.departments(user, Permission.LEADFILE_UPLOAD)
        return Q(department__in=keys) & within([(user.area_id or "")[:6]], "case__village_id")

    def live(self):
        return self.exclude(state__in=DROPPED)

    def unfinished(self):
        return self.filter(state__in=UNFINISHED)

    def overdue(self):
        return self.unfinished().filter(due_on__lt=clock.today())

    def paid_without_proof(self):
        """Money went out and no 政策兑现印证材料 is kept (六（二）)."""
        return self.live().filter(amount_paid__gt=0, proofs__isnull=True)

    def delivered(self):
        return self.filter(state=Measure.State.DONE)


class Measure(models.Model):
    """帮扶措施 of the five groups of 五（四）, or the mechanisms of 五（二）防贫保 and 五（三）救助、兜底."""

    class State(models.TextChoices):
        PLANNED = "planned", "计划"
        ACTIVE = "active", "实施中"
        DONE = "done", "已落实"
        REFUSED = "refused", "不予办理"  # by the responsible department, with reason
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
    due_on = models.DateField("计划完成日期", blank=True)  # by parameter where nobody names one
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
    withdrawn_reason = models.CharField("不予办理或取消的原因", max_length=200, blank=True)
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
        indexes = [
            # a department's work list; overdue
            models.Index(fields=["department", "state"], name="measure_by_department"),
            models.Index(fields=["state", "due_on"], name="measure_by_due"),
        ]
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
                condition=~Q(state__in=["withdrawn", "refused"]) | ~Q(withdrawn_reason=""),
                name="measure_withdrawn_has_reason",
            ),
        ]

    @property
    def is_live(self) -> bool:
        return self.state not in DROPPED

    @property
    def is_unfinished(self) -> bool:
        return self.state in UNFINISHED

    @property
    def is_overdue(self) -> bool:
        return self.is_unfinished and self.due_on < clock.today()


UNFINISHED = (Measure.State.PLANNED, Measure.State.ACTIVE)
DROPPED = (Measure.State.REFUSED, Measure.State.WITHDRAWN)
