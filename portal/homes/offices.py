"""Homes of those who only look (督导考核) and of the three administrators."""

from accounts import access
from accounts.permissions import Permission as P
from portal.homes import links
from portal.homes.pieces import Figure, Section
from supervision import board
from workflow import rounds

ACTS_ON_CASES = (P.CASE_SCREEN, P.CASE_RECHECK, P.CASE_COMPILE, P.CASE_DETERMINE)

CONSOLES = (
    (P.AREA_MANAGE, "行政区划", "新增、修改、停用，导入名单", "area_list"),
    (P.USER_MANAGE, "用户", "新建、停用、重置密码", "user_list"),
    (P.POST_MANAGE, "岗位", "任命和结束岗位", "user_list"),
    (P.POLICY_MANAGE, "政策参数", "期限、监测线、费用标准", "parameter_list"),
    (P.POLICY_MANAGE, "代码表", "下拉选项", "code_list"),
    (P.SCHEDULE_MANAGE, "定时任务", "启用、停用、立即执行", "schedule_list"),
    (P.SCHEDULE_MANAGE, "后台任务", "所有任务的进度", "job_list"),
    (P.AUDIT_VIEW, "审计日志", "谁办了什么、看了什么", "audit_log"),
)


def supervisor(user) -> list[Section]:
    """督导考核: the month's figures of the first area of the post, each leading to the board."""
    codes = access.codes(user, P.SUPERVISION_VIEW)
    if not codes or any(access.may(user, permission) for permission in ACTS_ON_CASES):
        return []
    area = codes[0]
    round = rounds.current(rounds.county_of(area))
    if round is None:
        return [Section("本月监测还没有开始")]
    _, lines = board.standing(user, round, area)
    reached = board.funnel(board.flow(user, area, round.month), round.month)
    pressing, stages = (
        [
            Figure(line.number, line.label, links.to("board_rows", line.key, area=area))
            for line in found
        ]
        for found in (lines, reached)
    )
    return [
        Section("本月各环节", figures=stages, round=round),
        Section("要督促的事", figures=pressing),
    ]


def administrator(user) -> list[Section]:
    """系统、安全、审计管理员: their consoles."""
    figures = [
        Figure(name, what, links.to(url_name))
        for permission, name, what, url_name in CONSOLES
        if access.may(user, permission)
    ]
    return [Section("管理入口", figures=figures)] if figures else []
