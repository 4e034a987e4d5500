"""Photos and scans are stored here, re-encoded, under names of our own."""

import hashlib

from django.core.files.base import ContentFile
from django.db import transaction

from audit import clock
from audit.events import EventKind
from audit.record import record
from workflow import attachments
from workflow.models import Attachment


@transaction.atomic
def store_attachment(*, upload, area, by) -> Attachment:
    """Keep one uploaded photo or PDF of an area; StepRefused if it is not one."""
    kept = attachments.cleaned(upload)
    attachment = Attachment(
        name=kept.name,
        content_type=kept.content_type,
        sha256=hashlib.sha256(kept.content).hexdigest(),
        size=len(kept.content),
        area=area,
        uploaded_at=clock.now(),
        uploaded_by=by,
    )
    attachment.file.save(f"file{kept.suffix}", ContentFile(kept.content), save=True)
    record(
        EventKind.ATTACHMENT_ADDED,
        by=by,
        obj=attachment,
        area=area.pk,
        detail={"sha256": attachment.sha256, "size": attachment.size},
    )
    return attachment
