import audit.clock
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    replaces = [
        ("supervision", "0001_initial"),
    ]

    dependencies = [
        ("accounts", "0001_first"),
    ]

    operations = [
        migrations.CreateModel(
            name="Reminder",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField(verbose_name="日期")),
                ("lines", models.JSONField(verbose_name="事项")),
                ("made_at", models.DateTimeField(default=audit.clock.now)),
                ("read_at", models.DateTimeField(blank=True, null=True, verbose_name="阅读时间")),
                (
                    "sent_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="外部渠道送达时间"),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="reminders",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "提醒",
                "ordering": ["-day"],
                "indexes": [
                    models.Index(
                        models.F("user"),
                        condition=models.Q(("read_at", None)),
                        name="reminder_unread",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("user", "day"), name="one_reminder_a_day")
                ],
            },
        ),
    ]
