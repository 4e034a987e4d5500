"""A member of a household; the ID number is stored encrypted and found by keyed hashes only."""

import pghistory
import pgtrigger
from django.contrib.postgres.indexes import OpClass
from django.db import models
from django.db.models import Q
from django.db.models.functions import Length, Substr
from django.db.models.lookups import GreaterThan

from accounts import access
from accounts.permissions import Permission
from areas.containment import within
from audit import clock
from households import idnumbers
from households.models.household import LowIncomeKind

TEXT = {"blank": True, "default": "", "db_default": ""}
HEAD = "户主"
# Whoever changes a person without naming a new source row breaks the tie to the old one.
FORGET_SOURCE = """
    IF NEW.source_digest IS NOT DISTINCT FROM OLD.source_digest THEN NEW.source_digest = NULL; END IF;
    RETURN NEW;
"""


class PersonQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Persons of the villages where the user may look into the register."""
        return self.filter(
            access.scope(user, Permission.REGISTER_VIEW, field="household__village_id")
        )

    def active(self):
        """Members now; left and deceased persons stay as rows."""
        return self.filter(is_active=True)

    def in_area(self, code):
        return self.filter(within([code], field="household__village_id"))

    def with_id_number(self, number):
        """Active persons holding this ID number, however it is written (normalised here)."""
        return self.filter(
            id_index=idnumbers.blind_index(idnumbers.normalise(number)), is_active=True
        )

    def in_family_order(self, *before):
        """The head first, then as entered; `before` sorts the families."""
        return self.order_by(
            *before, models.Case(models.When(relation=HEAD, then=0), default=1), "pk"
        )


@pghistory.track(
    pghistory.UpdateEvent(row=pghistory.Old),
    pghistory.DeleteEvent(),
    exclude=[
        "initials",
        "initials_other",
        "id_index",
        "id_tail4",
        "id_tail6",
        "source_digest",
        "updated_at",
    ],
    obj_field=pghistory.ObjForeignKey(related_name="past", related_query_name="past"),
)
class Person(models.Model):
    """One member; `relation` holds the national system's words (户主, 配偶, 之子 …)."""

    household = models.ForeignKey("households.Household", models.PROTECT, related_name="members")
    name = models.CharField("姓名", max_length=60, db_collation="C")
    initials = models.CharField("拼音首字母", max_length=60, db_collation="C", editable=False)
    # the surname's other reading (单: shan, dan), empty for most
    initials_other = models.CharField(max_length=60, db_collation="C", editable=False, **TEXT)
    relation = models.CharField("与户主关系", max_length=20)
    id_cipher = models.BinaryField("证件号码（密文）", null=True)
    id_index = models.BinaryField(max_length=16, null=True)
    id_tail4 = models.BinaryField(max_length=16, null=True)
    id_tail6 = models.BinaryField(max_length=16, null=True)
    birth_on = models.DateField("出生日期", null=True, blank=True)
    sex = models.CharField("性别", max_length=1, **TEXT)  # 男 / 女
    ethnicity = models.CharField("民族", max_length=20, **TEXT)
    political_status = models.CharField("政治面貌", max_length=20, **TEXT)
    education = models.CharField("文化程度", max_length=20, **TEXT)
    student_state = models.CharField("在校生状况", max_length=20, **TEXT)
    health = models.CharField("健康状况", max_length=40, **TEXT)
    skill = models.CharField("劳动技能", max_length=20, **TEXT)
    work_place = models.CharField("务工地点", max_length=60, **TEXT)
    work_months = models.PositiveSmallIntegerField("务工时长（月）", null=True, blank=True)
    medical_insurance = models.CharField("基本医疗保险", max_length=20, **TEXT)
    pension_insurance = models.CharField("基本养老保险", max_length=20, **TEXT)
    low_income_kind = models.CharField("低保", max_length=4, choices=LowIncomeKind, **TEXT)
    disability_category = models.CharField("残疾类别", max_length=10, **TEXT)
    disability_grade = models.CharField("残疾等级", max_length=4, **TEXT)
    phone = models.CharField("联系电话", max_length=20, **TEXT)
    position = models.PositiveSmallIntegerField("户内序号", default=1, db_default=1)
    is_active = models.BooleanField("在册", default=True, db_default=True)
    left_on = models.DateField("减少日期", null=True, blank=True)
    left_reason = models.CharField("减少原因", max_length=20, **TEXT)
    # digest of the register workbook's row this person equals; NULL once edited
    source_digest = models.BigIntegerField(null=True, editable=False)
    version = models.PositiveIntegerField(default=1, db_default=1)
    created_at = models.DateTimeField(default=clock.now)
    updated_at = models.DateTimeField(default=clock.now)

    objects = PersonQuerySet.as_manager()

    class Meta:
        verbose_name = "家庭成员"
        ordering = ["household_id", "position", "pk"]
        constraints = [
            # a person is an active member of one household only; serves whole-ID search and matching
            models.UniqueConstraint(
                fields=["id_index"], name="active_person_once", condition=Q(is_active=True)
            ),
            models.UniqueConstraint(
                fields=["household"],
                name="one_active_head",
                condition=Q(is_active=True, relation=HEAD),
            ),
            models.CheckConstraint(condition=~Q(name=""), name="person_has_a_name"),
            models.CheckConstraint(
                condition=Q(is_active=True, left_on__isnull=True)
                | Q(is_active=False, left_on__isnull=False),
                name="person_left_on_a_day",
            ),
        ]
        indexes = [
            # is the holder of this number known as deceased or moved away? (few rows)
            models.Index(
                fields=["id_index"], name="person_left_by_id", condition=Q(is_active=False)
            ),
            # search by the last four to six characters of the ID number: about sixty persons of a
            # county share the last four, among them the last six are compared without an index
            models.Index(fields=["id_tail4"], name="person_by_tail4"),
            # search by initials; collation C makes a prefix a range, already in the page's order
            models.Index(fields=["initials"], name="person_by_initials"),
            models.Index(
                fields=["initials_other"],
                name="person_by_initials_other",
                condition=~Q(initials_other=""),
            ),
            # search by part of a name: a part begins at the 1st, 2nd, 3rd … character
            models.Index(fields=["name"], name="person_by_name"),
            models.Index(
                OpClass(Substr("name", 2), "text_pattern_ops"), name="person_by_name_from_2"
            ),
            models.Index(
                OpClass(Substr("name", 3), "text_pattern_ops"),
                name="person_by_name_from_3",
                condition=Q(GreaterThan(Length("name"), 3)),
            ),
            # later parts of long names: few rows, each looked at
            models.Index(
                fields=["household"],
                name="person_with_long_name",
                condition=Q(GreaterThan(Length("name"), 4)),
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="forget_source",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange(exclude=["source_digest", "updated_at", "version"]),
                func=FORGET_SOURCE,
            )
        ]

    def __str__(self):
        return self.name
