"""The only statement that writes a case's status: one conditional UPDATE for one case or many.

A row moves only if it still is what was checked (same status, same version), so a double click
or a race loses politely. Rows are locked in order of id, so two batches cannot deadlock.
"""

from dataclasses import dataclass
from datetime import date

from django.db import connection

from audit import clock
from workflow.models import Case
from workflow.states import Status
from workflow.transitions import Evidence, Step

# Kept apart so that the race tests can show what happens without it.
CONDITION = """AND c.status = %(source)s AND c.version = wanted.version
      AND (c.on_list_id IS NULL OR NOT %(is_unreported)s)"""

CLAIM = """
WITH wanted AS (
    SELECT * FROM unnest(
        %(ids)s::bigint[], %(versions)s::int[], %(reasons)s::text[],
        %(incomes)s::numeric[], %(categories)s::text[], %(kinds)s::text[], %(dues)s::date[]
    ) AS w(id, version, reason, income, category, kind, due)
), claimed AS (
    SELECT c.id, wanted.reason, wanted.income, wanted.category, wanted.kind, wanted.due
    FROM workflow_case c JOIN wanted ON wanted.id = c.id
    WHERE TRUE {condition}
    ORDER BY c.id FOR UPDATE OF c
)
UPDATE workflow_case c SET
    status = %(target)s, version = c.version + 1, entered_at = %(now)s, due_on = claimed.due,
    on_list_id = CASE WHEN %(is_back)s THEN (
        SELECT s.on_list_id FROM workflow_statuschange s
        WHERE s.case_id = c.id AND s.source = %(target)s ORDER BY s.id DESC LIMIT 1) END,
    not_admitted_reason = CASE WHEN %(target)s = 'NOT_ADMITTED' THEN claimed.reason
                               ELSE c.not_admitted_reason END,
    closed_reason = CASE WHEN %(target)s = 'CLOSED' THEN claimed.reason ELSE c.closed_reason END,
    category = COALESCE(NULLIF(claimed.category, ''), c.category),
    per_capita_income = COALESCE(claimed.income, c.per_capita_income),
    identified_on = CASE WHEN %(step)s = 'determine' THEN %(today)s ELSE c.identified_on END,
    cleared_on = CASE WHEN %(target)s = 'RISK_CLEARED' THEN %(today)s::date END,
    clearing_kind = CASE WHEN %(target)s = 'RISK_CLEARED' THEN claimed.kind
                         WHEN %(step)s = 'undo_clearing' THEN '' ELSE c.clearing_kind END,
    clearing_marked_on = CASE WHEN %(step)s = 'undo_clearing' THEN NULL
                              ELSE c.clearing_marked_on END,
    clearing_marked_by_id = CASE WHEN %(step)s = 'undo_clearing' THEN NULL
                                 ELSE c.clearing_marked_by_id END
FROM claimed WHERE claimed.id = c.id
RETURNING c.id
"""


@dataclass
class Move:
    """One case to be moved: what was checked, and what is written with it."""

    case: Case
    comment: str = ""
    reason: str = ""
    category: str = ""
    per_capita_income: object = None  # Decimal, 元 a person and year
    clearing_kind: str = ""
    due_on: date | None = None


def claim(step: Step, moves: list[Move]) -> set[int]:
    """Move every case that still is as it was checked; the ids of those that moved."""
    if not moves:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(
            CLAIM.format(condition=CONDITION),
            {
                "ids": [m.case.pk for m in moves],
                "versions": [m.case.version for m in moves],
                "reasons": [m.reason for m in moves],
                "incomes": [m.per_capita_income for m in moves],
                "categories": [m.category for m in moves],
                "kinds": [m.clearing_kind for m in moves],
                "dues": [m.due_on for m in moves],
                "source": step.source.value,
                "target": step.target.value,
                "step": step.key,
                "is_back": step.key == "send_back",
                "is_unreported": Evidence.UNREPORTED in step.needs,
                "now": clock.now(),
                "today": clock.today(),
            },
        )
        return {row[0] for row in cursor.fetchall()}


def is_reopening(step: Step) -> bool:
    """Whether the step makes a finished case open again (only the undoing of a clearing does)."""
    return step.source == Status.RISK_CLEARED
