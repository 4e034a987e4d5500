"""What each post may do, on one page. A post is a role over one area or in one department."""

from accounts.permissions import Permission as P
from areas.models import Level


class Role:
    key = ""
    name = ""
    description = ""
    level = ""  # of the workflow: village, township, county; empty for those who handle no case
    places: tuple[str, ...] = ()  # levels of the areas it may be given over; empty: a department
    permissions: frozenset[P] = frozenset()
    needs_second_factor = True  # where the policy parameter asks for it


class VillageCadre(Role):
    key = "village_cadre"
    name = "村级"
    description = "驻村工作队、村组干部、帮扶干部：入户排查、组织评议、上报名单、填写帮扶情况。"  # 四（二）（三）
    level = Level.VILLAGE
    places = (Level.VILLAGE,)
    needs_second_factor = False
    permissions = frozenset({
        P.REGISTER_VIEW, P.REGISTER_EDIT, P.ID_REVEAL, P.CASE_VIEW, P.CASE_SCREEN,
        P.ASSISTANCE_EDIT, P.LEDGER_EXPORT,
    })  # fmt: skip


class TownshipOffice(Role):
    key = "township_office"
    name = "乡镇扶贫办"
    description = "入户走访复核村级名单，签署意见，上报县扶贫办。"  # 四（四）
    level = Level.TOWNSHIP
    places = (Level.TOWNSHIP,)
    permissions = frozenset({
        P.REGISTER_VIEW, P.REGISTER_EDIT, P.ID_REVEAL, P.CASE_VIEW, P.CASE_RECHECK,
        P.ASSISTANCE_EDIT, P.LEDGER_EXPORT, P.SUPERVISION_VIEW,
    })  # fmt: skip


class CountyOffice(Role):
    key = "county_office"
    name = "县扶贫办"
    description = (
        "汇总部门线索并派发，汇总乡镇名单提请审定，维护农户档案，跟踪帮扶。"  # 四（五）, 附件1-12
    )
    level = Level.COUNTY
    places = (Level.COUNTY,)
    permissions = frozenset({
        P.REGISTER_VIEW, P.REGISTER_EDIT, P.REGISTER_IMPORT, P.ID_REVEAL, P.CASE_VIEW,
        P.CASE_COMPILE, P.LEADFILE_UPLOAD, P.LEAD_SETTLE, P.ASSISTANCE_EDIT, P.MEASURE_SET,
        P.LEDGER_EXPORT, P.ROUND_REOPEN, P.SUPERVISION_VIEW,
    })  # fmt: skip


class LeadingGroupOffice(Role):
    key = "leading_group_office"
    name = "县脱贫攻坚领导小组办公室"
    description = "研判审定监测对象名单，制定帮扶措施，认定风险消除，每月调度督导。"  # 四（五）（六）, 六（四）
    level = Level.COUNTY
    places = (Level.COUNTY,)
    permissions = frozenset({
        P.REGISTER_VIEW, P.ID_REVEAL, P.CASE_VIEW, P.CASE_DETERMINE, P.MEASURE_SET,
        P.LEDGER_EXPORT, P.ROUND_REOPEN, P.SUPERVISION_VIEW,
    })  # fmt: skip


class DepartmentClerk(Role):
    key = "department_clerk"
    name = "部门经办人"
    description = (
        "每月报送本部门名单，改正不合格的行，查看本部门线索的核实结果和落实的措施。"  # 五（一）
    )
    places = ()
    needs_second_factor = False
    permissions = frozenset({P.LEADFILE_UPLOAD})


class Supervisor(Role):
    key = "supervisor"
    name = "督导考核"
    description = "查看所督导地区的档案、监测对象、台账和看板，不办理业务。"  # 六（四）
    places = (Level.PROVINCE, Level.CITY, Level.COUNTY, Level.TOWNSHIP)
    permissions = frozenset({P.REGISTER_VIEW, P.CASE_VIEW, P.LEDGER_EXPORT, P.SUPERVISION_VIEW})


class SystemAdmin(Role):
    key = "system_admin"
    name = "系统管理员"
    description = (
        "维护行政区划、用户、政策参数、代码表和定时任务；不任免岗位，不办理业务，不看审计日志。"
    )
    places = (Level.PROVINCE, Level.CITY, Level.COUNTY)
    permissions = frozenset({P.AREA_MANAGE, P.USER_MANAGE, P.POLICY_MANAGE, P.SCHEDULE_MANAGE})


class SecurityAdmin(Role):
    key = "security_admin"
    name = "安全管理员"
    description = "任免岗位；不建用户，不办理业务，不看审计日志。"
    places = (Level.PROVINCE, Level.CITY, Level.COUNTY)
    permissions = frozenset({P.POST_MANAGE})


class AuditAdmin(Role):
    key = "audit_admin"
    name = "审计管理员"
    description = "查看审计日志；不改任何数据。"
    places = (Level.PROVINCE, Level.CITY, Level.COUNTY)
    permissions = frozenset({P.AUDIT_VIEW})


ALL = (
    VillageCadre, TownshipOffice, CountyOffice, LeadingGroupOffice, DepartmentClerk, Supervisor,
    SystemAdmin, SecurityAdmin, AuditAdmin,
)  # fmt: skip
BY_KEY = {role.key: role for role in ALL}
CHOICES = [(role.key, role.name) for role in ALL]

ADMINISTRATORS = (SystemAdmin, SecurityAdmin, AuditAdmin)
CASE_HANDLERS = (VillageCadre, TownshipOffice, CountyOffice, LeadingGroupOffice)

# Never both in one person, wherever. The three administrators are separated from each other and
# from all work (GB/T 22239 8.1.4.2); who supervises has no hand in what is supervised (六（四）).
INCOMPATIBLE = frozenset(
    frozenset({one.key, other.key})
    for one in (*ADMINISTRATORS, Supervisor)
    for other in ALL
    if one is not other
)
