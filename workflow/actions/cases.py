"""Cases are opened here, for one household or many, and marked in the national system."""

import json

from django.db import connection, transaction
from django.db.models import F

from accounts import access
from accounts.permissions import Permission
from audit import clock
from audit.events import EventKind
from audit.record import record, record_many
from policy import codes
from workflow import following, rounds
from workflow.actions.rounds import open_rounds
from workflow.models import Case
from workflow.outcomes import StepRefused
from workflow.states import ON_REGISTER, OPEN, Category, Source, Status

# The village writes about a case while it holds it, and month by month while it is monitored.
VILLAGE_DESCRIBES = (Status.LEAD, Status.SCREENED, Status.MONITORED)
WANTED = """
    SELECT * FROM jsonb_to_recordset(%(rows)s::jsonb)
        AS w(household_id bigint, risks text[], due_on date, is_urgent bool, remark text)
"""
OPEN_OF = (
    "SELECT household_id, id FROM workflow_case WHERE household_id = ANY(%s) AND status = ANY(%s)"
)
VILLAGES = "SELECT DISTINCT village_id FROM households_household WHERE id = ANY(%s)"
# The lock keeps the household from being removed meanwhile; 再识别 names the case before.
# one_open_case: where somebody else was faster, theirs stays.
CREATE = f"""
WITH wanted AS ({WANTED}),
living AS (
    SELECT h.id, h.village_id, h.kind, w.risks, w.due_on, w.is_urgent, w.remark
      FROM wanted w JOIN households_household h ON h.id = w.household_id
     WHERE h.state = 'active'
     ORDER BY h.id FOR KEY SHARE OF h),
county AS (
    SELECT * FROM unnest(%(counties)s::text[], %(rounds)s::bigint[], %(gates)s::date[])
        AS c(code, round, gate))
INSERT INTO workflow_case (household_id, village_id, round_id, status, entered_at, category, risks,
    sources, remark, due_on, is_urgent, clearing_kind, not_admitted_reason, closed_reason,
    previous_case_id, version, opened_at, opened_by_id)
SELECT h.id, h.village_id, county.round, %(lead)s, %(now)s,
       CASE WHEN h.kind = 'lifted' THEN %(lifted)s ELSE %(marginal)s END,
       h.risks, ARRAY[%(source)s], h.remark, coalesce(h.due_on, county.gate),
       h.is_urgent, '', '', '',
       (SELECT max(e.id) FROM workflow_case e
         WHERE e.household_id = h.id AND e.status = %(cleared)s),
       1, %(now)s, %(by)s
  FROM living h
  JOIN county ON county.code = left(h.village_id, 6)
 ORDER BY h.id
ON CONFLICT DO NOTHING
RETURNING id, household_id, village_id
"""  # noqa: S608
# Locked in the order of ids, so two batches cannot deadlock.
EXTEND = f"""
WITH wanted AS ({WANTED}),
found AS (
    SELECT c.id, wanted.risks, wanted.is_urgent FROM workflow_case c
      JOIN wanted ON wanted.household_id = c.household_id
     WHERE c.status = ANY(%(open)s) ORDER BY c.id FOR UPDATE OF c)
UPDATE workflow_case c
   SET sources = CASE WHEN %(source)s = ANY(c.sources) THEN c.sources
                      ELSE c.sources || %(source)s::varchar END,
       risks = c.risks || ARRAY(SELECT u.risk FROM unnest(found.risks) WITH ORDINALITY u(risk, n)
                                 WHERE u.risk <> ALL(c.risks) ORDER BY u.n)::varchar[],
       is_urgent = c.is_urgent OR found.is_urgent
  FROM found
 WHERE found.id = c.id
   AND NOT (%(source)s = ANY(c.sources) AND found.risks <@ c.risks::text[]
            AND (c.is_urgent OR NOT found.is_urgent))
"""  # noqa: S608


def open_case(*, household, source, by, risks=(), due_on=None, is_urgent=False, remark="") -> Case:
    """The household's open case: the one there is, with source and risks added, or a new one.

    Raises StepRefused for a household that is no more.
    """
    row = {
        "household_id": household.pk,
        "risks": risks,
        "due_on": due_on,
        "is_urgent": is_urgent,
        "remark": remark,
    }
    found = open_cases([row], source=source, by=by)
    if household.pk not in found:
        raise StepRefused("这户已经销户，不能登记线索，请核对农户档案。")
    return Case.objects.select_related("household", "opened_by").get(pk=found[household.pk])


@transaction.atomic
def open_cases(rows, source, by) -> dict[int, int]:
    """Open or extend one case a household, set-based; household id -> case id.

    A row is a dict: `household_id`, and optionally `risks`, `due_on`, `is_urgent`, `remark`.
    Running it twice opens nothing twice: the database allows one open case a household. One that
    is no more gets none.
    """
    if source not in Source.values:
        raise StepRefused("线索来源不正确，请刷新页面后重试。")
    wanted = _merged(rows)
    if not wanted:
        return {}
    existing = _open_cases_of(wanted)
    new = [row for pk, row in wanted.items() if pk not in existing]
    created = _create(new, source, by) if new else {}
    _extend([row for pk, row in wanted.items() if pk not in created], source)
    if len(created) == len(wanted):
        return created
    return _open_cases_of(wanted)


@transaction.atomic
def describe_case(*, case, by, risks=None, remark=None) -> Case:
    """Change the risks or the remark of an open case that the village reports about.

    Raises StepRefused for another's village, an unknown risk, or a case that is decided upon.
    """
    if not access.may(by, Permission.CASE_SCREEN, area=case.village_id):
        raise StepRefused("该户不在您负责的村，不能修改。")
    facts = {"risks": risks, "remark": remark}
    facts = {name: value for name, value in facts.items() if value is not None}
    if not set(risks or ()) <= set(codes.every("risk")):
        raise StepRefused("致贫返贫风险里有系统不认识的一项，请重新选择。")
    changed = Case.objects.filter(pk=case.pk, status__in=VILLAGE_DESCRIBES).update(
        **facts, version=F("version") + 1
    )
    if not changed:
        raise StepRefused("该户正在上级办理，风险和备注暂时不能改；退回以后再改。")
    record(
        EventKind.CASE_CHANGED,
        by=by,
        obj=case,
        area=case.village_id,
        detail={"fields": sorted(facts)},
    )
    case.refresh_from_db(fields=[*facts, "version", "status"])
    return case


def move_case_to(*, household, to, by) -> Case | None:
    """The open case of one household becomes that of another of the village (分户、并户).

    Inside the caller's transaction. None, and nothing moves, where there is no open case or the
    other household has one of its own.
    """
    case = Case.objects.select_for_update().open().filter(household=household).first()
    if case is None or Case.objects.open().filter(household=to).exists():
        return None
    Case.objects.filter(pk=case.pk).update(household=to, version=F("version") + 1)
    record(
        EventKind.CASE_CHANGED, by=by, obj=case, area=case.village_id,
        detail={"fields": ["household"], "from": household.pk, "to": to.pk},
    )  # fmt: skip
    case.refresh_from_db()
    following.follow_case(case=case, household=to)
    return case


def hold_case(case) -> bool:
    """Keep the case from being taken back until the transaction ends; False when it is gone.

    Foreign keys are checked at commit only, so whoever hangs something on a case asks first.
    """
    # A second holder waits; readers and foreign keys do not.
    return bool(Case.objects.select_for_update(no_key=True).filter(pk=case.pk).values("pk"))


@transaction.atomic
def take_back_cases(*, cases, by) -> None:
    """Undo the opening of untouched cases, whose leads were taken back; the audit log keeps it."""
    if not cases:
        return
    record_many(
        EventKind.CASE_TAKEN_BACK, by=by,
        rows=[{"obj": case, "area": case.village_id, "detail": {}} for case in cases],
    )  # fmt: skip
    # What was done with a case protects it: a race with its first step fails whole.
    Case.objects.filter(pk__in=[case.pk for case in cases], status=Status.LEAD).delete()


@transaction.atomic
def mark_in_national_system(*, case, on, by) -> Case:
    """The national system knows: 录入 while monitored 四（五）, 标注 once cleared 四（六）."""
    if on > clock.today():
        raise StepRefused("标注日期不能晚于今天，请核对。")
    if case.status in ON_REGISTER:
        fields, since = ("in_national_system_on", "in_national_system_by"), case.identified_on
    elif case.status == Status.RISK_CLEARED:
        fields, since = ("clearing_marked_on", "clearing_marked_by"), case.cleared_on
    else:
        raise StepRefused("只有审定纳入或已消除风险的户才需要在全国系统录入、标注。")
    if on < since:
        raise StepRefused(f"标注日期不能早于 {since}（认定日期），请核对。")
    changed = Case.objects.filter(pk=case.pk, status=case.status).update(
        **{fields[0]: on, fields[1]: by}
    )
    if not changed:
        raise StepRefused("该户状态刚刚有变化，请刷新后再标注。")
    record(
        EventKind.CASE_MARKED_IN_NATIONAL_SYSTEM,
        by=by,
        obj=case,
        area=case.village_id,
        detail={"field": fields[0], "on": on.isoformat()},
    )
    case.refresh_from_db()
    return case


def _merged(rows) -> dict[int, dict]:
    """One row a household: risks of several rows together, the earliest date, any urgency."""
    merged: dict[int, dict] = {}
    for row in rows:
        kept = merged.setdefault(
            row["household_id"], {"risks": [], "due_on": None, "is_urgent": False, "remark": ""}
        )
        kept["household_id"] = row["household_id"]
        kept["risks"] = list(dict.fromkeys([*kept["risks"], *row.get("risks", ())]))
        dates = [day for day in (kept["due_on"], row.get("due_on")) if day]
        kept["due_on"] = min(dates) if dates else None
        kept["is_urgent"] |= bool(row.get("is_urgent"))
        kept["remark"] = kept["remark"] or row.get("remark", "")
    return merged


def _open_cases_of(households) -> dict[int, int]:
    with connection.cursor() as cursor:  # thousands of numbers: as one array, not one term each
        cursor.execute(OPEN_OF, [list(households), [status.value for status in OPEN]])
        return dict(cursor.fetchall())


def _create(rows, source, by) -> dict[int, int]:
    """Open what is not open yet; the cases that are ours. A faster colleague's stays as it is."""
    today = clock.today()
    counties = _counties_of([row["household_id"] for row in rows])
    month_of = open_rounds(counties=counties, month=today)
    due = {county: rounds.next_due(Status.LEAD, county, today) for county in counties}
    with connection.cursor() as cursor:
        cursor.execute(
            CREATE,
            {
                "rows": _as_json(rows),
                "counties": list(counties),
                "rounds": [month_of[county].pk for county in counties],
                "gates": [due[county] for county in counties],
                "source": source,
                "lead": Status.LEAD.value,
                "cleared": Status.RISK_CLEARED.value,
                "lifted": Category.LIFTED.value,  # 附件2
                "marginal": Category.MARGINAL.value,
                "now": clock.now(),
                "by": by and by.pk,
            },
        )
        opened = cursor.fetchall()
    record_many(
        EventKind.CASE_OPENED,
        by=by,
        rows=[
            {"model": Case, "pk": pk, "area": village, "detail": {"source": source}}
            for pk, _household, village in opened
        ],
    )
    return {household: pk for pk, household, _village in opened}


def _counties_of(households) -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(VILLAGES, [households])
        return {rounds.county_of(village) for (village,) in cursor.fetchall()}


def _extend(rows, source) -> None:
    """A second hint for an open case adds its source and risks; nothing is taken away."""
    if rows:
        with connection.cursor() as cursor:
            open_ones = [status.value for status in OPEN]
            cursor.execute(EXTEND, {"rows": _as_json(rows), "source": source, "open": open_ones})


def _as_json(rows) -> str:
    return json.dumps(rows, ensure_ascii=False, default=str)
