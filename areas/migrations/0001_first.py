import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    replaces = [
        ("areas", "0001_initial"),
    ]

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Area",
            fields=[
                (
                    "code",
                    models.CharField(
                        max_length=12, primary_key=True, serialize=False, verbose_name="区划代码"
                    ),
                ),
                ("name", models.CharField(max_length=60, verbose_name="名称")),
                ("short_name", models.CharField(max_length=60, verbose_name="简称")),
                (
                    "level",
                    models.CharField(
                        choices=[
                            ("province", "省"),
                            ("city", "市"),
                            ("county", "县"),
                            ("township", "乡镇"),
                            ("village", "村"),
                        ],
                        max_length=10,
                        verbose_name="级别",
                    ),
                ),
                ("is_community", models.BooleanField(default=False, verbose_name="居委会")),
                ("is_active", models.BooleanField(default=True, verbose_name="在用")),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="children",
                        to="areas.area",
                        verbose_name="上级",
                    ),
                ),
            ],
            options={
                "verbose_name": "行政区划",
                "verbose_name_plural": "行政区划",
                "ordering": ["code"],
                "indexes": [
                    models.Index(fields=["level", "code"], name="area_by_level"),
                    models.Index(fields=["short_name"], name="area_by_short_name"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("code__length", 2), ("level", "province")),
                            models.Q(("code__length", 4), ("level", "city")),
                            models.Q(("code__length", 6), ("level", "county")),
                            models.Q(("code__length", 9), ("level", "township")),
                            models.Q(("code__length", 12), ("level", "village")),
                            _connector="OR",
                        ),
                        name="area_code_fits_level",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("parent__isnull", True),
                            ("code__startswith", models.F("parent_id")),
                            _connector="OR",
                        ),
                        name="area_code_continues_parent",
                    ),
                ],
            },
        ),
    ]
