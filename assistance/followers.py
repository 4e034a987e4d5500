"""What assistance writes when a case moves: helpers released, the conditions of a clearing kept."""

from dataclasses import asdict

from django.db.models.functions import Greatest

from assistance import clearing
from assistance.models import ClearingCheck, HelperAssignment
from audit import clock
from audit.events import EventKind
from audit.record import record_many
from workflow.following import when_taken


@when_taken("close")
def release_helpers(*, changes, by):
    """End the running assignments of these cases today 六（三）; the rows stay as history."""
    cases = {change.case_id: change.case for change in changes}
    running = HelperAssignment.objects.filter(case__in=cases, ends_on__isnull=True)
    released = list(running.select_for_update().order_by("pk").values_list("pk", "case", "helper"))
    HelperAssignment.objects.filter(pk__in=[pk for pk, _case, _helper in released]).update(
        ends_on=Greatest("starts_on", clock.today()), handover_reason="个案自然减少办结"
    )
    record_many(
        EventKind.HELPER_RELEASED,
        by=by,
        rows=[
            {"obj": cases[case], "area": cases[case].village_id, "detail": {"helper": helper}}
            for _pk, case, helper in released
        ],
    )


@when_taken("clear_risk")
def keep_conditions(*, changes, by):
    """Each condition with its fact as it stood at recognition; later facts do not rewrite it (四（六）)."""
    found = clearing.conditions([change.case for change in changes])
    ClearingCheck.objects.bulk_create(
        ClearingCheck(
            change=change, conditions=[asdict(condition) for condition in found[change.case_id]]
        )
        for change in changes
    )
