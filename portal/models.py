from django.conf import settings
from django.db import models

from audit import clock


class TourSeen(models.Model):
    """Who has been shown round a home page, or said no to it; they are not asked again."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="tours_seen")
    tour = models.CharField(max_length=20)
    seen_at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = "首次引导"
        constraints = [models.UniqueConstraint(fields=["user", "tour"], name="tour_seen_once")]

    def __str__(self):
        return f"{self.user_id} {self.tour}"
