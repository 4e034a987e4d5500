"""What a department may report: kinds of leads, as data."""

from django.db import models

from accounts import access
from accounts.permissions import Permission


class LeadKindQuerySet(models.QuerySet):
    def delivered(self):
        """Kinds that a department sends as a file; the system computes the others itself."""
        return self.filter(is_active=True).exclude(rule=LeadKind.COMPUTED)

    def uploadable_by(self, user):
        """Kinds of the user's own departments, all of them for the county office."""
        found = self.delivered()
        if access.codes(user, Permission.LEADFILE_UPLOAD):
            return found
        return found.filter(department__in=access.departments(user, Permission.LEADFILE_UPLOAD))

    def several_for(self, user) -> bool:
        """Has the user more than one list to send, so that sending them together saves work?"""
        return self.uploadable_by(user)[1:2].exists()


class LeadKind(models.Model):
    """One kind of lead of one department: its columns, rule, cadence and clause are data (附件1)."""

    COMPUTED = "computed"  # 附件1-12: found by the system in the register, no file
    AREAS = "names_areas"  # its rows name areas; each village gets the matter of the same key

    class Cadence(models.TextChoices):
        MONTHLY_20TH = "monthly_20th", "每月20日前"
        MONTHLY = "monthly", "每月"
        QUARTERLY = "quarterly", "每季度"
        WITHIN_ONE_DAY = "within_one_day", "一日内"
        ON_EVENT = "on_event", "发生时"

    department = models.ForeignKey("accounts.Department", models.PROTECT, related_name="lead_kinds")
    key = models.CharField(max_length=40)
    label = models.CharField("线索类型", max_length=60)
    risk = models.CharField("风险", max_length=30, blank=True)  # code table risk
    columns = models.JSONField("列")  # [{"key", "label", "synonyms", "required", "type"}]
    # Title -> column key as a person has named them; '' means none of ours.
    titles = models.JSONField("记住的列名", default=dict, blank=True)
    rule = models.CharField("判定规则", max_length=40)  # a function name in screening/rules.py
    parameter = models.CharField("政策参数", max_length=60, blank=True)
    basis = models.CharField("口径", max_length=20, blank=True)  # single_stay, year_total
    cadence = models.CharField("报送时限", max_length=20, choices=Cadence.choices)
    clause = models.CharField("依据", max_length=40)
    is_active = models.BooleanField("启用", default=True)

    objects = LeadKindQuerySet.as_manager()

    class Meta:
        verbose_name = "线索类型"
        ordering = ["department__order", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["department", "key"], name="one_lead_kind_per_department_key"
            )
        ]

    def __str__(self):
        return self.label

    @property
    def names_areas(self) -> bool:
        return self.rule == self.AREAS
