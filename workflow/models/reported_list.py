import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models

from accounts import access
from accounts.permissions import Permission
from audit import clock
from workflow.states import Level


class ReportedListQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(access.scope(user, Permission.CASE_VIEW, field="area_id"))

    def carrying(self, case):
        """Every list this case ever stood on."""
        return self.filter(case_ids__contains=[case.pk])


class ReportedList(models.Model):
    """A list as it was reported, frozen: rows and figures are a snapshot, a trigger keeps them.

    `rows` is described in `workflow/lists.py`; ID numbers stand in it only as cipher hex.
    """

    class Kind(models.TextChoices):
        SCREENING = "SCREENING", "排查台账"  # 四（二）, hand-in by the 20th
        ADMISSION = "ADMISSION", "纳入名单"  # 四（三）to 四（五）
        CLEARING = "CLEARING", "风险消除名单"  # 四（六）

    class Stage(models.TextChoices):
        """At county level only: put before the leading group office, then determined 四（五）."""

        REPORTED = "REPORTED", "上报"
        COMPILED = "COMPILED", "提请"
        DETERMINED = "DETERMINED", "审定"

    number = models.CharField("编号", max_length=60, unique=True)
    round = models.ForeignKey(
        "workflow.MonthlyRound", models.PROTECT, related_name="lists", verbose_name="月份"
    )
    area = models.ForeignKey("areas.Area", models.PROTECT, related_name="+", verbose_name="区划")
    level = models.CharField("级别", max_length=8, choices=Level.choices)
    kind = models.CharField("名单种类", max_length=9, choices=Kind.choices)
    stage = models.CharField(max_length=10, choices=Stage.choices, default=Stage.REPORTED)
    sequence = models.PositiveIntegerField("次序")
    is_zero = models.BooleanField("零报告")
    is_late = models.BooleanField("迟报")
    reported_at = models.DateTimeField("上报时间", default=clock.now)
    reported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="上报人"
    )
    row_count = models.PositiveIntegerField("户数")
    case_ids = ArrayField(models.BigIntegerField(), default=list)
    rows = models.JSONField()
    figures = models.JSONField()
    checksum = models.CharField("校验码", max_length=64)

    objects = ReportedListQuerySet.as_manager()

    class Meta:
        verbose_name = "上报名单"
        ordering = ["-reported_at", "-pk"]
        indexes = [
            GinIndex(fields=["case_ids"], name="list_case_ids"),
            # area_states(), reported_list
            models.Index(fields=["round", "area", "kind"], name="list_round_area_kind"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["round", "area", "sequence"], name="list_numbered_once"
            ),
            models.CheckConstraint(
                condition=models.Q(is_zero=True, row_count=0)
                | models.Q(is_zero=False, row_count__gt=0),
                name="list_zero_is_empty",
            ),
        ]
        triggers = [pgtrigger.Protect(name="frozen", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self):
        return f"{self.title} {self.number}"

    @property
    def title(self) -> str:
        """The paper's name at its level: 初步名单, 上报名单, 提请名单, 审定名单."""
        if self.kind == self.Kind.SCREENING:
            return "排查台账"
        names = {
            (Level.VILLAGE, self.Kind.ADMISSION): "初步名单",
            (Level.TOWNSHIP, self.Kind.ADMISSION): "上报名单",
            (Level.VILLAGE, self.Kind.CLEARING): "上报消除风险名单",
            (Level.TOWNSHIP, self.Kind.CLEARING): "消除核查名单",
        }
        if self.level != Level.COUNTY:
            return names[(self.level, self.kind)]
        subject = "消除" if self.kind == self.Kind.CLEARING else ""
        return f"{subject}{'提请' if self.stage == self.Stage.COMPILED else '审定'}名单"
