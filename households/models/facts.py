"""What changes about a household: income by period, safeguards, natural changes."""

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.functional import cached_property

from accounts import access
from accounts.permissions import Permission
from audit import clock
from audit.constraints import both_or_neither
from households import rules

MONEY = {"max_digits": 12, "decimal_places": 2, "default": 0, "db_default": 0}
AMOUNTS = (
    "wage",
    "business",
    "property",
    "transfer",
    "business_expense",
    "insurance_payout",
    "compliant_self_paid",
)
PROBLEMS = ("housing_problem", "education_problem", "medical_problem", "water_problem")
BY = {
    "to": settings.AUTH_USER_MODEL,
    "on_delete": models.PROTECT,
    "null": True,
    "related_name": "+",
}


class OfHouseholdQuerySet(models.QuerySet):
    """Rows that belong to a household and are seen by whoever may see it."""

    def visible_to(self, user):
        return self.filter(
            access.scope(user, Permission.REGISTER_VIEW, field="household__village_id")
        )


@pghistory.track(
    pghistory.UpdateEvent(row=pghistory.Old),
    pghistory.DeleteEvent(),
    obj_field=pghistory.ObjForeignKey(related_name="past", related_query_name="past"),
)
class Income(models.Model):
    """Income and expense of a household in a period, in 元 for the whole household.

    The four kinds and the formula are those of the national collection form (domain §4).
    """

    class Source(models.TextChoices):
        SELF_REPORTED = "self", "农户自报"
        DEPARTMENT = "department", "部门数据"
        CHECKED = "checked", "入户查验"
        REGISTER = "register", "档案导入"

    household = models.ForeignKey("households.Household", models.PROTECT, related_name="incomes")
    period_start = models.DateField("周期起")
    period_end = models.DateField("周期止")
    wage = models.DecimalField("工资性收入", **MONEY)
    business = models.DecimalField("生产经营性收入", **MONEY)
    property = models.DecimalField(
        "财产性收入", **MONEY
    )  # hides the builtin: cached_property below
    transfer = models.DecimalField("转移性收入", **MONEY)
    business_expense = models.DecimalField("生产经营性支出", **MONEY)
    insurance_payout = models.DecimalField("理赔收入（含防贫保）", **MONEY)  # as typed
    # 防贫保 payouts received in the period 五（二）, kept by households.payouts
    recorded_payout = models.DecimalField("防贫保赔付（系统登记）", editable=False, **MONEY)
    compliant_self_paid = models.DecimalField("合规自付支出", **MONEY)
    member_count = models.PositiveSmallIntegerField("家庭人口")
    source = models.CharField(
        "数据来源", max_length=12, choices=Source, default=Source.SELF_REPORTED
    )
    note = models.CharField("说明", max_length=200, blank=True, default="", db_default="")
    recorded_at = models.DateTimeField(default=clock.now)
    recorded_by = models.ForeignKey(**BY)

    objects = OfHouseholdQuerySet.as_manager()

    class Meta:
        verbose_name = "收入"
        ordering = ["-period_end", "-pk"]
        constraints = [
            # one statement per period; a correction updates it and history keeps the old one
            models.UniqueConstraint(
                fields=["household", "period_start", "period_end"], name="one_income_per_period"
            ),
            models.CheckConstraint(
                condition=Q(period_end__gt=F("period_start")), name="income_period_runs_forward"
            ),
            models.CheckConstraint(condition=Q(member_count__gte=1), name="income_has_members"),
            models.CheckConstraint(
                condition=Q(
                    wage__gte=0,
                    business__gte=0,
                    property__gte=0,
                    transfer__gte=0,
                    business_expense__gte=0,
                    insurance_payout__gte=0,
                    recorded_payout__gte=0,
                    compliant_self_paid__gte=0,
                ),
                name="income_items_not_negative",
            ),
        ]

    @cached_property
    def net(self):
        """纯收入 of the household, 元."""
        return rules.net_income(
            wage=self.wage,
            business=self.business,
            property=self.property,
            transfer=self.transfer,
            business_expense=self.business_expense,
        )

    @cached_property
    def payout(self):
        """理赔收入 as it counts, 元: typed or recorded, never both."""
        return rules.counted_payout(typed=self.insurance_payout, recorded=self.recorded_payout)

    @cached_property
    def reference(self):
        """纳入监测收入参考 of the household, 元."""
        return rules.reference_income(
            net=self.net,
            insurance_payout=self.payout,
            compliant_self_paid=self.compliant_self_paid,
        )

    @cached_property
    def per_capita_net(self):
        """人均纯收入, 元."""
        return rules.per_capita(self.net, self.member_count)

    @cached_property
    def per_capita_reference(self):
        """人均参考收入, 元."""
        return rules.per_capita(self.reference, self.member_count)


class SafeguardQuerySet(OfHouseholdQuerySet):
    def known_of(self, household) -> dict[str, bool]:
        """What the last check of the household found: it stands until somebody says it is solved."""
        latest = self.filter(household=household).order_by("-checked_on", "-pk").first()
        return {name: getattr(latest, name) for name in PROBLEMS} if latest else {}


class Safeguard(models.Model):
    """三保障和饮水安全 found at the household on a day; True means there is a problem."""

    household = models.ForeignKey("households.Household", models.PROTECT, related_name="safeguards")
    checked_on = models.DateField("核查日期")
    housing_problem = models.BooleanField("住房出现安全问题", default=False)
    education_problem = models.BooleanField("义务教育阶段失学辍学", default=False)
    medical_problem = models.BooleanField("有成员未参加基本医疗保险", default=False)
    water_problem = models.BooleanField("饮水出现安全问题", default=False)
    note = models.CharField("说明", max_length=200, blank=True, default="", db_default="")
    recorded_at = models.DateTimeField(default=clock.now)
    recorded_by = models.ForeignKey(**BY)

    objects = SafeguardQuerySet.as_manager()

    class Meta:
        verbose_name = "三保障和饮水"
        ordering = ["-checked_on", "-pk"]
        # the latest check of a household
        indexes = [models.Index(fields=["household", "-checked_on"], name="safeguard_latest")]

    @property
    def problems(self):
        """Labels of the safeguards that are not met."""
        return [self._meta.get_field(name).verbose_name for name in PROBLEMS if getattr(self, name)]


class NaturalChangeQuerySet(OfHouseholdQuerySet):
    def pending_in_national_system(self):
        """Changes still to be repeated in the national system (domain §4 自然增减)."""
        return self.filter(national_updated_at__isnull=True)


class NaturalChange(models.Model):
    """自然增减 of a household: who came, who went, who leads it now."""

    class Kind(models.TextChoices):
        BIRTH = "birth", "出生"
        MARRIED_IN = "married_in", "婚入"
        MOVED_IN = "moved_in", "迁入"
        DEATH = "death", "死亡"
        MOVED_OUT = "moved_out", "迁出"
        MARRIED_OUT = "wed_out", "婚出"
        NEW_HEAD = "new_head", "户主变更"
        SPLIT = "split", "分户"
        MERGE = "merge", "并户"

    ARRIVALS = (Kind.BIRTH, Kind.MARRIED_IN, Kind.MOVED_IN)
    DEPARTURES = (Kind.DEATH, Kind.MOVED_OUT, Kind.MARRIED_OUT)

    household = models.ForeignKey(
        "households.Household", models.PROTECT, related_name="natural_changes"
    )
    person = models.ForeignKey("households.Person", models.PROTECT, related_name="natural_changes")
    kind = models.CharField("类型", max_length=10, choices=Kind)
    changed_on = models.DateField("发生日期")
    note = models.CharField("说明", max_length=200, blank=True, default="", db_default="")
    # Of a split: the new household; of a merge: the one that is no more.
    other_household = models.ForeignKey(
        "households.Household", models.PROTECT, null=True, blank=True, related_name="+"
    )
    is_household_gone = models.BooleanField("整户减少", default=False)
    recorded_at = models.DateTimeField(default=clock.now)
    recorded_by = models.ForeignKey(**BY)
    national_updated_at = models.DateTimeField("国家系统已更新时间", null=True, blank=True)
    national_updated_by = models.ForeignKey(**BY)

    objects = NaturalChangeQuerySet.as_manager()

    class Meta:
        verbose_name = "自然增减"
        ordering = ["-changed_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["split", "merge"], other_household__isnull=False)
                | (~Q(kind__in=["split", "merge"]) & Q(other_household__isnull=True)),
                name="change_names_the_other_household",
            ),
            both_or_neither(
                "national_updated_at", "national_updated_by", name="change_updated_at_and_by"
            ),
        ]
        indexes = [
            # the list "国家系统待更新"
            models.Index(
                fields=["household"],
                name="change_to_be_updated",
                condition=Q(national_updated_at__isnull=True),
            )
        ]
