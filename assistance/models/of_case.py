"""Rows that belong to a case are seen by whoever may see the case."""

from django.db import models

from accounts import access
from accounts.permissions import Permission


class OfCaseQuerySet(models.QuerySet):
    """Rows that belong to a case and are seen by whoever may see the case."""

    def visible_to(self, user):
        return self.filter(access.scope(user, Permission.CASE_VIEW, field="case__village_id"))
