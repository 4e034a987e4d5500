"""帮扶措施: set by the county, carried out and reported by whoever answers for them (四（六）, 五（四）)."""

from django.db import transaction
from django.db.models import DecimalField, F, Sum, Value
from django.db.models.functions import Coalesce

from accounts import access
from accounts.permissions import Permission
from assistance import rules
from assistance.models import Measure, Plan
from assistance.models.measure import UNFINISHED
from assistance.refusals import AssistanceRefused
from audit import clock
from audit.events import EventKind
from audit.record import record
from policy import codes
from workflow.models import Case
from workflow.states import ON_REGISTER

ZERO = Value(0, DecimalField(max_digits=14, decimal_places=2))
EDITABLE = (
    "state",
    "due_on",
    "done_on",
    "amount_planned",
    "amount_paid",
    "effect",
    "description",
    "department",
)
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
    _check(fields)
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
    inside_plan(measure)
    measure.save(force_insert=True)
    measure.proofs.set(proofs)
    _record(EventKind.MEASURE_SET, measure, by, kind=kind)
    return measure


@transaction.atomic
def update_measure(*, measure, version, by, proofs=(), **changes) -> Measure:
    """Report progress or correct a measure; refused when somebody changed it since `version` was shown.

    A department clerk changes what the department answers (ANSWERED) and nothing else.
    """
    allowed = _may_edit(measure, by)
    fields = {key: value for key, value in changes.items() if key in allowed}
    if fields.get("state") in (Measure.State.REFUSED, Measure.State.WITHDRAWN):
        raise AssistanceRefused("不予办理或取消请写明原因，从本页下方办理。")
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
    if _may_edit(measure, by) is not EDITABLE:
        raise AssistanceRefused("取消措施由县、乡、村办理；本部门不能办理的请选“不予办理”。")
    return _drop(measure, reason, by, Measure.State.WITHDRAWN, EventKind.MEASURE_WITHDRAWN)


@transaction.atomic
def refuse_measure(*, measure, reason, by) -> Measure:
    """不予办理: the responsible department says that it cannot, and why."""
    if not _is_own(measure, by):
        raise AssistanceRefused("只有责任部门可以答复不予办理。")
    return _drop(measure, reason, by, Measure.State.REFUSED, EventKind.MEASURE_REFUSED)


def check_change(measure, fields) -> None:
    """Raise AssistanceRefused when the measure with these fields changed would be unsound."""
    values = {key: fields.get(key, getattr(measure, key)) for key in (*EDITABLE, "starts_on")}
    _check(values)
    is_starting = values["state"] != Measure.State.PLANNED
    is_for_somebody_gone = measure.person_id and not measure.person.is_active
    if measure.state == Measure.State.PLANNED and is_starting and is_for_somebody_gone:
        raise AssistanceRefused("受益人已去世或迁出，不能再实施，请取消该措施。")
    if {"amount_planned", "amount_paid"} & set(fields):
        for key in ("amount_planned", "amount_paid"):
            setattr(measure, key, values[key])
        inside_plan(measure)


def inside_plan(measure) -> None:
    """Refuse money beyond the approved plan; 先行帮扶 and cases without an itemised plan are free."""
    if measure.is_ahead_of_procedure:
        return
    plan = (
        Plan.objects.approved()
        .filter(case_id=measure.case_id)
        .order_by("-version")
        .prefetch_related("items")
        .first()
    )
    planned = {item.kind: item.amount for item in plan.items.all()} if plan else {}
    if not planned:
        return
    Case.objects.select_for_update().get(pk=measure.case_id)  # two sums of one plan take turns
    others = (
        Measure.objects.live()
        .filter(case_id=measure.case_id, kind=measure.kind)
        .exclude(pk=measure.pk)
    )
    sums = others.aggregate(
        planned=Coalesce(Sum(Coalesce("amount_planned", "amount_paid")), ZERO),
        paid=Coalesce(Sum("amount_paid"), ZERO),
    )
    total = max(
        sums["planned"] + (measure.amount_planned or 0), sums["paid"] + (measure.amount_paid or 0)
    )
    if problem := rules.over_plan(
        kind=measure.kind, total=total, planned=planned, version=plan.version
    ):
        raise AssistanceRefused(problem)


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


def _may_edit(measure, by) -> tuple[str, ...]:
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
    return Measure.objects.tasks_of(by).filter(pk=measure.pk).exists()


def _check(fields):
    problems = rules.measure_problems(
        starts_on=fields["starts_on"],
        due_on=fields.get("due_on"),
        done_on=fields.get("done_on"),
        is_done=fields.get("state") == Measure.State.DONE,
        today=clock.today(),
    )
    if problems:
        raise AssistanceRefused("；".join(problems.values()))


def _record(event, measure, by, **more):
    record(
        event,
        by=by,
        obj=measure,
        area=measure.case.village_id,
        detail={"case": measure.case_id, **more},
    )
