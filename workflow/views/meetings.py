"""Meetings of an area: the list, a new one, its head corrected, a mistaken one discarded."""

import uuid

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from accounts import access
from accounts.access import require
from accounts.permissions import Permission
from areas.models import Area
from audit import clock
from workflow import actions, rounds
from workflow.actions.agenda import RECORDERS, may_record
from workflow.forms import ListFilterForm, MeetingForm
from workflow.models import Case, Meeting, MonthlyRound
from workflow.outcomes import StepRefused
from workflow.states import Level, Status
from workflow.transitions import ACTING
from workflow.views.case_list import PAGE_ROWS
from workflow.views.meeting_record import find_meeting

HELD_BEFORE = ("place", "host", "recorder", "expected_count", "attendees")


@require(Permission.CASE_VIEW)
def meeting_list(request):
    """Meetings of the viewer's area, the latest first."""
    form = ListFilterForm(
        request.GET, rounds=MonthlyRound.objects.visible_to(request.user), has_kind=False
    )
    meetings = Meeting.objects.visible_to(request.user).select_related("area", "round")
    if form.is_valid():
        if form.cleaned_data["round"]:
            meetings = meetings.filter(round=form.cleaned_data["round"])
        if form.cleaned_data["area"]:
            meetings = meetings.filter(area_id__startswith=form.cleaned_data["area"])
    page = Paginator(meetings, PAGE_ROWS).get_page(request.GET.get("page"))
    context = {"form": form, "page_obj": page, "areas": _areas_of(request.user)}
    return render(request, "workflow/meeting_list.html", context)


@require(Permission.CASE_SCREEN, Permission.CASE_RECHECK, Permission.CASE_COMPILE)
def meeting_new(request):
    """The head of a new meeting; its agenda fills itself with what waits at this level."""
    area = _chosen_area(request)
    round = rounds.current(rounds.county_of(area.code))
    if round is None:
        messages.error(request, "本月监测还没有开始，请联系县扶贫办。")
        return redirect("meeting_list")
    monitored = _clearable(area)
    form = MeetingForm(request.POST or None, initial=_initial(area))
    if request.method == "POST" and form.is_valid():
        chosen = set(request.POST.getlist("clearing"))
        try:
            meeting = actions.hold_meeting(
                area=area,
                round=round,
                by=request.user,
                is_clearing=area.level != Level.VILLAGE,
                clearing_cases=[case for case in monitored if str(case.pk) in chosen],
                form_key=form.cleaned_data["form_key"],
                **form.facts(),
            )
        except StepRefused as refused:
            form.add_error(None, str(refused))
        else:
            return redirect("meeting_detail", pk=meeting.pk)
    context = {
        "form": form,
        "area": area,
        "areas": _areas_of(request.user),
        "monitored": monitored,
        "chosen": set(request.POST.getlist("clearing")) or {request.GET.get("case", "")},
    }
    return render(request, "workflow/meeting_new.html", context)


@require(*ACTING)
def meeting_edit(request, pk):
    """Correct the head of a record and bring its agenda up to date, until it is concluded."""
    meeting = find_meeting(request, pk)
    if not may_record(meeting, request.user):
        messages.error(request, "这次会议已经结束或不由您的岗位登记，不能修改。")
        return redirect("meeting_detail", pk=pk)
    monitored = _clearable(meeting.area)
    on_agenda = {str(found) for found in meeting.decisions.values_list("case_id", flat=True)}
    facts = {name: getattr(meeting, name) for name in (*HELD_BEFORE, "held_on", "present_count")}
    form = MeetingForm(request.POST or None, initial=facts)
    if request.method == "POST" and form.is_valid():
        chosen = set(request.POST.getlist("clearing"))
        try:
            actions.update_meeting(
                meeting=meeting,
                by=request.user,
                clearing_cases=[case for case in monitored if str(case.pk) in chosen],
                **form.facts(),
            )
        except StepRefused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, "会议情况已保存，议程已更新。")
            return redirect("meeting_detail", pk=pk)
    context = {
        "form": form,
        "area": meeting.area,
        "areas": [],
        "monitored": monitored,
        "chosen": set(request.POST.getlist("clearing")) or on_agenda,
        "meeting": meeting,
    }
    return render(request, "workflow/meeting_new.html", context)


@require_POST
@require(*ACTING)
def meeting_discard(request, pk):
    """Take back a record made by mistake; only while nothing was put forward or concluded."""
    meeting = find_meeting(request, pk)
    try:
        actions.discard_meeting(meeting=meeting, by=request.user)
    except StepRefused as refused:
        messages.error(request, str(refused))
        return redirect("meeting_detail", pk=pk)
    messages.success(request, "会议记录已作废，议程上的户可以列入别的会议。")
    return redirect("meeting_list")


def _areas_of(user) -> list[Area]:
    """Where this person records meetings."""
    codes = {code for p in RECORDERS.values() for code in access.codes(user, p)}
    return list(Area.objects.filter(code__in=codes, level__in=list(RECORDERS)))


def _chosen_area(request) -> Area:
    areas = {area.code: area for area in _areas_of(request.user)}
    code = request.GET.get("area") or next(iter(areas), "")
    if code not in areas:
        raise Http404
    return areas[code]


def _clearable(area) -> list[Case]:
    """Monitored households that a village meeting may propose for clearing 四（六）."""
    if area.level != Level.VILLAGE:
        return []
    cases = Case.objects.in_area(area.code).filter(status=Status.MONITORED)
    return list(cases.select_related("household").order_by("identified_on"))


def _initial(area) -> dict:
    """What the last meeting here already said is not typed again."""
    last = Meeting.objects.filter(area=area).first()
    known = {name: getattr(last, name) for name in HELD_BEFORE} if last else {}
    return known | {"form_key": uuid.uuid4(), "held_on": clock.today()}
