"""`take`: the one way a case moves. Rule, change, history and audit in one transaction."""

from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from audit import clock
from audit.record import record_many
from workflow import following, rounds
from workflow.actions import checks
from workflow.actions.moving import Move, claim
from workflow.actions.rounds import open_rounds
from workflow.models import Case, StatusChange
from workflow.outcomes import BatchOutcome, StepRefused
from workflow.transitions import KEYS, Step, find, steps_from

BATCH_LIMIT = 500  # cases that one request may move
PER_CASE = ("category", "per_capita_income", "clearing_kind")  # written by the claim itself


def steps_for(case: Case, user) -> list[Step]:
    """The steps this viewer's post may take on the case now (the buttons).

    Steps still blocked by missing evidence are among them; `obstacles` says by what.
    """
    possible = [
        step
        for step in steps_from(case.status)
        if step.is_open_to(waiting_for_list=case.is_waiting_for_list)
    ]
    return [step for step in possible if checks.may_act(step, case.village_id, user)]


def obstacles(case: Case, steps: list[Step], user) -> dict[str, str]:
    """What still stands in the way of each step, by its key, as one sentence; empty = it may be taken.

    Comment, reason and facts are not asked yet: the form asks for them. Who acted below is asked
    once for all steps of a level.
    """
    move, makers = Move(case), {}

    def maker(step, moves, by, meeting):
        if step.level not in makers:
            makers[step.level] = checks._maker(step, moves, by, meeting)
        return makers[step.level]

    before_form = (
        checks._post,
        checks._list,
        maker,
        checks._evidence,
        checks._household,
        checks._guards,
    )
    found = {}
    for step in steps:
        answers = (check(step, [move], user, None) for check in before_form)
        found[step.key] = next((answer[case.pk] for answer in answers if answer), "")
    return found


def take(
    *, case, step, by, comment="", reason="", facts=None, meeting=None, version=None
) -> StatusChange:
    """Move one case by one step of the table, or raise `StepRefused` with the reason.

    `facts` may set what the row names (e.g. category, risks, per_capita_income in 元 a year,
    clearing_kind); `version` is what the person saw; `meeting` is required where the row asks.
    """
    outcome = take_many(
        cases=[case],
        step=step,
        by=by,
        comment=comment,
        reason=reason,
        facts=facts,
        meeting=meeting,
        versions={} if version is None else {case.pk: version},
    )
    if outcome.refused:
        raise StepRefused(outcome.refused[0][1])
    case.refresh_from_db()
    return outcome.done[0]


def take_many(
    *, cases, step, by, comment="", reason="", facts=None, meeting=None, versions=None
) -> BatchOutcome:
    """Move many cases by one step, each on its own merits; set-based, constant queries.

    `done` holds the StatusChange rows, `refused` pairs of case and Chinese reason.
    """
    if step not in KEYS:
        raise StepRefused("没有这个办理步骤，请刷新页面后重试。")
    facts = dict(facts or {})
    given = {key: facts.pop(key) for key in PER_CASE if key in facts}
    moves = [Move(case, comment.strip(), reason, **given) for case in cases]
    return move_all(
        moves=moves, step=step, by=by, meeting=meeting, versions=versions or {}, facts=facts
    )


@transaction.atomic
def move_all(*, moves, step: str, by, meeting=None, versions=None, facts=None) -> BatchOutcome:
    """`take_many` with words of its own for each case; meetings conclude through this."""
    outcome = BatchOutcome()
    with clock.at(clock.now()):  # one moment decides every date and every late mark of the batch
        for row, group in _by_row(step, moves, versions or {}, outcome):
            _move_group(row, group, by, meeting, facts or {}, outcome)
    return outcome


@transaction.atomic
def close_case_of(*, household, reason: str, comment: str, by) -> StatusChange | None:
    """Close the open case of a household that is no more, whoever holds it; None without one.

    No post is asked for: the natural change decided, the step only follows it. Inside the caller's
    transaction; a colleague's step on the same case comes before or after it, never between.
    """
    case = Case.objects.select_for_update().open().filter(household=household).first()
    if case is None:
        return None
    outcome = BatchOutcome()
    move = Move(case, comment=comment[: checks.COMMENT_LIMIT], reason=reason)
    with clock.at(clock.now()):
        _carry_out(find("close", case.status), [move], by, None, {}, outcome)
    return outcome.done[0]


def _by_row(step, moves, versions, outcome):
    """Fresh rows grouped by the row of the table; what has no row is refused here."""
    fresh = Case.objects.select_related("household", "on_list").defer(
        "on_list__rows", "on_list__figures", "on_list__case_ids"
    )
    fresh = fresh.in_bulk([move.case.pk for move in moves])
    groups: dict[Step, list[Move]] = {}
    stale = []
    for move in moves:
        case = fresh[move.case.pk]
        row = find(step, case.status)
        if versions.get(case.pk, case.version) != case.version or row is None:
            stale.append(case)
            continue
        move.case = case
        groups.setdefault(row, []).append(move)
    outcome.refused += _moved_on(stale)
    return list(groups.items())


def _move_group(row: Step, moves, by, meeting, facts, outcome) -> None:
    _fill_facts(row, moves)
    refused = checks.refusals(row, moves, by, meeting)
    outcome.refused += [(m.case, refused[m.case.pk]) for m in moves if m.case.pk in refused]
    ready = [move for move in moves if move.case.pk not in refused]
    if ready:
        _carry_out(row, ready, by, meeting, facts, outcome)


def _carry_out(row: Step, ready, by, meeting, facts, outcome) -> None:
    counties = {rounds.county_of(m.case.village_id) for m in ready}
    due = {county: rounds.next_due(row.target, county) for county in counties}
    for move in ready:
        move.due_on = due[rounds.county_of(move.case.village_id)]
    moved = claim(row, ready)
    outcome.refused += _moved_on([m.case for m in ready if m.case.pk not in moved])
    done = [move for move in ready if move.case.pk in moved]
    allowed = {key: value for key, value in facts.items() if key in row.facts}
    if done and allowed:
        Case.objects.filter(pk__in=moved).update(**allowed)
    changes = _write_history(
        row, done, by, meeting, open_rounds(counties=counties, month=clock.today(), by=None)
    )
    if changes:
        following.follow_up(step_key=row.key, changes=changes, by=by)
    outcome.done += changes


def _fill_facts(row: Step, moves) -> None:
    """The register's income is taken over where nobody typed one (each fact is typed once)."""
    for move in moves:
        if "per_capita_income" not in row.facts:
            move.per_capita_income = None
        elif move.per_capita_income is None and move.case.per_capita_income is None:
            move.per_capita_income = move.case.household.per_capita_income
        elif move.per_capita_income is not None:
            move.per_capita_income = Decimal(move.per_capita_income)
        if "category" not in row.facts:
            move.category = ""


def _write_history(row: Step, moves, by, meeting, month_of) -> list[StatusChange]:
    if not moves:
        return []
    today = clock.today()
    changes = [
        StatusChange(
            case=move.case,
            step=row.key,
            source=row.source,
            target=row.target,
            level=row.level,
            at=clock.now(),
            by=by,
            comment=move.comment,
            reason=move.reason,
            round=month_of[rounds.county_of(move.case.village_id)],
            meeting=meeting,
            on_list_id=move.case.on_list_id,
            is_late=bool(row.gate and move.case.due_on and today > move.case.due_on),
        )
        for move in moves
    ]
    StatusChange.objects.bulk_create(changes)
    record_many(
        row.event,
        by=by,
        rows=[
            {
                "obj": change.case,
                "area": change.case.village_id,
                "detail": {
                    "step": row.key,
                    "source": row.source,
                    "target": row.target,
                    "reason": change.reason,
                    "meeting": meeting.pk if meeting else None,
                    "is_late": change.is_late,
                },
            }
            for change in changes
        ],
    )
    return changes


def _moved_on(cases) -> list[tuple[Case, str]]:
    """The polite sentence for whoever came second: who did what, and when."""
    if not cases:
        return []
    last = {
        change.case_id: change
        for change in StatusChange.objects.filter(case_id__in=[c.pk for c in cases])
        .select_related("by")
        .order_by("case_id", "-pk")
        .distinct("case_id")
    }
    return [(case, _second(case, last.get(case.pk))) for case in cases]


def _second(case: Case, change: StatusChange | None) -> str:
    if change is None:
        return (
            f"该户现为“{case.get_status_display()}”，不能办理此步骤或资料刚有变动，请刷新后查看。"
        )
    row = find(change.step, change.source)
    at = timezone.localtime(change.at)
    return (
        f"该户已由{change.by.full_name}于 {at:%m-%d %H:%M} 办理“{row.label}”，"
        f"现为“{change.status_label}”，请刷新后查看。"
    )
