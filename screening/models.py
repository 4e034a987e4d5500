"""Leads: where a case begins. Department files and their rows, and what became of every line."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from accounts import access
from accounts.permissions import Permission
from areas.containment import within
from audit import clock
from audit.constraints import both_or_neither


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


class LeadKind(models.Model):
    """One kind of lead of one department: its columns, rule, cadence and clause are data (附件1)."""

    COMPUTED = "computed"  # 附件1-12: found by the system in the register, no file

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
    titles = models.JSONField("记住的列名", default=dict, blank=True)  # title -> column key
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


def own_files(user, prefix: str = "") -> Q:
    """Files of the clerk's own departments, in the clerk's own county only."""
    departments = access.departments(user, Permission.LEADFILE_UPLOAD)
    home = getattr(user, "area_id", None) or ""
    return Q(**{f"{prefix}department__in": departments}) & within(
        [home[:6]] if departments else [], field=f"{prefix}county_id"
    )


class LeadFileQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The sending department's own files; county posts that settle leads see all of their county."""
        return self.filter(
            own_files(user)
            | access.scope(user, Permission.LEAD_SETTLE, field="county_id")
            | access.scope(user, Permission.SUPERVISION_VIEW, field="county_id")
        )


class LeadFile(models.Model):
    """A department's list for a month as received; its work is done by a job, its rows are kept for ever."""

    class State(models.TextChoices):
        RECEIVED = "received", "已接收"
        CHECKED = "checked", "已核对"
        HELD = "held", "待人工确认"
        DISPATCHED = "dispatched", "已下发"
        REFUSED = "refused", "未能读取"

    county = models.ForeignKey("areas.Area", models.PROTECT, related_name="+")
    department = models.ForeignKey("accounts.Department", models.PROTECT, related_name="lead_files")
    kind = models.ForeignKey(LeadKind, models.PROTECT, related_name="files")
    month = models.DateField("月份")  # first day
    file = models.FileField(upload_to="lead_files/%Y/%m/")
    name = models.CharField("文件名", max_length=300)
    sha256 = models.CharField(max_length=64)
    state = models.CharField("状态", max_length=12, choices=State.choices, default=State.RECEIVED)
    message = models.TextField("说明", blank=True)  # why refused or held, in one Chinese sentence
    warnings = models.JSONField(default=list)
    header = models.JSONField(null=True)  # header row index and the column mapping used
    figures = models.JSONField(default=dict)  # the keys of the import_leads summary
    job = models.ForeignKey("jobs.Job", models.SET_NULL, null=True, related_name="+")
    received_at = models.DateTimeField(default=clock.now)
    received_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    dispatched_at = models.DateTimeField(null=True, blank=True)
    dispatched_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )

    objects = LeadFileQuerySet.as_manager()

    class Meta:
        verbose_name = "部门线索文件"
        ordering = ["-received_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["county", "department", "month", "sha256"],
                condition=~Q(state="refused"),
                name="same_lead_file_once_a_month",
            ),
        ]


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
            .exclude(match=LeadRow.Match.NAME_ONLY)
        )

    def to_dispatch(self):
        """Leads with a household that have not become a task yet."""
        return self.leads().filter(household__isnull=False, lead=None)


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

    file = models.ForeignKey(LeadFile, models.CASCADE, related_name="rows")
    sheet_row = models.PositiveIntegerField("行号")
    raw = models.JSONField()  # cells as read by column key, the ID number's left out
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
