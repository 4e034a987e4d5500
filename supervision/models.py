"""The in-app inbox: what a person is reminded of, at most one sum a day."""

from django.conf import settings
from django.db import models

from audit import clock


class ReminderQuerySet(models.QuerySet):
    def visible_to(self, user):
        """A reminder is for its receiver alone."""
        return self.filter(user_id=user.pk) if user.pk else self.none()

    def unread(self):
        return self.filter(read_at=None)


class Reminder(models.Model):
    """One person's sum of one day: what is due within days, or late, in their posts' areas."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="reminders")
    day = models.DateField("日期")
    lines = models.JSONField("事项")  # [{"text": "3 户线索待核实，20日前", "url": "/leads/"}]
    made_at = models.DateTimeField(default=clock.now)
    read_at = models.DateTimeField("阅读时间", null=True, blank=True)
    sent_at = models.DateTimeField("外部渠道送达时间", null=True, blank=True)

    objects = ReminderQuerySet.as_manager()

    class Meta:
        verbose_name = "提醒"
        ordering = ["-day"]
        constraints = [models.UniqueConstraint(fields=["user", "day"], name="one_reminder_a_day")]
        indexes = [
            # the counter in the header of every page
            models.Index("user", condition=models.Q(read_at=None), name="reminder_unread"),
        ]

    def __str__(self):
        return f"{self.day} 提醒"
