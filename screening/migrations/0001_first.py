import audit.clock
import django.contrib.postgres.fields
import django.db.models.deletion
import screening.duties.kinds
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    replaces = [
        ("screening", "0001_initial"),
        ("screening", "0002_first_rows"),
        ("screening", "0003_named_columns"),
        ("screening", "0004_sheet"),
        ("screening", "0005_matters_and_duty_reports"),
        ("screening", "0006_sources"),
        ("screening", "0007_remove_sheetrow_accepted"),
        ("screening", "0008_sheet_visit"),
        ("screening", "0009_lead_recall_and_area_lists"),
    ]

    dependencies = [
        ("accounts", "0001_first"),
        ("areas", "0001_first"),
        ("households", "0001_first"),
        ("jobs", "0001_first"),
        ("workflow", "0001_first"),
    ]

    operations = [
        migrations.CreateModel(
            name="LeadKind",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(max_length=40)),
                ("label", models.CharField(max_length=60, verbose_name="线索类型")),
                ("risk", models.CharField(blank=True, max_length=30, verbose_name="风险")),
                ("columns", models.JSONField(verbose_name="列")),
                ("titles", models.JSONField(blank=True, default=dict, verbose_name="记住的列名")),
                ("rule", models.CharField(max_length=40, verbose_name="判定规则")),
                ("parameter", models.CharField(blank=True, max_length=60, verbose_name="政策参数")),
                ("basis", models.CharField(blank=True, max_length=20, verbose_name="口径")),
                (
                    "cadence",
                    models.CharField(
                        choices=[
                            ("monthly_20th", "每月20日前"),
                            ("monthly", "每月"),
                            ("quarterly", "每季度"),
                            ("within_one_day", "一日内"),
                            ("on_event", "发生时"),
                        ],
                        max_length=20,
                        verbose_name="报送时限",
                    ),
                ),
                ("clause", models.CharField(max_length=40, verbose_name="依据")),
                ("is_active", models.BooleanField(default=True, verbose_name="启用")),
                (
                    "department",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lead_kinds",
                        to="accounts.department",
                    ),
                ),
            ],
            options={
                "verbose_name": "线索类型",
                "ordering": ["department__order", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("department", "key"), name="one_lead_kind_per_department_key"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="LeadFile",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("month", models.DateField(verbose_name="月份")),
                ("file", models.FileField(upload_to="lead_files/%Y/%m/")),
                ("name", models.CharField(max_length=300, verbose_name="文件名")),
                ("sha256", models.CharField(max_length=64)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("received", "已接收"),
                            ("checked", "已核对"),
                            ("unnamed", "待指认列名"),
                            ("held", "待人工确认"),
                            ("dispatched", "已下发"),
                            ("refused", "未能读取"),
                        ],
                        default="received",
                        max_length=12,
                        verbose_name="状态",
                    ),
                ),
                ("message", models.TextField(blank=True, verbose_name="说明")),
                ("warnings", models.JSONField(default=list)),
                ("header", models.JSONField(null=True)),
                ("figures", models.JSONField(default=dict)),
                ("received_at", models.DateTimeField(default=audit.clock.now)),
                ("dispatched_at", models.DateTimeField(blank=True, null=True)),
                (
                    "county",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="areas.area",
                    ),
                ),
                (
                    "department",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lead_files",
                        to="accounts.department",
                    ),
                ),
                (
                    "dispatched_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "job",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="jobs.job",
                    ),
                ),
                (
                    "received_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "kind",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="files",
                        to="screening.leadkind",
                    ),
                ),
            ],
            options={
                "verbose_name": "部门线索文件",
                "ordering": ["-received_at", "-pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "refused"), _negated=True),
                        fields=("county", "department", "month", "sha256"),
                        name="same_lead_file_once_a_month",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Lead",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("application", "农户申请"),
                            ("cadre", "干部摸排"),
                            ("department", "部门比对"),
                            ("system", "系统监测"),
                        ],
                        max_length=12,
                        verbose_name="来源",
                    ),
                ),
                ("month", models.DateField(verbose_name="月份")),
                (
                    "risks",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=30), default=list, size=None
                    ),
                ),
                ("facts", models.JSONField(default=dict)),
                ("explanation", models.CharField(max_length=400, verbose_name="线索说明")),
                ("clause", models.CharField(blank=True, max_length=40, verbose_name="依据")),
                ("raised_on", models.DateField(verbose_name="线索日期")),
                (
                    "answer",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("true", "属实"),
                            ("not_true", "不属实"),
                            ("not_ours", "不属本村"),
                            ("already_listed", "已在册"),
                            ("deceased_or_moved", "死亡或迁出"),
                        ],
                        max_length=20,
                        verbose_name="核实结果",
                    ),
                ),
                (
                    "answer_reason",
                    models.CharField(blank=True, max_length=300, verbose_name="核实说明"),
                ),
                (
                    "answer_note",
                    models.CharField(blank=True, max_length=200, verbose_name="补充说明"),
                ),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                ("fact_hash", models.CharField(max_length=64)),
                (
                    "answered_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="leads",
                        to="workflow.case",
                    ),
                ),
                (
                    "earlier",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="screening.lead",
                    ),
                ),
                (
                    "household",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="leads",
                        to="households.household",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="households.person",
                    ),
                ),
                (
                    "raised_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "scan",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="workflow.attachment",
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
                (
                    "kind",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="leads",
                        to="screening.leadkind",
                    ),
                ),
            ],
            options={
                "verbose_name": "线索",
                "ordering": ["-raised_on", "-pk"],
                "indexes": [
                    models.Index(fields=["village", "answer"], name="lead_by_village"),
                    models.Index(fields=["month", "village"], name="lead_of_month"),
                    models.Index(fields=["fact_hash"], name="lead_memory"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("month", "fact_hash"), name="same_lead_once_a_month"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("answered_at__isnull", True), ("answered_by__isnull", True)),
                            models.Q(
                                ("answered_at__isnull", False), ("answered_by__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="lead_answered_by_and_at",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Matter",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=screening.duties.kinds.choices, max_length=30, verbose_name="事项"
                    ),
                ),
                ("period", models.DateField(verbose_name="月份、季度")),
                ("facts", models.JSONField(default=dict, verbose_name="内容")),
                ("happened_on", models.DateField(null=True, verbose_name="发生日期")),
                (
                    "raised_at",
                    models.DateTimeField(default=audit.clock.now, verbose_name="上报时间"),
                ),
                (
                    "holder",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("village", "村级"),
                            ("township", "乡镇"),
                            ("department", "部门"),
                            ("county", "县扶贫办"),
                        ],
                        max_length=10,
                        verbose_name="在谁手里",
                    ),
                ),
                ("due_at", models.DateTimeField(null=True, verbose_name="期限")),
                ("outcome", models.CharField(blank=True, max_length=20, verbose_name="结果")),
                ("words", models.CharField(blank=True, max_length=500, verbose_name="办理情况")),
                ("closed_at", models.DateTimeField(null=True, verbose_name="办结时间")),
                ("is_listed", models.BooleanField(default=False)),
                ("form_key", models.UUIDField(editable=False, null=True, unique=True)),
                (
                    "closed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "county",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="areas.area",
                    ),
                ),
                (
                    "department",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="matters",
                        to="accounts.department",
                    ),
                ),
                (
                    "files",
                    models.ManyToManyField(
                        related_name="+", to="workflow.attachment", verbose_name="照片"
                    ),
                ),
                (
                    "household",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="matters",
                        to="households.household",
                    ),
                ),
                (
                    "lead",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="matters",
                        to="screening.lead",
                    ),
                ),
                (
                    "lead_file",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="tasks",
                        to="screening.leadfile",
                    ),
                ),
                (
                    "raised_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "village",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="areas.area",
                    ),
                ),
            ],
            options={
                "verbose_name": "部门事项",
                "ordering": ["-raised_at", "-pk"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("holder", ""), _negated=True),
                        fields=["department", "kind"],
                        name="matter_open",
                    ),
                    models.Index(fields=["village", "holder"], name="matter_by_village"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("is_listed", True)),
                        fields=("kind", "household", "period"),
                        name="one_matter_of_a_list",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("closed_at__isnull", True), ("closed_by__isnull", True)),
                            models.Q(("closed_at__isnull", False), ("closed_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="matter_closed_by_and_at",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("closed_at__isnull", False), ("holder", "")),
                            models.Q(
                                models.Q(("holder", ""), _negated=True), ("closed_at__isnull", True)
                            ),
                            _connector="OR",
                        ),
                        name="matter_closed_when_nobody_holds_it",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LeadRow",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("sheet_row", models.PositiveIntegerField(verbose_name="行号")),
                ("raw", models.JSONField()),
                ("extra", models.JSONField(default=dict)),
                ("facts", models.JSONField(default=dict)),
                ("name", models.CharField(blank=True, max_length=60, verbose_name="姓名")),
                ("id_index", models.BinaryField(null=True)),
                ("id_cipher", models.BinaryField(null=True)),
                (
                    "verdict",
                    models.CharField(
                        choices=[("ok", "线索"), ("below", "未达标准"), ("bad", "有误")],
                        max_length=8,
                        verbose_name="核对结果",
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=400, verbose_name="说明")),
                ("note", models.CharField(blank=True, max_length=200, verbose_name="提示")),
                (
                    "match",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "未匹配"),
                            ("equal", "证件号码一致"),
                            ("repaired", "证件号码整理后一致"),
                            ("name_only", "仅姓名和村一致"),
                            ("chosen", "人工认定"),
                            ("moved", "已迁出"),
                            ("deceased", "已死亡"),
                            ("not_found", "不在花名册"),
                            ("area", "由村排查"),
                        ],
                        default="",
                        max_length=12,
                        verbose_name="匹配结果",
                    ),
                ),
                ("fact_hash", models.CharField(blank=True, max_length=64)),
                (
                    "recalled_for",
                    models.CharField(
                        blank=True, db_default="", max_length=200, verbose_name="撤回原因"
                    ),
                ),
                ("settled_at", models.DateTimeField(null=True)),
                (
                    "file",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="rows",
                        to="screening.leadfile",
                    ),
                ),
                (
                    "household",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="households.household",
                    ),
                ),
                (
                    "lead",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="rows",
                        to="screening.lead",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="households.person",
                    ),
                ),
                (
                    "settled_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "township",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="areas.area",
                    ),
                ),
                (
                    "village",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="areas.area",
                    ),
                ),
                ("matters", models.ManyToManyField(related_name="rows", to="screening.matter")),
            ],
            options={
                "verbose_name": "线索文件行",
                "ordering": ["file", "sheet_row"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("household__isnull", True), ("verdict", "ok")),
                        fields=["match", "township"],
                        name="lead_row_unsettled",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("file", "sheet_row"), name="one_row_per_sheet_row"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="MatterStep",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "holder",
                    models.CharField(
                        choices=[
                            ("village", "村级"),
                            ("township", "乡镇"),
                            ("department", "部门"),
                            ("county", "县扶贫办"),
                        ],
                        max_length=10,
                        verbose_name="经手",
                    ),
                ),
                (
                    "to",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("village", "村级"),
                            ("township", "乡镇"),
                            ("department", "部门"),
                            ("county", "县扶贫办"),
                        ],
                        max_length=10,
                        verbose_name="转给",
                    ),
                ),
                ("label", models.CharField(max_length=30, verbose_name="办理")),
                ("outcome", models.CharField(blank=True, max_length=20, verbose_name="结果")),
                ("words", models.CharField(blank=True, max_length=500, verbose_name="办理情况")),
                ("taken_at", models.DateTimeField(default=audit.clock.now)),
                (
                    "matter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="steps",
                        to="screening.matter",
                    ),
                ),
                (
                    "taken_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "办理经过",
                "ordering": ["taken_at", "pk"],
            },
        ),
        migrations.CreateModel(
            name="SheetRow",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("drafts", models.JSONField(default=dict, verbose_name="草稿")),
                (
                    "checked_how",
                    models.CharField(
                        blank=True,
                        choices=[("home", "入户"), ("telephone", "电话"), ("video", "视频")],
                        default="",
                        max_length=9,
                        verbose_name="核实方式",
                    ),
                ),
                ("checked_on", models.DateField(blank=True, null=True, verbose_name="核实日期")),
                (
                    "contacted",
                    models.CharField(
                        blank=True, default="", max_length=60, verbose_name="联系到谁"
                    ),
                ),
                ("changed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "confirmed_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="确认无变化时间"),
                ),
                (
                    "changed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "confirmed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "household",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sheet_rows",
                        to="households.household",
                    ),
                ),
                (
                    "round",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="workflow.monthlyround",
                    ),
                ),
                (
                    "safeguard",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="households.safeguard",
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
                (
                    "visit",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="workflow.visit",
                    ),
                ),
            ],
            options={
                "verbose_name": "排查表行",
                "indexes": [models.Index(fields=["round", "village"], name="sheet_row_of_village")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("round", "household"), name="one_sheet_row_a_month"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("changed_at__isnull", True), ("changed_by__isnull", True)),
                            models.Q(("changed_at__isnull", False), ("changed_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="sheet_row_changed_pair",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("confirmed_at__isnull", True), ("confirmed_by__isnull", True)
                            ),
                            models.Q(
                                ("confirmed_at__isnull", False), ("confirmed_by__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="sheet_row_confirmed_pair",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CellChange",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("key", models.CharField(max_length=30)),
                ("old", models.CharField(blank=True, max_length=400)),
                ("new", models.CharField(blank=True, max_length=400)),
                ("at", models.DateTimeField(default=audit.clock.now)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "restores",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="screening.cellchange",
                    ),
                ),
                (
                    "row",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="changes",
                        to="screening.sheetrow",
                    ),
                ),
            ],
            options={
                "verbose_name": "排查表修改",
                "ordering": ["-at", "-pk"],
                "indexes": [models.Index(fields=["row", "key", "-at"], name="cell_change_history")],
            },
        ),
        migrations.CreateModel(
            name="Source",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "protocol",
                    models.CharField(
                        choices=[
                            ("folder", "服务器上的文件夹"),
                            ("sftp", "SFTP"),
                            ("web", "网址（一个文件）"),
                            ("webdav", "WebDAV 文件夹"),
                        ],
                        max_length=10,
                        verbose_name="方式",
                    ),
                ),
                ("address", models.CharField(max_length=300, verbose_name="地址")),
                ("pattern", models.CharField(default="*", max_length=100, verbose_name="文件名")),
                ("username", models.CharField(blank=True, max_length=100, verbose_name="用户名")),
                ("secret", models.BinaryField(null=True)),
                (
                    "host_key",
                    models.CharField(blank=True, max_length=80, verbose_name="服务器指纹"),
                ),
                ("is_active", models.BooleanField(default=True, verbose_name="启用")),
                ("tried_at", models.DateTimeField(null=True)),
                ("tried_month", models.DateField(null=True)),
                ("problem", models.CharField(blank=True, max_length=300)),
                (
                    "county",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="areas.area",
                    ),
                ),
                (
                    "department",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sources",
                        to="accounts.department",
                        verbose_name="部门",
                    ),
                ),
                (
                    "kind",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="screening.leadkind",
                        verbose_name="名单类型",
                    ),
                ),
            ],
            options={
                "verbose_name": "名单来源",
                "ordering": ["county", "department__order", "pk"],
            },
        ),
        migrations.CreateModel(
            name="DutyReport",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("month", models.DateField(verbose_name="月份")),
                ("is_zero", models.BooleanField(default=False, verbose_name="零报告")),
                (
                    "work",
                    models.TextField(blank=True, max_length=4000, verbose_name="本月履职情况"),
                ),
                (
                    "session_on",
                    models.DateField(blank=True, null=True, verbose_name="研判会议日期"),
                ),
                (
                    "minutes",
                    models.TextField(blank=True, max_length=10000, verbose_name="研判会议记录"),
                ),
                ("figures", models.JSONField(default=list, verbose_name="系统已有的数字")),
                ("saved_at", models.DateTimeField(default=audit.clock.now)),
                ("handed_in_at", models.DateTimeField(null=True, verbose_name="报送时间")),
                ("is_late", models.BooleanField(default=False, verbose_name="迟报")),
                (
                    "sent_back_for",
                    models.CharField(blank=True, max_length=300, verbose_name="退回原因"),
                ),
                (
                    "county",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="areas.area",
                    ),
                ),
                (
                    "department",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="duty_reports",
                        to="accounts.department",
                    ),
                ),
                (
                    "files",
                    models.ManyToManyField(
                        related_name="+", to="workflow.attachment", verbose_name="图片、印证材料"
                    ),
                ),
                (
                    "handed_in_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "saved_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "履职台账",
                "ordering": ["-month", "department__order"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("county", "department", "month"), name="one_duty_report_a_month"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("handed_in_at__isnull", True), ("handed_in_by__isnull", True)
                            ),
                            models.Q(
                                ("handed_in_at__isnull", False), ("handed_in_by__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="duty_report_handed_in",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("is_zero", False), ("minutes", ""), _connector="OR"),
                        name="zero_duty_report_is_empty",
                    ),
                ],
            },
        ),
    ]
