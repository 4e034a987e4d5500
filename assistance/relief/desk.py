"""Which department handles 防贫保 and which 救助: named by policy parameters, never in code."""

from accounts import access
from accounts.permissions import Permission
from policy import parameters

INSURANCE = "insurance_department"  # 五（二）
RELIEF = "relief_department"  # 五（三）, 附件1-8


def sits_at(user, desk: str) -> bool:
    """Is the person a clerk of the department that handles this?"""
    return parameters.value(desk) in access.departments(user, Permission.LEADFILE_UPLOAD)


def may_handle(user, desk: str, household) -> bool:
    """May the person inspect, approve and pay here: the department's clerk or a county office."""
    return sits_at(user, desk) or access.may(
        user, Permission.MEASURE_SET, area=household.village_id
    )
