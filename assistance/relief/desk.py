"""Which department handles 防贫保 and which 救助: named by policy parameters, never in code."""

from accounts import access
from accounts.permissions import Permission
from policy import parameters

INSURANCE = "insurance_department"  # 五（二）
RELIEF = "relief_department"  # 五（三）, 附件1-8


def county_of(user, desk: str) -> str:
    """The county in which the person is a clerk of the department that handles this; '' if none."""
    county = (user.area_id or "")[:6]
    named = parameters.value(desk, county=county or None)
    return county if named in access.departments(user, Permission.LEADFILE_UPLOAD) else ""


def may_handle(user, desk: str, area: str) -> bool:
    """May the person inspect, approve and pay in this area: the desk itself or a county office."""
    county = county_of(user, desk)
    return bool(county and area.startswith(county)) or access.may(
        user, Permission.MEASURE_SET, area=area
    )
