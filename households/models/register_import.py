"""A register workbook as received, and its rows on their way into the register."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from accounts import access
from accounts.permissions import Permission
from audit import clock


class RegisterImportQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Own uploads, and those for areas inside the user's own."""
        return self.filter(
            access.scope(user, Permission.REGISTER_IMPORT, field="area_id") | Q(received_by=user)
        )


class RegisterImport(models.Model):
    """One workbook: received, checked (preview), applied. Its work is done by a job."""

    class State(models.TextChoices):
        RECEIVED = "received", "正在检查"
        CHECKED = "checked", "待确认"
        APPLYING = "applying", "正在写入"
        APPLIED = "applied", "已写入"
        REFUSED = "refused", "未能读取"
        DROPPED = "dropped", "已放弃"

    area = models.ForeignKey("areas.Area", models.PROTECT, null=True, related_name="+")
    codes = ArrayField(models.CharField(max_length=12), default=list)  # areas the importer may fill
    file = models.FileField(upload_to="register_imports/%Y/%m/")
    name = models.CharField("文件名", max_length=300)
    sha256 = models.CharField(max_length=64)
    state = models.CharField("状态", max_length=10, choices=State, default=State.RECEIVED)
    is_applied_at_once = models.BooleanField(default=False)  # no confirmation: the command
    message = models.TextField("说明", blank=True)  # why refused, in one Chinese sentence
    warnings = models.JSONField(default=list)
    rejected_file = models.FileField(upload_to="register_imports/%Y/%m/", blank=True)
    figures = models.JSONField(default=dict)  # keys of the import_register summary, and more
    job = models.ForeignKey("jobs.Job", models.SET_NULL, null=True, related_name="+")
    received_at = models.DateTimeField(default=clock.now)
    received_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    applied_at = models.DateTimeField(null=True, blank=True)
    applied_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )

    objects = RegisterImportQuerySet.as_manager()

    class Meta:
        verbose_name = "档案导入"
        ordering = ["-received_at"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="applied") | Q(applied_at__isnull=False),
                name="register_import_applied_at",
            ),
            # the same workbook is worked on once at a time
            models.UniqueConstraint(
                fields=["sha256"],
                name="register_import_once_at_a_time",
                condition=Q(state__in=["received", "checked", "applying"]),
            ),
        ]

    @property
    def is_busy(self):
        return self.state in (self.State.RECEIVED, self.State.APPLYING)


class ImportRow(models.Model):
    """A sheet row that differs from the register: what it says, and what is to become of it.

    Rows that equal the register are only counted. Accepted rows go when they are applied,
    rejected ones stay until the import is dropped. The number is stored as in Person, never in
    clear. NULL in a fact means that the sheet says nothing about it.
    """

    class Verdict(models.TextChoices):
        NEW = "new", "新增"
        CHANGED = "changed", "修改"
        SAME = "same", "不变"
        REJECTED = "rejected", "退回"

    pk = models.CompositePrimaryKey("register_import_id", "sheet_row")  # a row has one effect
    # No constraint in the database: asking it for 600,000 staged rows costs a third of the COPY.
    register_import = models.ForeignKey(
        RegisterImport, models.CASCADE, related_name="rows", db_index=False, db_constraint=False
    )
    sheet_row = models.PositiveIntegerField("表中行号")
    verdict = models.CharField("结论", max_length=8, choices=Verdict, default=Verdict.NEW)
    # why the row itself cannot be used, and why it does not fit the register or its household
    own_reasons = models.TextField(blank=True, default="")
    reasons = models.TextField("原因", blank=True, default="", db_default="")
    warnings = models.TextField("提示", blank=True, default="")
    digest = models.BigIntegerField()
    village_code = models.CharField(max_length=12, blank=True, default="")
    number = models.CharField("户编号", max_length=40, db_collation="C", blank=True, default="")
    name = models.CharField("姓名", max_length=60, db_collation="C", blank=True, default="")
    initials = models.CharField(max_length=60, db_collation="C", blank=True, default="")
    initials_other = models.CharField(max_length=60, db_collation="C", blank=True, default="")
    relation = models.CharField("与户主关系", max_length=20, blank=True, default="")
    id_cipher = models.BinaryField(null=True)
    id_index = models.BinaryField(null=True)
    id_tail4 = models.BinaryField(null=True)
    id_tail6 = models.BinaryField(null=True)
    birth_on = models.DateField(null=True)
    sex = models.CharField(max_length=1, blank=True, default="")
    kind = models.CharField(max_length=8, null=True)  # noqa: DJ001
    low_income_kind = models.CharField(max_length=4, null=True)  # noqa: DJ001
    per_capita_income = models.DecimalField(max_digits=12, decimal_places=2, null=True)
    phone = models.CharField(max_length=20, null=True)  # noqa: DJ001
    position = models.PositiveSmallIntegerField(default=1)  # place among the household's rows
    more = models.JSONField(default=dict)  # further columns of the sheet by field name
    person_found = models.BigIntegerField(
        null=True, db_default=None
    )  # the active person it speaks of

    class Meta:
        verbose_name = "导入行"
        ordering = ["register_import", "sheet_row"]
