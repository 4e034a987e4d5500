"""Who is insured in a year, what was claimed, and which relief was asked for (五（二）, 五（三）)."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from accounts import access
from accounts.permissions import Permission
from areas.containment import within
from assistance.relief import desk
from audit import clock
from households.models.household import LowIncomeKind
from workflow.states import Level

MONEY = {"max_digits": 12, "decimal_places": 2, "null": True, "blank": True}
BY = {
    "to": settings.AUTH_USER_MODEL,
    "on_delete": models.PROTECT,
    "null": True,
    "related_name": "+",
}


class OfHouseholdQuerySet(models.QuerySet):
    """Seen by whoever may see the household's case, and at the desk of the responsible department."""

    desk = ""  # parameter that names the department

    def visible_to(self, user):
        field = "household__village_id"
        inside = access.scope(user, Permission.CASE_VIEW, field=field)
        county = desk.county_of(user, self.desk)
        return self.filter(inside | within([county], field) if county else inside)


PROOFS = {
    "to": "workflow.Attachment",
    "blank": True,
    "related_name": "+",
    "verbose_name": "印证材料",
}


class PaidOutQuerySet(models.QuerySet):
    def paid_without_proof(self):
        """Money went out and no 政策兑现印证材料 is kept (六（二）)."""
        return self.filter(amount_paid__gt=0, proofs__isnull=True)


class InsuredQuerySet(OfHouseholdQuerySet):
    desk = desk.INSURANCE


class InsuranceCover(models.Model):
    """防贫保 of a household for a year; the county pays (五（二）)."""

    class Group(models.TextChoices):
        REGISTER = "register", "两类人群"
        SUDDEN = "sudden", "收入骤减、支出骤增户"

    household = models.ForeignKey("households.Household", models.PROTECT, related_name="covers")
    year = models.PositiveSmallIntegerField("参保年度")
    group = models.CharField("参保对象", max_length=10, choices=Group)
    member_count = models.PositiveSmallIntegerField("参保人数")
    starts_on = models.DateField("保险起期")
    ends_on = models.DateField("保险止期")
    enrolled_at = models.DateTimeField(default=clock.now)
    enrolled_by = models.ForeignKey(**BY)

    objects = InsuredQuerySet.as_manager()

    class Meta:
        verbose_name = "防贫保参保"
        ordering = ["-year", "household_id"]
        constraints = [
            models.UniqueConstraint(fields=["household", "year"], name="insured_once_a_year"),
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")), name="cover_runs_forward"
            ),
        ]


class ClaimQuerySet(PaidOutQuerySet, InsuredQuerySet):
    def open(self):
        """Neither paid nor refused yet."""
        return self.filter(state__in=InsuranceClaim.OPEN)


class InsuranceClaim(models.Model):
    """One accident or disaster of an insured household: 报案, 查勘, 理赔 (五（二）)."""

    class State(models.TextChoices):
        REPORTED = "reported", "已报案"
        INSPECTED = "inspected", "已查勘"
        PAID = "paid", "已赔付"
        REFUSED = "refused", "不予理赔"

    OPEN = (State.REPORTED, State.INSPECTED)

    household = models.ForeignKey("households.Household", models.PROTECT, related_name="claims")
    cover = models.ForeignKey(InsuranceCover, models.PROTECT, related_name="claims")
    person = models.ForeignKey(
        "households.Person", models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name="当事人",
    )  # fmt: skip
    happened_on = models.DateField("出险日期")
    cause = models.CharField("出险原因", max_length=20)  # code table insurance_cause
    description = models.CharField("出险情况", max_length=300)
    state = models.CharField("状态", max_length=10, choices=State, default=State.REPORTED)
    reported_on = models.DateField("报案日期")
    reported_by = models.ForeignKey(**BY)
    inspected_on = models.DateField("查勘日期", null=True, blank=True)
    inspector = models.CharField("查勘人", max_length=60, blank=True, default="")
    finding = models.CharField("查勘情况", max_length=300, blank=True, default="")
    amount_claimed = models.DecimalField("申请理赔金额（元）", **MONEY)
    paid_on = models.DateField("到账日期", null=True, blank=True)
    amount_paid = models.DecimalField("赔付金额（元）", **MONEY)
    refused_on = models.DateField("不予理赔日期", null=True, blank=True)
    refused_reason = models.CharField("不予理赔原因", max_length=200, blank=True, default="")
    proofs = models.ManyToManyField(**PROOFS)
    recorded_at = models.DateTimeField(default=clock.now)

    objects = ClaimQuerySet.as_manager()

    class Meta:
        verbose_name = "防贫保理赔"
        ordering = ["-happened_on", "-pk"]
        indexes = [models.Index(fields=["state", "reported_on"], name="claim_by_state")]
        constraints = [
            models.UniqueConstraint(
                fields=["household", "happened_on", "cause"],
                condition=~Q(state="refused"),
                name="claim_reported_once",
            ),
            models.CheckConstraint(
                condition=Q(reported_on__gte=F("happened_on")), name="claim_after_the_event"
            ),
            models.CheckConstraint(
                condition=Q(state="paid", paid_on__isnull=False, amount_paid__gt=0)
                | (~Q(state="paid") & Q(paid_on__isnull=True, amount_paid__isnull=True)),
                name="claim_paid_with_day_and_amount",
            ),
            models.CheckConstraint(
                condition=Q(state="refused", refused_on__isnull=False) & ~Q(refused_reason="")
                | (~Q(state="refused") & Q(refused_on__isnull=True, refused_reason="")),
                name="claim_refused_with_reason",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["reported", "refused"]) | Q(inspected_on__isnull=False),
                name="claim_inspected_before_paid",
            ),
        ]

    def __str__(self):
        return f"{self.happened_on} 防贫保理赔"


class ReliefQuerySet(PaidOutQuerySet, OfHouseholdQuerySet):
    desk = desk.RELIEF

    def open(self):
        """Not answered, not paid, or paid ahead and the procedure still to be made up."""
        is_ahead = Q(state=ReliefRequest.State.PAID, approved_on__isnull=True)
        return self.filter(Q(state__in=ReliefRequest.OPEN) | is_ahead)

    def ahead_of_procedure(self):
        """先行帮扶: paid first, procedure still to be made up."""
        return self.filter(is_ahead=True, approved_on__isnull=True).exclude(
            state=ReliefRequest.State.REFUSED
        )


class ReliefRequest(models.Model):
    """临时救助 (急难型, 支出型) or 兜底救助 of a household (五（三）)."""

    class Kind(models.TextChoices):
        URGENT = "urgent", "临时救助（急难型）"
        EXPENSE = "expense", "临时救助（支出型）"
        FLOOR = "floor", "兜底救助（低保、特困）"

    class State(models.TextChoices):
        REQUESTED = "requested", "待审批"
        APPROVED = "approved", "已批准待发放"
        PAID = "paid", "已发放"
        REFUSED = "refused", "不予救助"

    OPEN = (State.REQUESTED, State.APPROVED)
    LEVELS = ((Level.TOWNSHIP, Level.TOWNSHIP.label), (Level.COUNTY, Level.COUNTY.label))

    household = models.ForeignKey("households.Household", models.PROTECT, related_name="reliefs")
    person = models.ForeignKey(
        "households.Person", models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name="当事人",
    )  # fmt: skip
    kind = models.CharField("救助类型", max_length=10, choices=Kind)
    risk = models.CharField("困难原因", max_length=20)  # code table risk
    description = models.CharField("困难情况", max_length=300)
    state = models.CharField("状态", max_length=10, choices=State, default=State.REQUESTED)
    is_ahead = models.BooleanField("先行帮扶", default=False)
    requested_on = models.DateField("申请日期")
    requested_by = models.ForeignKey(**BY)
    level = models.CharField("批准层级", max_length=8, choices=LEVELS, blank=True, default="")
    approved_on = models.DateField("批准日期", null=True, blank=True)
    approved_by = models.ForeignKey(**BY)
    amount_approved = models.DecimalField("批准金额（元）", **MONEY)
    protection = models.CharField(
        "纳入", max_length=4, choices=LowIncomeKind, blank=True, default=""
    )
    paid_on = models.DateField("发放日期", null=True, blank=True)
    amount_paid = models.DecimalField("发放金额（元）", **MONEY)
    refused_on = models.DateField("不予救助日期", null=True, blank=True)
    refused_reason = models.CharField("不予救助原因", max_length=200, blank=True, default="")
    proofs = models.ManyToManyField(**PROOFS)
    recorded_at = models.DateTimeField(default=clock.now)

    objects = ReliefQuerySet.as_manager()

    class Meta:
        verbose_name = "救助申请"
        ordering = ["-requested_on", "-pk"]
        indexes = [models.Index(fields=["state", "requested_on"], name="relief_by_state")]
        constraints = [
            models.UniqueConstraint(
                fields=["household", "kind", "risk", "requested_on"],
                condition=~Q(state="refused"),
                name="relief_requested_once",
            ),
            models.CheckConstraint(
                condition=Q(state="paid", paid_on__isnull=False, amount_paid__gt=0)
                | (~Q(state="paid") & Q(paid_on__isnull=True, amount_paid__isnull=True)),
                name="relief_paid_with_day_and_amount",
            ),
            models.CheckConstraint(
                condition=Q(approved_on__isnull=True, level="")
                | (Q(approved_on__isnull=False) & ~Q(level="")),
                name="relief_approved_at_a_level",
            ),
            # 五（三）: only help that goes ahead is paid before it is approved.
            models.CheckConstraint(
                condition=~Q(state="paid") | Q(approved_on__isnull=False) | Q(is_ahead=True),
                name="relief_paid_after_approval_or_ahead",
            ),
            models.CheckConstraint(
                condition=Q(state="refused", refused_on__isnull=False) & ~Q(refused_reason="")
                | (~Q(state="refused") & Q(refused_on__isnull=True, refused_reason="")),
                name="relief_refused_with_reason",
            ),
        ]

    def __str__(self):
        return f"{self.requested_on} {self.get_kind_display()}"

    @property
    def is_open(self) -> bool:
        return self.state in self.OPEN or self.lacks_procedure

    @property
    def lacks_procedure(self) -> bool:
        """先行帮扶 was given and nobody has approved it yet."""
        return self.state == self.State.PAID and self.approved_on is None
