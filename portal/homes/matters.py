"""部门事项 in anybody's hands: area tasks in the village, water at the township, lights at the county."""

from django.db.models import Count, Q

from accounts import access
from accounts.permissions import Permission
from audit import clock
from portal.homes import links
from portal.homes.pieces import LATE, WAIT, Section, Task
from screening.duties.kinds import KINDS
from screening.models import Matter


def sections(user) -> list[Section]:
    """A section of its own for those who have no department; nothing when nothing waits."""
    if not access.holds(user, Permission.CASE_VIEW):
        return []
    tasks = waiting_tasks(user)
    return [Section("部门事项", tasks)] if tasks else []


def waiting_tasks(user) -> list[Task]:
    """One task a kind, in one query; late when any of them is past its time limit."""
    rows = (
        Matter.objects.awaiting(user)
        .values_list("kind", "holder")
        .annotate(n=Count("pk"), late=Count("pk", filter=Q(due_at__lt=clock.now())))
        .order_by()
    )
    return [_task(KINDS[key], holder, count, late) for key, holder, count, late in sorted(rows)]


def _task(kind, holder, count, late) -> Task:
    unit = "户" if kind.has_household else "件"
    label = f"{count} {unit}待办" + (f"，{late} {unit}超时" if late else "")
    return Task(
        kind.label, links.to("matter_list", kind=kind.key), label, LATE if late else WAIT,
        kind.hint or kind.clause, None, kind.verb(holder), is_now=True,
    )  # fmt: skip
