"""村级 home: the month in the order of 四（一）to 四（三）, then clearing 四（六）."""

from django.db.models import Count, Exists, OuterRef

from accounts import access
from accounts.permissions import Permission
from audit import clock
from portal.homes import links
from portal.homes.pieces import DONE, LATE, PLAIN, WAIT, Section, Task, waiting
from screening.models import Lead
from supervision import clearing_due
from workflow import rounds
from workflow.models import Case, ReportedList
from workflow.states import Status

Kind = ReportedList.Kind


def sections(user) -> list[Section]:
    """One section per village of the cadre's posts, constant queries whatever their number."""
    codes = access.codes(user, Permission.CASE_SCREEN)
    if not codes:
        return []
    round = rounds.current(rounds.county_of(codes[0]))
    if round is None:
        return [Section("本月监测还没有开始，请联系县扶贫办")]
    states = sorted(rounds.area_states(round, codes), key=lambda state: state.code)
    unverified = _unverified(user)
    clearing = clearing_due.by_village(user, Permission.CASE_SCREEN)
    return [
        Section(
            state.name if len(states) > 1 else "",
            _tasks(round, state, unverified.get(state.code, 0), clearing.get(state.code, 0)),
            round=round,
        )
        for state in states
    ]


def _unverified(user) -> dict[str, int]:
    """Households with a lead that nobody has answered, by village."""
    leads = Lead.objects.unanswered().filter(case=OuterRef("pk"))
    cases = Case.objects.filter(
        access.scope(user, Permission.CASE_SCREEN), Exists(leads), status=Status.LEAD
    )
    return dict(
        cases.values("village_id").annotate(n=Count("pk")).values_list("village_id", "n").order_by()
    )


def _tasks(round, state, to_verify: int, to_clear: int) -> list[Task]:
    to_screen = state.counts[Status.LEAD] - to_verify
    here = {"village": state.code}
    return [
        waiting(
            to_verify, "户待核实", "核实线索", links.to("lead_list", **here),
            due_on=round.screening_on, hint="有部门推送、农户申请或系统监测的线索，请入户看一看",
            action="去核实",
        ),
        waiting(
            to_screen, "户待排查", "入户排查", links.to("case_list", status=Status.LEAD, **here),
            due_on=round.screening_on, hint="记录入户情况，属实的列入排查台账", action="去排查",
        ),
        _hand_in(round, state),
        waiting(
            state.counts[Status.SCREENED], "户待评议", "开村级评议会", links.to("meeting_new", area=state.code),
            due_on=round.review_on, hint="台账上的户一次会议逐户评议", action="记录评议会",
        ),
        _report(round, state),
        waiting(
            to_clear, "户可评议消除", "消除风险评议", links.to("meeting_new", area=state.code),
            hint="监测满期、收入稳定的户，可以开会评议消除风险", action="记录评议会",
        ),
    ]  # fmt: skip


def _hand_in(round, state) -> Task:
    """排查台账 by the 20th, 四（二）; a month without anything new is one click."""
    url = links.to_report(round, state.code, Kind.SCREENING)
    if state.screening:
        return Task(
            "上报排查台账",
            links.to("reported_list_detail", state.screening.pk),
            _handed(state.screening),
            DONE,
        )
    is_late = clock.today() > round.screening_on
    if state.counts[Status.LEAD]:
        return Task(
            "上报排查台账", url, "已过期限" if is_late else "等线索办完", LATE if is_late else PLAIN,
            "线索都有结果以后再上报", round.screening_on,
        )  # fmt: skip
    is_zero = not state.counts[Status.SCREENED]
    hint = (
        "本月没有新情况，点零报告即可"
        if is_zero
        else f"台账上有 {state.counts[Status.SCREENED]} 户"
    )
    return Task(
        "上报排查台账", url, "已过期限" if is_late else "待上报", LATE if is_late else WAIT, hint,
        round.screening_on, "零报告" if is_zero else "核对后上报", is_now=True,
    )  # fmt: skip


def _report(round, state) -> Task:
    """初步名单 by the 25th, 四（三）."""
    name, url = "上报初步名单", links.to_report(round, state.code, Kind.ADMISSION)
    if state.to_report:
        is_late = clock.today() > round.review_on
        return Task(
            name, url, f"{state.to_report} 户待上报", LATE if is_late else WAIT,
            "评议通过的户报乡镇复核", round.review_on, "核对后上报", is_now=True,
        )  # fmt: skip
    if state.admission:
        return Task(
            name,
            links.to("reported_list_detail", state.admission.pk),
            _handed(state.admission),
            DONE,
        )
    if state.counts[Status.LEAD] or state.counts[Status.SCREENED] or state.screening is None:
        return Task(name, url, "评议后上报", PLAIN, "", round.review_on)
    if state.screening.is_zero:
        return Task(
            name, links.to("reported_list_detail", state.screening.pk), "零报告，不用报", DONE
        )
    is_late = clock.today() > round.review_on
    return Task(
        name, url, "待上报", LATE if is_late else WAIT, "没有评议通过的户，报零名单",
        round.review_on, "零报告", is_now=True,
    )  # fmt: skip


def _handed(found: ReportedList) -> str:
    words = "零报告" if found.is_zero else f"{found.row_count} 户"
    return f"{found.reported_at:%m-%d} 已上报，{words}{'，迟报' if found.is_late else ''}"
