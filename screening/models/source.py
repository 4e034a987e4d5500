from django.db import models

from accounts import access
from accounts.permissions import Permission
from households import idnumbers
from screening.models.kind import LeadKind
from screening.pulling.place import Place, Protocol


class SourceQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Those of the counties whose system the administrator keeps."""
        return self.filter(access.scope(user, Permission.SCHEDULE_MANAGE, field="county_id"))


class Source(models.Model):
    """Where a department of a county puts its lists, and how the last look went."""

    Protocol = Protocol

    county = models.ForeignKey("areas.Area", models.PROTECT, related_name="+")
    department = models.ForeignKey(
        "accounts.Department", models.PROTECT, related_name="sources", verbose_name="部门"
    )
    # Empty: which list a file is shows in its header.
    kind = models.ForeignKey(
        LeadKind, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="名单类型"
    )
    protocol = models.CharField("方式", max_length=10, choices=Protocol.choices)
    address = models.CharField("地址", max_length=300)
    pattern = models.CharField("文件名", max_length=100, default="*")
    username = models.CharField("用户名", max_length=100, blank=True)
    secret = models.BinaryField(null=True)  # encrypted as ID numbers are; never shown again
    host_key = models.CharField("服务器指纹", max_length=80, blank=True)
    is_active = models.BooleanField("启用", default=True)
    tried_at = models.DateTimeField(null=True)
    tried_month = models.DateField(null=True)
    problem = models.CharField(max_length=300, blank=True)  # of the last look; '' = it went well

    objects = SourceQuerySet.as_manager()

    class Meta:
        verbose_name = "名单来源"
        ordering = ["county", "department__order", "pk"]

    def __str__(self):
        return f"{self.department}　{self.address}"

    @property
    def place(self) -> Place:
        """With the secret in clear: for connecting only."""
        secret = idnumbers.decrypt(self.secret) if self.secret else ""
        return Place(
            self.protocol, self.address, self.pattern, self.username, secret, self.host_key
        )
