"""The record of one meeting: decided household by household, put forward, concluded."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from accounts import access
from accounts.access import require
from accounts.permissions import Permission
from audit import clock
from workflow import actions, agenda_lines, reporting
from workflow import minutes as words
from workflow.actions.agenda import RECORDERS, may_conclude, may_record
from workflow.actions.lists import REPORTERS, stage_for
from workflow.actions.meetings import drafted
from workflow.forms import DecisionForm, NoticeForm
from workflow.models import Meeting, MeetingDecision, PublicNotice, ReportedList
from workflow.outcomes import StepRefused
from workflow.states import Level
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
    facts = agenda_lines.of([d.case for d in decisions])
    lines = [
        (d, _decision_form(d, meeting, request.POST if is_sent else None), facts[d.case_id])
        for d in decisions
    ]
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
        "notice_days": _notice_days(meeting),
        "notice": PublicNotice.objects.filter(meeting=meeting).first(),
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


@require(Permission.CASE_SCREEN)
def meeting_notice(request, pk):
    """公示: since when the results hang in the village; the list waits until its days are over."""
    meeting = find_meeting(request, pk)
    days = _notice_days(meeting)
    if not days:
        raise Http404("这次会议的结果不用公示")
    notice = PublicNotice.objects.filter(meeting=meeting).first()
    before = notice or PublicNotice.objects.filter(meeting__area=meeting.area_id).last()
    initial = {
        "posted_on": notice.posted_on if notice else clock.today(),
        "contact": before.contact if before else "",
    }
    form = NoticeForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            kept = actions.post_notice(meeting=meeting, by=request.user, **form.cleaned_data)
        except StepRefused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, f"已登记公示，公示到 {kept.ends_on}，请打印盖章张贴。")
            return redirect("meeting_detail", pk=pk)
    context = {"meeting": meeting, "form": form, "days": days, "rows": passed(meeting)}
    return render(request, "workflow/meeting_notice.html", context)


def passed(meeting) -> list[MeetingDecision]:
    """The households whose admission or clearing the village meeting passed."""
    return [d for d in _decisions(meeting) if d.step in reporting.PASSED_BY.values()]


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
    """The line's form; undecided, all who came are taken to consent until somebody says otherwise."""
    fields = ("votes_for", "votes_against", "votes_abstain", "reason", "opinion", "clearing_kind")
    initial = {name: getattr(decision, name) for name in fields}
    if not decision.decision:
        initial |= {"votes_for": meeting.present_count, "clearing_kind": "assisted"}
    elif decision.decision != _by_votes(decision, meeting):
        initial["decision"] = decision.decision
    return DecisionForm(
        data, prefix=f"d{decision.pk}", initial=initial, decision=decision, meeting=meeting
    )


def _by_votes(decision, meeting) -> str:
    """What the votes alone would mean; nothing without any."""
    if not (decision.votes_for or decision.votes_against):
        return ""
    passed = words.is_passed(meeting.present_count, decision.votes_for)
    return MeetingDecision.Decision.ADMIT if passed else MeetingDecision.Decision.REFUSE


def _save(request, meeting, lines) -> list[str]:
    """Save every line; the sentences of what is wrong, nothing saved then."""
    if not all([form.is_valid() for _, form, _ in lines]):
        return ["有的票数或结论填写不正确，请核对标红的内容。"]
    rows = [{"case": decision.case, **form.row()} for decision, form, _ in lines]
    try:
        actions.decide_many(meeting=meeting, rows=rows, by=request.user)
    except StepRefused as refused:
        return [str(refused)]
    return []


def _notice_days(meeting) -> int:
    """How long the results of this meeting must hang in the village; 0 = not at all."""
    if meeting.level != Level.VILLAGE or not meeting.is_concluded:
        return 0
    is_any = meeting.decisions.filter(step__in=reporting.PASSED_BY.values()).exists()
    return reporting.notice_days(meeting.area_id) if is_any else 0


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
