from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Length
from django.db.models.lookups import StartsWith

models.CharField.register_lookup(Length)
# A division code contains by its prefix, so `village_id__startswith="410922"` is a question.
models.ForeignKey.register_lookup(StartsWith)


class Level(models.TextChoices):
    PROVINCE = "province", "省"
    CITY = "city", "市"
    COUNTY = "county", "县"
    TOWNSHIP = "township", "乡镇"
    VILLAGE = "village", "村"


class AreaQuerySet(models.QuerySet):
    def active(self):
        return self.filter(is_active=True)

    def counties(self):
        return self.filter(level=Level.COUNTY)

    def townships(self):
        return self.filter(level=Level.TOWNSHIP)

    def villages(self):
        return self.filter(level=Level.VILLAGE)

    def under(self, code: str):
        """The area of this code and everything inside it."""
        return self.filter(code__startswith=code)


class Area(models.Model):
    """A division of the country; its code says what contains it."""

    code = models.CharField("区划代码", max_length=12, primary_key=True)
    name = models.CharField("名称", max_length=60)
    short_name = models.CharField("简称", max_length=60)
    level = models.CharField("级别", max_length=10, choices=Level.choices)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name="上级"
    )
    is_community = models.BooleanField("居委会", default=False)
    is_active = models.BooleanField("在用", default=True)

    objects = AreaQuerySet.as_manager()

    class Meta:
        verbose_name = "行政区划"
        verbose_name_plural = "行政区划"
        ordering = ["code"]
        indexes = [
            models.Index(fields=["level", "code"], name="area_by_level"),
            models.Index(fields=["short_name"], name="area_by_short_name"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(level="province", code__length=2)
                | Q(level="city", code__length=4)
                | Q(level="county", code__length=6)
                | Q(level="township", code__length=9)
                | Q(level="village", code__length=12),
                name="area_code_fits_level",
            ),
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | Q(code__startswith=F("parent_id")),
                name="area_code_continues_parent",
            ),
        ]

    def __str__(self):
        return self.short_name
