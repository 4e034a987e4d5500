"""履职台账: a department's month on one page; the county sees all sixteen, missing ones first."""

from datetime import date

from django.contrib import messages
from django.db import transaction
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accounts import access
from accounts.access import require
from accounts.models import Department
from accounts.permissions import Permission
from areas.models import Area
from audit import clock
from households.forms.as_written import plain_words
from screening import actions
from screening.duties import desks, known
from screening.duties.forms import DutyMonthForm, DutyReportForm
from screening.models import DutyReport
from screening.refusals import LeadRefused
from workflow import months
from workflow.actions import store_attachment
from workflow.actions.visits import MOST_PHOTOS
from workflow.outcomes import StepRefused
from workflow.views.visits import attachment_response

READERS = (Permission.LEADFILE_UPLOAD, Permission.LEAD_SETTLE, Permission.SUPERVISION_VIEW)
WATCHERS = (Permission.LEAD_SETTLE, Permission.SUPERVISION_VIEW)


@require(*READERS)
def duty_report_list(request):
    """The month of all sixteen departments for who watches them, else the own months."""
    form = DutyMonthForm(request.GET)
    asked = form.cleaned_data["month"] if form.is_valid() else None
    month = asked or months.first_day(clock.today())
    county = _watched_county(request.user)
    own = desks.departments(request.user)
    lines = []
    if county:
        lines = _lines(Department.objects.filter(order__lte=16), county, month, own)
    elif own:
        lines = _lines(own, desks.county_of(request.user), month, own)
    gate = actions.gate_on(month, county or desks.county_of(request.user))
    past = DutyReport.objects.visible_to(request.user).select_related("department")
    context = {
        "form": DutyMonthForm(initial={"month": month}),
        "month": month,
        "gate": gate,
        "is_past_gate": clock.today() > gate,
        "lines": sorted(lines, key=lambda line: (line["is_in"], line["department"].order)),
        "missing": sum(not line["is_in"] for line in lines),
        "past": [] if county else past.exclude(month=month)[:24],
        "is_watcher": bool(county),
    }
    return render(request, "screening/duty_report_list.html", context)


def _lines(departments, county, month, own) -> list[dict]:
    of_month = DutyReport.objects.filter(county=county, month=month)
    reports = {r.department_id: r for r in of_month.select_related("handed_in_by")}
    keys = {department.pk for department in own}
    return [
        {
            "department": department,
            "report": reports.get(department.pk),
            "is_in": bool(department.pk in reports and reports[department.pk].handed_in_at),
            "is_own": department.pk in keys,
        }
        for department in departments
    ]


@require(Permission.LEADFILE_UPLOAD)
def duty_report_edit(request, department, month):
    """Write the month and hand it in, or a zero report in one click."""
    department, county, month = _of(request, department, month)
    report = DutyReport.objects.filter(department=department, county=county, month=month).first()
    if report and report.handed_in_at:
        return redirect("duty_report_detail", pk=report.pk)
    written = {k: getattr(report, k) for k in ("work", "session_on", "minutes")} if report else {}
    form = DutyReportForm(request.POST or None, initial=written)
    if request.method == "POST" and form.is_valid():
        try:
            report = _save(request, department, county, month, form)
        except (LeadRefused, StepRefused) as refused:
            form.add_error(None, str(refused))
        else:
            if report.handed_in_at:
                messages.success(request, f"{department.name}{months.label(month)}履职台账已报送。")
                if len(desks.desks(request.user)) > 1:  # on to the next department
                    return redirect(f"{reverse('duty_report_list')}?month={month:%Y-%m}")
                return redirect("duty_report_detail", pk=report.pk)
            messages.success(request, "已保存，还没有报送。")
            return redirect("duty_report_edit", department.pk, f"{month:%Y-%m}")
    gate = actions.gate_on(month, county.pk)
    context = {
        "department": department, "month": month, "form": form, "report": report, "gate": gate,
        "is_past_gate": clock.today() > gate, "files": report.files.all() if report else (),
        "figures": known.figures(department, county, month),
        "can_zero": not (report and (report.work or report.minutes)),
    }  # fmt: skip
    return render(request, "screening/duty_report_edit.html", context)


@transaction.atomic
def _save(request, department, county, month, form) -> DutyReport:
    of = {"department": department, "county": county, "month": month, "by": request.user}
    do = request.POST.get("do")
    if do == "zero":
        if any(form.cleaned_data.values()):
            raise LeadRefused("已经写了内容，不能零报告；请点“报送”，或清空后再点零报告。")
        return actions.hand_in_duty_report(**of, is_zero=True)
    photos = request.FILES.getlist("photos")
    if len(photos) > MOST_PHOTOS:
        raise StepRefused(f"一次最多上传 {MOST_PHOTOS} 张图片，请分次上传。")
    files = [store_attachment(upload=f, area=county, by=request.user) for f in photos]
    report = actions.save_duty_report(**of, **form.cleaned_data, files=files)
    return actions.hand_in_duty_report(**of) if do == "hand_in" else report


@require(*READERS)
def duty_report_detail(request, pk):
    """A report as it was handed in."""
    report = _find(request, pk)
    can_send_back = report.handed_in_at and access.may(
        request.user, Permission.LEAD_SETTLE, area=report.county_id
    )
    is_own = desks.acts_for(request.user, report.department_id, report.county_id)
    context = {
        "report": report, "files": report.files.all(), "can_send_back": can_send_back,
        "can_edit": is_own and not report.handed_in_at,
    }  # fmt: skip
    return render(request, "screening/duty_report_detail.html", context)


@require_POST
@require(Permission.LEAD_SETTLE)
def duty_report_send_back(request, pk):
    """The county asks the department for more."""
    report = _find(request, pk)
    try:
        actions.send_back_duty_report(
            report=report, by=request.user, reason=plain_words(request.POST, "reason")
        )
    except LeadRefused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, f"已退回{report.department.name}，请该部门补正后重报。")
    return redirect("duty_report_detail", pk=pk)


@require_safe
@require(*READERS)
def duty_report_file(request, pk, file):
    """A picture of the report, for whoever sees the report."""
    attachment = get_object_or_404(_find(request, pk).files, pk=file)
    return attachment_response(attachment, by=request.user)


def _find(request, pk) -> DutyReport:
    reports = DutyReport.objects.visible_to(request.user)
    return get_object_or_404(reports.select_related("department", "county", "handed_in_by"), pk=pk)


def _of(request, key, month) -> tuple[Department, Area, date]:
    if key not in desks.desks(request.user):
        raise Http404("这个部门的履职台账不由您报送")
    try:
        first = date.fromisoformat(f"{month}-01")
    except ValueError:
        raise Http404("月份应为2021-03这样的格式") from None
    county = get_object_or_404(Area.objects.counties(), pk=desks.county_of(request.user))
    return get_object_or_404(Department, pk=key), county, first


def _watched_county(user) -> str:
    """The county whose sixteen departments the person watches; '' for a clerk or a township."""
    codes = [c for p in WATCHERS for c in access.codes(user, p) if len(c) <= 6]
    if not codes:
        return ""
    return codes[0] if len(codes[0]) == 6 else (user.area_id or "")[:6]
