"""附件1-12: what the register itself tells about 脱贫户, once a month, set-based.

Below 1.5 × the national standard without 低保; a sudden fall of income; a sudden rise of expense
against the period before. Where no ratio is laid down, a policy parameter says it.
"""

from datetime import date
from decimal import Decimal

from django.db import connection, transaction

from audit import clock
from audit.events import EventKind
from audit.record import record
from households.sudden import FIGURES, LATEST_TWO
from policy import parameters
from screening import rules
from screening.merging import open_for
from screening.models import Lead, LeadKind
from workflow.opening import working_counties
from workflow.states import OPEN, Source, Status

# Already looked at by somebody: the household's case is past the stage of a lead.
BUSY = "SELECT household_id FROM workflow_case WHERE status = ANY(%(busy)s)"
BELOW_LINE = f"""
    SELECT h.id, h.village_id, h.per_capita_income
      FROM households_household h
     WHERE h.village_id LIKE %(county)s AND h.kind = 'lifted' AND h.state = 'active'
       AND h.low_income_kind = '' AND h.per_capita_income < %(line)s
       AND h.id NOT IN ({BUSY})
     ORDER BY h.id
"""  # noqa: S608
CHANGES = f"""
    WITH {FIGURES}
    SELECT h.id, h.village_id, old.income, new.income, old.expense, new.expense
      {LATEST_TWO}
       AND h.kind = 'lifted' AND h.id NOT IN ({BUSY})
     ORDER BY h.id
"""  # noqa: S608


def monitor(period: str, progress) -> dict:
    """Raise the system's leads of the month `2021-03` in every county in use; repeatable."""
    month = date.fromisoformat(f"{period}-01")
    counties = working_counties()
    result = {"month": period, "leads": 0, "households": 0}
    for done, county in enumerate(counties):
        progress(done, len(counties), f"正在筛查 {county}")
        found = monitor_county(county, month)
        result = {**result, **{key: result[key] + found[key] for key in found}}
    progress(len(counties), len(counties), "筛查完毕")
    return result


@transaction.atomic
def monitor_county(county: str, month: date) -> dict[str, int]:
    """The leads of one county; of a month already done only what is new since is added."""
    kinds = LeadKind.objects.filter(department="fupin", rule=LeadKind.COMPUTED, is_active=True)
    kinds = {kind.key: kind for kind in kinds}
    leads = [*_below_line(county, month, kinds), *_changes(county, month, kinds)]
    before = set(
        Lead.objects.filter(month=month, fact_hash__in=[lead.fact_hash for lead in leads])
        .values_list("fact_hash", flat=True)
    )  # fmt: skip
    wanted = [lead for lead in leads if lead.fact_hash not in before]
    Lead.objects.bulk_create(wanted, batch_size=2000, ignore_conflicts=True)
    new = dict(
        Lead.objects.filter(month=month, fact_hash__in=[lead.fact_hash for lead in wanted], case=None)
        .values_list("pk", "household_id")
    )  # fmt: skip
    open_for(new, source=Source.SYSTEM, risks=[], county=county, by=None)
    figures = {"leads": len(new), "households": len(set(new.values()))}
    record(
        EventKind.INCOMES_MONITORED, by=None, area=county, detail={"month": str(month), **figures}
    )
    return figures


def _below_line(county, month, kinds):
    kind = kinds.get("income_below_line")
    if kind is None:
        return
    standard = parameters.value("national_standard", on=month, county=county)
    line = standard * parameters.value("monitoring_factor", on=month, county=county)
    for household, village, income in _rows(BELOW_LINE, county, line=line):
        yield _lead(
            kind, month, household, village,
            {"per_capita_income": str(income), "line": str(line)},
            f"人均纯收入 {rules.money(income)} 元 < {rules.money(line)} 元，脱贫户，未享受低保，{kind.clause}",
        )  # fmt: skip


def _changes(county, month, kinds):
    fall = parameters.value("income_fall_ratio", on=month, county=county)
    rise = parameters.value("expense_rise_ratio", on=month, county=county)
    for household, village, *figures in _rows(CHANGES, county, fall=fall, rise=rise):
        old_income, income, old_expense, expense = (_cents(figure) for figure in figures)
        if "income_fall" in kinds and rules.has_fallen(old_income, income, fall):
            kind = kinds["income_fall"]
            words = f"人均纯收入由 {rules.money(old_income)} 元降到 {rules.money(income)} 元"
            facts = {"before": str(old_income), "now": str(income)}
            yield _lead(kind, month, household, village, facts, f"{words}，脱贫户，{kind.clause}")
        if "expense_rise" in kinds and rules.has_risen(old_expense, expense, rise):
            kind = kinds["expense_rise"]
            words = f"家庭支出由 {rules.money(old_expense)} 元升到 {rules.money(expense)} 元"
            facts = {"before": str(old_expense), "now": str(expense)}
            yield _lead(kind, month, household, village, facts, f"{words}，脱贫户，{kind.clause}")


def _lead(kind, month, household, village, facts, explanation) -> Lead:
    return Lead(
        source=Lead.Source.SYSTEM, kind=kind, household_id=household, village_id=village,
        month=month, risks=[], facts=facts, explanation=explanation, clause=kind.clause,
        raised_on=clock.today(), fact_hash=rules.fact_hash(kind.pk, [household], facts),
    )  # fmt: skip


def _rows(statement, county, **facts):
    busy = [status.value for status in OPEN if status != Status.LEAD]
    with connection.cursor() as cursor:
        cursor.execute(statement, {"county": f"{county}%", "busy": busy, **facts})
        return cursor.fetchall()


def _cents(figure) -> Decimal:
    return Decimal(figure).quantize(Decimal("0.01"))
