import uuid
from pathlib import Path

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts import access
from accounts.permissions import Permission
from audit import clock


def own_name(attachment, filename: str) -> str:
    """A name of our own: what the sender called the file never reaches the disk."""
    return f"attachments/{clock.today():%Y/%m}/{uuid.uuid4().hex}{Path(filename).suffix.lower()}"


class AttachmentQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Files of the viewer's area, and those the viewer sent in."""
        inside = access.scope(user, Permission.CASE_VIEW, field="area_id")
        return self.filter(inside | Q(uploaded_by_id=user.pk))


class Attachment(models.Model):
    """A photo or scan: images re-encoded without EXIF, PDF as it came; served only by a view."""

    file = models.FileField("文件", upload_to=own_name)
    name = models.CharField("名称", max_length=120)
    content_type = models.CharField(max_length=60)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField("大小（字节）")
    area = models.ForeignKey("areas.Area", models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(default=clock.now)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        verbose_name = "附件"
        ordering = ["pk"]
        indexes = [models.Index(fields=["area"], name="attachment_area")]

    def __str__(self):
        return self.name

    @property
    def is_image(self) -> bool:
        return self.content_type.startswith("image/")
