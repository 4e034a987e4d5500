"""What the system already knows of a department's month: nothing of it is typed again."""

from datetime import date

from django.db.models import Count, Q

from screening.duties.kinds import of_departments
from screening.models import Lead, LeadFile, LeadRow, Matter

# Upper and neighbouring apps add a line each: (department, county, month) -> [(label, number)].
_more = []


def also(question):
    """Register a further question; the module is imported in its app's `AppConfig.ready()`."""
    _more.append(question)
    return question


def figures(department, county, month: date) -> list[list]:
    """[[label, number]] of the department's month: files, rows, leads, answers, matters, more."""
    files = LeadFile.objects.filter(department=department, county=county, month=month).exclude(
        state=LeadFile.State.REFUSED
    )
    rows = LeadRow.objects.filter(file__in=files)
    leads = Lead.objects.filter(
        kind__department=department, month=month, village__code__startswith=county.pk
    ).aggregate(
        all=Count("pk"), answered=Count("pk", filter=~Q(answer="")),
        true=Count("pk", filter=Q(answer=Lead.Answer.TRUE)),
    )  # fmt: skip
    found = [
        ["报送名单（份）", files.count()],
        ["名单行数", rows.count()],
        ["下发线索（条）", leads["all"]],
        ["其中已核实", leads["answered"]],
        ["其中属实", leads["true"]],
    ]
    found += _matters(department, county, month)
    for question in _more:
        found += [list(line) for line in question(department, county, month)]
    return found


def _matters(department, county, month) -> list[list]:
    """What was raised and what was closed in the month, by kind."""
    kinds = of_departments([department.pk])
    mine = Matter.objects.filter(department=department, county=county)
    in_month = {"year": month.year, "month": month.month}
    raised = dict(
        mine.filter(**{f"raised_at__{k}": v for k, v in in_month.items()})
        .values_list("kind").annotate(n=Count("pk")).order_by()
    )  # fmt: skip
    closed = dict(
        mine.filter(**{f"closed_at__{k}": v for k, v in in_month.items()})
        .values_list("kind").annotate(n=Count("pk")).order_by()
    )  # fmt: skip
    found = []
    for kind in kinds:
        found.append([f"{kind.label}（件）", raised.get(kind.key, 0)])
        if kind.path:
            found.append([f"{kind.label}，本月办结", closed.get(kind.key, 0)])
    return found
