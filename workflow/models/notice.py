from django.conf import settings
from django.db import models
from django.db.models import F, Q

from audit import clock


class PublicNotice(models.Model):
    """公示: what a village meeting passed, put up in the village for some days before the report.

    Only where the parameter `public_notice_days` asks for it; its paper is drawn from a whitelist.
    """

    meeting = models.OneToOneField(
        "workflow.Meeting", models.PROTECT, related_name="notice", verbose_name="会议"
    )
    posted_on = models.DateField("公示开始日期")
    ends_on = models.DateField("公示截止日期")  # the last day on which it is up
    contact = models.CharField("意见电话", max_length=60)
    recorded_at = models.DateTimeField(default=clock.now)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="登记人"
    )

    class Meta:
        verbose_name = "公示"
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("posted_on")), name="notice_ends_after_it_begins"
            )
        ]

    def __str__(self):
        return f"{self.posted_on} 公示"

    @property
    def is_over(self) -> bool:
        """Whether its last day has passed, so that the list may be reported."""
        return clock.today() > self.ends_on

    @property
    def days(self) -> int:
        return (self.ends_on - self.posted_on).days + 1
