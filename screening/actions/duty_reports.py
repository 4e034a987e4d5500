"""A department's monthly duty report 六（二）: kept, handed in, sent back."""

from django.db import transaction

from accounts import access
from accounts.permissions import Permission
from audit import clock
from audit.events import EventKind
from audit.record import record
from policy import parameters
from screening.duties import desks, known
from screening.models import DutyReport
from screening.refusals import LeadRefused
from workflow import months


@transaction.atomic
def save_duty_report(
    *, department, county, month, by, work, session_on=None, minutes="", files=()
) -> DutyReport:
    """Keep what is written so far; it is handed in by a step of its own. Raises LeadRefused."""
    report = _own(department, county, month, by)
    report.work, report.session_on, report.minutes = work.strip(), session_on, minutes.strip()
    _check_session(report)
    report.is_zero = False
    report.saved_at, report.saved_by = clock.now(), by
    report.save()
    report.files.add(*files)
    record(EventKind.DUTY_REPORT_SAVED, by=by, obj=report, area=county.pk, detail=_told(report))
    return report


@transaction.atomic
def hand_in_duty_report(*, department, county, month, by, is_zero=False) -> DutyReport:
    """Hand the month in, its figures frozen; `is_zero` says in one click that nothing was to do.

    After the gate it is marked late. Raises LeadRefused.
    """
    report = _own(department, county, month, by)
    if not is_zero and not report.work:
        raise LeadRefused("请先写本月履职情况；本月没有工作的，点“零报告”。")
    if is_zero and (report.work or report.minutes):
        raise LeadRefused("已经写了履职情况或会议记录，不能零报告，请核对后直接报送。")
    report.is_zero = is_zero
    report.figures = known.figures(department, county, month)
    report.handed_in_at, report.handed_in_by = clock.now(), by
    report.is_late = clock.today() > gate_on(month, county.pk)
    report.sent_back_for = ""
    report.save()
    record(EventKind.DUTY_REPORT_HANDED_IN, by=by, obj=report, area=county.pk, detail=_told(report))
    return report


@transaction.atomic
def send_back_duty_report(*, report, by, reason) -> DutyReport:
    """The county asks for more; the department corrects and hands in again. Raises LeadRefused."""
    if not access.may(by, Permission.LEAD_SETTLE, area=report.county_id):
        raise LeadRefused("履职台账由县扶贫办退回，您的岗位不能办理。")
    reason = reason.strip()
    if not reason:
        raise LeadRefused("请写明退回原因，例如缺会议记录。")
    taken = DutyReport.objects.handed_in().filter(pk=report.pk).update(
        handed_in_at=None, handed_in_by=None, sent_back_for=reason[:300]
    )  # fmt: skip
    if not taken:
        raise LeadRefused("这份履职台账还没有报送，不能退回，请刷新后查看。")
    report.refresh_from_db()
    record(EventKind.DUTY_REPORT_SENT_BACK, by=by, obj=report, area=report.county_id,
           detail={"reason": reason[:300]})  # fmt: skip
    return report


def gate_on(month, county: str):
    """The day by which a month's duty report is due; a gate past the month's end is its last day."""
    day = int(parameters.value("gate_duty_report", on=month, county=county))
    return months.gate_date(month, day)


def _own(department, county, month, by) -> DutyReport:
    """The department's report of the month, locked; a new one where there is none."""
    if not desks.acts_for(by, department.pk, county.pk):
        raise LeadRefused("这个部门的履职台账不由您报送，请联系县扶贫办核对岗位。")
    if month > months.first_day(clock.today()):
        raise LeadRefused("还没到这个月，请选择本月或以前的月份。")
    of = {"department": department, "county": county, "month": month}
    DutyReport.objects.bulk_create([DutyReport(**of, saved_by=by)], ignore_conflicts=True)
    report = DutyReport.objects.select_for_update(of=("self",)).get(**of)
    if report.handed_in_at:
        raise LeadRefused("本月履职台账已经报送；要修改的请县扶贫办退回。")
    return report


def _check_session(report) -> None:
    if report.minutes and report.session_on is None:
        raise LeadRefused("写了研判会议记录，请填写会议日期。")
    if report.session_on and report.session_on > clock.today():
        raise LeadRefused("研判会议日期不能晚于今天，请核对。")


def _told(report) -> dict:
    return {
        "department": report.department_id, "month": f"{report.month:%Y-%m}",
        "is_zero": report.is_zero, "is_late": report.is_late,
    }  # fmt: skip
