from django.db.models import CheckConstraint, Q


def both_or_neither(*fields: str, name: str) -> CheckConstraint:
    """The database refuses half a fact: who and when are both known or both empty."""
    neither = Q(**{f"{field}__isnull": True for field in fields})
    both = Q(**{f"{field}__isnull": False for field in fields})
    return CheckConstraint(condition=neither | both, name=name)
