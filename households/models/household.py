"""A household of the register (以户为单位, 二（一）)."""

import pghistory
import pgtrigger
from django.db import models
from django.db.models import Q

from accounts import access
from accounts.permissions import Permission
from areas.containment import within
from audit import clock
from audit.constraints import both_or_neither


class LowIncomeKind(models.TextChoices):
    """低保 and 特困 in the words of the register workbook; empty means neither."""

    NONE = "", "否"
    DIBAO = "低保", "低保"
    TEKUN = "特困", "特困"


class HouseholdQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Households of the villages where the user may look into the register."""
        return self.filter(access.scope(user, Permission.REGISTER_VIEW, field="village_id"))

    def editable_by(self, user):
        """Households of the villages where the user may change the register."""
        return self.filter(access.scope(user, Permission.REGISTER_EDIT, field="village_id"))

    def in_area(self, code):
        """Households of a village, or of every village below a township, county or city."""
        return self.filter(within([code]))

    def active(self):
        return self.filter(state=Household.State.ACTIVE)

    def lifted(self):
        """脱贫户."""
        return self.filter(kind=Household.Kind.LIFTED)


# The body keeps a re-import honest: facts changed here no longer equal the row they came from.
FORGET_SOURCE_OF_MEMBERS = """
    UPDATE households_person SET source_digest = NULL
     WHERE household_id = NEW.id AND source_digest IS NOT NULL;
    RETURN NULL;
"""


@pghistory.track(
    pghistory.UpdateEvent(row=pghistory.Old),
    pghistory.DeleteEvent(),
    exclude=["version", "updated_at", "member_count"],
    obj_field=pghistory.ObjForeignKey(related_name="past", related_query_name="past"),
)
class Household(models.Model):
    """One household; `number` is the 户编号 of the national platform."""

    class Kind(models.TextChoices):
        GENERAL = "general", "一般农户"
        LIFTED = "lifted", "脱贫户"

    class State(models.TextChoices):
        ACTIVE = "active", "在册"
        REMOVED = "removed", "已销户"

    number = models.CharField("户编号", max_length=40, db_collation="C")
    village = models.ForeignKey(
        "areas.Area",
        models.PROTECT,
        verbose_name="行政村",
        related_name="households",
        db_index=False,  # household_by_village serves it
    )
    kind = models.CharField("户类型", max_length=8, choices=Kind, default=Kind.GENERAL)
    head_name = models.CharField("户主姓名", max_length=60, db_collation="C", blank=True)
    member_count = models.PositiveSmallIntegerField("家庭人口", default=0)
    natural_village = models.CharField(
        "自然村（组）", max_length=60, blank=True, default="", db_default=""
    )
    address = models.CharField("家庭住址", max_length=200, blank=True, default="", db_default="")
    phone = models.CharField("联系电话", max_length=20, blank=True, default="", db_default="")
    per_capita_income = models.DecimalField(
        "人均纯收入（元/年）", max_digits=12, decimal_places=2, null=True, blank=True
    )
    income_year = models.PositiveSmallIntegerField("收入年度", null=True, blank=True)
    low_income_kind = models.CharField(
        "低保", max_length=4, choices=LowIncomeKind, blank=True, default="", db_default=""
    )  # the strongest of the members
    has_no_labour = models.BooleanField("整户无劳动能力", default=False, db_default=False)
    state = models.CharField(
        "状态", max_length=8, choices=State, default=State.ACTIVE, db_default=State.ACTIVE
    )
    removed_on = models.DateField("销户日期", null=True, blank=True)
    removed_reason = models.CharField(
        "销户原因", max_length=60, blank=True, default="", db_default=""
    )
    version = models.PositiveIntegerField(default=1, db_default=1)  # optimistic lock of the forms
    created_at = models.DateTimeField(default=clock.now)
    updated_at = models.DateTimeField(default=clock.now)

    objects = HouseholdQuerySet.as_manager()

    class Meta:
        verbose_name = "农户"
        ordering = ["number"]
        constraints = [
            # also finds a household by its number
            models.UniqueConstraint(fields=["number"], name="household_number_once"),
            models.CheckConstraint(condition=~Q(number=""), name="household_has_a_number"),
            models.CheckConstraint(
                condition=Q(state="active", removed_on__isnull=True)
                | Q(state="removed", removed_on__isnull=False),
                name="household_removed_on_a_day",
            ),
            both_or_neither("per_capita_income", "income_year", name="household_income_has_a_year"),
        ]
        indexes = [
            # households of an area (a prefix of the code), of one village in their usual order
            models.Index(
                fields=["village", "number"],
                name="household_by_village",
                opclasses=["varchar_pattern_ops", "varchar_ops"],
            ),
            # the list of an area sorted by the head's name or by income
            models.Index(fields=["head_name", "id"], name="household_by_head"),
            models.Index(fields=["per_capita_income", "id"], name="household_by_income"),
            # filter by 低保/特困: few rows
            models.Index(
                fields=["village"],
                name="household_on_low_income",
                opclasses=["varchar_pattern_ops"],
                condition=~Q(low_income_kind=""),
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="forget_source_of_members",
                when=pgtrigger.After,
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange(
                    "number", "village", "kind", "phone", "per_capita_income"
                ),
                func=FORGET_SOURCE_OF_MEMBERS,
            )
        ]

    def __str__(self):
        return f"{self.head_name or '（无户主）'}户（{self.number}）"

    @property
    def is_lifted(self):
        return self.kind == self.Kind.LIFTED

    @property
    def is_removed(self):
        return self.state == self.State.REMOVED
