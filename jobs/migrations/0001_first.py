import django.db.models.deletion
import django.db.models.functions.datetime
import jobs.models
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    replaces = [
        ("jobs", "0001_initial"),
    ]

    dependencies = [
        ("accounts", "0001_first"),
    ]

    operations = [
        migrations.CreateModel(
            name="Job",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("kind", models.CharField(max_length=60, verbose_name="种类")),
                ("title", models.CharField(max_length=120, verbose_name="任务")),
                ("args", models.JSONField(default=dict, verbose_name="输入")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("queued", "排队中"),
                            ("running", "进行中"),
                            ("done", "已完成"),
                            ("failed", "未完成"),
                            ("cancelled", "已取消"),
                        ],
                        default="queued",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("done", models.PositiveIntegerField(default=0, verbose_name="已处理")),
                ("total", models.PositiveIntegerField(default=0, verbose_name="总数")),
                ("message", models.CharField(blank=True, max_length=300, verbose_name="说明")),
                ("result", models.JSONField(default=dict, verbose_name="结果")),
                (
                    "file",
                    models.FileField(
                        blank=True,
                        max_length=200,
                        upload_to=jobs.models.result_path,
                        verbose_name="文件",
                    ),
                ),
                ("file_name", models.CharField(blank=True, max_length=200, verbose_name="文件名")),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        verbose_name="提交时间",
                    ),
                ),
                ("sent_at", models.DateTimeField(null=True, verbose_name="送入队列时间")),
                ("started_at", models.DateTimeField(null=True, verbose_name="开始时间")),
                ("finished_at", models.DateTimeField(null=True, verbose_name="结束时间")),
                ("heartbeat_at", models.DateTimeField(null=True, verbose_name="最近心跳")),
                ("worker", models.CharField(blank=True, max_length=120, verbose_name="执行进程")),
                ("attempts", models.PositiveSmallIntegerField(default=0, verbose_name="已尝试")),
                (
                    "key",
                    models.CharField(
                        max_length=200, null=True, unique=True, verbose_name="唯一标识"
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="jobs",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="提交人",
                    ),
                ),
            ],
            options={
                "verbose_name": "后台任务",
                "verbose_name_plural": "后台任务",
                "ordering": ["-created_at"],
                "indexes": [
                    models.Index(fields=["created_by", "-created_at"], name="job_of_person"),
                    models.Index(
                        condition=models.Q(("state__in", ["queued", "running"])),
                        fields=["state"],
                        name="job_unfinished",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("finished_at__isnull", False),
                                ("state__in", ["done", "failed", "cancelled"]),
                            ),
                            models.Q(
                                ("finished_at__isnull", True), ("state__in", ["queued", "running"])
                            ),
                            _connector="OR",
                        ),
                        name="job_finished_at_fits_state",
                    )
                ],
            },
        ),
    ]
