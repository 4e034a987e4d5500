"""May these cases take this step, by this person, now? Each check answers for all cases at once.

Order as in the house rule: the row of the table, the post, the list, maker is not checker,
comment and reason, facts, evidence, guards. The first reason found is the one told.
"""

from django.db.models import F, OuterRef, Subquery
from django.db.models.functions import Coalesce

from accounts import access
from policy import codes, parameters
from workflow import guards, rounds
from workflow.models import Case, Meeting, MeetingDecision, StatusChange, Visit
from workflow.states import OPEN, Category, Level
from workflow.transitions import Evidence, Step

RECHECK, CLEARING = Visit.Purpose.RECHECK, Visit.Purpose.CLEARING
# What a visit must have been for, by step: 四（二）, 四（四）, 四（六）.
PURPOSE = {"screen": Visit.Purpose.SCREENING, "endorse": RECHECK, "endorse_clearing": CLEARING}
COMMENT_LIMIT = 500


def refusals(step: Step, moves: list, by, meeting: Meeting | None = None) -> dict[int, str]:
    """Why not, by case id; a case that may move is absent. Constant number of queries."""
    found: dict[int, str] = {}
    for check in (_post, _list, _maker, _words, _facts, _evidence, _household, _guards):
        left = [move for move in moves if move.case.pk not in found]
        if not left:
            break
        found |= check(step, left, by, meeting)
    return found


def may_act(step: Step, village_id: str, by) -> bool:
    """Whether the person holds a post that takes this step over this village."""
    return any(
        village_id.startswith(code)
        for permission in step.permissions
        for code in access.codes(by, permission)
    )


def _post(step, moves, by, meeting):
    text = f"“{step.label}”由{step.level.label}办理，该户不在您的岗位职责范围内。"
    return {m.case.pk: text for m in moves if not may_act(step, m.case.village_id, by)}


def _list(step, moves, by, meeting):
    """四（四）, 四（五）: a level works on what the level below has reported."""
    if Evidence.UNREPORTED in step.needs:
        text = "含该户的名单已经上报，不能撤回；确需改正的，请上一级退回。"
        return {m.case.pk: text for m in moves if m.case.on_list_id is not None}
    if Evidence.LIST not in step.needs:
        return {}
    below = step.level.below
    text = f"{below.label}尚未上报含该户的名单，请等{below.label}上报后再办理。"
    return {m.case.pk: text for m in moves if m.case.on_list_id is None}


def _maker(step, moves, by, meeting):
    """Nobody checks their own work: not a lower step, not its visit, not its list."""
    lower = step.level.lower
    if not lower:
        return {}
    ids = [m.case.pk for m in moves]
    stepped = StatusChange.objects.filter(case_id__in=ids, by=by, level__in=lower)
    visited = Visit.objects.filter(case_id__in=ids, recorded_by=by, level__in=lower)
    either = [rows.order_by().values_list("case_id", flat=True) for rows in (stepped, visited)]
    acted = set(either[0].union(either[1]))
    text = "您在下一级办理过该户，不能再审核自己经办的事项，请由其他人员办理。"
    return {
        m.case.pk: text
        for m in moves
        if m.case.pk in acted or (m.case.on_list and m.case.on_list.reported_by_id == by.pk)
    }


def _words(step, moves, by, meeting):
    found = {}
    reasons = dict(codes.choices(step.reason_table)) if step.reason_table else None
    for move in moves:
        if step.comment_required and not move.comment.strip():
            found[move.case.pk] = f"“{step.label}”必须填写意见，请写明要补正什么或为什么。"
        elif len(move.comment) > COMMENT_LIMIT:
            found[move.case.pk] = f"意见最多 {COMMENT_LIMIT} 字，请精简后再提交。"
        elif reasons is not None and move.reason not in reasons:
            found[move.case.pk] = f"“{step.label}”必须选择原因，请从原因列表中选一项。"
    return found


def _facts(step, moves, by, meeting):
    found = {}
    kinds = dict(codes.choices("clearing_kind")) if "clearing_kind" in step.facts else None
    for move in moves:
        county = rounds.county_of(move.case.village_id)
        if move.category and move.category not in Category.values:
            found[move.case.pk] = "类别不存在，请选择脱贫户或边缘易致贫户。"
        elif move.category == Category.SUDDEN and not parameters.value(
            "third_category_enabled", county=county
        ):
            found[move.case.pk] = "本县未启用“突发严重困难户”类别，请选择其他类别。"
        elif move.per_capita_income is not None and move.per_capita_income < 0:
            found[move.case.pk] = "人均纯收入不能小于 0，请核对。"
        elif kinds is not None and move.clearing_kind not in kinds:
            found[move.case.pk] = "请选择消除方式。"
    return found


def _evidence(step, moves, by, meeting):
    found = {}
    if Evidence.MEETING in step.needs:
        found |= _not_decided(step, moves, meeting)
    if Evidence.VISIT in step.needs:
        seen = visited([m.case.pk for m in moves], step)
        text = f"还没有登记“{PURPOSE[step.key].label}”的走访记录，请先登记走访。"
        found |= {m.case.pk: text for m in moves if m.case.pk not in seen}
    return found


def visited(case_ids: list[int], step: Step) -> set[int]:
    """Cases with the visit this step asks for; for clearing, since it was last proposed."""
    proposed = (
        StatusChange.objects.filter(case_id=OuterRef("case_id"), step="propose_clearing")
        .order_by("-pk")
        .values("at")[:1]
    )
    visits = Visit.objects.filter(case_id__in=case_ids, level=step.level, purpose=PURPOSE[step.key])
    if step.key == "endorse_clearing":
        visits = visits.annotate(since=Coalesce(Subquery(proposed), "case__opened_at")).filter(
            recorded_at__gte=F("since")
        )
    return set(visits.values_list("case_id", flat=True))


def _not_decided(step, moves, meeting):
    name = {Level.VILLAGE: "村级评议会", Level.COUNTY: "县级审定会"}[step.level]
    if meeting is None or meeting.level != step.level or not meeting.is_concluded:
        return {m.case.pk: f"“{step.label}”须经{name}决定，请在会议中登记结论。" for m in moves}
    decided = set(
        MeetingDecision.objects.filter(
            meeting=meeting, step=step.key, case_id__in=[m.case.pk for m in moves]
        ).values_list("case_id", flat=True)
    )
    text = f"这次{name}没有对该户作出“{step.label}”的结论。"
    return {m.case.pk: text for m in moves if m.case.pk not in decided}


def _household(step, moves, by, meeting):
    """A cleared case opens again only if the household has no newer open case (再识别)."""
    if step.source in OPEN:
        return {}
    busy = set(
        Case.objects.filter(
            household_id__in=[m.case.household_id for m in moves], status__in=OPEN
        ).values_list("household_id", flat=True)
    )
    text = "该户已有再识别的在办个案，不能回退，请在新个案中办理。"
    return {m.case.pk: text for m in moves if m.case.household_id in busy}


def _guards(step, moves, by, meeting):
    return {
        pk: "；".join(reasons)
        for pk, reasons in guards.obstacles(step.key, [m.case for m in moves]).items()
    }
