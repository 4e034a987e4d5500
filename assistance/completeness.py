"""户户有帮扶机制，人人有防贫措施 (六（三）): which monitored households lack something, as one query."""

from django.db.models import Exists, OuterRef, Q

from assistance.models import HelperAssignment, Measure, Plan
from workflow.models import Case, Status

LABELS = {
    "lacks_helper": "未明确帮扶责任人",
    "lacks_plan": "未制定帮扶计划",
    "lacks_measure": "未安排帮扶措施",
}


def _annotated(cases):
    of_case = {"case": OuterRef("pk")}
    return cases.annotate(
        lacks_helper=~Exists(HelperAssignment.objects.filter(ends_on__isnull=True, **of_case)),
        lacks_plan=~Exists(Plan.objects.filter(**of_case)),
        lacks_measure=~Exists(Measure.objects.live().filter(**of_case)),
    )


def incomplete(cases):
    """Monitored cases among `cases` that lack helper, plan or measure; each carries the three `lacks_…` flags."""
    monitored = cases.filter(status=Status.MONITORED)
    return _annotated(monitored).filter(
        Q(lacks_helper=True) | Q(lacks_plan=True) | Q(lacks_measure=True)
    )


def gaps(case) -> list[str]:
    """What this case still lacks, in words."""
    found = _annotated(Case.objects.filter(pk=case.pk)).get()
    return [label for flag, label in LABELS.items() if getattr(found, flag)]
