"""县扶贫办 and 县脱贫攻坚领导小组办公室: compile and put forward; determine, clear, mark. 四（五）四（六）"""

from django.db.models import Count, Q

from accounts import access
from accounts.permissions import Permission
from areas.models import Area
from assistance import completeness
from portal.homes import links
from portal.homes.pieces import Section, waiting
from screening.models import LeadFile, LeadRow
from workflow import rounds
from workflow.models import Case
from workflow.states import ON_REGISTER, Status


def office(user) -> list[Section]:
    """县扶贫办: department lists, doubtful matches, what townships reported, townships' state."""
    codes = access.codes(user, Permission.CASE_COMPILE)
    if not codes:
        return []
    round = rounds.current(codes[0])
    if round is None:
        return [Section("本月监测还没有开始，请到“定时任务”查看或联系系统管理员")]
    files = LeadFile.objects.visible_to(user).aggregate(
        to_dispatch=Count("pk", filter=Q(state=LeadFile.State.CHECKED)),
        held=Count("pk", filter=Q(state=LeadFile.State.HELD)),
    )
    # Name and village alone never decide who somebody is: a person settles those.
    doubtful = LeadRow.objects.filter(
        access.scope(user, Permission.LEAD_SETTLE, field="file__county_id"),
        verdict=LeadRow.Verdict.OK,
        match=LeadRow.Match.NAME_ONLY,
        settled_at=None,
    ).count()
    cases = _counts(user, Permission.CASE_COMPILE)
    townships = Area.objects.active().townships().under(codes[0]).values_list("code", flat=True)
    states = rounds.area_states(round, list(townships))
    late = [state for state in states if state.is_late]
    tasks = [
        waiting(
            files["held"], "份待确认", "看起来不对的部门名单", links.to("lead_file_list", state="held"),
            hint="系统觉得像是传错了的名单，请打开看一看", action="去确认",
        ),
        waiting(
            files["to_dispatch"], "份待下发", "下发部门名单", links.to("lead_file_list", state="checked"),
            hint="已核对好的名单，下发到乡村核实", action="去下发",
        ),
        waiting(
            doubtful, "行待认定", "认定疑似匹配", links.to("lead_file_list", doubtful="1"),
            hint="只有姓名和村一致的，要人来认定是不是同一个人", action="去认定",
        ),
        waiting(
            cases["rechecked"], "户待提请", "汇总提请审定", links.to("case_list", status=Status.RECHECKED),
            due_on=round.determination_on, hint="乡镇上报的户，汇总后提请领导小组审定", action="去汇总",
        ),
        waiting(
            len(late), "个乡镇逾期", "催报", links.to("round_detail", round.pk),
            hint="、".join(s.name for s in late[:6]) + ("等" if len(late) > 6 else ""), action="看是哪些乡镇",
        ),
    ]  # fmt: skip
    return [Section("", tasks, table="portal/township_states.html", rows=states, round=round)]


def leading_group(user) -> list[Section]:
    """县脱贫攻坚领导小组办公室: the session, determining, measures, clearing, 标注."""
    codes = access.codes(user, Permission.CASE_DETERMINE)
    if not codes:
        return []
    round = rounds.current(codes[0])
    if round is None:
        return [Section("本月监测还没有开始，请联系县扶贫办")]
    cases = _counts(user, Permission.CASE_DETERMINE)
    in_scope = Case.objects.filter(access.scope(user, Permission.CASE_DETERMINE))
    incomplete = completeness.incomplete(in_scope).count()
    due = round.determination_on
    return [
        Section(
            "",
            [
                waiting(
                    cases["rechecked"], "户待审定", "开审定会", links.to("meeting_list"),
                    due_on=due, hint="县扶贫办提请的户，开会逐户审定", action="去开会审定",
                ),
                waiting(
                    cases["clearing"], "户待认定", "认定风险消除",
                    links.to("case_list", status=Status.CLEARING_RECHECKED),
                    due_on=due, hint="乡镇核查通过的户，研判后认定", action="去认定",
                ),
                waiting(
                    incomplete, "户没有落实", "落实帮扶责任人、计划和措施", links.to("board_rows", "incomplete"),
                    hint="户户有帮扶机制、人人有防贫措施", action="看是哪些户",
                ),
                waiting(
                    cases["unmarked"], "户待标注", "标注全国系统", links.to("case_list", national="unmarked"),
                    hint="审定纳入和风险消除后，要在全国扶贫开发信息系统录入、标注", action="去标注",
                ),
            ],
            round=round,
        )
    ]  # fmt: skip


def _counts(user, permission: Permission) -> dict[str, int]:
    listed = Q(on_list__isnull=False)
    unmarked = Q(status__in=ON_REGISTER, in_national_system_on=None) | Q(
        status=Status.RISK_CLEARED, clearing_marked_on=None
    )
    return Case.objects.filter(access.scope(user, permission)).aggregate(
        rechecked=Count("pk", filter=listed & Q(status=Status.RECHECKED)),
        clearing=Count("pk", filter=listed & Q(status=Status.CLEARING_RECHECKED)),
        unmarked=Count("pk", filter=unmarked),
    )
