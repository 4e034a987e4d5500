"""Neither event nor seal can be changed or removed, not even by the owner without saying so.

ALWAYS: also while the session claims to replay a replica's log. Only a test database, known by
its name, may be emptied between tests.
"""

import audit.events
import django.contrib.postgres.fields
from django.db import migrations, models

CREATE = """
CREATE FUNCTION audit_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'TRUNCATE' AND starts_with(current_database(), 'test_') THEN
        RETURN NULL;
    END IF;
    RAISE EXCEPTION '% on %: the audit log is append-only', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege';
END $$;
"""
TABLE = """
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION audit_append_only();
ALTER TABLE {table} ENABLE ALWAYS TRIGGER append_only;
"""
DROP = "DROP TRIGGER append_only ON {table};"
TABLES = ("audit_event", "audit_seal")


class Migration(migrations.Migration):
    initial = True

    replaces = [
        ("audit", "0001_initial"),
        ("audit", "0002_append_only"),
    ]

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Seal",
            fields=[
                (
                    "number",
                    models.PositiveBigIntegerField(
                        primary_key=True, serialize=False, verbose_name="序号"
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="封存时间")),
                (
                    "event_ids",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), size=None, verbose_name="记录编号"
                    ),
                ),
                ("last_tx", models.BigIntegerField(verbose_name="末条事务号")),
                ("digest", models.BinaryField(max_length=32, verbose_name="校验值")),
            ],
            options={
                "verbose_name": "审计封存",
                "verbose_name_plural": "审计封存",
            },
        ),
        migrations.CreateModel(
            name="Event",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="时间")),
                ("actor_id", models.BigIntegerField(null=True, verbose_name="用户编号")),
                ("actor_name", models.CharField(max_length=40, verbose_name="操作人")),
                ("post", models.CharField(blank=True, max_length=200, verbose_name="岗位")),
                ("ip", models.GenericIPAddressField(null=True, verbose_name="地址")),
                (
                    "kind",
                    models.CharField(
                        choices=audit.events.kinds, max_length=40, verbose_name="事项"
                    ),
                ),
                (
                    "object_type",
                    models.CharField(blank=True, max_length=60, verbose_name="对象类型"),
                ),
                ("object_id", models.CharField(blank=True, max_length=64, verbose_name="对象编号")),
                ("area_code", models.CharField(blank=True, max_length=12, verbose_name="区划代码")),
                (
                    "outcome",
                    models.CharField(
                        choices=[("ok", "成功"), ("refused", "被拒绝"), ("failed", "失败")],
                        default="ok",
                        max_length=10,
                        verbose_name="结果",
                    ),
                ),
                ("detail", models.JSONField(default=dict, verbose_name="详情")),
                (
                    "request_id",
                    models.CharField(blank=True, max_length=32, verbose_name="请求编号"),
                ),
                ("digest", models.BinaryField(max_length=32, verbose_name="校验值")),
                (
                    "tx",
                    models.BigIntegerField(
                        db_default=models.Func(
                            output_field=models.BigIntegerField(),
                            template="(pg_current_xact_id()::text::bigint)",
                        ),
                        verbose_name="事务号",
                    ),
                ),
            ],
            options={
                "verbose_name": "审计记录",
                "verbose_name_plural": "审计记录",
                "indexes": [
                    models.Index(fields=["tx", "id"], name="event_seal_order"),
                    models.Index(fields=["-at"], name="event_latest"),
                    models.Index(fields=["actor_id", "-at"], name="event_by_actor"),
                    models.Index(
                        fields=["object_type", "object_id", "-at"], name="event_of_object"
                    ),
                    models.Index(
                        fields=["area_code", "-at"],
                        name="event_in_area",
                        opclasses=["varchar_pattern_ops", "timestamptz_ops"],
                    ),
                ],
            },
        ),
        migrations.RunSQL(CREATE, "DROP FUNCTION audit_append_only();"),
        *(
            migrations.RunSQL(TABLE.format(table=table), DROP.format(table=table))
            for table in TABLES
        ),
    ]
