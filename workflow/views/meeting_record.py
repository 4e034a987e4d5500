"""The record of one meeting: decided household by household, put forward, concluded."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from accounts import access
from accounts.access import require
from accounts.permissions import Permission
from workflow import actions
from workflow import minutes as words
from workflow.actions.agenda import RECORDERS, may_conclude, may_record
from workflow.actions.lists import REPORTERS, stage_for
from workflow.actions.meetings import drafted
from workflow.forms import DecisionForm
from workflow.models import Meeting, MeetingDecision, ReportedList
from workflow.outcomes import StepRefused
from workflow.states import Level, Status
from workflow.transitions import ACTING


@require(Permission.CASE_VIEW)
def meeting_detail(request, pk):
    """The record: head, one line a household, minutes, scans; a draft can be written in."""
    meeting = find_meeting(request, pk)
    decisions = _decisions(meeting)
    user_can_edit = may_record(meeting, request.user)
    is_sent = request.method == "POST"
    if is_sent and not user_can_edit:
        messages.error(request, "这次会议已经结束或不由您的岗位登记，没有保存。")
        return redirect("meeting_detail", pk=pk)
    lines = [(d, _decision_form(d, meeting, request.POST if is_sent else None)) for d in decisions]
    errors = []
    if is_sent:
        errors = _save(request, meeting, lines)
        if not errors:
            messages.success(request, "已保存逐户结论。")
            is_done = request.POST.get("then") == "conclude"
            return redirect("meeting_conclude" if is_done else "meeting_detail", pk=pk)
    context = {
        "meeting": meeting,
        "lines": lines,
        "errors": errors,
        "hint": words.attendance_hint(meeting.expected_count, meeting.present_count),
        "user_can_edit": user_can_edit,
        "user_can_conclude": may_conclude(meeting, request.user),
        "user_can_prepare": user_can_edit
        and meeting.level == Level.COUNTY
        and meeting.state == Meeting.State.DRAFT,
        "user_can_attach": access.may(request.user, RECORDERS[meeting.level], area=meeting.area_id),
        "scans": meeting.scans.all(),
        "report_urls": _report_urls(meeting, request.user),
    }
    return render(request, "workflow/meeting_detail.html", context)


@require(*ACTING)
def meeting_conclude(request, pk):
    """Check answers, then apply every decision at once; afterwards nothing changes."""
    meeting = find_meeting(request, pk)
    if meeting.is_concluded:
        messages.info(request, "这次会议已经结束。")
        return redirect("meeting_detail", pk=pk)
    decisions = _decisions(meeting)
    minutes = request.POST.get("minutes", "").replace("\x00", "") or drafted(meeting, decisions)
    errors = []
    if request.method == "POST":
        try:
            outcome = actions.conclude_meeting(
                meeting=meeting, by=request.user, minutes=minutes[:20000]
            )
        except StepRefused as refused:
            errors = [str(refused)]
        else:
            messages.success(request, f"会议已结束，{outcome.summary}。")
            return redirect("meeting_detail", pk=pk)
    context = {
        "meeting": meeting,
        "decisions": decisions,
        "undecided": sum(not d.decision for d in decisions),
        "minutes": minutes,
        "errors": errors,
        "hint": words.attendance_hint(meeting.expected_count, meeting.present_count),
        "user_can_conclude": may_conclude(meeting, request.user),
    }
    return render(request, "workflow/meeting_conclude.html", context)


@require_POST
@require(Permission.CASE_COMPILE)
def meeting_prepare(request, pk):
    """提请 四（五）: put the county session before the leading group office."""
    meeting = find_meeting(request, pk)
    try:
        actions.prepare_meeting(meeting=meeting, by=request.user)
        messages.success(request, "已提请县脱贫攻坚领导小组办公室研判审定。")
    except StepRefused as refused:
        messages.error(request, str(refused))
    return redirect("meeting_detail", pk=pk)


@require_POST
@require(*ACTING)
def meeting_scan(request, pk):
    """Add sign-in sheets, photos and scans to a meeting."""
    meeting = find_meeting(request, pk)
    files = request.FILES.getlist("scans")
    try:
        for file in files:
            attachment = actions.store_attachment(upload=file, area=meeting.area, by=request.user)
            actions.attach_scan(meeting=meeting, attachment=attachment, by=request.user)
        messages.success(request, f"已上传 {len(files)} 个附件。")
    except StepRefused as refused:
        messages.error(request, str(refused))
    return redirect("meeting_detail", pk=pk)


def find_meeting(request, pk) -> Meeting:
    meetings = Meeting.objects.visible_to(request.user).select_related(
        "area", "round", "recorded_by", "prepared_by", "concluded_by"
    )
    return get_object_or_404(meetings, pk=pk)


def _decisions(meeting) -> list[MeetingDecision]:
    return list(meeting.decisions.select_related("case__household", "case__village").order_by("pk"))


def _decision_form(decision, meeting, data) -> DecisionForm:
    fields = ("decision", "votes_for", "votes_against", "votes_abstain", "reason", "opinion",
              "clearing_kind")  # fmt: skip
    return DecisionForm(
        data,
        prefix=f"d{decision.pk}",
        initial={name: getattr(decision, name) for name in fields},
        asks_clearing_kind=decision.case.status == Status.CLEARING_RECHECKED,
    )


def _save(request, meeting, lines) -> list[str]:
    """Save every line; the sentences of what is wrong, nothing saved then."""
    if not all([form.is_valid() for _, form in lines]):
        return ["有的票数或结论填写不正确，请核对标红的内容。"]
    rows = [{"case": decision.case, **form.row()} for decision, form in lines]
    if request.POST.get("then") == "agree":
        _agree(rows, meeting)
    try:
        actions.decide_many(meeting=meeting, rows=rows, by=request.user)
    except StepRefused as refused:
        return [str(refused)]
    return []


def _agree(rows, meeting) -> None:
    """What is still open becomes a unanimous consent, the usual case, in one click."""
    for row in rows:
        if not row["decision"]:
            row |= {"decision": MeetingDecision.Decision.ADMIT, "votes_for": meeting.present_count}
            if "clearing_kind" in row:
                row["clearing_kind"] = row["clearing_kind"] or "assisted"


def _report_urls(meeting, user) -> list[tuple[str, str]]:
    """The lists that a concluded meeting leads to, for whoever reports them."""
    stage = stage_for(meeting.area, user)
    reporter = REPORTERS.get((meeting.level, stage))
    if not meeting.is_concluded or not access.may(user, reporter, area=meeting.area_id):
        return []
    url = reverse("list_report", args=[meeting.round_id])
    wanted = {"ADMISSION": meeting.is_admission, "CLEARING": meeting.is_clearing}
    return [
        (
            ReportedList(kind=kind, level=meeting.level, stage=stage).title,
            f"{url}?area={meeting.area_id}&kind={kind}",
        )
        for kind, is_wanted in wanted.items()
        if is_wanted
    ]
