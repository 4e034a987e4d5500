import pgtrigger
from django.db import models

from accounts import access
from accounts.permissions import Permission
from areas.containment import contains
from audit import clock


class BookletQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(access.scope(user, Permission.LEDGER_EXPORT, field="case__village_id"))

    def latest_of(self, cases):
        """The newest booklet of each case by case id."""
        found = self.filter(case__in=cases).order_by("case_id", "-version").distinct("case_id")
        return {booklet.case_id: booklet for booklet in found}


def booklet_path(booklet, name: str) -> str:
    """Our own name on disk; the hash tells versions apart."""
    return (
        f"booklets/{booklet.case_id % 1000:03d}/{booklet.case_id}-{booklet.content_hash[:16]}.pdf"
    )


class Booklet(models.Model):
    """《一户一册》 as printed: the file of one content. The same content is never printed twice."""

    case = models.ForeignKey("workflow.Case", models.PROTECT, related_name="booklets")
    content_hash = models.CharField("内容校验码", max_length=64)
    version = models.PositiveIntegerField("版次")
    file = models.FileField("文件", upload_to=booklet_path, max_length=200)
    page_count = models.PositiveSmallIntegerField("页数")
    made_at = models.DateTimeField("生成时间", default=clock.now)

    objects = BookletQuerySet.as_manager()

    class Meta:
        verbose_name = "一户一册"
        ordering = ["case", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["case", "version"], name="booklet_version_once"),
        ]


class MonthlyExportQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Only for those whose area holds the whole paper: a village never gets its county's."""
        codes = access.codes(user, Permission.LEDGER_EXPORT)
        areas = set(self.values_list("area_id", flat=True).distinct())
        return self.filter(
            area_id__in=[area for area in areas if any(contains(code, area) for code in codes)]
        )


class MonthlyExport(models.Model):
    """A ledger of a month that was made by the clock after the 30th, kept as a file."""

    area = models.ForeignKey("areas.Area", models.PROTECT, related_name="+", verbose_name="区划")
    month = models.DateField("月份")
    ledger = models.CharField("台账", max_length=30)
    form = models.CharField("样式", max_length=10)
    file = models.FileField("文件", upload_to="monthly/%Y/%m/", max_length=200)
    name = models.CharField("文件名", max_length=200)
    sha256 = models.CharField("校验码", max_length=64)
    line_count = models.PositiveIntegerField("行数")
    made_at = models.DateTimeField("生成时间", default=clock.now)

    objects = MonthlyExportQuerySet.as_manager()

    class Meta:
        verbose_name = "月度台账文件"
        ordering = ["-month", "area", "ledger", "form"]
        constraints = [
            models.UniqueConstraint(
                fields=["area", "month", "ledger", "form"], name="monthly_export_once"
            ),
            models.CheckConstraint(
                condition=models.Q(month__day=1), name="monthly_export_month_is_first_day"
            ),
        ]

    def __str__(self):
        return self.name


class KeptLedger(models.Model):
    """A ledger of a closed month: that it was kept, when, and the sum over its rows."""

    round = models.ForeignKey(
        "workflow.MonthlyRound", models.PROTECT, related_name="kept_ledgers", verbose_name="月份"
    )
    ledger = models.CharField("台账", max_length=30)
    columns = models.JSONField("栏目")
    line_count = models.PositiveIntegerField("行数")
    checksum = models.CharField("校验码", max_length=64)
    kept_at = models.DateTimeField("留存时间", default=clock.now)

    class Meta:
        verbose_name = "留存台账"
        ordering = ["round", "ledger", "pk"]
        indexes = [models.Index(fields=["round", "ledger"], name="kept_round_ledger")]
        triggers = [pgtrigger.Protect(name="frozen", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self):
        return f"{self.ledger} {self.kept_at}"


class KeptRowsQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(access.scope(user, Permission.CASE_VIEW, field="village_id"))


class KeptRows(models.Model):
    """One village's part of a kept ledger: its blocks as JSON, ID numbers only as ciphers."""

    kept = models.ForeignKey(KeptLedger, models.PROTECT, related_name="rows")
    village = models.ForeignKey("areas.Area", models.PROTECT, related_name="+")
    blocks = models.JSONField()

    objects = KeptRowsQuerySet.as_manager()

    class Meta:
        verbose_name = "留存台账内容"
        constraints = [
            models.UniqueConstraint(fields=["kept", "village"], name="kept_rows_once"),
        ]
        triggers = [pgtrigger.Protect(name="frozen", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self):
        return f"{self.kept_id} {self.village_id}"
