import assistance.models.measure_sheet
import audit.clock
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    replaces = [
        ("assistance", "0001_initial"),
        ("assistance", "0002_plan_items_and_attention"),
        ("assistance", "0003_relief"),
        ("assistance", "0004_proofs_of_claims_and_relief"),
        ("assistance", "0005_clearing_check"),
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
            name="ClearingCheck",
            fields=[
                (
                    "change",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="clearing_check",
                        serialize=False,
                        to="workflow.statuschange",
                    ),
                ),
                ("conditions", models.JSONField(verbose_name="条件及情况")),
            ],
            options={
                "verbose_name": "消除条件核对",
            },
        ),
        migrations.CreateModel(
            name="Attention",
            fields=[
                (
                    "case",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="attention",
                        serialize=False,
                        to="workflow.case",
                    ),
                ),
                (
                    "level",
                    models.CharField(
                        choices=[
                            ("red", "红色（重点关注）"),
                            ("yellow", "黄色（一般关注）"),
                            ("green", "绿色（基本稳定）"),
                        ],
                        max_length=6,
                        verbose_name="风险等级",
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=200, verbose_name="定级说明")),
                ("set_at", models.DateTimeField(default=audit.clock.now)),
                (
                    "set_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "风险等级",
            },
        ),
        migrations.CreateModel(
            name="Helper",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=40, verbose_name="姓名")),
                ("unit", models.CharField(max_length=80, verbose_name="单位")),
                ("post_title", models.CharField(blank=True, max_length=40, verbose_name="职务")),
                ("phone", models.CharField(blank=True, max_length=20, verbose_name="联系电话")),
                ("is_active", models.BooleanField(default=True, verbose_name="在岗")),
                (
                    "area",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="areas.area",
                        verbose_name="所在区划",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="账号",
                    ),
                ),
            ],
            options={
                "verbose_name": "帮扶责任人",
                "ordering": ["name", "pk"],
            },
        ),
        migrations.CreateModel(
            name="InsuranceCover",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("year", models.PositiveSmallIntegerField(verbose_name="参保年度")),
                (
                    "group",
                    models.CharField(
                        choices=[("register", "两类人群"), ("sudden", "收入骤减、支出骤增户")],
                        max_length=10,
                        verbose_name="参保对象",
                    ),
                ),
                ("member_count", models.PositiveSmallIntegerField(verbose_name="参保人数")),
                ("starts_on", models.DateField(verbose_name="保险起期")),
                ("ends_on", models.DateField(verbose_name="保险止期")),
                ("enrolled_at", models.DateTimeField(default=audit.clock.now)),
                (
                    "enrolled_by",
                    models.ForeignKey(
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
                        related_name="covers",
                        to="households.household",
                    ),
                ),
            ],
            options={
                "verbose_name": "防贫保参保",
                "ordering": ["-year", "household_id"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("household", "year"), name="insured_once_a_year"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("ends_on__gte", models.F("starts_on"))),
                        name="cover_runs_forward",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="InsuranceClaim",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("happened_on", models.DateField(verbose_name="出险日期")),
                ("cause", models.CharField(max_length=20, verbose_name="出险原因")),
                ("description", models.CharField(max_length=300, verbose_name="出险情况")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("reported", "已报案"),
                            ("inspected", "已查勘"),
                            ("paid", "已赔付"),
                            ("refused", "不予理赔"),
                        ],
                        default="reported",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("reported_on", models.DateField(verbose_name="报案日期")),
                ("inspected_on", models.DateField(blank=True, null=True, verbose_name="查勘日期")),
                (
                    "inspector",
                    models.CharField(blank=True, default="", max_length=60, verbose_name="查勘人"),
                ),
                (
                    "finding",
                    models.CharField(
                        blank=True, default="", max_length=300, verbose_name="查勘情况"
                    ),
                ),
                (
                    "amount_claimed",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        max_digits=12,
                        null=True,
                        verbose_name="申请理赔金额（元）",
                    ),
                ),
                ("paid_on", models.DateField(blank=True, null=True, verbose_name="到账日期")),
                (
                    "amount_paid",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        max_digits=12,
                        null=True,
                        verbose_name="赔付金额（元）",
                    ),
                ),
                (
                    "refused_on",
                    models.DateField(blank=True, null=True, verbose_name="不予理赔日期"),
                ),
                (
                    "refused_reason",
                    models.CharField(
                        blank=True, default="", max_length=200, verbose_name="不予理赔原因"
                    ),
                ),
                ("recorded_at", models.DateTimeField(default=audit.clock.now)),
                (
                    "household",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="claims",
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
                        verbose_name="当事人",
                    ),
                ),
                (
                    "proofs",
                    models.ManyToManyField(
                        blank=True,
                        related_name="+",
                        to="workflow.attachment",
                        verbose_name="印证材料",
                    ),
                ),
                (
                    "reported_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "cover",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="claims",
                        to="assistance.insurancecover",
                    ),
                ),
            ],
            options={
                "verbose_name": "防贫保理赔",
                "ordering": ["-happened_on", "-pk"],
                "indexes": [models.Index(fields=["state", "reported_on"], name="claim_by_state")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "refused"), _negated=True),
                        fields=("household", "happened_on", "cause"),
                        name="claim_reported_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reported_on__gte", models.F("happened_on"))),
                        name="claim_after_the_event",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("amount_paid__gt", 0),
                                ("paid_on__isnull", False),
                                ("state", "paid"),
                            ),
                            models.Q(
                                models.Q(("state", "paid"), _negated=True),
                                ("amount_paid__isnull", True),
                                ("paid_on__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="claim_paid_with_day_and_amount",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("refused_on__isnull", False),
                                ("state", "refused"),
                                models.Q(("refused_reason", ""), _negated=True),
                            ),
                            models.Q(
                                models.Q(("state", "refused"), _negated=True),
                                ("refused_on__isnull", True),
                                ("refused_reason", ""),
                            ),
                            _connector="OR",
                        ),
                        name="claim_refused_with_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["reported", "refused"]),
                            ("inspected_on__isnull", False),
                            _connector="OR",
                        ),
                        name="claim_inspected_before_paid",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Measure",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("group", models.CharField(max_length=30, verbose_name="措施类别")),
                ("kind", models.CharField(max_length=30, verbose_name="措施名称")),
                ("is_development", models.BooleanField(default=False, verbose_name="开发式帮扶")),
                ("description", models.CharField(max_length=300, verbose_name="措施内容")),
                ("starts_on", models.DateField(verbose_name="开始日期")),
                ("due_on", models.DateField(blank=True, null=True, verbose_name="计划完成日期")),
                ("done_on", models.DateField(blank=True, null=True, verbose_name="完成日期")),
                (
                    "amount_planned",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        max_digits=12,
                        null=True,
                        verbose_name="计划金额（元）",
                    ),
                ),
                (
                    "amount_paid",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        max_digits=12,
                        null=True,
                        verbose_name="落实金额（元）",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("planned", "计划"),
                            ("active", "实施中"),
                            ("done", "已落实"),
                            ("refused", "不予办理"),
                            ("withdrawn", "已取消"),
                        ],
                        default="planned",
                        max_length=12,
                        verbose_name="状态",
                    ),
                ),
                (
                    "is_ahead_of_procedure",
                    models.BooleanField(default=False, verbose_name="先行帮扶"),
                ),
                ("effect", models.CharField(blank=True, max_length=300, verbose_name="成效")),
                (
                    "withdrawn_reason",
                    models.CharField(
                        blank=True, max_length=200, verbose_name="不予办理或取消的原因"
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1)),
                ("set_at", models.DateTimeField(default=audit.clock.now)),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="measures",
                        to="workflow.case",
                    ),
                ),
                (
                    "department",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.department",
                        verbose_name="责任单位",
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
                        verbose_name="受益人",
                    ),
                ),
                (
                    "proofs",
                    models.ManyToManyField(
                        blank=True,
                        related_name="+",
                        to="workflow.attachment",
                        verbose_name="印证材料",
                    ),
                ),
                (
                    "set_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "帮扶措施",
                "ordering": ["case", "starts_on", "pk"],
                "indexes": [
                    models.Index(fields=["department", "state"], name="measure_by_department"),
                    models.Index(fields=["state", "due_on"], name="measure_by_due"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("amount_planned__isnull", True),
                            ("amount_planned__gte", 0),
                            _connector="OR",
                        ),
                        name="measure_planned_not_negative",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("amount_paid__isnull", True), ("amount_paid__gte", 0), _connector="OR"
                        ),
                        name="measure_paid_not_negative",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("done_on__isnull", False), ("state", "done")),
                            models.Q(("state", "done"), _negated=True),
                            _connector="OR",
                        ),
                        name="measure_done_has_date",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["withdrawn", "refused"]), _negated=True),
                            models.Q(("withdrawn_reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="measure_withdrawn_has_reason",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="MeasureSheet",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "file",
                    models.FileField(
                        max_length=200, upload_to=assistance.models.measure_sheet.own_name
                    ),
                ),
                ("name", models.CharField(max_length=200, verbose_name="文件名")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("received", "正在核对"),
                            ("checked", "待确认"),
                            ("applied", "已更新"),
                            ("refused", "不能使用"),
                            ("dropped", "已放弃"),
                        ],
                        default="received",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("message", models.CharField(blank=True, max_length=300)),
                ("received_at", models.DateTimeField(default=audit.clock.now)),
                ("applied_at", models.DateTimeField(blank=True, null=True)),
                (
                    "applied_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "department",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.department",
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
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "措施进展表",
                "ordering": ["-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("applied_at__isnull", True), ("applied_by__isnull", True)),
                            models.Q(("applied_at__isnull", False), ("applied_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="measure_sheet_applied_at_and_by",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="MeasureSheetRow",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("sheet_row", models.PositiveIntegerField(verbose_name="行号")),
                ("version", models.PositiveIntegerField(null=True)),
                ("head_name", models.CharField(blank=True, max_length=60, verbose_name="户主")),
                ("values", models.JSONField(default=dict)),
                (
                    "verdict",
                    models.CharField(
                        choices=[("good", "可更新"), ("same", "没有变化"), ("bad", "不能更新")],
                        max_length=4,
                        verbose_name="结果",
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=300, verbose_name="说明")),
                (
                    "measure",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="assistance.measure",
                    ),
                ),
                (
                    "sheet",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="rows",
                        to="assistance.measuresheet",
                    ),
                ),
            ],
            options={
                "verbose_name": "措施进展表的行",
                "ordering": ["sheet", "sheet_row"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("sheet", "sheet_row"), name="measure_sheet_row_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Plan",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, verbose_name="版本")),
                ("needs", models.TextField(verbose_name="帮扶需求（缺什么）")),
                ("goal", models.TextField(blank=True, verbose_name="帮扶思路（扶什么）")),
                (
                    "no_development_reason",
                    models.CharField(
                        blank=True, max_length=200, verbose_name="没有开发式措施的说明"
                    ),
                ),
                ("made_at", models.DateTimeField(default=audit.clock.now)),
                (
                    "checked_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="乡镇审核时间"),
                ),
                (
                    "returned_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="退回时间"),
                ),
                (
                    "returned_reason",
                    models.CharField(blank=True, max_length=200, verbose_name="退回原因"),
                ),
                ("approved_at", models.DateTimeField(blank=True, null=True)),
                (
                    "approved_by",
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
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="plans",
                        to="workflow.case",
                    ),
                ),
                (
                    "checked_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "returned_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "帮扶计划",
                "ordering": ["case", "-version"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("case", "version"), name="one_plan_per_case_and_version"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("approved_at__isnull", True), ("approved_by__isnull", True)),
                            models.Q(
                                ("approved_at__isnull", False), ("approved_by__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="plan_approved_by_and_at",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("checked_at__isnull", True), ("checked_by__isnull", True)),
                            models.Q(("checked_at__isnull", False), ("checked_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="plan_checked_by_and_at",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("returned_at__isnull", True), ("returned_by__isnull", True)),
                            models.Q(
                                ("returned_at__isnull", False), ("returned_by__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="plan_returned_by_and_at",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("returned_at__isnull", True),
                            models.Q(("returned_reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="plan_returned_with_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("returned_at__isnull", True),
                            ("approved_at__isnull", True),
                            _connector="OR",
                        ),
                        name="plan_returned_or_approved",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PlanItem",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("cause", models.CharField(blank=True, max_length=40, verbose_name="针对")),
                ("kind", models.CharField(max_length=30, verbose_name="措施名称")),
                ("content", models.CharField(blank=True, max_length=200, verbose_name="具体内容")),
                (
                    "amount",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        max_digits=12,
                        null=True,
                        verbose_name="计划金额（元）",
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="items",
                        to="assistance.plan",
                    ),
                ),
            ],
            options={
                "verbose_name": "计划措施",
                "ordering": ["plan", "pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("plan", "kind"), name="plan_kind_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("amount__isnull", True), ("amount__gte", 0), _connector="OR"
                        ),
                        name="plan_amount_not_negative",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ReliefRequest",
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
                        choices=[
                            ("urgent", "临时救助（急难型）"),
                            ("expense", "临时救助（支出型）"),
                            ("floor", "兜底救助（低保、特困）"),
                        ],
                        max_length=10,
                        verbose_name="救助类型",
                    ),
                ),
                ("risk", models.CharField(max_length=20, verbose_name="困难原因")),
                ("description", models.CharField(max_length=300, verbose_name="困难情况")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("requested", "待审批"),
                            ("approved", "已批准待发放"),
                            ("paid", "已发放"),
                            ("refused", "不予救助"),
                        ],
                        default="requested",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("is_ahead", models.BooleanField(default=False, verbose_name="先行帮扶")),
                ("requested_on", models.DateField(verbose_name="申请日期")),
                (
                    "level",
                    models.CharField(
                        blank=True,
                        choices=[("township", "乡镇"), ("county", "县级")],
                        default="",
                        max_length=8,
                        verbose_name="批准层级",
                    ),
                ),
                ("approved_on", models.DateField(blank=True, null=True, verbose_name="批准日期")),
                (
                    "amount_approved",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        max_digits=12,
                        null=True,
                        verbose_name="批准金额（元）",
                    ),
                ),
                (
                    "protection",
                    models.CharField(
                        blank=True,
                        choices=[("", "否"), ("低保", "低保"), ("特困", "特困")],
                        default="",
                        max_length=4,
                        verbose_name="纳入",
                    ),
                ),
                ("paid_on", models.DateField(blank=True, null=True, verbose_name="发放日期")),
                (
                    "amount_paid",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        max_digits=12,
                        null=True,
                        verbose_name="发放金额（元）",
                    ),
                ),
                (
                    "refused_on",
                    models.DateField(blank=True, null=True, verbose_name="不予救助日期"),
                ),
                (
                    "refused_reason",
                    models.CharField(
                        blank=True, default="", max_length=200, verbose_name="不予救助原因"
                    ),
                ),
                ("recorded_at", models.DateTimeField(default=audit.clock.now)),
                (
                    "approved_by",
                    models.ForeignKey(
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
                        related_name="reliefs",
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
                        verbose_name="当事人",
                    ),
                ),
                (
                    "proofs",
                    models.ManyToManyField(
                        blank=True,
                        related_name="+",
                        to="workflow.attachment",
                        verbose_name="印证材料",
                    ),
                ),
                (
                    "requested_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "救助申请",
                "ordering": ["-requested_on", "-pk"],
                "indexes": [models.Index(fields=["state", "requested_on"], name="relief_by_state")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "refused"), _negated=True),
                        fields=("household", "kind", "risk", "requested_on"),
                        name="relief_requested_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("amount_paid__gt", 0),
                                ("paid_on__isnull", False),
                                ("state", "paid"),
                            ),
                            models.Q(
                                models.Q(("state", "paid"), _negated=True),
                                ("amount_paid__isnull", True),
                                ("paid_on__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="relief_paid_with_day_and_amount",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("approved_on__isnull", True), ("level", "")),
                            models.Q(
                                ("approved_on__isnull", False),
                                models.Q(("level", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="relief_approved_at_a_level",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "paid"), _negated=True),
                            ("approved_on__isnull", False),
                            ("is_ahead", True),
                            _connector="OR",
                        ),
                        name="relief_paid_after_approval_or_ahead",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("refused_on__isnull", False),
                                ("state", "refused"),
                                models.Q(("refused_reason", ""), _negated=True),
                            ),
                            models.Q(
                                models.Q(("state", "refused"), _negated=True),
                                ("refused_on__isnull", True),
                                ("refused_reason", ""),
                            ),
                            _connector="OR",
                        ),
                        name="relief_refused_with_reason",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RiskEnded",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("risk", models.CharField(max_length=20, verbose_name="风险")),
                ("found_on", models.DateField(verbose_name="核实日期")),
                ("note", models.CharField(max_length=200, verbose_name="核实情况")),
                ("recorded_at", models.DateTimeField(default=audit.clock.now)),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="ended_risks",
                        to="workflow.case",
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "风险消失记录",
                "ordering": ["case", "found_on", "pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("case", "risk"), name="risk_ends_once"),
                    models.CheckConstraint(
                        condition=models.Q(("note", ""), _negated=True),
                        name="risk_ended_with_facts",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="HelperAssignment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("starts_on", models.DateField(verbose_name="开始时间")),
                ("ends_on", models.DateField(blank=True, null=True, verbose_name="结束时间")),
                (
                    "handover_reason",
                    models.CharField(blank=True, max_length=200, verbose_name="交接原因"),
                ),
                ("assigned_at", models.DateTimeField(default=audit.clock.now)),
                (
                    "assigned_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="helper_assignments",
                        to="workflow.case",
                    ),
                ),
                (
                    "helper",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="assignments",
                        to="assistance.helper",
                    ),
                ),
            ],
            options={
                "verbose_name": "帮扶责任人结对",
                "ordering": ["starts_on", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ends_on__isnull", True)),
                        fields=("case",),
                        name="one_current_helper_per_case",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ends_on__isnull", True),
                            ("ends_on__gte", models.F("starts_on")),
                            _connector="OR",
                        ),
                        name="helper_ends_after_start",
                    ),
                ],
            },
        ),
    ]
