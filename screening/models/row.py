"""The lines of a department's list, one by one."""

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q

from accounts import access
from accounts.permissions import Permission
from screening.models.file import LeadFile, own_files
from screening.models.lead import Lead


class LeadRowQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The department's own lines, the settling county's, and what waits in a township's 待认领 pool."""
        return self.filter(
            own_files(user, "file__")
            | access.scope(user, Permission.LEAD_SETTLE, field="file__county_id")
            | access.scope(user, Permission.SUPERVISION_VIEW, field="file__county_id")
            | access.scope(user, Permission.CASE_RECHECK, field="township_id")
        )

    def leads(self):
        """Rows that are leads by the rule."""
        return self.filter(verdict=LeadRow.Verdict.OK)

    def doubtful(self):
        """Name and village alone never decide who somebody is: a person settles these."""
        return self.leads().filter(match=LeadRow.Match.NAME_ONLY, household=None, settled_at=None)

    def unclaimed(self):
        """待认领: leads that nobody could be found for."""
        return (
            self.leads()
            .filter(household=None, settled_at=None)
            .exclude(match__in=(LeadRow.Match.NAME_ONLY, LeadRow.Match.AREA))
        )

    def to_dispatch(self):
        """Leads with a household, and areas, that have not become a task yet."""
        tied = LeadRow.matters.through.objects.filter(leadrow=OuterRef("pk"))
        known = Q(household__isnull=False, lead=None, recalled_for="")
        return self.leads().filter(known | Q(match=LeadRow.Match.AREA) & ~Exists(tied))


class LeadRow(models.Model):
    """One line of a department's file with its sheet row number, its verdict and its one effect."""

    class Verdict(models.TextChoices):
        OK = "ok", "线索"
        BELOW = "below", "未达标准"
        BAD = "bad", "有误"

    class Match(models.TextChoices):
        NONE = "", "未匹配"
        EQUAL = "equal", "证件号码一致"
        REPAIRED = "repaired", "证件号码整理后一致"
        NAME_ONLY = "name_only", "仅姓名和村一致"
        CHOSEN = "chosen", "人工认定"
        MOVED = "moved", "已迁出"
        DECEASED = "deceased", "已死亡"
        NOT_FOUND = "not_found", "不在花名册"
        AREA = "area", "由村排查"

    file = models.ForeignKey(LeadFile, models.CASCADE, related_name="rows")
    sheet_row = models.PositiveIntegerField("行号")
    raw = models.JSONField()  # cells as read by column key, the ID number's left out
    # The sheet's other columns by title, long numbers masked.
    extra = models.JSONField(default=dict)
    facts = models.JSONField(default=dict)  # what the kind says about the person, normalised
    name = models.CharField("姓名", max_length=60, blank=True)
    id_index = models.BinaryField(null=True)  # of a usable number
    id_cipher = models.BinaryField(null=True)  # the number as read, usable or not
    village = models.ForeignKey("areas.Area", models.PROTECT, null=True, related_name="+")
    verdict = models.CharField("核对结果", max_length=8, choices=Verdict.choices)
    reason = models.CharField(
        "说明", max_length=400, blank=True
    )  # why a lead, why not, what is wrong
    note = models.CharField("提示", max_length=200, blank=True)
    match = models.CharField(
        "匹配结果", max_length=12, choices=Match.choices, default=Match.NONE, blank=True
    )
    person = models.ForeignKey("households.Person", models.PROTECT, null=True, related_name="+")
    household = models.ForeignKey(
        "households.Household", models.PROTECT, null=True, related_name="+"
    )
    # Where the row belongs: the matched household's, else what the row says; else nobody's.
    township = models.ForeignKey("areas.Area", models.PROTECT, null=True, related_name="+")
    fact_hash = models.CharField(max_length=64, blank=True)  # that of the lead it is or becomes
    lead = models.ForeignKey(Lead, models.SET_NULL, null=True, related_name="rows")
    # Of a row that names an area: the task of each of its villages.
    matters = models.ManyToManyField("screening.Matter", related_name="rows")
    # Why this row's lead alone was taken back; it waits to be settled anew.
    recalled_for = models.CharField("撤回原因", max_length=200, blank=True, db_default="")
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )

    objects = LeadRowQuerySet.as_manager()

    class Meta:
        verbose_name = "线索文件行"
        ordering = ["file", "sheet_row"]
        constraints = [
            models.UniqueConstraint(fields=["file", "sheet_row"], name="one_row_per_sheet_row"),
        ]
        indexes = [
            # the county's and the townships' to-do: doubtful and unclaimed rows
            models.Index(
                fields=["match", "township"],
                name="lead_row_unsettled",
                condition=Q(verdict="ok", household__isnull=True),
            ),
        ]
