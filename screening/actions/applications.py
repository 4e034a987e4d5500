"""A farmer applies 四（一）, or a cadre finds something out 五（一）: a lead with its case."""

from django.db import IntegrityError, transaction

from accounts import access
from accounts.permissions import Permission
from audit import clock
from audit.events import EventKind
from audit.record import record
from policy import codes
from screening import rules
from screening.models import Lead
from screening.refusals import LeadRefused
from workflow import months
from workflow.actions import open_case
from workflow.states import Source

STATEMENT_LIMIT = 300
CASE_SOURCE = {
    Lead.Source.APPLICATION: Source.APPLICATION,
    Lead.Source.CADRE: Source.SCREENING,
}
CLAUSE = {Lead.Source.APPLICATION: "四（一）", Lead.Source.CADRE: "五（一）"}


@transaction.atomic
def take_application(
    *, household, applied_on, statement, risks, by, scan=None, source=Lead.Source.APPLICATION
) -> Lead:
    """Take a farmer's application, or with source CADRE a cadre's own finding; opens the case.

    The same household, day and words sent twice are one lead. An application is a hint, never a
    condition of being admitted 四（一）. Raises LeadRefused.
    """
    statement = " ".join(statement.split())
    risks = list(dict.fromkeys(risks))
    _check(household, applied_on, statement, risks, source, by)
    told = {"applied_on": applied_on.isoformat(), "statement": statement}
    lead = Lead(
        source=source,
        household=household,
        village_id=household.village_id,
        month=months.first_day(clock.today()),
        risks=risks,
        facts=told,
        explanation=statement,
        clause=CLAUSE[source],
        raised_on=applied_on,
        raised_by=by,
        scan=scan,
        fact_hash=rules.fact_hash(source, [household.pk], told),
    )
    try:
        with transaction.atomic():
            lead.save(force_insert=True)
    except IntegrityError:  # sent twice
        return Lead.objects.get(month=lead.month, fact_hash=lead.fact_hash)
    lead.case = open_case(household=household, source=CASE_SOURCE[source], by=by, risks=risks)
    lead.save(update_fields=["case"])
    is_applied = source == Lead.Source.APPLICATION
    record(
        EventKind.APPLICATION_TAKEN if is_applied else EventKind.FINDING_RECORDED,
        by=by,
        obj=lead,
        area=lead.village_id,
        detail={"case": lead.case_id, "has_scan": scan is not None},
    )
    return lead


def _check(household, applied_on, statement, risks, source, by) -> None:
    if source not in CASE_SOURCE:
        raise LeadRefused("线索来源不正确，请刷新页面后重试。")
    if not access.may(by, Permission.CASE_SCREEN, area=household.village_id):
        raise LeadRefused("这户不在您负责的村，不能受理，请由本村登记。")
    if household.is_removed:
        raise LeadRefused("这户已经销户，不能受理申请，请核对农户档案。")
    if applied_on > clock.today():
        raise LeadRefused("日期不能晚于今天，请核对。")
    if not statement:
        raise LeadRefused("请写明情况，例如什么人、什么事、花了多少钱。")
    if len(statement) > STATEMENT_LIMIT:
        raise LeadRefused(f"情况最多写 {STATEMENT_LIMIT} 字，现有 {len(statement)} 字，请精简。")
    if not risks or not set(risks) <= set(dict(codes.choices("risk"))):
        raise LeadRefused("请至少勾选一种困难原因。")
