"""Leads: where a case begins, and what became of each."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models

from accounts import access
from accounts.permissions import Permission
from audit.constraints import both_or_neither
from screening.models.kind import LeadKind


class LeadQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(access.scope(user, Permission.CASE_VIEW, field="village_id"))

    def unanswered(self):
        return self.filter(answer="")


class Lead(models.Model):
    """线索: one fact about one household that made somebody look, with the clause and threshold in words."""

    class Source(models.TextChoices):
        APPLICATION = "application", "农户申请"  # 四（一）
        CADRE = "cadre", "干部摸排"  # 五（一）
        DEPARTMENT = "department", "部门比对"  # 五（一）
        SYSTEM = "system", "系统监测"  # 附件1-12

    class Answer(models.TextChoices):
        TRUE = "true", "属实"
        NOT_TRUE = "not_true", "不属实"
        NOT_OURS = "not_ours", "不属本村"
        ALREADY_LISTED = "already_listed", "已在册"
        DECEASED_OR_MOVED = "deceased_or_moved", "死亡或迁出"

    source = models.CharField("来源", max_length=12, choices=Source.choices)
    kind = models.ForeignKey(LeadKind, models.PROTECT, null=True, blank=True, related_name="leads")
    household = models.ForeignKey("households.Household", models.PROTECT, related_name="leads")
    village = models.ForeignKey("areas.Area", models.PROTECT, related_name="+")
    person = models.ForeignKey(
        "households.Person", models.PROTECT, null=True, blank=True, related_name="+"
    )
    case = models.ForeignKey(
        "workflow.Case", models.PROTECT, null=True, blank=True, related_name="leads"
    )
    month = models.DateField("月份")
    risks = ArrayField(models.CharField(max_length=30), default=list)
    facts = models.JSONField(default=dict)
    explanation = models.CharField("线索说明", max_length=400)
    clause = models.CharField("依据", max_length=40, blank=True)
    raised_on = models.DateField("线索日期")
    raised_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    scan = models.ForeignKey(
        "workflow.Attachment", models.PROTECT, null=True, blank=True, related_name="+"
    )
    # The same household, kind and facts were answered before: that answer is proposed again.
    earlier = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="+")
    answer = models.CharField("核实结果", max_length=20, choices=Answer.choices, blank=True)
    answer_reason = models.CharField("核实说明", max_length=300, blank=True)  # lead_answer_reason
    answer_note = models.CharField("补充说明", max_length=200, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    # Of household, person, kind and facts: the same lead again, and the memory of answered ones.
    fact_hash = models.CharField(max_length=64)

    objects = LeadQuerySet.as_manager()

    class Meta:
        verbose_name = "线索"
        ordering = ["-raised_on", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["month", "fact_hash"], name="same_lead_once_a_month"),
            both_or_neither("answered_at", "answered_by", name="lead_answered_by_and_at"),
        ]
        indexes = [
            models.Index(fields=["village", "answer"], name="lead_by_village"),
            models.Index(fields=["month", "village"], name="lead_of_month"),
            models.Index(fields=["fact_hash"], name="lead_memory"),
        ]
