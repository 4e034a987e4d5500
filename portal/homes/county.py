"""县扶贫办 and 县脱贫攻坚领导小组办公室: compile and put forward; determine, clear, mark. 四（五）四（六）"""

from django.db.models import Exists, OuterRef

from accounts import access
from accounts.permissions import Permission
from areas.models import Area
from assistance import completeness
from audit import clock
from portal.homes import department, gaps, links, relief
from portal.homes.pieces import Section, waiting
from screening.actions import gate_on
from screening.duties import desks
from screening.models import LeadFile, LeadRow
from supervision import board
from supervision.counting import counts
from workflow import months, rounds
from workflow.models import Case, Meeting, MeetingDecision, MonthlyRound, ReportedList, StatusChange
from workflow.states import Level, Status


def office(user) -> list[Section]:
    """县扶贫办: department lists, doubtful matches, what townships reported, townships' state."""
    codes = access.codes(user, Permission.CASE_COMPILE)
    if not codes:
        return []
    round = rounds.current(codes[0])
    if round is None:
        return [Section("本月监测还没有开始，请到“定时任务”查看或联系系统管理员")]
    found = _office_counts(user, round)
    townships = Area.objects.active().townships().under(codes[0])
    states = rounds.area_states(round, townships.values("code"))
    late = [state for state in states if state.is_late]
    tasks = [
        waiting(
            found["unnamed"], "份待指认", "指认列名", links.to("lead_file_list", state="unnamed"),
            hint="表头认不出的名单，指认是哪一列，以后自动认出", action="去指认",
        ),
        waiting(
            found["held"], "份待确认", "看起来不对的部门名单", links.to("lead_file_list", state="held"),
            hint="系统觉得像是传错了的名单，请打开看一看", action="去确认",
        ),
        waiting(
            found["to_dispatch"], "份待下发", "下发部门名单", links.to("lead_file_list", state="checked"),
            hint="已核对好的名单，下发到乡村核实", action="去下发",
        ),
        waiting(
            found["doubtful"], "行待认定", "认定疑似匹配", links.to("lead_pool"),
            hint="只有姓名和村一致的，要人来认定是不是同一个人", action="去认定",
        ),
        waiting(
            found["to_compile"], "户待提请", "汇总提请审定", links.to("meeting_new", area=codes[0]),
            due_on=round.determination_on, hint="乡镇上报的户，汇总后提请领导小组审定", action="去汇总",
        ),
        waiting(
            len(late), "个乡镇逾期", "催报", links.to("round_detail", round.pk),
            hint="、".join(s.name for s in late[:6]) + ("等" if len(late) > 6 else ""), action="看是哪些乡镇",
        ),
    ]  # fmt: skip
    tasks += [*relief.tasks(found), *_duty_reports(codes[0])]
    return [
        Section(
            "",
            tasks,
            figures=gaps.figures(found),
            table="portal/township_states.html",
            rows=states,
            round=round,
        )
    ]


def _duty_reports(code: str) -> list:
    """六（二）: the departments that have not handed in, and the office's own report 附件1-12."""
    of_month = department.with_reports(code)
    lacking = sum(not one.is_in for one in of_month)
    month = months.first_day(clock.today())
    chased = waiting(
        lacking, "个部门未报", "催报部门履职台账", links.to("duty_report_list"),
        due_on=gate_on(month, code), hint="十六个部门每月报送，零报告也要报", action="看是哪些部门",
    )  # fmt: skip
    own = [one for one in of_month if one.pk == desks.OFFICE]
    return [chased, *department.report_tasks(own, code, several=False)]


def leading_group(user) -> list[Section]:
    """县脱贫攻坚领导小组办公室: the session, determining, measures, clearing, 标注."""
    codes = access.codes(user, Permission.CASE_DETERMINE)
    if not codes:
        return []
    round = rounds.current(codes[0])
    if round is None:
        return [Section("本月监测还没有开始，请联系县扶贫办")]
    found = _leading_counts(user, round)
    return [
        Section(
            "",
            [
                waiting(
                    found["to_determine"], "户待审定、认定", "开审定会", _session(user),
                    due_on=round.determination_on, hint="县扶贫办提请的户，一次会议逐户审定纳入、认定消除",
                    action="去开会审定",
                ),
                waiting(
                    found["to_list"], "户待列入名单", "出审定名单",
                    links.to_report(round, codes[0], ReportedList.Kind.ADMISSION),
                    due_on=round.determination_on, hint="本月审定纳入的户形成审定名单，编号存档",
                    action="核对后出名单",
                ),
                waiting(
                    found["to_approve"], "份待审批", "审批帮扶计划", links.to("plan_list", stage="approve"),
                    hint="乡镇审核过的帮扶计划，审批后落实措施", action="去审批",
                ),
                waiting(
                    found["incomplete"], "户没有落实", "落实帮扶责任人、计划和措施",
                    links.to("board_rows", "incomplete"),
                    hint="户户有帮扶机制、人人有防贫措施", action="看是哪些户",
                ),
                waiting(
                    found["unmarked"], "户待标注", "标注全国系统", links.to("board_rows", "unmarked"),
                    hint="审定纳入和风险消除后，要在全国扶贫开发信息系统录入、标注", action="去标注",
                ),
            ],
            figures=gaps.figures(found),
            round=round,
        )
    ]  # fmt: skip


def _session(user) -> str:
    """The meeting that waits for the leading group, else the list of meetings."""
    waiting_for_it = Meeting.objects.filter(
        access.scope(user, Permission.CASE_DETERMINE, field="area_id"),
        level=Level.COUNTY,
        state=Meeting.State.PREPARED,
    )
    first = waiting_for_it.order_by("held_on", "pk").values_list("pk", flat=True).first()
    return links.to("meeting_detail", first) if first else links.to("meeting_list")


def _at_county(user, permission: Permission):
    """Cases that townships reported to the county, each with whether a session was asked for it."""
    put_forward = MeetingDecision.objects.filter(
        case=OuterRef("pk"), meeting__level=Level.COUNTY, meeting__state=Meeting.State.PREPARED
    )
    return Case.objects.filter(
        access.scope(user, permission),
        status__in=(Status.RECHECKED, Status.CLEARING_RECHECKED),
        on_list__isnull=False,
    ).annotate(is_put_forward=Exists(put_forward))


def _office_counts(user, round) -> dict[str, int]:
    files = LeadFile.objects.visible_to(user)
    doubtful = LeadRow.objects.doubtful().filter(
        access.scope(user, Permission.LEAD_SETTLE, field="file__county_id")
    )
    return counts(
        MonthlyRound.objects.filter(pk=round.pk),
        unnamed=files.filter(state=LeadFile.State.UNNAMED),
        held=files.filter(state=LeadFile.State.HELD),
        to_dispatch=files.filter(
            Exists(LeadRow.objects.to_dispatch().filter(file=OuterRef("pk"))),
            state=LeadFile.State.CHECKED,
        ),
        doubtful=doubtful,
        to_compile=_at_county(user, Permission.CASE_COMPILE).filter(is_put_forward=False),
        **relief.questions(
            access.scope(user, Permission.CASE_COMPILE, field="household__village_id")
        ),
        **gaps.questions(Case.objects.filter(access.scope(user, Permission.CASE_COMPILE))),
    )


def _leading_counts(user, round) -> dict[str, int]:
    in_scope = Case.objects.filter(access.scope(user, Permission.CASE_DETERMINE))
    # 四（五）: determined this month and on no 审定名单 of the month yet.
    determined = StatusChange.objects.filter(round=round, step="determine").values("case_id")
    carried = ReportedList.objects.filter(
        round=round, stage=ReportedList.Stage.DETERMINED, case_ids__contains=[OuterRef("pk")]
    )
    return counts(
        MonthlyRound.objects.filter(pk=round.pk),
        to_determine=_at_county(user, Permission.CASE_DETERMINE).filter(is_put_forward=True),
        to_list=in_scope.filter(~Exists(carried), pk__in=determined, status=Status.MONITORED),
        to_approve=gaps.plans_of(user, Permission.CASE_DETERMINE).to_approve(),
        incomplete=completeness.incomplete(in_scope),
        unmarked=board.unmarked(in_scope),
        **gaps.questions(in_scope),
    )
