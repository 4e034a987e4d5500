"""村级 home: the month in the order of 四（一）to 四（三）, then visits 五（一）and clearing 四（六）."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Exists, Min, OuterRef, Q, Sum

from accounts import access
from accounts.permissions import Permission
from assistance import visiting
from assistance.models import Plan
from audit import clock
from households.models import DoubtCount
from portal.homes import links
from portal.homes.pieces import DONE, LATE, PLAIN, WAIT, Section, Task, waiting
from screening.models import Lead
from supervision import clearing_due
from workflow import reporting, rounds
from workflow.models import Case, ReportedList
from workflow.states import ON_REGISTER, Status

Kind = ReportedList.Kind


@dataclass
class Waiting:
    """Cases of one village that wait for one thing: how many, of them after the gate, by when."""

    count: int = 0
    later: int = 0  # came after this month's gate, due by the next month's
    due_on: date | None = None
    later_due_on: date | None = None

    @property
    def now(self) -> int:
        return self.count - self.later

    def add(self, row: dict) -> None:
        self.count += row["n"]
        self.later += row["later"]
        self.due_on = _earliest(self.due_on, row["first"])
        self.later_due_on = _earliest(self.later_due_on, row["first_later"])


def sections(user) -> list[Section]:
    """One section per village of the cadre's posts, constant queries whatever their number."""
    codes = access.codes(user, Permission.CASE_SCREEN)
    if not codes:
        return []
    round = rounds.current(rounds.county_of(codes[0]))
    if round is None:
        return [Section("本月监测还没有开始，请联系县扶贫办")]
    states = sorted(rounds.area_states(round, codes), key=lambda state: state.code)
    held = _held(user, round)
    helping = _helping(user)
    doubts = dict(
        DoubtCount.objects.filter(village_id__in=codes)
        .values_list("village_id")
        .annotate(n=Sum("open"))
    )
    notice_days = reporting.notice_days(round.county_id)
    return [
        Section(
            state.name if len(states) > 1 else "",
            _tasks(
                round,
                state,
                held.get(state.code, {}),
                helping.get(state.code, (0, 0, 0)),
                doubts.get(state.code, 0),
                notice_days,
            ),
            round=round,
        )
        for state in states
    ]


def _held(user, round) -> dict[str, dict[str, Waiting]]:
    """By village: what waits to be verified, screened and reviewed; one query."""
    waits = Q(status__in=(Status.LEAD, Status.SCREENED))
    is_later = Q(status=Status.LEAD, due_on__gt=round.screening_on) | Q(
        status=Status.SCREENED, due_on__gt=round.review_on
    )
    rows = (
        Case.objects.filter(access.scope(user, Permission.CASE_SCREEN), waits)
        .annotate(has_lead=Exists(Lead.objects.unanswered().filter(case=OuterRef("pk"))))
        .values("village_id", "status", "has_lead")
        .annotate(
            n=Count("pk"),
            later=Count("pk", filter=is_later),
            first=Min("due_on", filter=~is_later),
            first_later=Min("due_on", filter=is_later),
        )
        .order_by()
    )
    held: dict[str, dict[str, Waiting]] = {}
    for row in rows:
        lead = "verify" if row["has_lead"] else "screen"
        what = lead if row["status"] == Status.LEAD else "review"
        held.setdefault(row["village_id"], {}).setdefault(what, Waiting()).add(row)
    return held


def _helping(user) -> dict[str, tuple[int, int, int]]:
    """Households due for clearing, for a visit, and with a plan sent back, by village; one query."""
    here = access.scope(user, Permission.CASE_SCREEN)
    returned = Exists(Plan.objects.returned().filter(case=OuterRef("pk")))
    cases = visiting.with_due(Case.objects.filter(here, status=Status.MONITORED))
    rows = (
        cases.values("village_id")
        .annotate(
            clear=Count("pk", filter=clearing_due.is_long_enough()),
            due=Count("pk", filter=Q(visit_due_on__lte=clock.today())),
            back=Count("pk", filter=Q(returned)),
        )
        .values_list("village_id", "clear", "due", "back")
        .order_by()
    )
    return {village: numbers for village, *numbers in rows}


def _tasks(round, state, held, helping: tuple, doubts: int, notice_days: int) -> list[Task]:
    verify, screen, review = (held.get(key, Waiting()) for key in ("verify", "screen", "review"))
    here = {"village": state.code}
    to_clear, to_visit, returned = helping
    tasks = [
        _own_date(
            verify, "户待核实", "核实线索", links.to("lead_list", **here), round.screening_on,
            hint="有部门推送、农户申请或系统监测的线索，请入户看一看", action="去核实",
        ),
        _own_date(
            screen, "户待排查", "入户排查", links.to("case_list", status=Status.LEAD, **here),
            round.screening_on, hint="记录入户情况，属实的列入排查台账", action="去排查",
        ),
        *_sheet(round, state),
        _hand_in(round, state, verify.now + screen.now),
        _own_date(
            review, "户待评议", "开村级评议会", links.to("meeting_new", area=state.code),
            round.review_on, hint="台账上的户一次会议逐户评议", action="记录评议会",
        ),
        _report(round, state, verify.now + screen.now + review.now, notice_days),
    ]  # fmt: skip
    if state.unlisted[Status.CLEARING_REVIEWED]:
        tasks.append(_report_clearing(round, state))
    return [
        *tasks,
        waiting(
            to_clear, "户可评议消除", "消除风险评议", links.to("meeting_new", area=state.code),
            hint="监测满期、收入稳定的户，可以开会评议消除风险", action="记录评议会",
        ),
        waiting(
            to_visit, "户到期", "到期的帮扶走访", links.to("visit_due_list", area=state.code),
            hint="按县里设定的风险等级算；外出务工的可以打电话或视频", action="去走访",
        ),
        waiting(
            returned, "份被退回", "修改帮扶计划", links.to("plan_list", stage="returned"),
            hint="上级写明了要改什么", action="去修改",
        ),
        waiting(
            doubts, "处待核对", "数据体检", links.to("data_health", area=state.code),
            hint="档案里可能填错的地方，填错的改正，属实的写一句", action="去核对",
        ),
    ]  # fmt: skip


def _own_date(held: Waiting, unit, name, url, gate, *, hint, action) -> Task:
    """What came after the gate has a date of its own and is not late."""
    if held.later and not held.now:
        hint = f"{gate:%-d}日以后来的，{held.later_due_on:%-m月%-d日}前办完"
        return waiting(
            held.count, unit, name, url, due_on=held.later_due_on, hint=hint, action=action
        )
    if held.later:
        hint += (
            f"；另有 {held.later} 户是{gate:%-d}日以后来的，{held.later_due_on:%-m月%-d日}前办完"
        )
    return waiting(
        held.count, unit, name, url, due_on=held.due_on or gate, hint=hint, action=action
    )


def _sheet(round, state) -> list[Task]:
    """排查表: the households under monitoring, pre-filled; only what changed is typed."""
    on_register = sum(state.counts[status] for status in ON_REGISTER)
    if not on_register or state.screening:
        return []
    return [
        Task(
            "填写排查表", links.to("sheet", village=state.code), f"监测对象 {on_register} 户", PLAIN,
            "有变化的点进去改，没有变化的上报时一并确认", round.screening_on, "去填写",
        )
    ]  # fmt: skip


def _hand_in(round, state, unfinished: int) -> Task:
    """排查台账 by the 20th, 四（二）; a month without anything new is one click."""
    url = links.to("sheet_hand_in", village=state.code)
    if state.screening:
        return Task(
            "上报排查台账",
            links.to("reported_list_detail", state.screening.pk),
            _handed(state.screening),
            DONE,
        )
    is_late = clock.today() > round.screening_on
    if unfinished:
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


def _report(round, state, unfinished: int, notice_days: int) -> Task:
    """初步名单 by the 25th, 四（三）."""
    name, url = "上报初步名单", links.to_report(round, state.code, Kind.ADMISSION)
    is_late = clock.today() > round.review_on
    if to_report := state.unlisted[Status.REVIEWED]:
        hint = f"评议结果公示 {notice_days} 天以后" if notice_days else "评议通过的户"
        return Task(
            name, url, f"{to_report} 户待上报", LATE if is_late else WAIT,
            f"{hint}报乡镇复核", round.review_on, "核对后上报", is_now=True,
        )  # fmt: skip
    if state.admission:
        return Task(
            name,
            links.to("reported_list_detail", state.admission.pk),
            _handed(state.admission),
            DONE,
        )
    if unfinished or state.screening is None:
        return Task(name, url, "评议后上报", PLAIN, "", round.review_on)
    if state.screening.is_zero:
        return Task(
            name, links.to("reported_list_detail", state.screening.pk), "零报告，不用报", DONE
        )
    return Task(
        name, url, "待上报", LATE if is_late else WAIT, "没有评议通过的户，报零名单",
        round.review_on, "零报告", is_now=True,
    )  # fmt: skip


def _report_clearing(round, state) -> Task:
    """上报消除风险名单 with the same gate, 四（六）; only where a meeting passed somebody."""
    is_late = clock.today() > round.review_on
    return Task(
        "上报消除风险名单", links.to_report(round, state.code, Kind.CLEARING),
        f"{state.unlisted[Status.CLEARING_REVIEWED]} 户待上报", LATE if is_late else WAIT,
        "消除评议通过的户报乡镇核查", round.review_on, "核对后上报", is_now=True,
    )  # fmt: skip


def _earliest(*days: date | None) -> date | None:
    return min((day for day in days if day), default=None)


def _handed(found: ReportedList) -> str:
    words = "零报告" if found.is_zero else f"{found.row_count} 户"
    return f"{found.reported_at:%m-%d} 已上报，{words}{'，迟报' if found.is_late else ''}"
