"""What the sheet itself keeps: the row of a household and month, and every change of a cell."""

from django.conf import settings
from django.db import models

from accounts import access
from accounts.permissions import Permission
from audit import clock
from audit.constraints import both_or_neither
from workflow.models import Visit

USER = {"to": settings.AUTH_USER_MODEL, "on_delete": models.PROTECT, "related_name": "+"}


class SheetRow(models.Model):
    """排查表 row: made when somebody first does something about the household in this month."""

    round = models.ForeignKey("workflow.MonthlyRound", models.PROTECT, related_name="+")
    household = models.ForeignKey("households.Household", models.PROTECT, related_name="sheet_rows")
    village = models.ForeignKey("areas.Area", models.PROTECT, related_name="+")
    # Cell key -> text: typed, but not valid or not complete enough for the register yet.
    drafts = models.JSONField("草稿", default=dict)
    checked_how = models.CharField(
        "核实方式", max_length=9, choices=Visit.Kind.choices, blank=True, default=""
    )
    checked_on = models.DateField("核实日期", null=True, blank=True)
    contacted = models.CharField("联系到谁", max_length=60, blank=True, default="")
    # The visit that these three have recorded: corrected, not repeated.
    visit = models.ForeignKey(
        "workflow.Visit", models.PROTECT, null=True, blank=True, related_name="+"
    )
    # The check of the safeguards that this row has written: corrected, not repeated.
    safeguard = models.ForeignKey(
        "households.Safeguard", models.PROTECT, null=True, blank=True, related_name="+"
    )
    changed_at = models.DateTimeField(null=True, blank=True)
    changed_by = models.ForeignKey(**USER, null=True, blank=True)
    confirmed_at = models.DateTimeField("确认无变化时间", null=True, blank=True)
    confirmed_by = models.ForeignKey(**USER, null=True, blank=True)

    class Meta:
        verbose_name = "排查表行"
        constraints = [
            models.UniqueConstraint(fields=["round", "household"], name="one_sheet_row_a_month"),
            both_or_neither("changed_at", "changed_by", name="sheet_row_changed_pair"),
            both_or_neither("confirmed_at", "confirmed_by", name="sheet_row_confirmed_pair"),
        ]
        indexes = [models.Index(fields=["round", "village"], name="sheet_row_of_village")]


class CellChangeQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Changes in the villages whose sheet the viewer fills in."""
        return self.filter(access.scope(user, Permission.CASE_SCREEN, field="row__village_id"))


class CellChange(models.Model):
    """One change of one cell; its id comes from the browser, so that sending it twice is one."""

    id = models.UUIDField(primary_key=True)
    row = models.ForeignKey(SheetRow, models.PROTECT, related_name="changes")
    key = models.CharField(max_length=30)
    old = models.CharField(max_length=400, blank=True)
    new = models.CharField(max_length=400, blank=True)
    restores = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField(default=clock.now)
    by = models.ForeignKey(**USER)

    objects = CellChangeQuerySet.as_manager()

    class Meta:
        verbose_name = "排查表修改"
        ordering = ["-at", "-pk"]
        # history of a row, of one of its cells
        indexes = [models.Index(fields=["row", "key", "-at"], name="cell_change_history")]
