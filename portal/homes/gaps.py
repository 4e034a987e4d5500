"""帮扶缺项 on the homes of township and county: counts that lead to the households (六（三）)."""

from accounts import access
from accounts.permissions import Permission
from assistance import completeness
from assistance.models import Plan
from portal.homes import links
from portal.homes.pieces import Figure


def questions(cases) -> dict:
    """Key of the check -> the cases that fail it, to be counted beside the page's other counts."""
    return {key: completeness.failing(cases, key) for key in completeness.CHECKS}


def figures(found: dict[str, int]) -> list[Figure]:
    """One figure per check that some household fails."""
    return [
        Figure(found[key], check.label, links.to("gap_list", check=key))
        for key, check in completeness.CHECKS.items()
        if found.get(key)
    ]


def plans_of(user, permission: Permission):
    """Plans of the area of the post, for counting."""
    return Plan.objects.filter(access.scope(user, permission, field="case__village_id"))
