import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from accounts import access
from accounts.permissions import Permission
from areas.containment import within
from audit import clock
from audit.constraints import both_or_neither
from workflow.states import ON_REGISTER, OPEN, Category, Level, Source, Status
from workflow.transitions import GATE, HOLDER, LISTED, STEPS

MONEY = {"max_digits": 12, "decimal_places": 2}


class CaseQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Cases of the viewer's villages; nobody else's exist for them."""
        return self.filter(access.scope(user, Permission.CASE_VIEW, field="village_id"))

    def in_area(self, code: str):
        """Cases of one village, township or county; the code's prefix decides."""
        return self.filter(within([code]))

    def open(self):
        return self.filter(status__in=OPEN)

    def untouched(self, besides):
        """Still a lead, and nothing points at them but rows of the model `besides`."""
        found = self.filter(status=Status.LEAD, version=1)
        for link in Case._meta.related_objects:
            # What may not lose its case is what somebody did with it: steps, visits, plans, …
            if link.on_delete is models.PROTECT and link.related_model is not besides:
                own = link.related_model.objects.filter(**{link.field.name: OuterRef("pk")})
                found = found.filter(~Exists(own))
        return found

    def on_register(self):
        """“两类人群”在册: determined and not yet cleared."""
        return self.filter(status__in=ON_REGISTER)

    def awaiting(self, user):
        """The to-do list: cases on which this user may take a step now, derived from the table."""
        question = Q(pk__in=[])
        for status in GATE:
            steps = [s for s in STEPS if s.source == status]
            permissions = {
                p for s in steps if s.is_open_to(waiting_for_list=False) for p in s.permissions
            }
            may = Q(pk__in=[])
            for permission in sorted(permissions):
                may |= access.scope(user, permission, field="village_id")
            ready = Q(status=status)
            if status in LISTED:
                ready &= Q(on_list__isnull=False)
            question |= ready & may
        return self.filter(question)

    def to_report(self, user):
        """待上报: passed at the user's level, not yet carried by a reported list."""
        below = {Level.TOWNSHIP: Permission.CASE_SCREEN, Level.COUNTY: Permission.CASE_RECHECK}
        question = Q(pk__in=[])
        for status in LISTED:
            scope = access.scope(user, below[HOLDER[status]], field="village_id")
            question |= Q(status=status, on_list__isnull=True) & scope
        return self.filter(question)

    def overdue(self):
        """Past the gate of the state they are in."""
        return self.filter(status__in=list(GATE), due_on__lt=clock.today())


class Case(models.Model):
    """One risk of one household, from lead to cleared. Its status is written by `actions` only."""

    household = models.ForeignKey(
        "households.Household", models.PROTECT, related_name="cases", verbose_name="农户"
    )
    village = models.ForeignKey(
        "areas.Area", models.PROTECT, related_name="+", verbose_name="行政村"
    )
    round = models.ForeignKey(
        "workflow.MonthlyRound", models.PROTECT, related_name="cases", verbose_name="登记月份"
    )
    status = models.CharField("状态", max_length=20, choices=Status.choices, default=Status.LEAD)
    entered_at = models.DateTimeField("进入当前状态时间", default=clock.now)
    category = models.CharField("类别", max_length=1, choices=Category.choices)  # 附件2
    risks = ArrayField(
        models.CharField(max_length=20), default=list, blank=True, verbose_name="致贫/返贫风险"
    )
    sources = ArrayField(
        models.CharField(max_length=12, choices=Source.choices), default=list, verbose_name="来源"
    )
    remark = models.CharField("备注", max_length=200, blank=True)
    due_on = models.DateField("办理期限", null=True, blank=True)
    is_urgent = models.BooleanField("先行帮扶", default=False)
    per_capita_income = models.DecimalField("人均纯收入（元）", null=True, blank=True, **MONEY)
    on_list = models.ForeignKey(
        "workflow.ReportedList", models.PROTECT, null=True, blank=True, related_name="+"
    )
    identified_on = models.DateField("审定日期", null=True, blank=True)  # 四（五）
    cleared_on = models.DateField("风险消除日期", null=True, blank=True)  # 四（六）
    clearing_kind = models.CharField("消除方式", max_length=20, blank=True)
    not_admitted_reason = models.CharField("不予纳入原因", max_length=40, blank=True)
    closed_reason = models.CharField("自然减少原因", max_length=40, blank=True)
    # 四（五）“录入全国扶贫开发信息系统” and 四（六）“风险消除”标注: two marks, two dates.
    in_national_system_on = models.DateField("录入全国系统日期", null=True, blank=True)
    in_national_system_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    clearing_marked_on = models.DateField("全国系统消除标注日期", null=True, blank=True)
    clearing_marked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    authorisations = models.ManyToManyField(
        "workflow.Attachment", blank=True, related_name="+", verbose_name="承诺授权书"
    )
    previous_case = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="later_cases"
    )
    version = models.PositiveIntegerField(default=1)
    opened_at = models.DateTimeField("登记时间", default=clock.now)
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = CaseQuerySet.as_manager()

    class Meta:
        verbose_name = "监测个案"
        ordering = ["village", "household", "pk"]
        indexes = [
            # awaiting(), area_states(), case_list
            models.Index(fields=["village", "status"], name="case_village_status"),
            models.Index(fields=["status", "due_on"], name="case_status_due"),
            models.Index(fields=["on_list"], name="case_on_list"),
            # a page of case_list, of a county as of a village
            models.Index(fields=["due_on", "village", "household"], name="case_in_due_order"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["household"], condition=Q(status__in=OPEN), name="one_open_case"
            ),
            models.CheckConstraint(
                condition=~Q(status=Status.NOT_ADMITTED) | ~Q(not_admitted_reason=""),
                name="case_refused_with_reason",
            ),
            models.CheckConstraint(
                condition=~Q(status=Status.CLOSED) | ~Q(closed_reason=""),
                name="case_closed_with_reason",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=(*ON_REGISTER, Status.RISK_CLEARED))
                | Q(identified_on__isnull=False),
                name="case_monitored_since",
            ),
            models.CheckConstraint(
                condition=Q(status=Status.RISK_CLEARED, cleared_on__isnull=False)
                | (~Q(status=Status.RISK_CLEARED) & Q(cleared_on__isnull=True)),
                name="case_cleared_on_when_cleared",
            ),
            both_or_neither(
                "in_national_system_on", "in_national_system_by", name="case_national_pair"
            ),
            both_or_neither("clearing_marked_on", "clearing_marked_by", name="case_marked_pair"),
        ]

    def __str__(self):
        return f"个案 {self.pk}"

    @property
    def is_open(self) -> bool:
        return self.status in OPEN

    @property
    def is_waiting_for_list(self) -> bool:
        """待上报: passed at the lower level, which has not reported it yet."""
        return self.status in LISTED and self.on_list_id is None

    @property
    def holder(self) -> Level | None:
        """The level whose turn it is; before the list is reported, still the one below."""
        level = HOLDER[self.status]
        return level.below if self.is_waiting_for_list else level

    @property
    def is_overdue(self) -> bool:
        return self.status in GATE and self.due_on is not None and self.due_on < clock.today()


class StatusChangeQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(access.scope(user, Permission.CASE_VIEW, field="case__village_id"))


class StatusChange(models.Model):
    """One step of one case: who, when, why, in which meeting; never changed afterwards."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="changes")
    step = models.CharField(max_length=20)
    source = models.CharField(max_length=20, choices=Status.choices)
    target = models.CharField(max_length=20, choices=Status.choices)
    level = models.CharField(max_length=8, choices=Level.choices)
    at = models.DateTimeField(default=clock.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    comment = models.CharField("意见", max_length=500, blank=True)
    reason = models.CharField("原因", max_length=40, blank=True)
    round = models.ForeignKey("workflow.MonthlyRound", models.PROTECT, related_name="changes")
    meeting = models.ForeignKey(
        "workflow.Meeting", models.PROTECT, null=True, blank=True, related_name="changes"
    )
    # The list that carried the case when the step was taken; sending back puts it on again.
    on_list = models.ForeignKey(
        "workflow.ReportedList", models.PROTECT, null=True, blank=True, related_name="+"
    )
    is_late = models.BooleanField("逾期", default=False)

    objects = StatusChangeQuerySet.as_manager()

    class Meta:
        verbose_name = "办理记录"
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["case", "id"], name="change_case"),
            # area_states(), the month's lists
            models.Index(fields=["round", "step"], name="change_round_step"),
        ]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    @property
    def status_label(self) -> str:
        return Status(self.target).label


IN_DUE_ORDER = (F("due_on").asc(nulls_last=True), "village_id", "household_id")
