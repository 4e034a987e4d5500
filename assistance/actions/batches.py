"""The same or different progress for many measures at once: ticked on a page, or from a workbook."""

from django.db import transaction

from assistance.actions.measures import allowed_fields
from assistance.budgets import Budgets
from assistance.models import Measure
from assistance.models.measure import DROPPED
from assistance.refusals import AssistanceRefused
from assistance.soundness import check_change
from audit.events import EventKind
from audit.record import record_many

CHANGED_MEANWHILE = "刚被他人修改或已取消，请刷新后再填写"
AT_ONCE = 500


@transaction.atomic
def update_measures(*, changes, by) -> dict[int, str]:
    """Write `changes`, measure id -> (version, fields); an unsound one is left out, the others go in.

    Returns measure id -> why it was left out. The same number of statements for any 500.
    """
    locked = (
        Measure.objects.visible_to(by)
        .select_for_update(of=("self",))
        .select_related("case", "person")
        .filter(pk__in=changes)
        .order_by("pk")
    )
    found = {measure.pk: measure for measure in locked}
    budgets = Budgets(measure.case_id for measure in found.values())
    refused, done = {}, []
    for pk, (version, fields) in changes.items():
        measure = found.get(pk)
        try:
            _apply(measure, version, fields, by, budgets)
        except AssistanceRefused as refusal:
            refused[pk] = str(refusal)
        else:
            done.append((measure, sorted(fields)))
    touched = sorted({name for _, names in done for name in names} | {"version"})
    Measure.objects.bulk_update([measure for measure, _ in done], touched, batch_size=AT_ONCE)
    record_many(
        EventKind.MEASURE_CHANGED,
        by=by,
        rows=[
            {
                "obj": measure,
                "area": measure.case.village_id,
                "detail": {"case": measure.case_id, "fields": names, "state": measure.state},
            }
            for measure, names in done
        ],
    )
    return refused


def _apply(measure, version, fields, by, budgets) -> None:
    if measure is None:
        raise AssistanceRefused("不是您负责的措施")
    if measure.version != version or measure.state in DROPPED:
        raise AssistanceRefused(CHANGED_MEANWHILE)
    if not set(fields) <= set(allowed_fields(measure, by)):
        raise AssistanceRefused("您不能修改这些内容")
    check_change(measure, fields, budgets)
    for name, value in fields.items():
        setattr(measure, name, value)
    measure.version += 1
