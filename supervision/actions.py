"""Verbs on reminders."""

from django.db import transaction

from audit import clock
from supervision.models import Reminder


@transaction.atomic
def mark_read(*, by, reminders: list[Reminder]) -> None:
    """The receiver has seen these; somebody else's stay as they are."""
    keys = [reminder.pk for reminder in reminders]
    if keys:
        Reminder.objects.visible_to(by).unread().filter(pk__in=keys).update(read_at=clock.now())
