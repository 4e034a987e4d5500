"""Which posts exist where, and which exclude each other in one person."""

from accounts import roles
from areas.containment import contains
from areas.models import Level


def place_refused(role: str, level: str | None) -> str:
    """Why the role cannot be given there, in Chinese; empty if it can.

    `level` is that of the area, None for a department.
    """
    if role not in roles.BY_KEY:
        return "没有这种岗位，请从列表中选择"
    places = roles.BY_KEY[role].places
    name = roles.BY_KEY[role].name
    if level is None and places:
        return f"“{name}”按地区任命，请选择地区而不是部门"
    if level is not None and not places:
        return f"“{name}”按部门任命，请选择部门而不是地区"
    if level is not None and level not in places:
        allowed = "、".join(Level(place).label for place in places)
        return f"“{name}”只能任命在{allowed}一级，请重新选择地区"
    return ""


def clash(role: str, code: str, other: str, other_code: str) -> str:
    """Why one person may not hold both posts at the same time, in Chinese; empty if they may.

    Codes are those of the areas, empty for a department. Administrators and supervisors stand
    alone (GB/T 22239 8.1.4.2, 六（四）); nobody checks their own list, so the levels of 四（二）
    to 四（五） exclude each other along one line of areas.
    """
    names = f"“{roles.BY_KEY[role].name}”与“{roles.BY_KEY[other].name}”"
    if frozenset({role, other}) in roles.INCOMPATIBLE:
        return f"{names}是不相容岗位，不能由同一人担任，请另选人员或先结束原岗位"
    both_handle = {roles.BY_KEY[role], roles.BY_KEY[other]} <= set(roles.CASE_HANDLERS)
    on_one_line = contains(code, other_code) or contains(other_code, code)
    if role != other and both_handle and on_one_line:
        return f"{names}在同一条上报线上，不能由同一人既报又审，请另选人员或先结束原岗位"
    return ""
