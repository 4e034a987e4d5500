import audit.clock
import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
import workflow.models.attachment
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    replaces = [
        ("workflow", "0001_initial"),
        ("workflow", "0002_visit_next_on"),
        ("workflow", "0003_notices_and_calls"),
    ]

    dependencies = [
        ("accounts", "0001_first"),
        ("areas", "0001_first"),
        ("households", "0001_first"),
    ]

    operations = [
        migrations.CreateModel(
            name="Attachment",
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
                        upload_to=workflow.models.attachment.own_name, verbose_name="文件"
                    ),
                ),
                ("name", models.CharField(max_length=120, verbose_name="名称")),
                ("content_type", models.CharField(max_length=60)),
                ("sha256", models.CharField(max_length=64)),
                ("size", models.PositiveIntegerField(verbose_name="大小（字节）")),
                ("uploaded_at", models.DateTimeField(default=audit.clock.now)),
                (
                    "area",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="areas.area",
                    ),
                ),
                (
                    "uploaded_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "附件",
                "ordering": ["pk"],
                "indexes": [models.Index(fields=["area"], name="attachment_area")],
            },
        ),
        migrations.CreateModel(
            name="Case",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("LEAD", "线索待核实"),
                            ("SCREENED", "已排查入台账"),
                            ("REVIEWED", "村级评议通过"),
                            ("RECHECKED", "乡镇复核通过"),
                            ("MONITORED", "县级审定，监测帮扶"),
                            ("CLEARING_REVIEWED", "村级消除评议通过"),
                            ("CLEARING_RECHECKED", "乡镇核查通过"),
                            ("RISK_CLEARED", "风险消除"),
                            ("NOT_ADMITTED", "不予纳入"),
                            ("CLOSED", "自然减少"),
                        ],
                        default="LEAD",
                        max_length=20,
                        verbose_name="状态",
                    ),
                ),
                (
                    "entered_at",
                    models.DateTimeField(default=audit.clock.now, verbose_name="进入当前状态时间"),
                ),
                (
                    "category",
                    models.CharField(
                        choices=[("1", "脱贫户"), ("2", "边缘易致贫户"), ("3", "突发严重困难户")],
                        max_length=1,
                        verbose_name="类别",
                    ),
                ),
                (
                    "risks",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=20),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="致贫/返贫风险",
                    ),
                ),
                (
                    "sources",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("APPLICATION", "农户申请"),
                                ("SCREENING", "村级排查"),
                                ("DEPARTMENT", "部门预警"),
                                ("SYSTEM", "系统监测"),
                            ],
                            max_length=12,
                        ),
                        default=list,
                        size=None,
                        verbose_name="来源",
                    ),
                ),
                ("remark", models.CharField(blank=True, max_length=200, verbose_name="备注")),
                ("due_on", models.DateField(blank=True, null=True, verbose_name="办理期限")),
                ("is_urgent", models.BooleanField(default=False, verbose_name="先行帮扶")),
                (
                    "per_capita_income",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        max_digits=12,
                        null=True,
                        verbose_name="人均纯收入（元）",
                    ),
                ),
                ("identified_on", models.DateField(blank=True, null=True, verbose_name="审定日期")),
                (
                    "cleared_on",
                    models.DateField(blank=True, null=True, verbose_name="风险消除日期"),
                ),
                (
                    "clearing_kind",
                    models.CharField(blank=True, max_length=20, verbose_name="消除方式"),
                ),
                (
                    "not_admitted_reason",
                    models.CharField(blank=True, max_length=40, verbose_name="不予纳入原因"),
                ),
                (
                    "closed_reason",
                    models.CharField(blank=True, max_length=40, verbose_name="自然减少原因"),
                ),
                (
                    "in_national_system_on",
                    models.DateField(blank=True, null=True, verbose_name="录入全国系统日期"),
                ),
                (
                    "clearing_marked_on",
                    models.DateField(blank=True, null=True, verbose_name="全国系统消除标注日期"),
                ),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "opened_at",
                    models.DateTimeField(default=audit.clock.now, verbose_name="登记时间"),
                ),
                (
                    "authorisations",
                    models.ManyToManyField(
                        blank=True,
                        related_name="+",
                        to="workflow.attachment",
                        verbose_name="承诺授权书",
                    ),
                ),
                (
                    "clearing_marked_by",
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
                        related_name="cases",
                        to="households.household",
                        verbose_name="农户",
                    ),
                ),
                (
                    "in_national_system_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "opened_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "previous_case",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="later_cases",
                        to="workflow.case",
                    ),
                ),
                (
                    "village",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="areas.area",
                        verbose_name="行政村",
                    ),
                ),
            ],
            options={
                "verbose_name": "监测个案",
                "ordering": ["village", "household", "pk"],
                "indexes": [
                    models.Index(fields=["village", "status"], name="case_village_status"),
                    models.Index(fields=["status", "due_on"], name="case_status_due"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(
                            (
                                "status__in",
                                (
                                    "LEAD",
                                    "SCREENED",
                                    "REVIEWED",
                                    "RECHECKED",
                                    "MONITORED",
                                    "CLEARING_REVIEWED",
                                    "CLEARING_RECHECKED",
                                ),
                            )
                        ),
                        fields=("household",),
                        name="one_open_case",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "NOT_ADMITTED"), _negated=True),
                            models.Q(("not_admitted_reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="case_refused_with_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "CLOSED"), _negated=True),
                            models.Q(("closed_reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="case_closed_with_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                (
                                    "status__in",
                                    (
                                        "MONITORED",
                                        "CLEARING_REVIEWED",
                                        "CLEARING_RECHECKED",
                                        "RISK_CLEARED",
                                    ),
                                ),
                                _negated=True,
                            ),
                            ("identified_on__isnull", False),
                            _connector="OR",
                        ),
                        name="case_monitored_since",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("cleared_on__isnull", False), ("status", "RISK_CLEARED")),
                            models.Q(
                                models.Q(("status", "RISK_CLEARED"), _negated=True),
                                ("cleared_on__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="case_cleared_on_when_cleared",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("in_national_system_by__isnull", True),
                                ("in_national_system_on__isnull", True),
                            ),
                            models.Q(
                                ("in_national_system_by__isnull", False),
                                ("in_national_system_on__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="case_national_pair",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("clearing_marked_by__isnull", True),
                                ("clearing_marked_on__isnull", True),
                            ),
                            models.Q(
                                ("clearing_marked_by__isnull", False),
                                ("clearing_marked_on__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="case_marked_pair",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Meeting",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "level",
                    models.CharField(
                        choices=[("village", "村级"), ("township", "乡镇"), ("county", "县级")],
                        max_length=8,
                        verbose_name="级别",
                    ),
                ),
                ("is_admission", models.BooleanField(default=True, verbose_name="纳入评议")),
                ("is_clearing", models.BooleanField(default=False, verbose_name="消除评议")),
                ("held_on", models.DateField(verbose_name="会议日期")),
                ("place", models.CharField(max_length=80, verbose_name="地点")),
                ("host", models.CharField(max_length=40, verbose_name="主持人")),
                ("recorder", models.CharField(max_length=40, verbose_name="记录人")),
                ("expected_count", models.PositiveSmallIntegerField(verbose_name="应到人数")),
                ("present_count", models.PositiveSmallIntegerField(verbose_name="实到人数")),
                (
                    "attendees",
                    models.TextField(blank=True, max_length=2000, verbose_name="参会人员"),
                ),
                (
                    "minutes",
                    models.TextField(blank=True, max_length=20000, verbose_name="会议记录"),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("DRAFT", "记录中"),
                            ("PREPARED", "已提请"),
                            ("CONCLUDED", "已结束"),
                        ],
                        default="DRAFT",
                        max_length=9,
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1)),
                ("recorded_at", models.DateTimeField(default=audit.clock.now)),
                (
                    "prepared_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="提请时间"),
                ),
                (
                    "concluded_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="结束时间"),
                ),
                ("form_key", models.UUIDField(editable=False, null=True, unique=True)),
                (
                    "area",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="areas.area",
                        verbose_name="区划",
                    ),
                ),
                (
                    "concluded_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "prepared_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="登记人",
                    ),
                ),
                (
                    "scans",
                    models.ManyToManyField(
                        blank=True,
                        related_name="+",
                        to="workflow.attachment",
                        verbose_name="签到册、照片、扫描件",
                    ),
                ),
            ],
            options={
                "verbose_name": "会议",
                "ordering": ["-held_on", "-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("prepared_at__isnull", True), ("prepared_by__isnull", True)),
                            models.Q(
                                ("prepared_at__isnull", False), ("prepared_by__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="meeting_prepared_pair",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("concluded_at__isnull", True), ("concluded_by__isnull", True)
                            ),
                            models.Q(
                                ("concluded_at__isnull", False), ("concluded_by__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="meeting_concluded_pair",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("present_count__lte", models.F("expected_count"))),
                        name="meeting_present_not_more",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("concluded_at__isnull", False), ("state", "CONCLUDED")),
                            models.Q(
                                models.Q(("state", "CONCLUDED"), _negated=True),
                                ("concluded_at__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="meeting_concluded_when",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="MeetingDecision",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "decision",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "待定"),
                            ("ADMIT", "同意"),
                            ("REFUSE", "不同意"),
                            ("SEND_BACK", "退回"),
                            ("DEFER", "暂缓，下次再议"),
                        ],
                        default="",
                        max_length=9,
                        verbose_name="结论",
                    ),
                ),
                (
                    "step",
                    models.CharField(
                        blank=True, help_text="该结论对应的办理步骤；空为不办理", max_length=20
                    ),
                ),
                ("votes_for", models.PositiveSmallIntegerField(default=0, verbose_name="同意票")),
                (
                    "votes_against",
                    models.PositiveSmallIntegerField(default=0, verbose_name="不同意票"),
                ),
                (
                    "votes_abstain",
                    models.PositiveSmallIntegerField(default=0, verbose_name="弃权票"),
                ),
                ("opinion", models.CharField(blank=True, max_length=500, verbose_name="意见")),
                ("reason", models.CharField(blank=True, max_length=40, verbose_name="原因")),
                (
                    "clearing_kind",
                    models.CharField(blank=True, max_length=20, verbose_name="消除方式"),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="decisions",
                        to="workflow.case",
                    ),
                ),
                (
                    "meeting",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="decisions",
                        to="workflow.meeting",
                    ),
                ),
            ],
            options={
                "verbose_name": "逐户结论",
                "ordering": ["meeting", "pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("meeting", "case"), name="one_decision_a_case")
                ],
            },
        ),
        migrations.CreateModel(
            name="MonthlyRound",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("month", models.DateField(help_text="该月 1 日", verbose_name="月份")),
                ("screening_on", models.DateField(verbose_name="村级排查截止")),
                ("review_on", models.DateField(verbose_name="村级评议截止")),
                ("recheck_on", models.DateField(verbose_name="乡镇复核截止")),
                ("determination_on", models.DateField(verbose_name="县级审定截止")),
                (
                    "state",
                    models.CharField(
                        choices=[("OPEN", "进行中"), ("CLOSED", "已结束")],
                        default="OPEN",
                        max_length=6,
                    ),
                ),
                ("opened_at", models.DateTimeField(default=audit.clock.now)),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                ("reopened_at", models.DateTimeField(blank=True, null=True)),
                (
                    "reopen_reason",
                    models.CharField(blank=True, max_length=200, verbose_name="重新打开原因"),
                ),
                (
                    "closed_by",
                    models.ForeignKey(
                        blank=True,
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
                        verbose_name="县",
                    ),
                ),
                (
                    "opened_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "reopened_by",
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
                "verbose_name": "月度",
                "ordering": ["-month", "county"],
                "constraints": [
                    models.UniqueConstraint(fields=("county", "month"), name="one_round_a_month"),
                    models.CheckConstraint(
                        condition=models.Q(("month__day", 1)), name="round_month_is_first_day"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("closed_at__isnull", True), ("state", "OPEN")),
                            models.Q(("closed_at__isnull", False), ("state", "CLOSED")),
                            _connector="OR",
                        ),
                        name="round_closed_when_closed",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("reopened_at__isnull", True), ("reopened_by__isnull", True)),
                            models.Q(
                                ("reopened_at__isnull", False), ("reopened_by__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="round_reopened_pair",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="meeting",
            name="round",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="meetings",
                to="workflow.monthlyround",
                verbose_name="月份",
            ),
        ),
        migrations.AddField(
            model_name="case",
            name="round",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="cases",
                to="workflow.monthlyround",
                verbose_name="登记月份",
            ),
        ),
        migrations.CreateModel(
            name="PublicNotice",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("posted_on", models.DateField(verbose_name="公示开始日期")),
                ("ends_on", models.DateField(verbose_name="公示截止日期")),
                ("contact", models.CharField(max_length=60, verbose_name="意见电话")),
                ("recorded_at", models.DateTimeField(default=audit.clock.now)),
                (
                    "meeting",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="notice",
                        to="workflow.meeting",
                        verbose_name="会议",
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="登记人",
                    ),
                ),
            ],
            options={
                "verbose_name": "公示",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("ends_on__gte", models.F("posted_on"))),
                        name="notice_ends_after_it_begins",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ReportedList",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.CharField(max_length=60, unique=True, verbose_name="编号")),
                (
                    "level",
                    models.CharField(
                        choices=[("village", "村级"), ("township", "乡镇"), ("county", "县级")],
                        max_length=8,
                        verbose_name="级别",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("SCREENING", "排查台账"),
                            ("ADMISSION", "纳入名单"),
                            ("CLEARING", "风险消除名单"),
                        ],
                        max_length=9,
                        verbose_name="名单种类",
                    ),
                ),
                (
                    "stage",
                    models.CharField(
                        choices=[
                            ("REPORTED", "上报"),
                            ("COMPILED", "提请"),
                            ("DETERMINED", "审定"),
                        ],
                        default="REPORTED",
                        max_length=10,
                    ),
                ),
                ("sequence", models.PositiveIntegerField(verbose_name="次序")),
                ("is_zero", models.BooleanField(verbose_name="零报告")),
                ("is_late", models.BooleanField(verbose_name="迟报")),
                (
                    "reported_at",
                    models.DateTimeField(default=audit.clock.now, verbose_name="上报时间"),
                ),
                ("row_count", models.PositiveIntegerField(verbose_name="户数")),
                (
                    "case_ids",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), default=list, size=None
                    ),
                ),
                ("rows", models.JSONField()),
                ("figures", models.JSONField()),
                ("checksum", models.CharField(max_length=64, verbose_name="校验码")),
                (
                    "area",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="areas.area",
                        verbose_name="区划",
                    ),
                ),
                (
                    "reported_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="上报人",
                    ),
                ),
                (
                    "round",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lists",
                        to="workflow.monthlyround",
                        verbose_name="月份",
                    ),
                ),
            ],
            options={
                "verbose_name": "上报名单",
                "ordering": ["-reported_at", "-pk"],
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(
                        fields=["case_ids"], name="list_case_ids"
                    ),
                    models.Index(fields=["round", "area", "kind"], name="list_round_area_kind"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("round", "area", "sequence"), name="list_numbered_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("is_zero", True), ("row_count", 0)),
                            models.Q(("is_zero", False), ("row_count__gt", 0)),
                            _connector="OR",
                        ),
                        name="list_zero_is_empty",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="case",
            name="on_list",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="workflow.reportedlist",
            ),
        ),
        migrations.CreateModel(
            name="StatusChange",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("step", models.CharField(max_length=20)),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("LEAD", "线索待核实"),
                            ("SCREENED", "已排查入台账"),
                            ("REVIEWED", "村级评议通过"),
                            ("RECHECKED", "乡镇复核通过"),
                            ("MONITORED", "县级审定，监测帮扶"),
                            ("CLEARING_REVIEWED", "村级消除评议通过"),
                            ("CLEARING_RECHECKED", "乡镇核查通过"),
                            ("RISK_CLEARED", "风险消除"),
                            ("NOT_ADMITTED", "不予纳入"),
                            ("CLOSED", "自然减少"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "target",
                    models.CharField(
                        choices=[
                            ("LEAD", "线索待核实"),
                            ("SCREENED", "已排查入台账"),
                            ("REVIEWED", "村级评议通过"),
                            ("RECHECKED", "乡镇复核通过"),
                            ("MONITORED", "县级审定，监测帮扶"),
                            ("CLEARING_REVIEWED", "村级消除评议通过"),
                            ("CLEARING_RECHECKED", "乡镇核查通过"),
                            ("RISK_CLEARED", "风险消除"),
                            ("NOT_ADMITTED", "不予纳入"),
                            ("CLOSED", "自然减少"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "level",
                    models.CharField(
                        choices=[("village", "村级"), ("township", "乡镇"), ("county", "县级")],
                        max_length=8,
                    ),
                ),
                ("at", models.DateTimeField(default=audit.clock.now)),
                ("comment", models.CharField(blank=True, max_length=500, verbose_name="意见")),
                ("reason", models.CharField(blank=True, max_length=40, verbose_name="原因")),
                ("is_late", models.BooleanField(default=False, verbose_name="逾期")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="changes",
                        to="workflow.case",
                    ),
                ),
                (
                    "meeting",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="changes",
                        to="workflow.meeting",
                    ),
                ),
                (
                    "on_list",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="workflow.reportedlist",
                    ),
                ),
                (
                    "round",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="changes",
                        to="workflow.monthlyround",
                    ),
                ),
            ],
            options={
                "verbose_name": "办理记录",
                "ordering": ["pk"],
                "indexes": [
                    models.Index(fields=["case", "id"], name="change_case"),
                    models.Index(fields=["round", "step"], name="change_round_step"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Visit",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "level",
                    models.CharField(
                        choices=[("village", "村级"), ("township", "乡镇"), ("county", "县级")],
                        max_length=8,
                        verbose_name="级别",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("home", "入户"), ("telephone", "电话"), ("video", "视频")],
                        default="home",
                        max_length=9,
                        verbose_name="方式",
                    ),
                ),
                (
                    "purpose",
                    models.CharField(
                        choices=[
                            ("SCREENING", "入户排查"),
                            ("RECHECK", "乡镇复核"),
                            ("HELP", "帮扶走访"),
                            ("CLEARING", "消除核实"),
                        ],
                        max_length=9,
                        verbose_name="事由",
                    ),
                ),
                ("visited_on", models.DateField(verbose_name="走访日期")),
                ("contacted", models.CharField(blank=True, max_length=60, verbose_name="联系的人")),
                ("visitors", models.CharField(max_length=200, verbose_name="走访人")),
                ("findings", models.JSONField(default=dict, verbose_name="走访情况")),
                ("opinion", models.CharField(blank=True, max_length=500, verbose_name="研判意见")),
                ("next_on", models.DateField(blank=True, null=True, verbose_name="下次走访日期")),
                ("recorded_at", models.DateTimeField(default=audit.clock.now)),
                ("form_key", models.UUIDField(editable=False, null=True, unique=True)),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="visits",
                        to="workflow.case",
                    ),
                ),
                (
                    "household",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="visits",
                        to="households.household",
                    ),
                ),
                (
                    "photos",
                    models.ManyToManyField(blank=True, related_name="+", to="workflow.attachment"),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="登记人",
                    ),
                ),
            ],
            options={
                "verbose_name": "走访记录",
                "ordering": ["-visited_on", "-pk"],
                "indexes": [
                    models.Index(fields=["case", "level", "purpose"], name="visit_evidence")
                ],
            },
        ),
        migrations.AddIndex(
            model_name="meeting",
            index=models.Index(fields=["round", "area"], name="meeting_round_area"),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(fields=["on_list"], name="case_on_list"),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="meetingdecision",
            trigger=pgtrigger.compiler.Trigger(
                name="concluded",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE parent_id bigint;",
                    func="\n                    parent_id := CASE WHEN TG_OP = 'INSERT' THEN NEW.meeting_id\n                                      ELSE OLD.meeting_id END;\n                    IF EXISTS (SELECT 1 FROM workflow_meeting\n                               WHERE id = parent_id AND state = 'CONCLUDED') THEN\n                        RAISE EXCEPTION 'a concluded meeting is kept as it is';\n                    END IF;\n                    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;\n                    RETURN NEW;\n                ",
                    hash="d4b39891a878523362281ffa77cd91cc52bcc07c",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_concluded_035aa",
                    table="workflow_meetingdecision",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="meeting",
            trigger=pgtrigger.compiler.Trigger(
                name="concluded",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.\"state\" = 'CONCLUDED')",
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="912cb93350a09427a4fd4dc1c2ae110671070d31",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_concluded_3f2d8",
                    table="workflow_meeting",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="reportedlist",
            trigger=pgtrigger.compiler.Trigger(
                name="frozen",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="62b76d68696e2160659c3dfee2ade911e531f42e",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_frozen_f85ac",
                    table="workflow_reportedlist",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="statuschange",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="8915cfd18796272e6a74c66c903a7141af0ba4a6",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_9d954",
                    table="workflow_statuschange",
                    when="BEFORE",
                ),
            ),
        ),
    ]
