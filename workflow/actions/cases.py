"""Cases are opened here, for one household or many, and marked in the national system."""

from django.db import transaction
from django.db.models import F, Max

from accounts import access
from accounts.permissions import Permission
from audit import clock
from audit.events import EventKind
from audit.record import record, record_many
from households.models import Household
from policy import codes
from workflow import rounds
from workflow.actions.rounds import open_rounds
from workflow.models import Case
from workflow.outcomes import StepRefused
from workflow.states import ON_REGISTER, OPEN, Category, Source, Status

# The village writes about a case while it holds it, and month by month while it is monitored.
VILLAGE_DESCRIBES = (Status.LEAD, Status.SCREENED, Status.MONITORED)


def open_case(*, household, source, by, risks=(), due_on=None, is_urgent=False, remark="") -> Case:
    """The household's open case: the one there is, with source and risks added, or a new one."""
    row = {
        "household": household,
        "risks": risks,
        "due_on": due_on,
        "is_urgent": is_urgent,
        "remark": remark,
    }
    return open_cases([row], source=source, by=by)[household.pk]


@transaction.atomic
def open_cases(rows, source, by) -> dict[int, Case]:
    """Open or extend one case a household, set-based; by household id.

    A row is a dict: `household` (instance), and optionally `risks`, `due_on`, `is_urgent`,
    `remark`. Running it twice opens nothing twice: the database allows one open case a household.
    """
    if source not in Source.values:
        raise StepRefused("线索来源不正确，请刷新页面后重试。")
    wanted = _merged(rows)
    if not wanted:
        return {}
    existing = _open_cases_of(wanted)
    new = [row for pk, row in wanted.items() if pk not in existing]
    created = _create(new, source, by) if new else {}
    if new:
        _record_opened(created.values(), source, by)
    others = [row for pk, row in wanted.items() if pk not in created]
    _extend(others, source)
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
        household = row["household"]
        kept = merged.setdefault(
            household.pk,
            {"household": household, "risks": [], "due_on": None, "is_urgent": False, "remark": ""},
        )
        kept["risks"] = list(dict.fromkeys([*kept["risks"], *row.get("risks", ())]))
        dates = [day for day in (kept["due_on"], row.get("due_on")) if day]
        kept["due_on"] = min(dates) if dates else None
        kept["is_urgent"] |= bool(row.get("is_urgent"))
        kept["remark"] = kept["remark"] or row.get("remark", "")
    return merged


def _open_cases_of(households) -> dict[int, Case]:
    found = Case.objects.filter(household_id__in=list(households), status__in=OPEN)
    return {case.household_id: case for case in found.select_related("household", "opened_by")}


def _create(rows, source, by) -> dict[int, Case]:
    """Open what is not open yet; the cases that are ours. A faster colleague's stays as it is."""
    now, today = clock.now(), clock.today()
    counties = {rounds.county_of(row["household"].village_id) for row in rows}
    month_of = open_rounds(counties=counties, month=today)
    due = {county: rounds.next_due(Status.LEAD, county, today) for county in counties}
    previous = dict(
        Case.objects.filter(
            household_id__in=[row["household"].pk for row in rows], status=Status.RISK_CLEARED
        )
        .values_list("household_id")
        .annotate(last=Max("pk"))
    )
    Case.objects.bulk_create(
        [
            Case(
                household=row["household"],
                village_id=row["household"].village_id,
                round=month_of[rounds.county_of(row["household"].village_id)],
                status=Status.LEAD,
                entered_at=now,
                category=_category(row["household"]),
                risks=row["risks"],
                sources=[source],
                remark=row["remark"],
                due_on=row["due_on"] or due[rounds.county_of(row["household"].village_id)],
                is_urgent=row["is_urgent"],
                previous_case_id=previous.get(row["household"].pk),  # 再识别
                opened_at=now,
                opened_by=by,
            )
            for row in rows
        ],
        ignore_conflicts=True,  # one_open_case: somebody else was faster
    )
    found = _open_cases_of([row["household"].pk for row in rows])
    return {
        pk: case
        for pk, case in found.items()
        if (case.opened_at, case.opened_by, case.sources) == (now, by, [source])
    }


def _category(household) -> str:
    """附件2: 1 脱贫户, 2 边缘易致贫户; follows the register."""
    is_lifted = household.kind == Household.Kind.LIFTED
    return Category.LIFTED if is_lifted else Category.MARGINAL


def _extend(rows, source) -> None:
    """A second hint for an open case adds its source and risks; nothing is taken away."""
    wanted = {row["household"].pk: row for row in rows}
    cases = Case.objects.select_for_update().filter(household_id__in=wanted, status__in=OPEN)
    changed = []
    for case in cases.order_by("pk"):
        row = wanted[case.household_id]
        before = (case.sources, case.risks, case.is_urgent)
        case.sources = list(dict.fromkeys([*case.sources, source]))
        case.risks = list(dict.fromkeys([*case.risks, *row["risks"]]))
        case.is_urgent = case.is_urgent or row["is_urgent"]
        if (case.sources, case.risks, case.is_urgent) != before:
            changed.append(case)
    if changed:
        Case.objects.bulk_update(changed, ["sources", "risks", "is_urgent"])


def _record_opened(cases, source, by) -> None:
    record_many(
        EventKind.CASE_OPENED,
        by=by,
        rows=[
            {"obj": case, "area": case.village_id, "detail": {"source": source}} for case in cases
        ],
    )
