"""What a department handles that is no list of persons, and the hands it passes through."""

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q

from accounts import access
from accounts.permissions import Permission
from audit import clock
from audit.constraints import both_or_neither
from screening.duties import kinds
from screening.duties.kinds import COUNTY, DEPARTMENT, HOLDERS, TOWNSHIP, VILLAGE, MatterKind
from screening.models.file import own_files


class MatterQuerySet(models.QuerySet):
    def visible_to(self, user):
        """A department's own; those of the villages that somebody works for; a county sees all."""
        return self.filter(
            own_files(user)
            | access.scope(user, Permission.CASE_VIEW, field="village_id")
            | access.scope(user, Permission.SUPERVISION_VIEW, field="county_id")
        )

    def open(self):
        return self.exclude(holder="")

    def awaiting(self, user):
        """In the hands of this person: the to-do list is this question."""
        return self.filter(
            own_files(user) & Q(holder=DEPARTMENT)
            | access.scope(user, Permission.CASE_SCREEN, field="village_id") & Q(holder=VILLAGE)
            | access.scope(user, Permission.CASE_RECHECK, field="village_id") & Q(holder=TOWNSHIP)
            | access.scope(user, Permission.LEAD_SETTLE, field="county_id") & Q(holder=COUNTY)
        )

    def differing(self):
        """附件1-8: what was last answered of 低保 and 特困 is not what the register holds."""
        newer = Matter.objects.exclude(outcome="").filter(
            kind=OuterRef("kind"), household=OuterRef("household"), period__gt=OuterRef("period")
        )
        found = Q(pk__in=[])
        for kind in kinds.KINDS.values():
            for outcome in kind.outcomes:
                if outcome.protects is not None:
                    answered = Q(kind=kind.key, outcome=outcome.key)
                    found |= answered & ~Q(household__low_income_kind=outcome.protects)
        return self.filter(~Exists(newer), found, household__isnull=False)

    def overdue(self):
        return self.open().filter(due_at__lt=clock.now())


class Matter(models.Model):
    """事项 of a kind of `screening.duties.kinds`; `holder` is in whose hands it is, '' when closed."""

    county = models.ForeignKey("areas.Area", models.PROTECT, related_name="+")
    department = models.ForeignKey("accounts.Department", models.PROTECT, related_name="matters")
    kind = models.CharField("事项", max_length=30, choices=kinds.choices)
    period = models.DateField("月份、季度")  # first day
    village = models.ForeignKey("areas.Area", models.PROTECT, null=True, related_name="+")
    household = models.ForeignKey(
        "households.Household", models.PROTECT, null=True, related_name="matters"
    )
    lead = models.ForeignKey("screening.Lead", models.SET_NULL, null=True, related_name="matters")
    facts = models.JSONField("内容", default=dict)  # by field key of the kind, as written
    happened_on = models.DateField("发生日期", null=True)
    raised_at = models.DateTimeField("上报时间", default=clock.now)
    raised_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    # The department's list that named the area; none of one entered by hand.
    lead_file = models.ForeignKey(
        "screening.LeadFile", models.SET_NULL, null=True, related_name="tasks"
    )
    holder = models.CharField("在谁手里", max_length=10, choices=HOLDERS, blank=True)
    due_at = models.DateTimeField("期限", null=True)
    outcome = models.CharField("结果", max_length=20, blank=True)
    words = models.CharField("办理情况", max_length=500, blank=True)  # of the last step
    closed_at = models.DateTimeField("办结时间", null=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    files = models.ManyToManyField("workflow.Attachment", related_name="+", verbose_name="照片")
    is_listed = models.BooleanField(default=False)  # one of a list of all monitored households
    form_key = models.UUIDField(null=True, unique=True, editable=False)  # one form, one matter

    objects = MatterQuerySet.as_manager()

    class Meta:
        verbose_name = "部门事项"
        ordering = ["-raised_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "household", "period"],
                condition=Q(is_listed=True),
                name="one_matter_of_a_list",
            ),
            both_or_neither("closed_at", "closed_by", name="matter_closed_by_and_at"),
            models.CheckConstraint(
                condition=Q(holder="", closed_at__isnull=False)
                | (~Q(holder="") & Q(closed_at__isnull=True)),
                name="matter_closed_when_nobody_holds_it",
            ),
        ]
        indexes = [
            models.Index(
                fields=["department", "kind"], name="matter_open", condition=~Q(holder="")
            ),
            models.Index(fields=["village", "holder"], name="matter_by_village"),
        ]

    def __str__(self):
        return self.get_kind_display()

    @property
    def of_kind(self) -> MatterKind:
        return kinds.KINDS[self.kind]

    @property
    def is_overdue(self) -> bool:
        return bool(self.holder and self.due_at and self.due_at < clock.now())


class MatterStep(models.Model):
    """One hand to the next: what was done and said, for ever."""

    matter = models.ForeignKey(Matter, models.CASCADE, related_name="steps")
    holder = models.CharField("经手", max_length=10, choices=HOLDERS)
    to = models.CharField("转给", max_length=10, choices=HOLDERS, blank=True)
    label = models.CharField("办理", max_length=30)
    outcome = models.CharField("结果", max_length=20, blank=True)
    words = models.CharField("办理情况", max_length=500, blank=True)
    taken_at = models.DateTimeField(default=clock.now)
    taken_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = "办理经过"
        ordering = ["taken_at", "pk"]
