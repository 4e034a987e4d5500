"""帮扶措施: set by the county, carried out and reported by whoever answers for them (四（六）, 五（四）)."""

from datetime import date, timedelta

from django.db import transaction
from django.db.models import F

from accounts import access
from accounts.permissions import Permission
from areas.containment import contains
from assistance import rules
from assistance.budgets import Budgets
from assistance.models import Measure
from assistance.models.measure import UNFINISHED
from assistance.refusals import CASE_GONE, AssistanceRefused
from assistance.soundness import EDITABLE, check_change, check_dates
from audit import clock
from audit.events import EventKind
from audit.record import record
from policy import codes, parameters
from workflow.actions import hold_case
from workflow.rounds import county_of
from workflow.states import ON_REGISTER

# What the responsible department answers; the rest is not its business.
ANSWERED = ("state", "done_on", "amount_paid", "effect")


@transaction.atomic
def set_measure(*, case, by, kind, proofs=(), **fields) -> Measure:
    """Add a measure to a monitored case; before determination only as 先行帮扶 on an urgent case.

    The kind decides the group of 五（四） and whether the measure is a development one.
    """
    may_set = access.may(by, Permission.MEASURE_SET, area=case.village_id)
    if not (may_set or access.may(by, Permission.ASSISTANCE_EDIT, area=case.village_id)):
        raise AssistanceRefused("您不能为该户安排帮扶措施。")
    person = fields.get("person")
    if person and (person.household_id != case.household_id or not person.is_active):
        raise AssistanceRefused("受益人不是该户现有成员（可能已去世或迁出），请重新选择。")
    if not hold_case(case):
        raise AssistanceRefused(CASE_GONE)
    if not case.is_open or case.household.is_removed:
        raise AssistanceRefused(f"该户现为“{case.get_status_display()}”，不再安排帮扶措施。")
    if problem := rules.measure_before_determination(
        starts_on=fields["starts_on"],
        identified_on=case.identified_on if case.status in ON_REGISTER else None,
        is_urgent=case.is_urgent,
    ):
        raise AssistanceRefused(problem)
    fields["is_ahead_of_procedure"] = case.is_urgent and (
        case.identified_on is None or fields["starts_on"] < case.identified_on
    )
    fields["due_on"] = fields.get("due_on") or due_on_of(case.village_id, fields["starts_on"])
    check_dates(fields)
    of_kind = codes.extra("measure_kind", kind)
    if not of_kind:
        raise AssistanceRefused("没有这种帮扶措施，请从措施名称中选择。")
    measure = Measure(
        case=case,
        kind=kind,
        group=of_kind["group"],
        is_development=of_kind["is_development"],
        set_by=by,
        set_at=clock.now(),
        **fields,
    )
    if problem := Budgets([case.pk]).problem(measure):
        raise AssistanceRefused(problem)
    measure.save(force_insert=True)
    measure.proofs.set(proofs)
    _record(EventKind.MEASURE_SET, measure, by, kind=kind)
    return measure


@transaction.atomic
def update_measure(*, measure, version, by, proofs=(), **changes) -> Measure:
    """Report progress or correct a measure; refused when somebody changed it since `version` was shown.

    A department clerk changes what the department answers (ANSWERED) and nothing else.
    """
    allowed = allowed_fields(measure, by)
    fields = {key: value for key, value in changes.items() if key in allowed}
    if fields.get("state") in (Measure.State.REFUSED, Measure.State.WITHDRAWN):
        raise AssistanceRefused("不予办理或取消请写明原因，从本页下方办理。")
    if "due_on" in fields and fields["due_on"] is None:
        fields["due_on"] = due_on_of(measure.case.village_id, measure.starts_on)
    check_change(measure, fields)
    changed = (
        Measure.objects.live()
        .filter(pk=measure.pk, version=version)
        .update(version=F("version") + 1, **fields)
    )
    if not changed:
        raise AssistanceRefused("该措施刚被他人修改或已取消，请刷新后再填写。")
    measure.refresh_from_db()
    measure.proofs.add(*proofs)
    _record(
        EventKind.MEASURE_CHANGED, measure, by,
        fields=sorted(fields), state=measure.state, proofs=len(proofs),
    )  # fmt: skip
    return measure


@transaction.atomic
def withdraw_measure(*, measure, reason, by) -> Measure:
    """取消: keep the row, say why."""
    if allowed_fields(measure, by) is not EDITABLE:
        raise AssistanceRefused("取消措施由县、乡、村办理；本部门不能办理的请选“不予办理”。")
    return _drop(measure, reason, by, Measure.State.WITHDRAWN, EventKind.MEASURE_WITHDRAWN)


@transaction.atomic
def refuse_measure(*, measure, reason, by) -> Measure:
    """不予办理: the responsible department says that it cannot, and why."""
    if not _is_own(measure, by):
        raise AssistanceRefused("只有责任部门可以答复不予办理。")
    return _drop(measure, reason, by, Measure.State.REFUSED, EventKind.MEASURE_REFUSED)


def due_on_of(village: str, starts_on: date) -> date:
    """By when a measure for which nobody named a day is to be delivered; past it, it is overdue (六（三）)."""
    return starts_on + timedelta(
        days=int(parameters.value("measure_due_days", county=county_of(village)))
    )


def _drop(measure, reason, by, state, kind) -> Measure:
    if not reason.strip():
        raise AssistanceRefused("请填写不予办理或取消的原因。")
    changed = Measure.objects.filter(pk=measure.pk, state__in=UNFINISHED).update(
        state=state, withdrawn_reason=reason.strip(), version=F("version") + 1
    )
    if not changed:
        raise AssistanceRefused("该措施已落实、已取消或已答复，不能再改。")
    measure.refresh_from_db()
    _record(kind, measure, by)
    return measure


def allowed_fields(measure, by) -> tuple[str, ...]:
    """The fields that this person may change."""
    village = measure.case.village_id
    if access.may(by, Permission.MEASURE_SET, area=village) or access.may(
        by, Permission.ASSISTANCE_EDIT, area=village
    ):
        return EDITABLE
    if _is_own(measure, by):
        return ANSWERED
    raise AssistanceRefused("您不能修改该帮扶措施。")


def _is_own(measure, by) -> bool:
    """As `Measure.objects.tasks_of`, for one measure at hand."""
    keys = access.departments(by, Permission.LEADFILE_UPLOAD)
    county = (by.area_id or "")[:6]
    return measure.department_id in keys and contains(county, measure.case.village_id)


def _record(event, measure, by, **more):
    record(
        event,
        by=by,
        obj=measure,
        area=measure.case.village_id,
        detail={"case": measure.case_id, **more},
    )
