from django.conf import settings
from django.contrib.postgres.aggregates import JSONBAgg
from django.db import models
from django.db.models import Q
from django.db.models.functions import JSONObject

from accounts import access
from accounts.permissions import Permission
from audit import clock
from workflow.states import Level


class VisitQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(access.scope(user, Permission.CASE_VIEW, field="case__village_id"))

    def with_photos(self):
        """The latest first, each with `photo_links`, the id and name of its pictures, in one query."""
        link = JSONObject(pk="photos__pk", name="photos__name")
        # A grouped query forgets the order of the model.
        found = self.annotate(photo_links=JSONBAgg(link, filter=Q(photos__isnull=False)))
        return found.order_by("-visited_on", "-pk")


class Visit(models.Model):
    """入户走访: by whom, how, what was seen. Families away may be reached by telephone."""

    class Kind(models.TextChoices):
        HOME = "home", "入户"
        TELEPHONE = "telephone", "电话"
        VIDEO = "video", "视频"

    class Purpose(models.TextChoices):
        SCREENING = "SCREENING", "入户排查"  # 四（二）
        RECHECK = "RECHECK", "乡镇复核"  # 四（四）
        HELP = "HELP", "帮扶走访"
        CLEARING = "CLEARING", "消除核实"  # 四（六）

    case = models.ForeignKey("workflow.Case", models.PROTECT, related_name="visits")
    household = models.ForeignKey("households.Household", models.PROTECT, related_name="visits")
    level = models.CharField("级别", max_length=8, choices=Level.choices)
    kind = models.CharField("方式", max_length=9, choices=Kind.choices, default=Kind.HOME)
    purpose = models.CharField("事由", max_length=9, choices=Purpose.choices)
    visited_on = models.DateField("走访日期")
    # Whom one spoke to: the household is away, so somebody was called 四（二）.
    contacted = models.CharField("联系的人", max_length=60, blank=True)
    visitors = models.CharField("走访人", max_length=200)
    findings = models.JSONField("走访情况", default=dict)
    opinion = models.CharField("研判意见", max_length=500, blank=True)
    next_on = models.DateField("下次走访日期", null=True, blank=True)
    photos = models.ManyToManyField("workflow.Attachment", blank=True, related_name="+")
    recorded_at = models.DateTimeField(default=clock.now)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="登记人"
    )
    form_key = models.UUIDField(null=True, unique=True, editable=False)  # one form, one visit

    objects = VisitQuerySet.as_manager()

    class Meta:
        verbose_name = "走访记录"
        ordering = ["-visited_on", "-pk"]
        indexes = [models.Index(fields=["case", "level", "purpose"], name="visit_evidence")]

    def __str__(self):
        return f"{self.visited_on} {self.get_kind_display()}走访"

    @property
    def is_remote(self) -> bool:
        """By telephone or video: nobody stood at the door."""
        return self.kind != self.Kind.HOME
