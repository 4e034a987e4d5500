"""防贫保台账, 救助台账 and each department's own measures: 五（二）, 五（三）, 六（二）政策兑现.

A month's ledger runs from the first of January to the end of the month; what came later is not
in it, so a past month comes out as it stood.
"""

from collections.abc import Iterator
from datetime import date

from django.db.models import Q

from assistance.models import InsuranceClaim, InsuranceCover, Measure, ReliefRequest
from assistance.relief.told_once import is_told_by_payout
from ledgers.annex2 import month_end, visible
from ledgers.sheets import Block, Column, Filters, Kind, Ledger, numbered, register
from policy import codes

ROWS_AT_ONCE = 1000
TOLD_ELSEWHERE = "金额见防贫保、救助台账"

PLACE = (
    Column("序号", 6, Kind.INT),
    Column("乡镇", 11),
    Column("行政村", 13),
    Column("户主", 10),
)
CLAIM_COLUMNS = (
    *PLACE,
    Column("当事人", 10),
    Column("出险日期", 12, Kind.DATE),
    Column("出险原因", 12),
    Column("报案日期", 12, Kind.DATE),
    Column("查勘日期", 12, Kind.DATE),
    Column("申请理赔金额（元）", 13, Kind.MONEY),
    Column("到账日期", 12, Kind.DATE),
    Column("赔付金额（元）", 13, Kind.MONEY),
    Column("报案到办结（天）", 10, Kind.INT),
    Column("办理情况", 20),
)
RELIEF_COLUMNS = (
    *PLACE,
    Column("当事人", 10),
    Column("救助类型", 18),
    Column("困难原因", 13),
    Column("申请日期", 12, Kind.DATE),
    Column("批准层级", 9),
    Column("批准日期", 12, Kind.DATE),
    Column("批准金额（元）", 13, Kind.MONEY),
    Column("发放日期", 12, Kind.DATE),
    Column("发放金额（元）", 13, Kind.MONEY),
    Column("先行帮扶", 12),
    Column("办理情况", 18),
)
COVER_COLUMNS = (
    *PLACE,
    Column("参保人数", 9, Kind.INT),
    Column("参保对象", 20),
    Column("保险起期", 12, Kind.DATE),
    Column("保险止期", 12, Kind.DATE),
)
MEASURE_COLUMNS = (
    *PLACE,
    Column("受益人", 10),
    Column("责任单位", 14),
    Column("帮扶措施", 30),
    Column("开始日期", 12, Kind.DATE),
    Column("计划完成时间", 12, Kind.DATE),
    Column("完成日期", 12, Kind.DATE),
    Column("计划金额（元）", 13, Kind.MONEY),
    Column("落实金额（元）", 13, Kind.MONEY),
    Column("落实情况", 10),
    Column("成效", 20),
)


def _in_year(filters: Filters, field: str) -> Q:
    """From the first of January to the end of the month, inside the area."""
    return Q(
        **{f"{field}__gte": filters.month.replace(month=1, day=1)},
        **{f"{field}__lte": month_end(filters.month)},
        household__village_id__startswith=filters.area.pk,
    )


def _of_households(model, filters: Filters, user, field: str):
    return (
        visible(model.objects.all(), user)
        .filter(_in_year(filters, field))
        .select_related("household__village__parent")
        .order_by("household__village_id", "household__number", field, "pk")
    )


def _place(household) -> tuple:
    village = household.village
    return (
        village.parent.short_name if village.parent_id else "",
        village.short_name,
        household.head_name,
    )


def claim_blocks(filters: Filters, user) -> Iterator[Block]:
    """防贫保台账: one line a claim reported in the year, as it stood at the month's end."""
    found = _of_households(InsuranceClaim, filters, user, "reported_on").select_related("person")
    last = month_end(filters.month)
    return numbered([_claim(one, last)] for one in found.iterator(chunk_size=ROWS_AT_ONCE))


def _claim(claim: InsuranceClaim, last: date) -> tuple:
    inspected, paid, refused = (
        _until(day, last) for day in (claim.inspected_on, claim.paid_on, claim.refused_on)
    )
    ended = paid or refused
    told = "已赔付" if paid else "已查勘" if inspected else "已报案"
    if refused:
        told = f"不予理赔：{claim.refused_reason}"
    return (
        *_place(claim.household),
        claim.person.name if claim.person_id else "全户",
        claim.happened_on,
        codes.label("insurance_cause", claim.cause),
        claim.reported_on,
        inspected,
        claim.amount_claimed if inspected else None,
        paid,
        claim.amount_paid if paid else None,
        (ended - claim.reported_on).days if ended else None,
        told,
    )


def relief_blocks(filters: Filters, user) -> Iterator[Block]:
    """救助台账: one line a request of the year, as it stood at the month's end."""
    found = _of_households(ReliefRequest, filters, user, "requested_on").select_related("person")
    last = month_end(filters.month)
    return numbered([_relief(one, last)] for one in found.iterator(chunk_size=ROWS_AT_ONCE))


def _relief(relief: ReliefRequest, last: date) -> tuple:
    approved, paid, refused = (
        _until(day, last) for day in (relief.approved_on, relief.paid_on, relief.refused_on)
    )
    told = "已发放" if paid else "已批准待发放" if approved else "待审批"
    if refused:
        told = f"不予救助：{relief.refused_reason}"
    ahead = ("程序已补" if approved else "程序待补") if relief.is_ahead else ""
    return (
        *_place(relief.household),
        relief.person.name if relief.person_id else "全户",
        f"{relief.get_kind_display()}{relief.protection}",
        codes.label("risk", relief.risk),
        relief.requested_on,
        relief.get_level_display() if approved else "",
        approved,
        relief.amount_approved if approved else None,
        paid,
        relief.amount_paid if paid else None,
        ahead,
        told,
    )


def cover_blocks(filters: Filters, user) -> Iterator[Block]:
    """防贫保参保名册: who is insured in the year, begun by the month's end."""
    found = _of_households(InsuranceCover, filters, user, "starts_on")
    return numbered(
        [
            (
                *_place(one.household),
                one.member_count,
                one.get_group_display(),
                one.starts_on,
                one.ends_on,
            )
        ]
        for one in found.iterator(chunk_size=ROWS_AT_ONCE)
    )


def measure_blocks(filters: Filters, user) -> Iterator[Block]:
    """部门帮扶措施台账: measures that departments answer for; a department sees its own only."""
    measures = (
        visible(Measure.objects.live(), user)
        .filter(
            department__isnull=False,
            starts_on__lte=month_end(filters.month),
            case__village_id__startswith=filters.area.pk,
        )
        .select_related("case__household__village__parent", "department", "person")
        .prefetch_related("case__household__claims", "case__household__reliefs")
        .order_by("department__order", "case__village_id", "case__household__number", "pk")
    )
    return numbered([_measure(one)] for one in measures.iterator(chunk_size=ROWS_AT_ONCE))


def _measure(measure: Measure) -> tuple:
    household = measure.case.household
    payouts = (*household.claims.all(), *household.reliefs.all())
    is_told = is_told_by_payout(measure, payouts)
    return (
        *_place(household),
        measure.person.name if measure.person_id else "全户",
        measure.department.name,
        f"{codes.label('measure_kind', measure.kind)}：{measure.description}",
        measure.starts_on,
        measure.due_on,
        measure.done_on,
        measure.amount_planned,
        None if is_told else measure.amount_paid,
        measure.get_state_display(),
        "；".join(filter(None, (measure.effect, TOLD_ELSEWHERE if is_told else ""))),
    )


def _until(day: date | None, last: date) -> date | None:
    """The day, if it was not after the last one shown."""
    return day if day and day <= last else None


DECLARED = (
    ("insurance", "防贫保台账", CLAIM_COLUMNS, claim_blocks, "五（二）",
     "本年1月至本月报案的防贫保理赔及各步日期、金额"),
    ("insured", "防贫保参保名册", COVER_COLUMNS, cover_blocks, "五（二）", "本年参保的户"),
    ("relief", "临时救助和兜底救助台账", RELIEF_COLUMNS, relief_blocks, "五（三）",
     "本年1月至本月申请的救助及批准、发放"),
    ("department_measures", "部门帮扶措施台账", MEASURE_COLUMNS, measure_blocks, "六（二）",
     "各部门负责的帮扶措施；部门只看到本部门的"),
)  # fmt: skip
for key, name, columns, blocks, clause, note in DECLARED:
    register(
        Ledger(
            key=key, name=name, columns=columns, blocks=blocks, clause=clause, note=note,
            is_departmental=True,
        )
    )  # fmt: skip
