"""Ledgers over cases: 乡镇复核意见, 帮扶台账, 预警消除台账 (六（二）, 六（三）)."""

from collections.abc import Iterator

from django.db.models import Prefetch, Q

from accounts.models import Department
from assistance.models import HelperAssignment, InsuranceClaim, Measure, ReliefRequest
from assistance.relief import desk
from assistance.relief.told_once import is_told_by_payout
from ledgers.annex2 import month_end, visible
from ledgers.kept import kept
from ledgers.presenters import local_day
from ledgers.sheets import Block, Column, Filters, Kind, Ledger, numbered, register
from policy import codes, parameters
from workflow import findings as looks
from workflow.models import Case, StatusChange, Visit
from workflow.rounds import county_of
from workflow.states import ON_REGISTER, Level, Status

CASES_AT_ONCE = 1000

PLACE = (
    Column("序号", 6, Kind.INT, is_household=True),
    Column("乡镇", 11, is_household=True),
    Column("行政村", 13, is_household=True),
    Column("户主", 10, is_household=True),
    Column("家庭人口", 8, Kind.INT, is_household=True),
    Column("类别（1.脱贫户 2.边缘易致贫户）", 14, is_household=True),
    Column("致贫/返贫风险", 15, is_household=True),
)
ASSISTANCE_COLUMNS = (
    *PLACE,
    Column("帮扶责任人及单位", 20, is_household=True),
    Column("帮扶措施", 30),
    Column("责任单位", 14),
    Column("计划完成时间", 12, Kind.DATE),
    Column("落实情况", 10),
    Column("计划金额（元）", 12, Kind.MONEY),
    Column("落实金额（元）", 12, Kind.MONEY),
    Column("成效", 20),
    Column("是否销号", 10, is_household=True),
)
CLEARING_COLUMNS = (
    *PLACE,
    Column("纳入时间", 12, Kind.DATE),
    Column("人均纯收入（元）", 13, Kind.MONEY),
    Column("村级评议", 13, Kind.DATE),
    Column("乡镇核查", 13, Kind.DATE),
    Column("县级认定", 13, Kind.DATE),
    Column("消除方式", 11),
    Column("全国系统标注", 13, Kind.DATE),
    Column("办理状态", 16),
)
RECHECK_COLUMNS = (
    *PLACE,
    Column("复核情况", 34),
    Column("研判意见", 26),
    Column("复核人", 18),
    Column("复核日期", 12, Kind.DATE),
    Column("复核结论", 11),
)
TOLD_BELOW = "金额见本户理赔、救助行"
CLEARING_STEPS = ("propose_clearing", "endorse_clearing", "clear_risk")
RECHECK_STEPS = ("endorse", "send_back", "refuse")


def monitored(filters: Filters, user):
    """Cases under monitoring at some time of the month: determined by its end, not cleared or
    closed before its first day."""
    first, last = filters.month, month_end(filters.month)
    return in_order(filters, user).filter(
        Q(status__in=ON_REGISTER)
        | Q(status=Status.RISK_CLEARED, cleared_on__gte=first)
        | Q(status=Status.CLOSED, entered_at__date__gte=first),
        identified_on__lte=last,
    )


def in_order(filters: Filters, user):
    """Cases the user may see inside the area, by village and household number."""
    return (
        visible(Case.objects.in_area(filters.area.pk), user)
        .select_related("household", "village__parent")
        .order_by("village_id", "household__number", "pk")
    )


def _place(case: Case) -> tuple:
    return (
        case.village.parent.short_name if case.village.parent_id else "",
        case.village.short_name,
        case.household.head_name,
        case.household.member_count,
        case.category,
        "、".join(codes.labels("risk", case.risks)),
    )


@kept("assistance")
def assistance_blocks(filters: Filters, user) -> Iterator[Block]:
    """帮扶台账: one line a measure, the household's cells merged; without one it says so."""
    cases = monitored(filters, user).prefetch_related(
        Prefetch(
            "helper_assignments",
            HelperAssignment.objects.filter(ends_on__isnull=True).select_related("helper"),
            to_attr="current_helpers",
        ),
        Prefetch("measures", Measure.objects.live().select_related("department"), to_attr="live"),
        Prefetch(
            "household__claims",
            InsuranceClaim.objects.exclude(state=InsuranceClaim.State.REFUSED)
            .filter(reported_on__lte=month_end(filters.month))
            .order_by("reported_on", "pk"),
            to_attr="claims_told",
        ),
        Prefetch(
            "household__reliefs",
            ReliefRequest.objects.exclude(state=ReliefRequest.State.REFUSED)
            .filter(requested_on__lte=month_end(filters.month))
            .order_by("requested_on", "pk"),
            to_attr="reliefs_told",
        ),
    )
    names = dict(Department.objects.values_list("key", "name"))
    return numbered(_assistance(case, names) for case in cases.iterator(chunk_size=CASES_AT_ONCE))


def _assistance(case: Case, names: dict[str, str]) -> Block:
    helper = case.current_helpers[0].helper if case.current_helpers else None
    head = (*_place(case), f"{helper.name}（{helper.unit}）" if helper else "尚未明确")
    cleared = "已销号" if case.status == Status.RISK_CLEARED else "监测帮扶中"
    payouts = _payouts(case)
    if not case.live and not payouts:
        return [(*head, "尚未安排", "", None, "", None, None, "", cleared)]
    lines = [_measure(measure, payouts) for measure in case.live]
    lines += [_payout(one, names, county_of(case.village_id)) for one in payouts]
    return [(*head, *line, cleared) for line in lines]


def _payouts(case: Case) -> list:
    """Claims and requests of the time under monitoring: 五（二） and 五（三） are help like any measure."""
    first = min(day for day in (local_day(case.opened_at), case.identified_on) if day)
    claims = [(one.reported_on, one) for one in case.household.claims_told]
    reliefs = [(one.requested_on, one) for one in case.household.reliefs_told]
    return [
        one
        for on, one in (*claims, *reliefs)
        if on >= first and (case.cleared_on is None or on <= case.cleared_on)
    ]


def _payout(one, names: dict[str, str], county: str) -> tuple:
    if isinstance(one, InsuranceClaim):
        what = f"防贫保：{codes.label('insurance_cause', one.cause)}"
        giver, asked = desk.INSURANCE, one.amount_claimed
    else:
        what = f"{one.get_kind_display()}：{codes.label('risk', one.risk)}"
        giver, asked = desk.RELIEF, one.amount_approved
    name = names.get(parameters.value(giver, county=county), "")
    return (what, name, None, one.get_state_display(), asked, one.amount_paid, "")


def _measure(measure: Measure, payouts) -> tuple:
    name = codes.label("measure_kind", measure.kind)
    is_told = is_told_by_payout(measure, payouts)
    return (
        f"{name}：{measure.description}",
        measure.department.name if measure.department_id else "",
        measure.due_on,
        measure.get_state_display(),
        measure.amount_planned,
        None if is_told else measure.amount_paid,
        "；".join(filter(None, (measure.effect, TOLD_BELOW if is_told else ""))),
    )


@kept("clearing")
def clearing_blocks(filters: Filters, user) -> Iterator[Block]:
    """预警消除台账: every case on its way out in the month, with the day of each step."""
    steps = (
        StatusChange.objects.filter(
            round__month=filters.month,
            step__in=CLEARING_STEPS,
            case__village_id__startswith=filters.area.pk,
        )
        .order_by("pk")
        .values("case_id")
    )
    cases = (
        in_order(filters, user)
        .filter(pk__in=steps)
        .prefetch_related(
            Prefetch(
                "changes",
                StatusChange.objects.filter(step__in=CLEARING_STEPS).order_by("pk"),
                to_attr="clearing_steps",
            )
        )
    )
    return numbered(_clearing(case) for case in cases.iterator(chunk_size=CASES_AT_ONCE))


def _clearing(case: Case) -> Block:
    days = {change.step: change.at for change in case.clearing_steps}
    income = case.per_capita_income
    return [
        (
            *_place(case),
            case.identified_on,
            income if income is not None else case.household.per_capita_income,
            *(days.get(step) for step in CLEARING_STEPS),
            codes.label("clearing_kind", case.clearing_kind) if case.clearing_kind else "",
            case.clearing_marked_on,
            Status(case.status).label,
        )
    ]


@kept("recheck")
def recheck_blocks(filters: Filters, user) -> Iterator[Block]:
    """乡镇复核意见: what the township found at each household on the village's list 四（四）."""
    cases = (
        in_order(filters, user)
        .filter(pk__in=_rechecks(filters).values("case_id"))
        .prefetch_related(
            Prefetch("changes", _rechecks(filters).order_by("-pk"), to_attr="rechecks"),
            Prefetch(
                "visits",
                Visit.objects.filter(
                    purpose=Visit.Purpose.RECHECK, visited_on__lte=month_end(filters.month)
                ).order_by("-visited_on", "-pk"),
                to_attr="recheck_visits",
            ),
        )
    )
    return numbered(_recheck(case) for case in cases.iterator(chunk_size=CASES_AT_ONCE))


def _rechecks(filters: Filters):
    return StatusChange.objects.filter(
        round__month=filters.month,
        step__in=RECHECK_STEPS,
        level=Level.TOWNSHIP,
        source=Status.REVIEWED,
        case__village_id__startswith=filters.area.pk,
    )


def _recheck(case: Case) -> Block:
    change = case.rechecks[0]
    visit = case.recheck_visits[0] if case.recheck_visits else None
    return [
        (
            *_place(case),
            found_words(visit) if visit else "未登记入户复核",
            change.comment or (visit.opinion if visit else ""),
            visit.visitors if visit else "",
            visit.visited_on if visit else change.at,
            {"endorse": "同意纳入", "send_back": "退回", "refuse": "不予纳入"}[change.step],
        )
    ]


def found_words(visit: Visit) -> str:
    """What was seen at a visit, in one line."""
    return "；".join(f"{label}：{text}" for label, text in looks.lines(visit.findings)) or "未填写"


ASSISTANCE = register(
    Ledger(
        key="assistance",
        name="防贫预警监测帮扶台账",
        columns=ASSISTANCE_COLUMNS,
        blocks=assistance_blocks,
        clause="六（三）",
        note="在册监测对象的责任人、措施、理赔和救助、落实情况和成效；同一笔钱只记一次",
    )
)
CLEARING = register(
    Ledger(
        key="clearing",
        name="预警消除台账",
        columns=CLEARING_COLUMNS,
        blocks=clearing_blocks,
        clause="四（六）",
        note="当月进入消除程序的监测对象及各级办理日期",
    )
)
RECHECK = register(
    Ledger(
        key="recheck",
        name="乡镇复核意见",
        smallest="township",
        columns=RECHECK_COLUMNS,
        blocks=recheck_blocks,
        clause="四（四）",
        note="乡镇对村级初步名单逐户入户复核的情况和意见",
    )
)
