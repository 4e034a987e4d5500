import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from accounts import access
from accounts.permissions import Permission
from audit import clock
from audit.constraints import both_or_neither
from workflow.states import Level


class MeetingQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(access.scope(user, Permission.CASE_VIEW, field="area_id"))


class Meeting(models.Model):
    """A village review, township session or county determination: one record for its whole list.

    A county session is put forward (提请) by the county office and concluded by another person of
    the leading group office 四（五）. Once concluded a trigger keeps it as it is.
    """

    class State(models.TextChoices):
        DRAFT = "DRAFT", "记录中"
        PREPARED = "PREPARED", "已提请"
        CONCLUDED = "CONCLUDED", "已结束"

    round = models.ForeignKey(
        "workflow.MonthlyRound", models.PROTECT, related_name="meetings", verbose_name="月份"
    )
    area = models.ForeignKey("areas.Area", models.PROTECT, related_name="+", verbose_name="区划")
    level = models.CharField("级别", max_length=8, choices=Level.choices)
    is_admission = models.BooleanField("纳入评议", default=True)
    is_clearing = models.BooleanField("消除评议", default=False)
    held_on = models.DateField("会议日期")
    place = models.CharField("地点", max_length=80)
    host = models.CharField("主持人", max_length=40)
    recorder = models.CharField("记录人", max_length=40)
    expected_count = models.PositiveSmallIntegerField("应到人数")
    present_count = models.PositiveSmallIntegerField("实到人数")
    attendees = models.TextField("参会人员", max_length=2000, blank=True)
    minutes = models.TextField("会议记录", max_length=20000, blank=True)
    state = models.CharField(max_length=9, choices=State.choices, default=State.DRAFT)
    version = models.PositiveIntegerField(default=1)
    recorded_at = models.DateTimeField(default=clock.now)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="登记人"
    )
    prepared_at = models.DateTimeField("提请时间", null=True, blank=True)
    prepared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    concluded_at = models.DateTimeField("结束时间", null=True, blank=True)
    concluded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    scans = models.ManyToManyField(
        "workflow.Attachment", blank=True, related_name="+", verbose_name="签到册、照片、扫描件"
    )
    form_key = models.UUIDField(null=True, unique=True, editable=False)  # one form, one meeting

    objects = MeetingQuerySet.as_manager()

    class Meta:
        verbose_name = "会议"
        ordering = ["-held_on", "-pk"]
        indexes = [models.Index(fields=["round", "area"], name="meeting_round_area")]
        constraints = [
            both_or_neither("prepared_at", "prepared_by", name="meeting_prepared_pair"),
            both_or_neither("concluded_at", "concluded_by", name="meeting_concluded_pair"),
            models.CheckConstraint(
                condition=Q(present_count__lte=F("expected_count")),
                name="meeting_present_not_more",
            ),
            models.CheckConstraint(
                condition=Q(state="CONCLUDED", concluded_at__isnull=False)
                | (~Q(state="CONCLUDED") & Q(concluded_at__isnull=True)),
                name="meeting_concluded_when",
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="concluded",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__state="CONCLUDED"),
            )
        ]

    def __str__(self):
        return f"{self.held_on} {self.title}"

    @property
    def title(self) -> str:
        """村级评议会, 乡镇研判会, 县级审定会; 消除评议会 when it only clears."""
        clears_only = self.is_clearing and not self.is_admission
        return {
            Level.VILLAGE: "村级消除评议会" if clears_only else "村级评议会",
            Level.TOWNSHIP: "乡镇研判会",
            Level.COUNTY: "县级研判认定会" if clears_only else "县级审定会",
        }[self.level]

    @property
    def is_concluded(self) -> bool:
        return self.state == self.State.CONCLUDED


class MeetingDecision(models.Model):
    """What the meeting said about one household: votes, opinion, and the step it means."""

    class Decision(models.TextChoices):
        UNDECIDED = "", "待定"
        ADMIT = "ADMIT", "同意"
        REFUSE = "REFUSE", "不同意"
        SEND_BACK = "SEND_BACK", "退回"
        DEFER = "DEFER", "暂缓，下次再议"

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="decisions")
    case = models.ForeignKey("workflow.Case", models.PROTECT, related_name="decisions")
    decision = models.CharField(
        "结论", max_length=9, choices=Decision.choices, default=Decision.UNDECIDED, blank=True
    )
    step = models.CharField(max_length=20, blank=True, help_text="该结论对应的办理步骤；空为不办理")
    votes_for = models.PositiveSmallIntegerField("同意票", default=0)
    votes_against = models.PositiveSmallIntegerField("不同意票", default=0)
    votes_abstain = models.PositiveSmallIntegerField("弃权票", default=0)
    opinion = models.CharField("意见", max_length=500, blank=True)
    reason = models.CharField("原因", max_length=40, blank=True)
    clearing_kind = models.CharField("消除方式", max_length=20, blank=True)

    class Meta:
        verbose_name = "逐户结论"
        ordering = ["meeting", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["meeting", "case"], name="one_decision_a_case")
        ]
        triggers = [
            pgtrigger.Trigger(
                name="concluded",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                declare=[("parent_id", "bigint")],
                func="""
                    parent_id := CASE WHEN TG_OP = 'INSERT' THEN NEW.meeting_id
                                      ELSE OLD.meeting_id END;
                    IF EXISTS (SELECT 1 FROM workflow_meeting
                               WHERE id = parent_id AND state = 'CONCLUDED') THEN
                        RAISE EXCEPTION 'a concluded meeting is kept as it is';
                    END IF;
                    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
                    RETURN NEW;
                """,
            )
        ]
