import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now


class State(models.TextChoices):
    QUEUED = "queued", "排队中"
    RUNNING = "running", "进行中"
    DONE = "done", "已完成"
    FAILED = "failed", "未完成"
    CANCELLED = "cancelled", "已取消"


def result_path(job, name: str) -> str:
    """Our own name on disk; the name people see is in file_name."""
    return f"jobs/{job.pk}/{uuid.uuid4().hex}"


class JobQuerySet(models.QuerySet):
    def visible_to(self, user, *, is_manager: bool = False):
        """A person's own jobs; `is_manager` (holds SCHEDULE_MANAGE, asked above) sees all."""
        return self if is_manager else self.filter(created_by=user.pk)

    def latest_of(self, kinds):
        """The last job of each kind, whoever asked for it."""
        return self.filter(kind__in=kinds).order_by("kind", "-created_at").distinct("kind")

    def unfinished(self):
        return self.filter(state__in=[State.QUEUED, State.RUNNING])


class Job(models.Model):
    """Work that takes longer than a page may. The row is the truth, the queue only a bell.

    Moments are the database's own, so that machines with different clocks agree.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField("种类", max_length=60)
    title = models.CharField("任务", max_length=120)
    args = models.JSONField("输入", default=dict)
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.QUEUED)
    done = models.PositiveIntegerField("已处理", default=0)
    total = models.PositiveIntegerField("总数", default=0)
    message = models.CharField("说明", max_length=300, blank=True)
    result = models.JSONField("结果", default=dict)
    file = models.FileField("文件", upload_to=result_path, max_length=200, blank=True)
    file_name = models.CharField("文件名", max_length=200, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="jobs",
        verbose_name="提交人",
    )  # fmt: skip
    created_at = models.DateTimeField("提交时间", db_default=Now())
    sent_at = models.DateTimeField("送入队列时间", null=True)
    started_at = models.DateTimeField("开始时间", null=True)
    finished_at = models.DateTimeField("结束时间", null=True)
    heartbeat_at = models.DateTimeField("最近心跳", null=True)
    worker = models.CharField("执行进程", max_length=120, blank=True)
    # Also the ticket of a run: whoever holds an older number may write nothing more.
    attempts = models.PositiveSmallIntegerField("已尝试", default=0)
    key = models.CharField("唯一标识", max_length=200, null=True, unique=True)  # noqa: DJ001

    objects = JobQuerySet.as_manager()

    class Meta:
        verbose_name = "后台任务"
        verbose_name_plural = "后台任务"
        ordering = ["-created_at"]
        indexes = [
            models.Index(fields=["created_by", "-created_at"], name="job_of_person"),
            models.Index(
                fields=["state"],
                name="job_unfinished",
                condition=Q(state__in=["queued", "running"]),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["done", "failed", "cancelled"], finished_at__isnull=False)
                | Q(state__in=["queued", "running"], finished_at__isnull=True),
                name="job_finished_at_fits_state",
            ),
        ]

    def __str__(self):
        return self.title

    @property
    def is_finished(self) -> bool:
        return self.finished_at is not None

    @property
    def percent(self) -> int | None:
        """Whole percent done, None while the amount of work is unknown."""
        return min(100, self.done * 100 // self.total) if self.total else None
