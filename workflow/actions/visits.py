"""Visits are recorded once and serve every question that asks for one."""

from django.db import transaction

from accounts import access
from accounts.permissions import Permission
from audit import clock
from audit.events import EventKind
from audit.record import record
from households.actions.facts import record_income, record_safeguard
from households.refusals import Refused
from workflow import findings as looks
from workflow.actions.attachments import store_attachment
from workflow.actions.cases import hold_case
from workflow.models import Case, Visit
from workflow.outcomes import StepRefused
from workflow.states import Level, Status

MOST_PHOTOS = 9
VISITORS = {
    Level.VILLAGE: (Permission.CASE_SCREEN,),
    Level.TOWNSHIP: (Permission.CASE_RECHECK,),
    Level.COUNTY: (Permission.CASE_COMPILE, Permission.CASE_DETERMINE),
}
PURPOSE = {
    Status.LEAD: Visit.Purpose.SCREENING,
    Status.SCREENED: Visit.Purpose.SCREENING,
    Status.REVIEWED: Visit.Purpose.RECHECK,
    Status.RECHECKED: Visit.Purpose.RECHECK,
    Status.MONITORED: Visit.Purpose.HELP,
    Status.CLEARING_REVIEWED: Visit.Purpose.CLEARING,
    Status.CLEARING_RECHECKED: Visit.Purpose.CLEARING,
    Status.RISK_CLEARED: Visit.Purpose.HELP,
}


def visiting_level(case: Case, user) -> str | None:
    """The level in whose name the user may visit this household, the lowest first."""
    for level, permissions in VISITORS.items():
        if any(access.may(user, p, area=case.village_id) for p in permissions):
            return level
    return None


def purpose_for(case: Case) -> str | None:
    """Why one would visit a case in this state; None = the case is finished."""
    return PURPOSE.get(case.status)


@transaction.atomic
def record_visit(
    *,
    case,
    by,
    kind,
    visited_on,
    people,
    contacted="",
    level=None,
    findings=None,
    photos=(),
    opinion="",
    purpose=None,
    next_on=None,
    income=None,
    form_key=None,
) -> Visit:
    """Record a visit in the name of the user's level; safeguards found go into the register too.

    `people` names who went, `contacted` who was reached by telephone or video. `form_key` makes
    sending the same form twice harmless.
    `income` is what `households.actions.record_income` takes, `next_on` the day agreed for the next visit.
    Raises StepRefused with the reason.
    """
    if form_key and (sent := Visit.objects.filter(form_key=form_key, recorded_by=by).first()):
        return sent
    if not hold_case(case):
        raise StepRefused("该户的线索刚刚由县扶贫办撤回，不用再走访，请返回列表查看。")
    level = level or visiting_level(case, by)
    purpose = purpose or purpose_for(case)
    _check(case, by, level, purpose, kind, visited_on, people)
    contacted = _contacted(kind, contacted)
    if next_on and next_on <= visited_on:
        raise StepRefused("下次走访日期应晚于这次走访，请核对。")
    found = looks.cleaned(findings or {})
    # The back button brings a fresh form: the same visit told again in the same words is one,
    # unless the case has moved since (a clearing proposed anew asks for a new visit).
    told = {"level": level, "kind": kind, "purpose": purpose, "visited_on": visited_on,
            "visitors": people.strip(), "contacted": contacted, "findings": found,
            "opinion": opinion.strip()}  # fmt: skip
    now_here = Visit.objects.filter(case=case, recorded_by=by, recorded_at__gte=case.entered_at)
    if not photos and (same := now_here.filter(**told).first()):
        return same
    visit = Visit.objects.create(
        case=case,
        household_id=case.household_id,
        **told,
        next_on=next_on,
        recorded_at=clock.now(),
        recorded_by=by,
        form_key=form_key,
    )
    visit.photos.set(photos)
    if problems := looks.problems(found):
        record_safeguard(household=case.household, checked_on=visited_on, by=by, **problems)
    if income:
        _record_income(case, income, by)
    record(
        EventKind.VISIT_RECORDED,
        by=by,
        obj=visit,
        area=case.village_id,
        detail={"case": case.pk, "kind": kind, "purpose": purpose, "level": level},
    )
    return visit


@transaction.atomic
def correct_visit(*, visit, by, kind, visited_on, contacted="") -> Visit:
    """Put right how, when and with whom a visit was made; who went and what was seen stays.

    Raises StepRefused with the reason.
    """
    _check(visit.case, by, visit.level, visit.purpose, kind, visited_on, visit.visitors)
    told = {"kind": kind, "visited_on": visited_on, "contacted": _contacted(kind, contacted)}
    before = {name: getattr(visit, name) for name in told}
    if told == before:
        return visit
    for name, value in told.items():
        setattr(visit, name, value)
    visit.save(update_fields=list(told))
    detail = {"case": visit.case_id, "kind": kind, "visited_on": f"{visited_on}",
              "was": f"{before['kind']} {before['visited_on']}"}  # fmt: skip
    record(
        EventKind.VISIT_CORRECTED, by=by, obj=visit, area=visit.household.village_id, detail=detail
    )
    return visit


@transaction.atomic
def add_photos(*, visit, uploads, by) -> int:
    """Keep pictures that were taken at a visit recorded before; how many. StepRefused with the reason."""
    if not any(access.may(by, p, area=visit.case.village_id) for p in VISITORS[visit.level]):
        raise StepRefused("该户不在您的岗位职责范围内，不能上传照片。")
    if not uploads:
        raise StepRefused("还没有选择照片，请先选择再上传。")
    there = Visit.objects.select_for_update().get(pk=visit.pk).photos.count()
    if there + len(uploads) > MOST_PHOTOS:
        raise StepRefused(
            f"一次走访最多 {MOST_PHOTOS} 张照片，已有 {there} 张，这次选了 {len(uploads)} 张，请少选几张。"
        )
    area = visit.case.village
    visit.photos.add(*(store_attachment(upload=one, area=area, by=by) for one in uploads))
    record(
        EventKind.VISIT_CORRECTED, by=by, obj=visit, area=area.pk,
        detail={"case": visit.case_id, "photos": len(uploads)},
    )  # fmt: skip
    return len(uploads)


def _contacted(kind, contacted: str) -> str:
    contacted = "" if kind == Visit.Kind.HOME else contacted.strip()
    if kind != Visit.Kind.HOME and not contacted:
        raise StepRefused("电话、视频核实的，请填写联系到了谁。")
    return contacted


def _check(case, by, level, purpose, kind, visited_on, people) -> None:
    if level is None or not any(
        access.may(by, p, area=case.village_id) for p in VISITORS.get(level, ())
    ):
        raise StepRefused("该户不在您的岗位职责范围内，不能登记走访。")
    if purpose is None:
        raise StepRefused(f"该户现为“{case.get_status_display()}”，不再登记走访。")
    if purpose not in Visit.Purpose.values or kind not in Visit.Kind.values:
        raise StepRefused("走访方式或事由不正确，请重新选择。")
    if visited_on > clock.today():
        raise StepRefused("走访日期不能晚于今天，请核对。")
    if not people.strip():
        raise StepRefused("请填写走访人姓名。")


def _record_income(case, income, by) -> None:
    """What the family earns and spends, asked at the same visit: typed once."""
    if not access.may(by, Permission.REGISTER_EDIT, area=case.village_id):
        raise StepRefused("您的岗位不能登记收支，请由村级登记。")
    try:
        record_income(household=case.household, by=by, **income)
    except Refused as refusal:
        raise StepRefused(str(refusal)) from refusal
