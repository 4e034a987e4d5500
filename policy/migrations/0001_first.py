import django.db.models.deletion
import pghistory.utils
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    replaces = [
        ("policy", "0001_initial"),
    ]

    dependencies = [
        ("areas", "0001_first"),
    ]

    operations = [
        migrations.CreateModel(
            name="CodeItem",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("table", models.CharField(max_length=40, verbose_name="代码表")),
                ("code", models.CharField(max_length=40, verbose_name="代码")),
                ("label", models.CharField(max_length=60, verbose_name="名称")),
                ("order", models.PositiveSmallIntegerField(default=0, verbose_name="顺序")),
                ("is_active", models.BooleanField(default=True, verbose_name="在用")),
                ("note", models.CharField(blank=True, max_length=300, verbose_name="说明")),
                ("extra", models.JSONField(blank=True, default=dict, verbose_name="附加")),
            ],
            options={
                "verbose_name": "代码",
                "verbose_name_plural": "代码",
                "ordering": ["table", "order", "code"],
                "constraints": [
                    models.UniqueConstraint(fields=("table", "code"), name="code_once_a_table")
                ],
            },
        ),
        migrations.CreateModel(
            name="CodeItemEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("pgh_context_id", models.UUIDField(null=True)),
                ("id", models.BigIntegerField()),
                ("table", models.CharField(max_length=40, verbose_name="代码表")),
                ("code", models.CharField(max_length=40, verbose_name="代码")),
                ("label", models.CharField(max_length=60, verbose_name="名称")),
                ("order", models.PositiveSmallIntegerField(default=0, verbose_name="顺序")),
                ("is_active", models.BooleanField(default=True, verbose_name="在用")),
                ("note", models.CharField(blank=True, max_length=300, verbose_name="说明")),
                ("extra", models.JSONField(blank=True, default=dict, verbose_name="附加")),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="events",
                        to="policy.codeitem",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Parameter",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(max_length=60, verbose_name="参数")),
                ("value", models.JSONField(verbose_name="取值")),
                ("valid_from", models.DateField(verbose_name="生效日期")),
                (
                    "population",
                    models.CharField(
                        blank=True,
                        choices=[("", "不分人群"), ("lifted", "脱贫户"), ("general", "一般农户")],
                        default="",
                        max_length=10,
                        verbose_name="人群",
                    ),
                ),
                (
                    "basis",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "不分口径"),
                            ("single_stay", "单次"),
                            ("year_total", "年度累计"),
                        ],
                        default="",
                        max_length=20,
                        verbose_name="口径",
                    ),
                ),
                ("unit", models.CharField(blank=True, max_length=20, verbose_name="单位")),
                ("clause", models.CharField(blank=True, max_length=60, verbose_name="依据")),
                ("note", models.CharField(blank=True, max_length=300, verbose_name="说明")),
                (
                    "county",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="areas.area",
                        verbose_name="适用县",
                    ),
                ),
            ],
            options={
                "verbose_name": "政策参数",
                "verbose_name_plural": "政策参数",
                "ordering": ["key", "population", "basis", "valid_from"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("key", "valid_from", "population", "basis", "county"),
                        name="parameter_once_a_day",
                        nulls_distinct=False,
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ParameterEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("pgh_context_id", models.UUIDField(null=True)),
                ("id", models.BigIntegerField()),
                ("key", models.CharField(max_length=60, verbose_name="参数")),
                ("value", models.JSONField(verbose_name="取值")),
                ("valid_from", models.DateField(verbose_name="生效日期")),
                (
                    "population",
                    models.CharField(
                        blank=True,
                        choices=[("", "不分人群"), ("lifted", "脱贫户"), ("general", "一般农户")],
                        default="",
                        max_length=10,
                        verbose_name="人群",
                    ),
                ),
                (
                    "basis",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "不分口径"),
                            ("single_stay", "单次"),
                            ("year_total", "年度累计"),
                        ],
                        default="",
                        max_length=20,
                        verbose_name="口径",
                    ),
                ),
                ("unit", models.CharField(blank=True, max_length=20, verbose_name="单位")),
                ("clause", models.CharField(blank=True, max_length=60, verbose_name="依据")),
                ("note", models.CharField(blank=True, max_length=300, verbose_name="说明")),
                (
                    "county",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="areas.area",
                        verbose_name="适用县",
                    ),
                ),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="events",
                        to="policy.parameter",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="codeitem",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "policy_codeitemevent" ("code", "extra", "id", "is_active", "label", "note", "order", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "table") VALUES (NEW."code", NEW."extra", NEW."id", NEW."is_active", NEW."label", NEW."note", NEW."order", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."table"); RETURN NULL;',
                    hash="460d9f6664b99eaea41ea9aacb42b8e37c5a709c",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_6d948",
                    table="policy_codeitem",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="codeitem",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "policy_codeitemevent" ("code", "extra", "id", "is_active", "label", "note", "order", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "table") VALUES (NEW."code", NEW."extra", NEW."id", NEW."is_active", NEW."label", NEW."note", NEW."order", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id", NEW."table"); RETURN NULL;',
                    hash="702ba02e06f9aeaa6fedab0e8dab56982c409ab7",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_e6eb2",
                    table="policy_codeitem",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="codeitemevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="39134499b57ba469e7183ba3086dbbebc32d7d6e",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_004aa",
                    table="policy_codeitemevent",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="parameter",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "policy_parameterevent" ("basis", "clause", "county_id", "id", "key", "note", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "population", "unit", "valid_from", "value") VALUES (NEW."basis", NEW."clause", NEW."county_id", NEW."id", NEW."key", NEW."note", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."population", NEW."unit", NEW."valid_from", NEW."value"); RETURN NULL;',
                    hash="1cd4918962b87a27117ea8b974cfcf442bd579d3",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_93b78",
                    table="policy_parameter",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="parameter",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "policy_parameterevent" ("basis", "clause", "county_id", "id", "key", "note", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "population", "unit", "valid_from", "value") VALUES (NEW."basis", NEW."clause", NEW."county_id", NEW."id", NEW."key", NEW."note", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id", NEW."population", NEW."unit", NEW."valid_from", NEW."value"); RETURN NULL;',
                    hash="c0ea7f019e1760c3e4001173dbdcf2145aff9b63",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_1ec95",
                    table="policy_parameter",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="parameterevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="17965466757a9348aed1b958e147e67e770e8e3c",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_895c1",
                    table="policy_parameterevent",
                    when="BEFORE",
                ),
            ),
        ),
    ]
