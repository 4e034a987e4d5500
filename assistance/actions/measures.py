"""帮扶措施: set by the county, carried out and reported by whoever answers for them (四（六）, 五（四）)."""

from django.db import transaction
from django.db.models import F

from accounts import access
from accounts.permissions import Permission
from assistance import rules
from assistance.models import Measure
from assistance.refusals import AssistanceRefused
from audit import clock
from audit.events import EventKind
from audit.record import record
from policy import codes
from workflow.states import ON_REGISTER

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
    if case.status not in ON_REGISTER:
        if not case.is_urgent:
            raise AssistanceRefused("该户尚未审定为监测对象；情况紧急的请先标注“先行帮扶”。")
        fields["is_ahead_of_procedure"] = True
    _check(fields)
    of_kind = codes.extra("measure_kind", kind)
    if not of_kind:
        raise AssistanceRefused("没有这种帮扶措施，请从措施名称中选择。")
    measure = Measure.objects.create(
        case=case,
        kind=kind,
        group=of_kind["group"],
        is_development=of_kind["is_development"],
        set_by=by,
        set_at=clock.now(),
        **fields,
    )
    measure.proofs.set(proofs)
    record(
        EventKind.MEASURE_SET,
        by=by,
        obj=measure,
        area=case.village_id,
        detail={"case": case.pk, "kind": measure.kind},
    )
    return measure


@transaction.atomic
def update_measure(*, measure, version, by, proofs=(), **changes) -> Measure:
    """Report progress or correct a measure; refused when somebody changed it since `version` was shown."""
    _may_edit(measure, by)
    values = {key: changes.get(key, getattr(measure, key)) for key in (*EDITABLE, "starts_on")}
    _check(values)
    fields = {key: value for key, value in changes.items() if key in EDITABLE}
    changed = (
        Measure.objects.filter(pk=measure.pk, version=version)
        .exclude(state=Measure.State.WITHDRAWN)
        .update(version=F("version") + 1, **fields)
    )
    if not changed:
        raise AssistanceRefused("该措施刚被他人修改或已取消，请刷新后再填写。")
    measure.refresh_from_db()
    measure.proofs.add(*proofs)
    record(
        EventKind.MEASURE_CHANGED,
        by=by,
        obj=measure,
        area=measure.case.village_id,
        detail={"case": measure.case_id, "fields": sorted(fields), "state": measure.state},
    )
    return measure


@transaction.atomic
def withdraw_measure(*, measure, reason, by) -> Measure:
    """取消: keep the row, say why."""
    _may_edit(measure, by)
    if not reason.strip():
        raise AssistanceRefused("请填写取消原因。")
    changed = Measure.objects.filter(pk=measure.pk, state__in=["planned", "active"]).update(
        state=Measure.State.WITHDRAWN, withdrawn_reason=reason.strip(), version=F("version") + 1
    )
    if not changed:
        raise AssistanceRefused("该措施已落实或已取消，不能再取消。")
    measure.refresh_from_db()
    record(
        EventKind.MEASURE_WITHDRAWN,
        by=by,
        obj=measure,
        area=measure.case.village_id,
        detail={"case": measure.case_id},
    )
    return measure


def _may_edit(measure, by):
    mine = measure.department_id and access.may(
        by, Permission.LEADFILE_UPLOAD, department=measure.department_id
    )
    village = measure.case.village_id
    if not (
        mine
        or access.may(by, Permission.MEASURE_SET, area=village)
        or access.may(by, Permission.ASSISTANCE_EDIT, area=village)
    ):
        raise AssistanceRefused("您不能修改该帮扶措施。")


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
