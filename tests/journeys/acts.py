"""The acts of the procedure as their pages offer them: visit, meeting, list, clearing."""

import re

from accounts.tests import factories as people
from tests.journeys.steps import (
    agrees,
    arrives,
    chooses,
    fills,
    follows,
    is_told,
    keeps_picture,
    opens,
    presses,
    sees,
    sees_nothing_of,
    stands_at,
)
from workflow.models import Case
from workflow.states import Status


def records_visit(page, case, *, opinion: str, purpose: str = "") -> None:
    """A visit at the door by whoever sits at this page."""
    opens(page, "case_detail", case.pk)
    follows(page, "登记走访")
    if purpose:
        chooses(page, 事由=purpose)
    fills(page, 走访人="郑西关、赵驻村", 研判意见=opinion)
    presses(page, "保存走访记录")
    is_told(page, "走访记录已保存")


def takes_step(page, case, label: str, **fields) -> None:
    """A step from the button on the case page to its confirmation."""
    opens(page, "case_detail", case.pk)
    follows(page, re.compile(f"^{label}$"))
    fills(page, **fields)
    presses(page, f"确认{label}")
    is_told(page, f"已办理“{label}”")


def reports(page, button: str) -> None:
    """From the page that offers it: look the list through and report it."""
    follows(page, button)
    presses(page, re.compile("^(提交|零报告|确认.*无变化)"))
    is_told(page, "已上报，编号")


def writes_head_of_meeting(page, *, place: str) -> None:
    fills(page, 地点=place, 主持人="郑西关", 记录人="赵驻村", 应到人数="12", 实到人数="10",
          参会人员="村“两委”、驻村工作队、村民代表")  # fmt: skip
    presses(page, "保存，去填逐户结论")


def votes_and_concludes(page) -> None:
    """Nobody objects; the votes are counted, looked through, and the meeting is over."""
    presses(page, "核对后结束会议")
    presses(page, "结束会议，结论生效")
    is_told(page, "会议已结束")


def puts_session_forward(page, county: str) -> None:
    """提请: the county office writes the session down and hands it to the leading group."""
    opens(page, "meeting_new", area=county)
    writes_head_of_meeting(page, place="县扶贫办会议室")
    agrees(page, "提请领导小组办公室")
    is_told(page, "已提请")


def opens_session_put_forward(page) -> None:
    """The leading group office finds the session that waits for it."""
    opens(page, "meeting_list")
    sees(page, "已提请")
    follows(page, re.compile("审定会|研判|会议"))
    arrives(page)


def the_village_proposes_clearing(page, case):
    records_visit(page, case, purpose="消除核实", opinion="收入稳定，风险已消除")
    opens(page, "clearing_check", case.pk)
    keeps_picture(page, "clearing_check")
    sees_nothing_of(page, "未满足")
    opens(page, "case_detail", case.pk)
    follows(page, "消除评议通过：开会评议")
    writes_head_of_meeting(page, place="村委会会议室")
    votes_and_concludes(page)
    assert status_of(case) == Status.CLEARING_REVIEWED
    reports(page, "上报消除风险名单")


def the_township_checks_clearing(page, case):
    records_visit(page, case, opinion="风险已消除")
    takes_step(page, case, "核查通过", 意见="同意消除")
    assert status_of(case) == Status.CLEARING_RECHECKED
    reports(page, "核对后上报名单")


def the_county_recognises_clearing(officer, leader, case):
    puts_session_forward(officer, people.COUNTY)
    opens_session_put_forward(leader)
    votes_and_concludes(leader)
    opens(leader, "case_detail", case.pk)
    stands_at(leader, "风险消除")
    keeps_picture(leader, "case_cleared")
    assert status_of(case) == Status.RISK_CLEARED


def status_of(case) -> str:
    return Case.objects.values_list("status", flat=True).get(pk=case.pk)
