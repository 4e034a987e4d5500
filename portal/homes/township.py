"""乡镇扶贫办 home: villages by state, late ones first; what waits for recheck; the report. 四（四）"""

from django.db.models import OuterRef, Q

from accounts import access
from accounts.permissions import Permission
from areas.models import Area
from assistance.models import Plan
from audit import clock
from households.models import NaturalChange
from portal.homes import gaps, links, relief
from portal.homes.pieces import DONE, LATE, PLAIN, WAIT, Section, Task, waiting
from screening.models import LeadRow
from supervision.counting import CountRows
from workflow import rounds
from workflow.models import Case, ReportedList
from workflow.states import Level, Status


def sections(user) -> list[Section]:
    """One section per township of the user's posts."""
    codes = access.codes(user, Permission.CASE_RECHECK)
    if not codes:
        return []
    round = rounds.current(rounds.county_of(codes[0]))
    if round is None:
        return [Section("本月监测还没有开始，请联系县扶贫办")]
    villages = Q(parent_id__in=codes, level=Level.VILLAGE, is_active=True)
    states = rounds.area_states(
        round, Area.objects.filter(Q(code__in=codes) | villages).values("code")
    )
    ready = _ready(codes)
    return [
        _section(
            round,
            township,
            [s for s in states if s.level == Level.VILLAGE and s.parent_code == township.code],
            ready.get(township.code, {}),
            one=len(codes) == 1,
            figures=gaps.figures(ready.get(township.code, {})),
        )
        for township in states
        if township.level == Level.TOWNSHIP
    ]


def _ready(codes: list[str]) -> dict[str, dict]:
    """What waits, by township, in one query: to recheck 四（四）, to check for clearing 四（六）, to claim."""
    listed = Case.objects.filter(village__parent=OuterRef("pk"), on_list__isnull=False)
    unclaimed = LeadRow.objects.unclaimed().filter(township=OuterRef("pk"))
    plans = Plan.objects.to_check().filter(case__village__parent=OuterRef("pk"))
    # The township approves and pays relief; claims are the desk's.
    reliefs = relief.questions(Q(household__village__parent=OuterRef("pk")))["reliefs"]
    changes = NaturalChange.objects.pending_in_national_system().filter(
        household__village__parent=OuterRef("pk")
    )
    rows = Area.objects.filter(code__in=codes).values(
        "code",
        recheck=CountRows(listed.filter(status=Status.REVIEWED).order_by().values("pk")),
        clearing=CountRows(listed.filter(status=Status.CLEARING_REVIEWED).order_by().values("pk")),
        unclaimed=CountRows(unclaimed.order_by().values("pk")),
        plans=CountRows(plans.order_by().values("pk")),
        changes=CountRows(changes.order_by().values("pk")),
        reliefs=CountRows(reliefs.order_by().values("pk")),
        **{
            key: CountRows(cases.order_by().values("pk"))
            for key, cases in gaps.questions(
                Case.objects.filter(village__parent=OuterRef("pk"))
            ).items()
        },
    )
    return {row["code"]: row for row in rows}


def _section(round, township, villages, ready, *, one: bool, figures) -> Section:
    late = [v for v in villages if v.is_late]
    missing = [v for v in villages if v.screening is None]
    tasks = [
        waiting(
            ready.get("recheck", 0), "户待复核", "复核名单", links.to("case_list", status=Status.REVIEWED),
            due_on=round.recheck_on, hint="逐户入户复核，签署意见；可以勾选多户一起通过或退回", action="去复核",
        ),
        waiting(
            ready.get("clearing", 0), "户待核查", "核查风险消除",
            links.to("case_list", status=Status.CLEARING_REVIEWED),
            due_on=round.recheck_on, hint="逐户核查收入和三保障是否稳定", action="去核查",
        ),
        _report(round, township),
        *_report_clearing(round, township),
        waiting(
            ready.get("unclaimed", 0), "人待认领", "认领线索", links.to("lead_pool"),
            hint="部门名单上有、花名册里没有对上的人，认一认是哪个村哪一户的", action="去认领",
        ),
        waiting(
            ready.get("plans", 0), "份待审核", "审核帮扶计划", links.to("plan_list", stage="check"),
            hint="村里制定的帮扶计划，看需求和措施对不对得上，再报县级审批", action="去审核",
        ),
        *relief.tasks(ready),
        waiting(
            ready.get("changes", 0), "条待同步", "自然增减录入国家系统",
            links.to("natural_change_list"),
            hint="出生、死亡、迁移等已经登记，在国家系统里录完后到清单里勾选", action="看清单",
        ),
        waiting(
            len(late), "个村逾期", "催报", links.to("round_detail", round.pk),
            hint="、".join(v.name for v in late[:6]) + ("等" if len(late) > 6 else ""), action="看是哪些村",
        ),
    ]  # fmt: skip
    if missing and clock.today() <= round.screening_on:
        tasks.append(
            Task(
                "收齐排查台账", links.to("round_detail", round.pk), f"还差 {len(missing)} 个村",
                PLAIN, "", round.screening_on,
            )
        )  # fmt: skip
    return Section(
        "" if one else township.name,
        tasks,
        figures=figures,
        table="portal/village_states.html",
        rows=villages,
        round=round,
    )


def _report(round, township) -> Task:
    """上报名单 by the 28th, 四（四）."""
    url = links.to_report(round, township.code, ReportedList.Kind.ADMISSION)
    is_late = clock.today() > round.recheck_on
    if to_report := township.unlisted[Status.RECHECKED]:
        return Task(
            "上报名单", url, f"{to_report} 户待上报", LATE if is_late else WAIT,
            "复核通过的户报县扶贫办", round.recheck_on, "核对后上报", is_now=True,
        )  # fmt: skip
    if township.admission:
        return Task(
            "上报名单", links.to("reported_list_detail", township.admission.pk),
            f"{township.admission.reported_at:%m-%d} 已上报", DONE,
        )  # fmt: skip
    is_ready = (
        township.villages_reported == township.villages and not township.counts[Status.REVIEWED]
    )
    if is_late or is_ready:
        return Task(
            "上报名单", url, "已过期限" if is_late else "待上报", LATE if is_late else WAIT,
            "没有要报的户也请报零名单", round.recheck_on, "零报告", is_now=is_ready,
        )  # fmt: skip
    return Task("上报名单", url, "复核后上报", PLAIN, "", round.recheck_on)


def _report_clearing(round, township) -> list[Task]:
    """消除核查名单 with the same gate, 四（六）; only where somebody was endorsed."""
    count = township.unlisted[Status.CLEARING_RECHECKED]
    if not count:
        return []
    is_late = clock.today() > round.recheck_on
    url = links.to_report(round, township.code, ReportedList.Kind.CLEARING)
    return [
        Task(
            "上报消除核查名单", url, f"{count} 户待上报", LATE if is_late else WAIT,
            "核查通过的户报县认定消除", round.recheck_on, "核对后上报", is_now=True,
        )
    ]  # fmt: skip
