"""部门经办人 home: this month's files, matters in hand, measures to deliver, the duty report."""

from django.db.models import Count, Exists, OuterRef, Q

from accounts import access
from accounts.models import Department
from accounts.permissions import Permission
from assistance.models import Measure
from audit import clock
from portal.homes import links, relief
from portal.homes.matters import waiting_tasks
from portal.homes.pieces import DONE, LATE, PLAIN, WAIT, Section, Task, waiting
from screening.actions import gate_on
from screening.arrivals import OF_THE_EVENT
from screening.duties import desks, rules
from screening.duties.kinds import LIST, of_departments
from screening.models import DutyReport, LeadFile, LeadKind, Matter
from screening.rules import months_before
from workflow import months

NEAR_DAYS = 10  # before that the month's lists come first


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
        .order_by("department__order", "pk")
    )
    files = (
        LeadFile.objects.visible_to(user)
        .filter(department__in=departments)
        .select_related("kind")
        .order_by("-received_at")[:10]
    )
    measures = Measure.objects.visible_to(user).filter(
        department__in=departments, state__in=(Measure.State.PLANNED, Measure.State.ACTIVE)
    )
    tasks = [*_unnamed(user, departments), *(_upload(kind) for kind in kinds)]
    tasks += waiting_tasks(user)
    tasks += relief.at_desk(user)
    tasks += _lists_due(user, departments)
    tasks.append(
        waiting(
            measures.count(), "项待落实", "落实帮扶措施", links.to("measure_list"),
            hint="由本部门负责、还没有落实的帮扶措施", action="去查看",
        )
    )  # fmt: skip
    county = desks.county_of(user)
    own = with_reports(county).filter(pk__in=departments)
    tasks += report_tasks(own, county, several=len(departments) > 1)
    is_sender = bool(kinds)
    return [
        Section(
            "",
            tasks,
            table="portal/department_files.html" if is_sender else "",
            rows=list(files) if is_sender else [],
        )
    ]


def _unnamed(user, departments) -> list[Task]:
    """One task for each list whose columns nobody could recognise: it waits for a person."""
    files = LeadFile.objects.visible_to(user).filter(
        department__in=departments, state=LeadFile.State.UNNAMED
    )
    return [
        Task(
            f"指认列名：{file.name}", links.to("lead_file_columns", file.pk), "待指认列名", LATE,
            "表头认不出，指认是哪一列，以后自动认出", None, "去指认", is_now=True,
        )
        for file in files.order_by("received_at")[:5]
    ]  # fmt: skip


def with_reports(county: str):
    """All departments with what they handed in this month and the month before, in one query."""
    this_month = months.first_day(clock.today())
    before = months_before(this_month, 1)
    own = DutyReport.objects.filter(county=county, department=OuterRef("pk"))
    return Department.objects.annotate(
        is_in=Exists(own.handed_in().filter(month=this_month)),
        was_in=Exists(own.handed_in().filter(month=before)),
        was_begun=Exists(own.filter(month=before)),
    )


def report_tasks(departments, county: str, *, several: bool) -> list[Task]:
    """履职台账 of the month 六（二）, one task a department; the month before while it lies unfinished."""
    this_month = months.first_day(clock.today())
    before, tasks = months_before(this_month, 1), []
    for one in departments:
        if one.was_begun and not one.was_in:
            tasks.append(_duty_report(one, county, before, is_in=False, several=several))
        tasks.append(_duty_report(one, county, this_month, is_in=one.is_in, several=several))
    return tasks


def _duty_report(department, county, month, *, is_in, several) -> Task:
    name = f"报送{month.month}月履职台账" + (f"（{department.name}）" if several else "")
    if is_in:
        return Task(name, links.to("duty_report_list"), "本月已报", DONE)
    due = gate_on(month, county)
    url = links.to("duty_report_edit", department.pk, f"{month:%Y-%m}")
    is_late, today = clock.today() > due, clock.today()
    is_near = (due - today).days <= NEAR_DAYS
    return Task(
        name, url, "已过期限" if is_late else "待报送", LATE if is_late else WAIT if is_near else PLAIN,
        "数字系统已填好，补上工作情况和研判会议记录；没有工作的点零报告", due, "去填报",
        is_now=is_late or is_near,
    )  # fmt: skip


def _lists_due(user, departments) -> list[Task]:
    """Lists of households that this quarter or year still has to be made 附件1-8, 附件1-14."""
    county, tasks = desks.county_of(user), []
    asked = [kind for kind in of_departments(departments) if kind.raised_by == LIST]
    for kind in asked:  # at most one a department
        first = rules.first_of_period(clock.today(), kind.period)
        if not Matter.objects.filter(kind=kind.key, county=county, period=first).exists():
            tasks.append(
                Task(
                    f"{rules.period_label(first, kind.period)}{kind.label}",
                    links.to("matter_list", kind=kind.key), "还没有生成清单", WAIT, kind.hint,
                    rules.last_of_period(first, kind.period), "去生成", is_now=True,
                )
            )  # fmt: skip
    return tasks


def _upload(kind: LeadKind) -> Task:
    url = links.to("lead_file_new", kind=kind.pk)
    if kind.this_month:
        return Task(
            f"报送{kind.label}名单",
            links.to("lead_file_list"),
            f"本月已报 {kind.this_month} 份",
            DONE,
        )
    if kind.cadence in OF_THE_EVENT:
        return Task(
            f"报送{kind.label}名单", url, "发生时报", PLAIN,
            f"{kind.get_cadence_display()}，{kind.clause}", None, "去报送",
        )  # fmt: skip
    due = clock.today().replace(day=20) if kind.cadence == LeadKind.Cadence.MONTHLY_20TH else None
    is_late = due is not None and clock.today() > due
    return Task(
        f"报送{kind.label}名单", url, "已过期限" if is_late else "待报送", LATE if is_late else WAIT,
        f"{kind.get_cadence_display()}，{kind.clause}", due, "去报送", is_now=True,
    )  # fmt: skip
