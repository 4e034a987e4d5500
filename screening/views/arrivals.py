"""名单到齐情况: which of the month's lists are here; fetching them now."""

from datetime import datetime

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts import access
from accounts.access import require
from accounts.models import Department
from accounts.permissions import Permission
from audit import clock
from screening import actions, arrivals
from screening.actions.files import county_named
from screening.models import LeadKind
from workflow import months

READERS = (Permission.LEADFILE_UPLOAD, Permission.LEAD_SETTLE, Permission.SUPERVISION_VIEW)
TONES = {
    arrivals.Standing.TAKEN: "done",
    arrivals.Standing.ATTENTION: "wait",
    arrivals.Standing.FAILED: "late",
    arrivals.Standing.MISSING: "wait",
}


@require_safe
@require(*READERS)
def lead_arrival_list(request):
    """One line a list: here, missing, or why it could not be taken."""
    month = month_asked(request.GET.get("month", ""))
    county, departments = whose_lists(request.user, READERS)
    found = arrivals.arrivals(county, month, departments)
    rows = [
        {"arrival": a, "tone": "late" if a.is_late else TONES.get(a.standing, "plain")}
        for a in found
    ]
    context = {
        "month": month,
        "label": months.label(month),
        "rows": rows,
        "missing": len(arrivals.missing(found)),
        "taken": sum(bool(a.files) and not a.problems for a in found),
        # Files belong to the department and the county's offices; others see that they are there.
        "can_open": departments is not None or any(
            access.may(request.user, p, area=county) for p in READERS
        ),
        "can_send": access.holds(request.user, Permission.LEADFILE_UPLOAD),
        "can_send_many": LeadKind.objects.several_for(request.user),
        "is_this_month": month == months.first_day(clock.today()),
    }  # fmt: skip
    return render(request, "screening/lead_arrival_list.html", context)


@require_POST
@require(Permission.LEADFILE_UPLOAD)
def lead_pull(request):
    """Fetch what lies at the departments' places now."""
    county, departments = whose_lists(request.user, READERS)
    if departments is None:
        departments = Department.objects.order_by("order")
    job = actions.pull_later(
        month=months.first_day(clock.today()), county=county_named(county),
        departments=departments, by=request.user,
    )  # fmt: skip
    messages.info(request, "正在取名单，取到的会自动核对。")
    return redirect("job_detail", pk=job.pk)


def whose_lists(user, permissions) -> tuple[str, list[Department] | None]:
    """The person's county, and the departments if they are a clerk's; None: all of them."""
    for permission in permissions:
        if codes := access.codes(user, permission):
            return codes[0][:6], None
    departments = access.departments(user, Permission.LEADFILE_UPLOAD)
    found = list(Department.objects.filter(pk__in=departments).order_by("order"))
    counties = sorted({code for d in found for code in actions.counties_of(user, d)})
    if not counties:
        raise Http404
    return counties[0], found


def month_asked(text: str) -> datetime.date:
    """The month of an address (2021-03) as its first day; this month for anything else."""
    try:
        return datetime.strptime(text, "%Y-%m").date()
    except ValueError:
        return months.first_day(clock.today())
