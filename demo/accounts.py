"""Demo accounts: one person for every post that the procedure needs, and the three administrators."""

import datetime
import json

from django.conf import settings

from accounts import actions, roles
from accounts.models import Department, User
from areas.models import Area
from audit import clock
from screening.duties.desks import OFFICE

PASSWORD = "Qingfeng-demo-1"  # demo only: seed_demo refuses to run in production
SINCE = datetime.date(2020, 1, 1)  # posted before the first month of the story
COUNTY = "410922"
TOWNSHIP = "410922100"
VILLAGE = "410922100201"
NEIGHBOUR = "410922100202"
FAR_TOWNSHIP = "410922101"
FAR_VILLAGE = "410922101201"
PHONE = "0393-7220000"  # invented; stands on the households' cards

# username, full name, role, place, unit
PEOPLE = (
    ("cun", "王村干", roles.VillageCadre.key, VILLAGE, "城关镇西关村"),
    ("cun2", "李村干", roles.VillageCadre.key, NEIGHBOUR, "城关镇南关村"),
    ("cun3", "赵村干", roles.VillageCadre.key, FAR_VILLAGE, "马庄桥镇金魏旧寨村"),
    ("xiang", "张复核", roles.TownshipOffice.key, TOWNSHIP, "城关镇扶贫办"),
    ("xiang2", "陈复核", roles.TownshipOffice.key, FAR_TOWNSHIP, "马庄桥镇扶贫办"),
    ("xian", "刘汇总", roles.CountyOffice.key, COUNTY, "县扶贫办"),
    ("lingdao", "周审定", roles.LeadingGroupOffice.key, COUNTY, "县脱贫攻坚领导小组办公室"),
    ("yibao", "孙医保", roles.DepartmentClerk.key, "yibao", "县医保局"),
    ("canlian", "吴残联", roles.DepartmentClerk.key, "canlian", "县残联"),
    ("dudao", "郑督导", roles.Supervisor.key, COUNTY, "县督导组"),
    ("xitong", "冯系统", roles.SystemAdmin.key, COUNTY, "县信息中心"),
    ("anquan", "褚安全", roles.SecurityAdmin.key, COUNTY, "县信息中心"),
    ("shenji", "卫审计", roles.AuditAdmin.key, COUNTY, "县审计局"),
)


def create() -> dict[str, User]:
    """Make the demo people with their posts; by username."""
    return {username: _person(username, *rest) for username, *rest in PEOPLE}


def clerks() -> dict[str, User]:
    """A clerk in every department but 县扶贫办, whose office is its own; signs in by its key."""
    return {
        department.pk: _person(
            department.pk, f"{department.name.removeprefix('县').removesuffix('局')}经办",
            roles.DepartmentClerk.key, department.pk, department.name,
        )
        for department in Department.objects.exclude(pk=OFFICE)
    }  # fmt: skip


def write_list() -> None:
    """The list that `make run` prints; its being there says that the demo county is complete."""
    listed = [
        {"role": f"{roles.BY_KEY[role].name}（{unit}）", "username": username, "password": PASSWORD}
        for username, _, role, _, unit in PEOPLE
    ]
    text = json.dumps(listed, ensure_ascii=False, indent=1)
    (settings.VAR / "demo_accounts.json").write_text(text, "utf-8")


def village_cadre(village: Area) -> User:
    """The cadre of one more village, who has no password and so cannot sign in."""
    unit = f"{village.parent.name}{village.short_name}"
    return _person(
        f"cun-{village.code}",
        f"{village.short_name}干部",
        roles.VillageCadre.key,
        village.code,
        unit,
        None,
    )


def _person(username, full_name, role, place, unit, password=PASSWORD) -> User:
    user = User.objects.filter(username=username).first()
    if user:
        return user
    home = Area.objects.get(code=COUNTY)
    user = User(
        username=username,
        full_name=full_name,
        unit=unit,
        phone=PHONE,
        area=home,
        password_changed_at=clock.now(),
    )
    user.set_password(password)
    user.save()
    is_clerk = role == roles.DepartmentClerk.key
    actions.appoint(
        user=user,
        role=role,
        department=Department.objects.get(key=place) if is_clerk else None,
        area=None if is_clerk else Area.objects.get(code=place),
        starts_on=SINCE,
        by=None,
    )
    return user
