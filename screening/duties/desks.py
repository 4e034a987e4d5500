"""Who acts for which department, and in whose hands a matter is."""

from accounts import access
from accounts.models import Department
from accounts.permissions import Permission
from screening.duties.kinds import (
    COUNTY,
    DEPARTMENT,
    KINDS,
    LIST,
    TOWNSHIP,
    VILLAGE,
    MatterKind,
    of_departments,
)

OFFICE = "fupin"  # 附件1-12: 县扶贫办 is one of the sixteen, its clerk is the county office
# Which permission holds a matter, and over which of its areas.
HOLDING = {
    VILLAGE: (Permission.CASE_SCREEN, "village_id"),
    TOWNSHIP: (Permission.CASE_RECHECK, "village_id"),
    COUNTY: (Permission.LEAD_SETTLE, "county_id"),
}


def county_of(user) -> str:
    """The one county of a clerk or county officer; '' for who has none."""
    codes = access.codes(user, Permission.LEADFILE_UPLOAD)
    return (codes[0] if codes else getattr(user, "area_id", None) or "")[:6]


def desks(user) -> list[str]:
    """Keys of the departments that the person reports for."""
    keys = access.departments(user, Permission.LEADFILE_UPLOAD)
    return [*keys, OFFICE] if access.codes(user, Permission.LEADFILE_UPLOAD) else keys


def departments(user) -> list[Department]:
    """The same as rows, in the order of 附件1."""
    return list(Department.objects.filter(pk__in=desks(user)))


def acts_for(user, department: str, county: str) -> bool:
    """May the person enter and answer what is this department's in this county?"""
    return department in desks(user) and county == county_of(user)


def may_take(user, matter) -> bool:
    """Is the matter in this person's hands?"""
    if matter.holder == DEPARTMENT:
        return acts_for(user, matter.department_id, matter.county_id)
    if matter.holder not in HOLDING:
        return False
    permission, field = HOLDING[matter.holder]
    area = getattr(matter, field)
    return area is not None and access.may(user, permission, area=area)


def raisable(user) -> list[MatterKind]:
    """The kinds that the person may enter one by one."""
    found = [kind for kind in of_departments(desks(user)) if kind.raised_by == DEPARTMENT]
    if access.codes(user, Permission.CASE_SCREEN):
        found += [kind for kind in KINDS.values() if kind.raised_by == VILLAGE]
    return found


def listable(user) -> list[MatterKind]:
    """The kinds whose list of monitored households the person may have made."""
    is_office = access.codes(user, Permission.LEAD_SETTLE)
    found = KINDS.values() if is_office else of_departments(desks(user))
    return [kind for kind in found if kind.raised_by == LIST]
