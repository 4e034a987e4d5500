"""From rows to tasks: one case a household, every department's row kept as a lead of its own."""

from django.db import connection

from audit import clock
from policy import parameters
from screening import rules
from screening.models import LeadKind
from workflow.actions import open_cases
from workflow.states import OPEN, Source

# Of two files that say the same, the second adds nothing.
NEW_HOUSEHOLDS = """
    SELECT DISTINCT r.household_id
      FROM screening_leadrow r
     WHERE r.file_id = %(file)s AND r.verdict = 'ok' AND r.lead_id IS NULL
       AND r.recalled_for = '' AND r.household_id IS NOT NULL
       AND NOT EXISTS (SELECT 1 FROM screening_lead l
                        WHERE l.month = %(month)s AND l.fact_hash = r.fact_hash)
"""
# Written once and whole: with its case, and with the latest answer to the same lead.
INSERT_LEADS = """
    INSERT INTO screening_lead (source, kind_id, household_id, village_id, person_id, month, risks,
           facts, explanation, clause, raised_on, raised_by_id, answer, answer_reason, answer_note,
           fact_hash, case_id, earlier_id)
    SELECT 'department', %(kind)s, r.household_id, h.village_id, r.person_id, %(month)s,
           %(risks)s, r.facts, r.reason, %(clause)s, %(today)s, %(by)s, '', '', '', r.fact_hash,
           c.id,
           (SELECT e.id FROM screening_lead e
             WHERE e.fact_hash = r.fact_hash AND e.answer <> '' AND e.month >= %(since)s
             ORDER BY e.answered_at DESC LIMIT 1)
      FROM screening_leadrow r
      JOIN households_household h ON h.id = r.household_id
      LEFT JOIN workflow_case c ON c.household_id = h.id AND c.status = ANY(%(open)s)
     WHERE r.file_id = %(file)s AND r.verdict = 'ok' AND r.lead_id IS NULL
       AND r.recalled_for = '' AND h.state = 'active'
     ORDER BY r.sheet_row FOR KEY SHARE OF h
    ON CONFLICT (month, fact_hash) DO NOTHING
    RETURNING id, household_id
"""
# From the rows to the leads, never the other way: the rows are too new for the planner to know how many.
TIE_ROWS = """
    WITH waiting AS MATERIALIZED (
        SELECT id, fact_hash, household_id FROM screening_leadrow
         WHERE file_id = %(file)s AND verdict = 'ok' AND lead_id IS NULL
           AND recalled_for = '')
    UPDATE screening_leadrow r SET lead_id = found.id
      FROM waiting w CROSS JOIN LATERAL (
           SELECT l.id FROM screening_lead l
            WHERE l.month = %(month)s AND l.fact_hash = w.fact_hash
              AND l.household_id = w.household_id OFFSET 0) found
     WHERE r.id = w.id
"""
TIE_CASES = """
    UPDATE screening_lead l SET case_id = c.id
      FROM workflow_case c
     WHERE l.id = ANY(%(leads)s) AND c.household_id = l.household_id AND c.status = ANY(%(open)s)
"""
# Few leads were answered before; the others are not written again.
REMEMBER = """
    UPDATE screening_lead l SET earlier_id = found.id
      FROM screening_lead n CROSS JOIN LATERAL (
           SELECT e.id FROM screening_lead e
            WHERE e.fact_hash = n.fact_hash AND e.answer <> '' AND e.month >= %(since)s
              AND e.id <> n.id ORDER BY e.answered_at DESC LIMIT 1) found
     WHERE n.id = ANY(%(leads)s) AND l.id = n.id
"""


def merge(file, by) -> dict[int, int]:
    """Make the file's matched rows into leads with cases; new lead id -> household id.

    Set-based and repeatable: what is there already is only tied to its row. Inside the caller's
    transaction.
    """
    # Files of one kind go one after the other, so no case is opened for a lead that another file has.
    LeadKind.objects.select_for_update(no_key=True).get(pk=file.kind_id)
    risks = [file.kind.risk] if file.kind.risk else []
    facts = {
        "file": file.pk,
        "kind": file.kind_id,
        "month": file.month,
        "risks": risks,
        "clause": file.kind.clause,
        "today": clock.today(),
        "by": by and by.pk,
        "open": _open(),
        "since": remembered_since(file.county_id),
    }
    with connection.cursor() as cursor:
        cursor.execute(NEW_HOUSEHOLDS, facts)
        rows = [{"household_id": pk, "risks": risks} for (pk,) in cursor.fetchall()]
        open_cases(rows, source=Source.DEPARTMENT, by=by)
        cursor.execute(INSERT_LEADS, facts)
        new = dict(cursor.fetchall())
        cursor.execute(TIE_ROWS, facts)
    return new


def open_for(new: dict[int, int], *, source, risks, county, by) -> None:
    """One case for each household of these new leads (lead id -> household id), tied to them."""
    if not new:
        return
    rows = [{"household_id": pk, "risks": risks} for pk in sorted(set(new.values()))]
    open_cases(rows, source=source, by=by)
    with connection.cursor() as cursor:
        cursor.execute(TIE_CASES, {"leads": list(new), "open": _open()})
        cursor.execute(REMEMBER, {"leads": list(new), "since": remembered_since(county)})


def remembered_since(county: str):
    """The first month whose answers are still proposed again 五（一）."""
    months = int(parameters.value("answered_lead_memory_months", county=county))
    return rules.months_before(clock.today(), months)


def _open() -> list[str]:
    return [status.value for status in OPEN]
