"""部门经办人 home: this month's files, what became of the lines, the measures to deliver."""

from django.db.models import Count, Q

from accounts import access
from accounts.permissions import Permission
from assistance.models import Measure
from audit import clock
from portal.homes import links
from portal.homes.pieces import DONE, LATE, WAIT, Section, Task, waiting
from screening.models import LeadFile, LeadKind
from workflow import months


def sections(user) -> list[Section]:
    """One section for all departments of the clerk's posts; the county office has its own page."""
    departments = access.departments(user, Permission.LEADFILE_UPLOAD)
    if not departments:
        return []
    month = months.first_day(clock.today())
    kinds = (
        LeadKind.objects.delivered()
        .filter(department__in=departments)
        .select_related("department")
        .annotate(
            this_month=Count("files", filter=Q(files__month=month) & ~Q(files__state="refused"))
        )
    )
    files = (
        LeadFile.objects.filter(department__in=departments)
        .select_related("kind")
        .order_by("-received_at")[:10]
    )
    measures = Measure.objects.visible_to(user).filter(
        department__in=departments, state__in=(Measure.State.PLANNED, Measure.State.ACTIVE)
    )
    tasks = [_upload(kind) for kind in kinds]
    tasks.append(
        waiting(
            measures.count(), "项待落实", "落实帮扶措施", links.to("measure_list"),
            hint="由本部门负责、还没有落实的帮扶措施", action="去查看",
        )
    )  # fmt: skip
    return [Section("", tasks, table="portal/department_files.html", rows=list(files))]


def _upload(kind: LeadKind) -> Task:
    url = links.to("lead_file_new", kind=kind.pk)
    if kind.this_month:
        return Task(
            f"报送{kind.label}名单",
            links.to("lead_file_list"),
            f"本月已报 {kind.this_month} 份",
            DONE,
        )
    due = clock.today().replace(day=20) if kind.cadence == LeadKind.Cadence.MONTHLY_20TH else None
    is_late = due is not None and clock.today() > due
    return Task(
        f"报送{kind.label}名单", url, "已过期限" if is_late else "待报送", LATE if is_late else WAIT,
        f"{kind.get_cadence_display()}，{kind.clause}", due, "去报送", is_now=True,
    )  # fmt: skip
