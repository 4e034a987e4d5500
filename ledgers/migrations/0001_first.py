import audit.clock
import django.db.models.deletion
import ledgers.models
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    replaces = [
        ("ledgers", "0001_initial"),
        ("ledgers", "0002_kept_ledgers"),
    ]

    dependencies = [
        ("areas", "0001_first"),
        ("workflow", "0001_first"),
    ]

    operations = [
        migrations.CreateModel(
            name="KeptLedger",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("ledger", models.CharField(max_length=30, verbose_name="台账")),
                ("columns", models.JSONField(verbose_name="栏目")),
                ("line_count", models.PositiveIntegerField(verbose_name="行数")),
                ("checksum", models.CharField(max_length=64, verbose_name="校验码")),
                ("kept_at", models.DateTimeField(default=audit.clock.now, verbose_name="留存时间")),
                (
                    "round",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="kept_ledgers",
                        to="workflow.monthlyround",
                        verbose_name="月份",
                    ),
                ),
            ],
            options={
                "verbose_name": "留存台账",
                "ordering": ["round", "ledger", "pk"],
                "indexes": [models.Index(fields=["round", "ledger"], name="kept_round_ledger")],
            },
        ),
        migrations.CreateModel(
            name="KeptRows",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("blocks", models.JSONField()),
                (
                    "kept",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rows",
                        to="ledgers.keptledger",
                    ),
                ),
                (
                    "village",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="areas.area",
                    ),
                ),
            ],
            options={
                "verbose_name": "留存台账内容",
                "constraints": [
                    models.UniqueConstraint(fields=("kept", "village"), name="kept_rows_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="MonthlyExport",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("month", models.DateField(verbose_name="月份")),
                ("ledger", models.CharField(max_length=30, verbose_name="台账")),
                ("form", models.CharField(max_length=10, verbose_name="样式")),
                (
                    "file",
                    models.FileField(
                        max_length=200, upload_to="monthly/%Y/%m/", verbose_name="文件"
                    ),
                ),
                ("name", models.CharField(max_length=200, verbose_name="文件名")),
                ("sha256", models.CharField(max_length=64, verbose_name="校验码")),
                ("line_count", models.PositiveIntegerField(verbose_name="行数")),
                ("made_at", models.DateTimeField(default=audit.clock.now, verbose_name="生成时间")),
                (
                    "area",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="areas.area",
                        verbose_name="区划",
                    ),
                ),
            ],
            options={
                "verbose_name": "月度台账文件",
                "ordering": ["-month", "area", "ledger", "form"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("area", "month", "ledger", "form"), name="monthly_export_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("month__day", 1)),
                        name="monthly_export_month_is_first_day",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Booklet",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("content_hash", models.CharField(max_length=64, verbose_name="内容校验码")),
                ("version", models.PositiveIntegerField(verbose_name="版次")),
                (
                    "file",
                    models.FileField(
                        max_length=200, upload_to=ledgers.models.booklet_path, verbose_name="文件"
                    ),
                ),
                ("page_count", models.PositiveSmallIntegerField(verbose_name="页数")),
                ("made_at", models.DateTimeField(default=audit.clock.now, verbose_name="生成时间")),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="booklets",
                        to="workflow.case",
                    ),
                ),
            ],
            options={
                "verbose_name": "一户一册",
                "ordering": ["case", "-version"],
                "constraints": [
                    models.UniqueConstraint(fields=("case", "version"), name="booklet_version_once")
                ],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="keptledger",
            trigger=pgtrigger.compiler.Trigger(
                name="frozen",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="7f641e1068304755f79218eb9ea317177570dd20",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_frozen_b68e0",
                    table="ledgers_keptledger",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="keptrows",
            trigger=pgtrigger.compiler.Trigger(
                name="frozen",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="bf8ce1494d727c94bcd7b9e99b661e73257bdabd",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_frozen_2282d",
                    table="ledgers_keptrows",
                    when="BEFORE",
                ),
            ),
        ),
    ]
