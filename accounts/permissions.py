from enum import StrEnum


class Permission(StrEnum):
    """What a post can allow: NOUN_VERB. The value is the codename of the grant on an area."""

    REGISTER_VIEW = "register_view"
    REGISTER_EDIT = "register_edit"
    REGISTER_IMPORT = "register_import"
    ID_REVEAL = "id_reveal"

    CASE_VIEW = "case_view"
    CASE_SCREEN = "case_screen"  # 四（二）（三）: what the village does
    CASE_RECHECK = "case_recheck"  # 四（四）: what the township does
    CASE_COMPILE = "case_compile"  # 四（五）: 县扶贫办汇总, 提请
    CASE_DETERMINE = "case_determine"  # 四（五）（六）: 县脱贫攻坚领导小组办公室研判认定

    LEADFILE_UPLOAD = "leadfile_upload"  # 五（一）, 附件1: on a department, or for all of a county
    LEAD_SETTLE = "lead_settle"

    ASSISTANCE_EDIT = "assistance_edit"
    MEASURE_SET = "measure_set"

    LEDGER_EXPORT = "ledger_export"
    ROUND_REOPEN = "round_reopen"
    SUPERVISION_VIEW = "supervision_view"

    AREA_MANAGE = "area_manage"
    USER_MANAGE = "user_manage"
    POST_MANAGE = "post_manage"
    POLICY_MANAGE = "policy_manage"
    SCHEDULE_MANAGE = "schedule_manage"
    AUDIT_VIEW = "audit_view"


ON_DEPARTMENT = frozenset({Permission.LEADFILE_UPLOAD})

LABELS = {
    Permission.REGISTER_VIEW: "查看农户档案",
    Permission.REGISTER_EDIT: "修改农户档案",
    Permission.REGISTER_IMPORT: "导入农户档案",
    Permission.ID_REVEAL: "查看完整证件号码",
    Permission.CASE_VIEW: "查看监测对象",
    Permission.CASE_SCREEN: "村级排查与评议",
    Permission.CASE_RECHECK: "乡镇复核",
    Permission.CASE_COMPILE: "县级汇总提请",
    Permission.CASE_DETERMINE: "县级审定与认定",
    Permission.LEADFILE_UPLOAD: "报送部门名单",
    Permission.LEAD_SETTLE: "认定疑似匹配并派发线索",
    Permission.ASSISTANCE_EDIT: "填写帮扶情况",
    Permission.MEASURE_SET: "制定帮扶措施",
    Permission.LEDGER_EXPORT: "查看和导出台账",
    Permission.ROUND_REOPEN: "重开已关闭的月份",
    Permission.SUPERVISION_VIEW: "查看监测看板",
    Permission.AREA_MANAGE: "维护行政区划",
    Permission.USER_MANAGE: "维护用户",
    Permission.POST_MANAGE: "任免岗位",
    Permission.POLICY_MANAGE: "维护政策参数和代码表",
    Permission.SCHEDULE_MANAGE: "维护定时任务和名单来源",
    Permission.AUDIT_VIEW: "查看审计日志",
}
