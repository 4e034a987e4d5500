"""What the case page shows of assistance."""

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Subquery
from django.db.models.functions import JSONObject

from accounts.permissions import Permission
from assistance.models import HelperAssignment, Measure
from workflow.models import Status
from workflow.sections import case_page

BEFORE_HELP = {Status.LEAD, Status.SCREENED, Status.NOT_ADMITTED}


def context(request, case):
    """Helper and live measures; nothing before the village has reviewed, unless help goes ahead of procedure."""
    if case.status in BEFORE_HELP and not case.is_urgent:
        return None
    measures = [
        {"kind": one["kind"], "state_label": Measure.State(one["state"]).label}
        for one in case.live_measures
    ]
    return {"helper": case.present_helper, "measures": measures}


def _present_helper() -> Subquery:
    present = HelperAssignment.objects.filter(case=OuterRef("pk"), ends_on__isnull=True)
    told = JSONObject(name="helper__name", unit="helper__unit")
    return Subquery(present.values(told=told)[:1])


def _live_measures() -> ArraySubquery:
    live = Measure.objects.live().filter(case=OuterRef("pk")).order_by("starts_on", "pk")
    return ArraySubquery(live.values(told=JSONObject(kind="kind", state="state")))


case_page.add(
    order=30,
    title="帮扶",
    template="assistance/_case_section.html",
    context=context,
    permission=Permission.CASE_VIEW,
    annotations={"present_helper": _present_helper(), "live_measures": _live_measures()},
)
