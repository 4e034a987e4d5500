import audit.clock
import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.functions.text
import django.db.models.lookups
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    replaces = [
        ("households", "0001_initial"),
        ("households", "0002_staging"),
        ("households", "0003_long_names"),
        ("households", "0004_recorded_payout"),
        ("households", "0005_doubts_and_regrouping"),
    ]

    dependencies = [
        ("accounts", "0001_first"),
        ("areas", "0001_first"),
        ("jobs", "0001_first"),
        ("pghistory", "0007_auto_20250421_0444"),
    ]

    operations = [
        migrations.CreateModel(
            name="Household",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "number",
                    models.CharField(db_collation="C", max_length=40, verbose_name="户编号"),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("general", "一般农户"), ("lifted", "脱贫户")],
                        default="general",
                        max_length=8,
                        verbose_name="户类型",
                    ),
                ),
                (
                    "head_name",
                    models.CharField(
                        blank=True, db_collation="C", max_length=60, verbose_name="户主姓名"
                    ),
                ),
                (
                    "member_count",
                    models.PositiveSmallIntegerField(default=0, verbose_name="家庭人口"),
                ),
                (
                    "natural_village",
                    models.CharField(
                        blank=True,
                        db_default="",
                        default="",
                        max_length=60,
                        verbose_name="自然村（组）",
                    ),
                ),
                (
                    "address",
                    models.CharField(
                        blank=True,
                        db_default="",
                        default="",
                        max_length=200,
                        verbose_name="家庭住址",
                    ),
                ),
                (
                    "phone",
                    models.CharField(
                        blank=True,
                        db_default="",
                        default="",
                        max_length=20,
                        verbose_name="联系电话",
                    ),
                ),
                (
                    "per_capita_income",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        max_digits=12,
                        null=True,
                        verbose_name="人均纯收入（元/年）",
                    ),
                ),
                (
                    "income_year",
                    models.PositiveSmallIntegerField(
                        blank=True, null=True, verbose_name="收入年度"
                    ),
                ),
                (
                    "low_income_kind",
                    models.CharField(
                        blank=True,
                        choices=[("", "否"), ("低保", "低保"), ("特困", "特困")],
                        db_default="",
                        default="",
                        max_length=4,
                        verbose_name="低保",
                    ),
                ),
                (
                    "has_no_labour",
                    models.BooleanField(
                        db_default=False, default=False, verbose_name="整户无劳动能力"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("active", "在册"), ("removed", "已销户")],
                        db_default="active",
                        default="active",
                        max_length=8,
                        verbose_name="状态",
                    ),
                ),
                ("removed_on", models.DateField(blank=True, null=True, verbose_name="销户日期")),
                (
                    "removed_reason",
                    models.CharField(
                        blank=True,
                        db_default="",
                        default="",
                        max_length=60,
                        verbose_name="销户原因",
                    ),
                ),
                ("version", models.PositiveIntegerField(db_default=1, default=1)),
                ("created_at", models.DateTimeField(default=audit.clock.now)),
                ("updated_at", models.DateTimeField(default=audit.clock.now)),
                (
                    "village",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="households",
                        to="areas.area",
                        verbose_name="行政村",
                    ),
                ),
            ],
            options={
                "verbose_name": "农户",
                "ordering": ["number"],
                "indexes": [
                    models.Index(
                        fields=["village", "number"],
                        name="household_by_village",
                        opclasses=["varchar_pattern_ops", "varchar_ops"],
                    ),
                    models.Index(fields=["head_name", "id"], name="household_by_head"),
                    models.Index(fields=["per_capita_income", "id"], name="household_by_income"),
                    models.Index(
                        condition=models.Q(("low_income_kind", ""), _negated=True),
                        fields=["village"],
                        name="household_on_low_income",
                        opclasses=["varchar_pattern_ops"],
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("number",), name="household_number_once"),
                    models.CheckConstraint(
                        condition=models.Q(("number", ""), _negated=True),
                        name="household_has_a_number",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("removed_on__isnull", True), ("state", "active")),
                            models.Q(("removed_on__isnull", False), ("state", "removed")),
                            _connector="OR",
                        ),
                        name="household_removed_on_a_day",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("income_year__isnull", True), ("per_capita_income__isnull", True)
                            ),
                            models.Q(
                                ("income_year__isnull", False), ("per_capita_income__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="household_income_has_a_year",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DoubtAnswer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("rule", models.CharField(max_length=40)),
                ("digest", models.CharField(max_length=32)),
                ("words", models.CharField(max_length=300, verbose_name="疑点")),
                ("note", models.CharField(max_length=200, verbose_name="核实情况")),
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
                    "household",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="doubt_answers",
                        to="households.household",
                    ),
                ),
            ],
            options={
                "verbose_name": "已核实的疑点",
                "ordering": ["-at", "-pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("household", "digest"), name="doubt_answered_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="HouseholdEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                (
                    "number",
                    models.CharField(db_collation="C", max_length=40, verbose_name="户编号"),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("general", "一般农户"), ("lifted", "脱贫户")],
                        default="general",
                        max_length=8,
                        verbose_name="户类型",
                    ),
                ),
                (
                    "head_name",
                    models.CharField(
                        blank=True, db_collation="C", max_length=60, verbose_name="户主姓名"
                    ),
                ),
                (
                    "natural_village",
                    models.CharField(
                        blank=True,
                        db_default="",
                        default="",
                        max_length=60,
                        verbose_name="自然村（组）",
                    ),
                ),
                (
                    "address",
                    models.CharField(
                        blank=True,
                        db_default="",
                        default="",
                        max_length=200,
                        verbose_name="家庭住址",
                    ),
                ),
                (
                    "phone",
                    models.CharField(
                        blank=True,
                        db_default="",
                        default="",
                        max_length=20,
                        verbose_name="联系电话",
                    ),
                ),
                (
                    "per_capita_income",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        max_digits=12,
                        null=True,
                        verbose_name="人均纯收入（元/年）",
                    ),
                ),
                (
                    "income_year",
                    models.PositiveSmallIntegerField(
                        blank=True, null=True, verbose_name="收入年度"
                    ),
                ),
                (
                    "low_income_kind",
                    models.CharField(
                        blank=True,
                        choices=[("", "否"), ("低保", "低保"), ("特困", "特困")],
                        db_default="",
                        default="",
                        max_length=4,
                        verbose_name="低保",
                    ),
                ),
                (
                    "has_no_labour",
                    models.BooleanField(
                        db_default=False, default=False, verbose_name="整户无劳动能力"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("active", "在册"), ("removed", "已销户")],
                        db_default="active",
                        default="active",
                        max_length=8,
                        verbose_name="状态",
                    ),
                ),
                ("removed_on", models.DateField(blank=True, null=True, verbose_name="销户日期")),
                (
                    "removed_reason",
                    models.CharField(
                        blank=True,
                        db_default="",
                        default="",
                        max_length=60,
                        verbose_name="销户原因",
                    ),
                ),
                ("created_at", models.DateTimeField(default=audit.clock.now)),
                (
                    "pgh_context",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="pghistory.context",
                    ),
                ),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="past",
                        related_query_name="past",
                        to="households.household",
                    ),
                ),
                (
                    "village",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="areas.area",
                        verbose_name="行政村",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Income",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("period_start", models.DateField(verbose_name="周期起")),
                ("period_end", models.DateField(verbose_name="周期止")),
                (
                    "wage",
                    models.DecimalField(
                        db_default=0,
                        decimal_places=2,
                        default=0,
                        max_digits=12,
                        verbose_name="工资性收入",
                    ),
                ),
                (
                    "business",
                    models.DecimalField(
                        db_default=0,
                        decimal_places=2,
                        default=0,
                        max_digits=12,
                        verbose_name="生产经营性收入",
                    ),
                ),
                (
                    "property",
                    models.DecimalField(
                        db_default=0,
                        decimal_places=2,
                        default=0,
                        max_digits=12,
                        verbose_name="财产性收入",
                    ),
                ),
                (
                    "transfer",
                    models.DecimalField(
                        db_default=0,
                        decimal_places=2,
                        default=0,
                        max_digits=12,
                        verbose_name="转移性收入",
                    ),
                ),
                (
                    "business_expense",
                    models.DecimalField(
                        db_default=0,
                        decimal_places=2,
                        default=0,
                        max_digits=12,
                        verbose_name="生产经营性支出",
                    ),
                ),
                (
                    "insurance_payout",
                    models.DecimalField(
                        db_default=0,
                        decimal_places=2,
                        default=0,
                        max_digits=12,
                        verbose_name="理赔收入（含防贫保）",
                    ),
                ),
                (
                    "recorded_payout",
                    models.DecimalField(
                        db_default=0,
                        decimal_places=2,
                        default=0,
                        editable=False,
                        max_digits=12,
                        verbose_name="防贫保赔付（系统登记）",
                    ),
                ),
                (
                    "compliant_self_paid",
                    models.DecimalField(
                        db_default=0,
                        decimal_places=2,
                        default=0,
                        max_digits=12,
                        verbose_name="合规自付支出",
                    ),
                ),
                ("member_count", models.PositiveSmallIntegerField(verbose_name="家庭人口")),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("self", "农户自报"),
                            ("department", "部门数据"),
                            ("checked", "入户查验"),
                            ("register", "档案导入"),
                        ],
                        default="self",
                        max_length=12,
                        verbose_name="数据来源",
                    ),
                ),
                (
                    "note",
                    models.CharField(
                        blank=True, db_default="", default="", max_length=200, verbose_name="说明"
                    ),
                ),
                ("recorded_at", models.DateTimeField(default=audit.clock.now)),
                (
                    "household",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="incomes",
                        to="households.household",
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
                "verbose_name": "收入",
                "ordering": ["-period_end", "-pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("household", "period_start", "period_end"),
                        name="one_income_per_period",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("period_end__gt", models.F("period_start"))),
                        name="income_period_runs_forward",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("member_count__gte", 1)), name="income_has_members"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("business__gte", 0),
                            ("business_expense__gte", 0),
                            ("compliant_self_paid__gte", 0),
                            ("insurance_payout__gte", 0),
                            ("property__gte", 0),
                            ("recorded_payout__gte", 0),
                            ("transfer__gte", 0),
                            ("wage__gte", 0),
                        ),
                        name="income_items_not_negative",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="IncomeEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                ("period_start", models.DateField(verbose_name="周期起")),
                ("period_end", models.DateField(verbose_name="周期止")),
                (
                    "wage",
                    models.DecimalField(
                        db_default=0,
                        decimal_places=2,
                        default=0,
                        max_digits=12,
                        verbose_name="工资性收入",
                    ),
                ),
                (
                    "business",
                    models.DecimalField(
                        db_default=0,
                        decimal_places=2,
                        default=0,
                        max_digits=12,
                        verbose_name="生产经营性收入",
                    ),
                ),
                (
                    "property",
                    models.DecimalField(
                        db_default=0,
                        decimal_places=2,
                        default=0,
                        max_digits=12,
                        verbose_name="财产性收入",
                    ),
                ),
                (
                    "transfer",
                    models.DecimalField(
                        db_default=0,
                        decimal_places=2,
                        default=0,
                        max_digits=12,
                        verbose_name="转移性收入",
                    ),
                ),
                (
                    "business_expense",
                    models.DecimalField(
                        db_default=0,
                        decimal_places=2,
                        default=0,
                        max_digits=12,
                        verbose_name="生产经营性支出",
                    ),
                ),
                (
                    "insurance_payout",
                    models.DecimalField(
                        db_default=0,
                        decimal_places=2,
                        default=0,
                        max_digits=12,
                        verbose_name="理赔收入（含防贫保）",
                    ),
                ),
                (
                    "recorded_payout",
                    models.DecimalField(
                        db_default=0,
                        decimal_places=2,
                        default=0,
                        editable=False,
                        max_digits=12,
                        verbose_name="防贫保赔付（系统登记）",
                    ),
                ),
                (
                    "compliant_self_paid",
                    models.DecimalField(
                        db_default=0,
                        decimal_places=2,
                        default=0,
                        max_digits=12,
                        verbose_name="合规自付支出",
                    ),
                ),
                ("member_count", models.PositiveSmallIntegerField(verbose_name="家庭人口")),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("self", "农户自报"),
                            ("department", "部门数据"),
                            ("checked", "入户查验"),
                            ("register", "档案导入"),
                        ],
                        default="self",
                        max_length=12,
                        verbose_name="数据来源",
                    ),
                ),
                (
                    "note",
                    models.CharField(
                        blank=True, db_default="", default="", max_length=200, verbose_name="说明"
                    ),
                ),
                ("recorded_at", models.DateTimeField(default=audit.clock.now)),
                (
                    "household",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="households.household",
                    ),
                ),
                (
                    "pgh_context",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="pghistory.context",
                    ),
                ),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="past",
                        related_query_name="past",
                        to="households.income",
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Person",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(db_collation="C", max_length=60, verbose_name="姓名")),
                (
                    "initials",
                    models.CharField(
                        db_collation="C", editable=False, max_length=60, verbose_name="拼音首字母"
                    ),
                ),
                (
                    "initials_other",
                    models.CharField(
                        blank=True,
                        db_collation="C",
                        db_default="",
                        default="",
                        editable=False,
                        max_length=60,
                    ),
                ),
                ("relation", models.CharField(max_length=20, verbose_name="与户主关系")),
                ("id_cipher", models.BinaryField(null=True, verbose_name="证件号码（密文）")),
                ("id_index", models.BinaryField(max_length=16, null=True)),
                ("id_tail4", models.BinaryField(max_length=16, null=True)),
                ("id_tail6", models.BinaryField(max_length=16, null=True)),
                ("birth_on", models.DateField(blank=True, null=True, verbose_name="出生日期")),
                (
                    "sex",
                    models.CharField(
                        blank=True, db_default="", default="", max_length=1, verbose_name="性别"
                    ),
                ),
                (
                    "ethnicity",
                    models.CharField(
                        blank=True, db_default="", default="", max_length=20, verbose_name="民族"
                    ),
                ),
                (
                    "political_status",
                    models.CharField(
                        blank=True,
                        db_default="",
                        default="",
                        max_length=20,
                        verbose_name="政治面貌",
                    ),
                ),
                (
                    "education",
                    models.CharField(
                        blank=True,
                        db_default="",
                        default="",
                        max_length=20,
                        verbose_name="文化程度",
                    ),
                ),
                (
                    "student_state",
                    models.CharField(
                        blank=True,
                        db_default="",
                        default="",
                        max_length=20,
                        verbose_name="在校生状况",
                    ),
                ),
                (
                    "health",
                    models.CharField(
                        blank=True,
                        db_default="",
                        default="",
                        max_length=40,
                        verbose_name="健康状况",
                    ),
                ),
                (
                    "skill",
                    models.CharField(
                        blank=True,
                        db_default="",
                        default="",
                        max_length=20,
                        verbose_name="劳动技能",
                    ),
                ),
                (
                    "work_place",
                    models.CharField(
                        blank=True,
                        db_default="",
                        default="",
                        max_length=60,
                        verbose_name="务工地点",
                    ),
                ),
                (
                    "work_months",
                    models.PositiveSmallIntegerField(
                        blank=True, null=True, verbose_name="务工时长（月）"
                    ),
                ),
                (
                    "medical_insurance",
                    models.CharField(
                        blank=True,
                        db_default="",
                        default="",
                        max_length=20,
                        verbose_name="基本医疗保险",
                    ),
                ),
                (
                    "pension_insurance",
                    models.CharField(
                        blank=True,
                        db_default="",
                        default="",
                        max_length=20,
                        verbose_name="基本养老保险",
                    ),
                ),
                (
                    "low_income_kind",
                    models.CharField(
                        blank=True,
                        choices=[("", "否"), ("低保", "低保"), ("特困", "特困")],
                        db_default="",
                        default="",
                        max_length=4,
                        verbose_name="低保",
                    ),
                ),
                (
                    "disability_category",
                    models.CharField(
                        blank=True,
                        db_default="",
                        default="",
                        max_length=10,
                        verbose_name="残疾类别",
                    ),
                ),
                (
                    "disability_grade",
                    models.CharField(
                        blank=True, db_default="", default="", max_length=4, verbose_name="残疾等级"
                    ),
                ),
                (
                    "phone",
                    models.CharField(
                        blank=True,
                        db_default="",
                        default="",
                        max_length=20,
                        verbose_name="联系电话",
                    ),
                ),
                (
                    "position",
                    models.PositiveSmallIntegerField(
                        db_default=1, default=1, verbose_name="户内序号"
                    ),
                ),
                (
                    "is_active",
                    models.BooleanField(db_default=True, default=True, verbose_name="在册"),
                ),
                ("left_on", models.DateField(blank=True, null=True, verbose_name="减少日期")),
                (
                    "left_reason",
                    models.CharField(
                        blank=True,
                        db_default="",
                        default="",
                        max_length=20,
                        verbose_name="减少原因",
                    ),
                ),
                ("source_digest", models.BigIntegerField(editable=False, null=True)),
                ("version", models.PositiveIntegerField(db_default=1, default=1)),
                ("created_at", models.DateTimeField(default=audit.clock.now)),
                ("updated_at", models.DateTimeField(default=audit.clock.now)),
                (
                    "household",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="members",
                        to="households.household",
                    ),
                ),
            ],
            options={
                "verbose_name": "家庭成员",
                "ordering": ["household_id", "position", "pk"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("is_active", False)),
                        fields=["id_index"],
                        name="person_left_by_id",
                    ),
                    models.Index(fields=["id_tail4"], name="person_by_tail4"),
                    models.Index(fields=["initials"], name="person_by_initials"),
                    models.Index(
                        condition=models.Q(("initials_other", ""), _negated=True),
                        fields=["initials_other"],
                        name="person_by_initials_other",
                    ),
                    models.Index(fields=["name"], name="person_by_name"),
                    models.Index(
                        django.contrib.postgres.indexes.OpClass(
                            django.db.models.functions.text.Substr("name", 2), "text_pattern_ops"
                        ),
                        name="person_by_name_from_2",
                    ),
                    models.Index(
                        django.contrib.postgres.indexes.OpClass(
                            django.db.models.functions.text.Substr("name", 3), "text_pattern_ops"
                        ),
                        condition=models.Q(
                            django.db.models.lookups.GreaterThan(
                                django.db.models.functions.text.Length("name"), 3
                            )
                        ),
                        name="person_by_name_from_3",
                    ),
                    models.Index(
                        condition=models.Q(
                            django.db.models.lookups.GreaterThan(
                                django.db.models.functions.text.Length("name"), 4
                            )
                        ),
                        fields=["household"],
                        name="person_with_long_name",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("is_active", True)),
                        fields=("id_index",),
                        name="active_person_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("is_active", True), ("relation", "户主")),
                        fields=("household",),
                        name="one_active_head",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("name", ""), _negated=True), name="person_has_a_name"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("is_active", True), ("left_on__isnull", True)),
                            models.Q(("is_active", False), ("left_on__isnull", False)),
                            _connector="OR",
                        ),
                        name="person_left_on_a_day",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="NaturalChange",
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
                            ("birth", "出生"),
                            ("married_in", "婚入"),
                            ("moved_in", "迁入"),
                            ("death", "死亡"),
                            ("moved_out", "迁出"),
                            ("wed_out", "婚出"),
                            ("new_head", "户主变更"),
                            ("split", "分户"),
                            ("merge", "并户"),
                        ],
                        max_length=10,
                        verbose_name="类型",
                    ),
                ),
                ("changed_on", models.DateField(verbose_name="发生日期")),
                (
                    "note",
                    models.CharField(
                        blank=True, db_default="", default="", max_length=200, verbose_name="说明"
                    ),
                ),
                ("is_household_gone", models.BooleanField(default=False, verbose_name="整户减少")),
                ("recorded_at", models.DateTimeField(default=audit.clock.now)),
                (
                    "national_updated_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="国家系统已更新时间"),
                ),
                (
                    "household",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="natural_changes",
                        to="households.household",
                    ),
                ),
                (
                    "national_updated_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "other_household",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="households.household",
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
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="natural_changes",
                        to="households.person",
                    ),
                ),
            ],
            options={
                "verbose_name": "自然增减",
                "ordering": ["-changed_on", "-pk"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("national_updated_at__isnull", True)),
                        fields=["household"],
                        name="change_to_be_updated",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("kind__in", ["split", "merge"]), ("other_household__isnull", False)
                            ),
                            models.Q(
                                models.Q(("kind__in", ["split", "merge"]), _negated=True),
                                ("other_household__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="change_names_the_other_household",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("national_updated_at__isnull", True),
                                ("national_updated_by__isnull", True),
                            ),
                            models.Q(
                                ("national_updated_at__isnull", False),
                                ("national_updated_by__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="change_updated_at_and_by",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PersonEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                ("name", models.CharField(db_collation="C", max_length=60, verbose_name="姓名")),
                ("relation", models.CharField(max_length=20, verbose_name="与户主关系")),
                ("id_cipher", models.BinaryField(null=True, verbose_name="证件号码（密文）")),
                ("birth_on", models.DateField(blank=True, null=True, verbose_name="出生日期")),
                (
                    "sex",
                    models.CharField(
                        blank=True, db_default="", default="", max_length=1, verbose_name="性别"
                    ),
                ),
                (
                    "ethnicity",
                    models.CharField(
                        blank=True, db_default="", default="", max_length=20, verbose_name="民族"
                    ),
                ),
                (
                    "political_status",
                    models.CharField(
                        blank=True,
                        db_default="",
                        default="",
                        max_length=20,
                        verbose_name="政治面貌",
                    ),
                ),
                (
                    "education",
                    models.CharField(
                        blank=True,
                        db_default="",
                        default="",
                        max_length=20,
                        verbose_name="文化程度",
                    ),
                ),
                (
                    "student_state",
                    models.CharField(
                        blank=True,
                        db_default="",
                        default="",
                        max_length=20,
                        verbose_name="在校生状况",
                    ),
                ),
                (
                    "health",
                    models.CharField(
                        blank=True,
                        db_default="",
                        default="",
                        max_length=40,
                        verbose_name="健康状况",
                    ),
                ),
                (
                    "skill",
                    models.CharField(
                        blank=True,
                        db_default="",
                        default="",
                        max_length=20,
                        verbose_name="劳动技能",
                    ),
                ),
                (
                    "work_place",
                    models.CharField(
                        blank=True,
                        db_default="",
                        default="",
                        max_length=60,
                        verbose_name="务工地点",
                    ),
                ),
                (
                    "work_months",
                    models.PositiveSmallIntegerField(
                        blank=True, null=True, verbose_name="务工时长（月）"
                    ),
                ),
                (
                    "medical_insurance",
                    models.CharField(
                        blank=True,
                        db_default="",
                        default="",
                        max_length=20,
                        verbose_name="基本医疗保险",
                    ),
                ),
                (
                    "pension_insurance",
                    models.CharField(
                        blank=True,
                        db_default="",
                        default="",
                        max_length=20,
                        verbose_name="基本养老保险",
                    ),
                ),
                (
                    "low_income_kind",
                    models.CharField(
                        blank=True,
                        choices=[("", "否"), ("低保", "低保"), ("特困", "特困")],
                        db_default="",
                        default="",
                        max_length=4,
                        verbose_name="低保",
                    ),
                ),
                (
                    "disability_category",
                    models.CharField(
                        blank=True,
                        db_default="",
                        default="",
                        max_length=10,
                        verbose_name="残疾类别",
                    ),
                ),
                (
                    "disability_grade",
                    models.CharField(
                        blank=True, db_default="", default="", max_length=4, verbose_name="残疾等级"
                    ),
                ),
                (
                    "phone",
                    models.CharField(
                        blank=True,
                        db_default="",
                        default="",
                        max_length=20,
                        verbose_name="联系电话",
                    ),
                ),
                (
                    "position",
                    models.PositiveSmallIntegerField(
                        db_default=1, default=1, verbose_name="户内序号"
                    ),
                ),
                (
                    "is_active",
                    models.BooleanField(db_default=True, default=True, verbose_name="在册"),
                ),
                ("left_on", models.DateField(blank=True, null=True, verbose_name="减少日期")),
                (
                    "left_reason",
                    models.CharField(
                        blank=True,
                        db_default="",
                        default="",
                        max_length=20,
                        verbose_name="减少原因",
                    ),
                ),
                ("version", models.PositiveIntegerField(db_default=1, default=1)),
                ("created_at", models.DateTimeField(default=audit.clock.now)),
                (
                    "household",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="households.household",
                    ),
                ),
                (
                    "pgh_context",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="pghistory.context",
                    ),
                ),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="past",
                        related_query_name="past",
                        to="households.person",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="RegisterImport",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "codes",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=12), default=list, size=None
                    ),
                ),
                ("file", models.FileField(upload_to="register_imports/%Y/%m/")),
                ("name", models.CharField(max_length=300, verbose_name="文件名")),
                ("sha256", models.CharField(max_length=64)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("received", "正在检查"),
                            ("checked", "待确认"),
                            ("applying", "正在写入"),
                            ("applied", "已写入"),
                            ("refused", "未能读取"),
                            ("dropped", "已放弃"),
                        ],
                        default="received",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("is_applied_at_once", models.BooleanField(default=False)),
                ("message", models.TextField(blank=True, verbose_name="说明")),
                ("warnings", models.JSONField(default=list)),
                (
                    "rejected_file",
                    models.FileField(blank=True, upload_to="register_imports/%Y/%m/"),
                ),
                ("figures", models.JSONField(default=dict)),
                ("received_at", models.DateTimeField(default=audit.clock.now)),
                ("applied_at", models.DateTimeField(blank=True, null=True)),
                (
                    "applied_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "area",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="areas.area",
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
            ],
            options={
                "verbose_name": "档案导入",
                "ordering": ["-received_at"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "applied"), _negated=True),
                            ("applied_at__isnull", False),
                            _connector="OR",
                        ),
                        name="register_import_applied_at",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["received", "checked", "applying"])),
                        fields=("sha256",),
                        name="register_import_once_at_a_time",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ImportRow",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "register_import_id",
                        "sheet_row",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("sheet_row", models.PositiveIntegerField(verbose_name="表中行号")),
                (
                    "verdict",
                    models.CharField(
                        choices=[
                            ("new", "新增"),
                            ("changed", "修改"),
                            ("same", "不变"),
                            ("rejected", "退回"),
                        ],
                        default="new",
                        max_length=8,
                        verbose_name="结论",
                    ),
                ),
                ("own_reasons", models.TextField(blank=True, default="")),
                (
                    "reasons",
                    models.TextField(blank=True, db_default="", default="", verbose_name="原因"),
                ),
                ("warnings", models.TextField(blank=True, default="", verbose_name="提示")),
                ("digest", models.BigIntegerField()),
                ("village_code", models.CharField(blank=True, default="", max_length=12)),
                (
                    "number",
                    models.CharField(
                        blank=True,
                        db_collation="C",
                        default="",
                        max_length=40,
                        verbose_name="户编号",
                    ),
                ),
                (
                    "name",
                    models.CharField(
                        blank=True, db_collation="C", default="", max_length=60, verbose_name="姓名"
                    ),
                ),
                (
                    "initials",
                    models.CharField(blank=True, db_collation="C", default="", max_length=60),
                ),
                (
                    "initials_other",
                    models.CharField(blank=True, db_collation="C", default="", max_length=60),
                ),
                (
                    "relation",
                    models.CharField(
                        blank=True, default="", max_length=20, verbose_name="与户主关系"
                    ),
                ),
                ("id_cipher", models.BinaryField(null=True)),
                ("id_index", models.BinaryField(null=True)),
                ("id_tail4", models.BinaryField(null=True)),
                ("id_tail6", models.BinaryField(null=True)),
                ("birth_on", models.DateField(null=True)),
                ("sex", models.CharField(blank=True, default="", max_length=1)),
                ("kind", models.CharField(max_length=8, null=True)),
                ("low_income_kind", models.CharField(max_length=4, null=True)),
                (
                    "per_capita_income",
                    models.DecimalField(decimal_places=2, max_digits=12, null=True),
                ),
                ("phone", models.CharField(max_length=20, null=True)),
                ("position", models.PositiveSmallIntegerField(default=1)),
                ("more", models.JSONField(default=dict)),
                ("person_found", models.BigIntegerField(db_default=None, null=True)),
                (
                    "register_import",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="rows",
                        to="households.registerimport",
                    ),
                ),
            ],
            options={
                "verbose_name": "导入行",
                "ordering": ["register_import", "sheet_row"],
            },
        ),
        migrations.CreateModel(
            name="Safeguard",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("checked_on", models.DateField(verbose_name="核查日期")),
                (
                    "housing_problem",
                    models.BooleanField(default=False, verbose_name="住房出现安全问题"),
                ),
                (
                    "education_problem",
                    models.BooleanField(default=False, verbose_name="义务教育阶段失学辍学"),
                ),
                (
                    "medical_problem",
                    models.BooleanField(default=False, verbose_name="有成员未参加基本医疗保险"),
                ),
                (
                    "water_problem",
                    models.BooleanField(default=False, verbose_name="饮水出现安全问题"),
                ),
                (
                    "note",
                    models.CharField(
                        blank=True, db_default="", default="", max_length=200, verbose_name="说明"
                    ),
                ),
                ("recorded_at", models.DateTimeField(default=audit.clock.now)),
                (
                    "household",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="safeguards",
                        to="households.household",
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
                "verbose_name": "三保障和饮水",
                "ordering": ["-checked_on", "-pk"],
                "indexes": [
                    models.Index(fields=["household", "-checked_on"], name="safeguard_latest")
                ],
            },
        ),
        migrations.CreateModel(
            name="DoubtCount",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("rule", models.CharField(max_length=40)),
                ("open", models.PositiveIntegerField(verbose_name="待核对")),
                ("checked_at", models.DateTimeField(verbose_name="体检时间")),
                (
                    "village",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="areas.area",
                    ),
                ),
            ],
            options={
                "verbose_name": "数据体检",
                "constraints": [
                    models.UniqueConstraint(fields=("village", "rule"), name="doubt_count_once")
                ],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="household",
            trigger=pgtrigger.compiler.Trigger(
                name="forget_source_of_members",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."number" IS DISTINCT FROM (NEW."number") OR OLD."per_capita_income" IS DISTINCT FROM (NEW."per_capita_income") OR OLD."phone" IS DISTINCT FROM (NEW."phone") OR OLD."village_id" IS DISTINCT FROM (NEW."village_id"))',
                    func="\n    UPDATE households_person SET source_digest = NULL\n     WHERE household_id = NEW.id AND source_digest IS NOT NULL;\n    RETURN NULL;\n",
                    hash="08b61890988460ccc068264976e4c2f46ceaafdf",
                    operation="UPDATE",
                    pgid="pgtrigger_forget_source_of_members_b6ece",
                    table="households_household",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="household",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."address" IS DISTINCT FROM (NEW."address") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."has_no_labour" IS DISTINCT FROM (NEW."has_no_labour") OR OLD."head_name" IS DISTINCT FROM (NEW."head_name") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."income_year" IS DISTINCT FROM (NEW."income_year") OR OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."low_income_kind" IS DISTINCT FROM (NEW."low_income_kind") OR OLD."natural_village" IS DISTINCT FROM (NEW."natural_village") OR OLD."number" IS DISTINCT FROM (NEW."number") OR OLD."per_capita_income" IS DISTINCT FROM (NEW."per_capita_income") OR OLD."phone" IS DISTINCT FROM (NEW."phone") OR OLD."removed_on" IS DISTINCT FROM (NEW."removed_on") OR OLD."removed_reason" IS DISTINCT FROM (NEW."removed_reason") OR OLD."state" IS DISTINCT FROM (NEW."state") OR OLD."village_id" IS DISTINCT FROM (NEW."village_id"))',
                    func='INSERT INTO "households_householdevent" ("address", "created_at", "has_no_labour", "head_name", "id", "income_year", "kind", "low_income_kind", "natural_village", "number", "per_capita_income", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "removed_on", "removed_reason", "state", "village_id") VALUES (OLD."address", OLD."created_at", OLD."has_no_labour", OLD."head_name", OLD."id", OLD."income_year", OLD."kind", OLD."low_income_kind", OLD."natural_village", OLD."number", OLD."per_capita_income", _pgh_attach_context(), NOW(), \'update\', OLD."id", OLD."phone", OLD."removed_on", OLD."removed_reason", OLD."state", OLD."village_id"); RETURN NULL;',
                    hash="13e9807aa572bd250476b64b8c514ee7cf1c097a",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_d279e",
                    table="households_household",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="household",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "households_householdevent" ("address", "created_at", "has_no_labour", "head_name", "id", "income_year", "kind", "low_income_kind", "natural_village", "number", "per_capita_income", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "removed_on", "removed_reason", "state", "village_id") VALUES (OLD."address", OLD."created_at", OLD."has_no_labour", OLD."head_name", OLD."id", OLD."income_year", OLD."kind", OLD."low_income_kind", OLD."natural_village", OLD."number", OLD."per_capita_income", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."phone", OLD."removed_on", OLD."removed_reason", OLD."state", OLD."village_id"); RETURN NULL;',
                    hash="f6d31b6f4bd62a39395a520fac2cc6598437595a",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_4f9c4",
                    table="households_household",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="income",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "households_incomeevent" ("business", "business_expense", "compliant_self_paid", "household_id", "id", "insurance_payout", "member_count", "note", "period_end", "period_start", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "property", "recorded_at", "recorded_by_id", "recorded_payout", "source", "transfer", "wage") VALUES (OLD."business", OLD."business_expense", OLD."compliant_self_paid", OLD."household_id", OLD."id", OLD."insurance_payout", OLD."member_count", OLD."note", OLD."period_end", OLD."period_start", _pgh_attach_context(), NOW(), \'update\', OLD."id", OLD."property", OLD."recorded_at", OLD."recorded_by_id", OLD."recorded_payout", OLD."source", OLD."transfer", OLD."wage"); RETURN NULL;',
                    hash="736fcecd7474d159a109998a4e7741bb951fb6b2",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_30a00",
                    table="households_income",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="income",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "households_incomeevent" ("business", "business_expense", "compliant_self_paid", "household_id", "id", "insurance_payout", "member_count", "note", "period_end", "period_start", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "property", "recorded_at", "recorded_by_id", "recorded_payout", "source", "transfer", "wage") VALUES (OLD."business", OLD."business_expense", OLD."compliant_self_paid", OLD."household_id", OLD."id", OLD."insurance_payout", OLD."member_count", OLD."note", OLD."period_end", OLD."period_start", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."property", OLD."recorded_at", OLD."recorded_by_id", OLD."recorded_payout", OLD."source", OLD."transfer", OLD."wage"); RETURN NULL;',
                    hash="59e80e081d9564a4dd92113f9121cd2c4950a3d5",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_62e2c",
                    table="households_income",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="person",
            trigger=pgtrigger.compiler.Trigger(
                name="forget_source",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."birth_on" IS DISTINCT FROM (NEW."birth_on") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."disability_category" IS DISTINCT FROM (NEW."disability_category") OR OLD."disability_grade" IS DISTINCT FROM (NEW."disability_grade") OR OLD."education" IS DISTINCT FROM (NEW."education") OR OLD."ethnicity" IS DISTINCT FROM (NEW."ethnicity") OR OLD."health" IS DISTINCT FROM (NEW."health") OR OLD."household_id" IS DISTINCT FROM (NEW."household_id") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."id_cipher" IS DISTINCT FROM (NEW."id_cipher") OR OLD."id_index" IS DISTINCT FROM (NEW."id_index") OR OLD."id_tail4" IS DISTINCT FROM (NEW."id_tail4") OR OLD."id_tail6" IS DISTINCT FROM (NEW."id_tail6") OR OLD."initials" IS DISTINCT FROM (NEW."initials") OR OLD."initials_other" IS DISTINCT FROM (NEW."initials_other") OR OLD."is_active" IS DISTINCT FROM (NEW."is_active") OR OLD."left_on" IS DISTINCT FROM (NEW."left_on") OR OLD."left_reason" IS DISTINCT FROM (NEW."left_reason") OR OLD."low_income_kind" IS DISTINCT FROM (NEW."low_income_kind") OR OLD."medical_insurance" IS DISTINCT FROM (NEW."medical_insurance") OR OLD."name" IS DISTINCT FROM (NEW."name") OR OLD."pension_insurance" IS DISTINCT FROM (NEW."pension_insurance") OR OLD."phone" IS DISTINCT FROM (NEW."phone") OR OLD."political_status" IS DISTINCT FROM (NEW."political_status") OR OLD."position" IS DISTINCT FROM (NEW."position") OR OLD."relation" IS DISTINCT FROM (NEW."relation") OR OLD."sex" IS DISTINCT FROM (NEW."sex") OR OLD."skill" IS DISTINCT FROM (NEW."skill") OR OLD."student_state" IS DISTINCT FROM (NEW."student_state") OR OLD."work_months" IS DISTINCT FROM (NEW."work_months") OR OLD."work_place" IS DISTINCT FROM (NEW."work_place"))',
                    func="\n    IF NEW.source_digest IS NOT DISTINCT FROM OLD.source_digest THEN NEW.source_digest = NULL; END IF;\n    RETURN NEW;\n",
                    hash="8f05d438629faf12b63ea98f82020e4a53f90265",
                    operation="UPDATE",
                    pgid="pgtrigger_forget_source_bda22",
                    table="households_person",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="person",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."birth_on" IS DISTINCT FROM (NEW."birth_on") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."disability_category" IS DISTINCT FROM (NEW."disability_category") OR OLD."disability_grade" IS DISTINCT FROM (NEW."disability_grade") OR OLD."education" IS DISTINCT FROM (NEW."education") OR OLD."ethnicity" IS DISTINCT FROM (NEW."ethnicity") OR OLD."health" IS DISTINCT FROM (NEW."health") OR OLD."household_id" IS DISTINCT FROM (NEW."household_id") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."id_cipher" IS DISTINCT FROM (NEW."id_cipher") OR OLD."is_active" IS DISTINCT FROM (NEW."is_active") OR OLD."left_on" IS DISTINCT FROM (NEW."left_on") OR OLD."left_reason" IS DISTINCT FROM (NEW."left_reason") OR OLD."low_income_kind" IS DISTINCT FROM (NEW."low_income_kind") OR OLD."medical_insurance" IS DISTINCT FROM (NEW."medical_insurance") OR OLD."name" IS DISTINCT FROM (NEW."name") OR OLD."pension_insurance" IS DISTINCT FROM (NEW."pension_insurance") OR OLD."phone" IS DISTINCT FROM (NEW."phone") OR OLD."political_status" IS DISTINCT FROM (NEW."political_status") OR OLD."position" IS DISTINCT FROM (NEW."position") OR OLD."relation" IS DISTINCT FROM (NEW."relation") OR OLD."sex" IS DISTINCT FROM (NEW."sex") OR OLD."skill" IS DISTINCT FROM (NEW."skill") OR OLD."student_state" IS DISTINCT FROM (NEW."student_state") OR OLD."version" IS DISTINCT FROM (NEW."version") OR OLD."work_months" IS DISTINCT FROM (NEW."work_months") OR OLD."work_place" IS DISTINCT FROM (NEW."work_place"))',
                    func='INSERT INTO "households_personevent" ("birth_on", "created_at", "disability_category", "disability_grade", "education", "ethnicity", "health", "household_id", "id", "id_cipher", "is_active", "left_on", "left_reason", "low_income_kind", "medical_insurance", "name", "pension_insurance", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "political_status", "position", "relation", "sex", "skill", "student_state", "version", "work_months", "work_place") VALUES (OLD."birth_on", OLD."created_at", OLD."disability_category", OLD."disability_grade", OLD."education", OLD."ethnicity", OLD."health", OLD."household_id", OLD."id", OLD."id_cipher", OLD."is_active", OLD."left_on", OLD."left_reason", OLD."low_income_kind", OLD."medical_insurance", OLD."name", OLD."pension_insurance", _pgh_attach_context(), NOW(), \'update\', OLD."id", OLD."phone", OLD."political_status", OLD."position", OLD."relation", OLD."sex", OLD."skill", OLD."student_state", OLD."version", OLD."work_months", OLD."work_place"); RETURN NULL;',
                    hash="3b7ad0995241ea8b7dc42690b6383bcde325d8d9",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_5a79e",
                    table="households_person",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="person",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "households_personevent" ("birth_on", "created_at", "disability_category", "disability_grade", "education", "ethnicity", "health", "household_id", "id", "id_cipher", "is_active", "left_on", "left_reason", "low_income_kind", "medical_insurance", "name", "pension_insurance", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "political_status", "position", "relation", "sex", "skill", "student_state", "version", "work_months", "work_place") VALUES (OLD."birth_on", OLD."created_at", OLD."disability_category", OLD."disability_grade", OLD."education", OLD."ethnicity", OLD."health", OLD."household_id", OLD."id", OLD."id_cipher", OLD."is_active", OLD."left_on", OLD."left_reason", OLD."low_income_kind", OLD."medical_insurance", OLD."name", OLD."pension_insurance", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."phone", OLD."political_status", OLD."position", OLD."relation", OLD."sex", OLD."skill", OLD."student_state", OLD."version", OLD."work_months", OLD."work_place"); RETURN NULL;',
                    hash="f5cb89531eabe8a9ce3124f0e8315bdb78682ce5",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_4b29e",
                    table="households_person",
                    when="AFTER",
                ),
            ),
        ),
        # Rows on their way need no log: after a crash the workbook is read again.
        migrations.RunSQL(
            sql="ALTER TABLE households_importrow SET UNLOGGED",
            reverse_sql="ALTER TABLE households_importrow SET LOGGED",
        ),
    ]
