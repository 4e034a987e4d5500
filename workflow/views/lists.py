"""Pages of reporting: check answers, report, and the papers as they were reported."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from accounts import access
from accounts.access import require
from accounts.permissions import Permission
from areas.models import Area
from audit import clock
from policy import codes
from workflow import actions, lists, reporting, rounds
from workflow.actions.lists import GATES, REPORTERS, stage_for
from workflow.forms import ListFilterForm
from workflow.lists import Kind
from workflow.models import Case, MonthlyRound, ReportedList
from workflow.outcomes import StepRefused
from workflow.states import Category, Level, Status
from workflow.transitions import ACTING
from workflow.views.case_list import PAGE_ROWS


@require(*ACTING)
def list_report(request, pk):
    """Check answers, then report one list of one area; an empty one is a zero report."""
    round = get_object_or_404(MonthlyRound.objects.visible_to(request.user), pk=pk)
    area = _area(request, round)
    kind = request.GET.get("kind") or lists.kinds_at(area.level)[0]
    if kind not in lists.kinds_at(area.level):
        raise Http404
    stage = stage_for(area, request.user)
    errors = []
    if request.method == "POST":
        try:
            found = actions.report_list(
                area=area, round=round, kind=kind, stage=stage, by=request.user
            )
        except StepRefused as refused:
            errors = [str(refused)]
        else:
            messages.success(request, f"{found.title}已上报，编号 {found.number}。")
            return redirect("reported_list_detail", pk=found.pk)
    cases = lists.candidates(area=area, round=round, kind=kind, stage=stage)
    ids = list(cases.values_list("pk", flat=True))
    gate = round.gate_on(GATES[area.level, kind])
    title = ReportedList(kind=kind, level=area.level, stage=stage).title
    unverified = (
        Case.objects.in_area(area.code).filter(status=Status.LEAD).exclude(due_on__gt=gate).count()
    )
    context = {
        "round": round,
        "area": area,
        "kind": kind,
        "title": title,
        "rows": [_row(row) for row in lists.snapshot(ids)],
        "gate": gate,
        "is_late": clock.today() > gate,
        "unverified": unverified if kind == ReportedList.Kind.SCREENING else 0,
        "standing": ReportedList.objects.filter(round=round, area=area, kind=kind, stage=stage)
        .defer("rows", "figures")
        .first(),
        "to_whom": "县脱贫攻坚领导小组办公室"
        if area.level == Level.COUNTY
        else area.parent.short_name,
        "kinds": [
            (value, ReportedList(kind=value, level=area.level, stage=stage).title)
            for value in lists.kinds_at(area.level)
        ],
        "obstacles": reporting.obstacles(area=area, kind=kind, cases=cases),
        "can_withdraw": kind in reporting.PASSED_BY and area.level == Level.VILLAGE,
        "errors": errors,
    }
    return render(request, "workflow/list_report.html", context)


@require(Permission.CASE_VIEW)
def reported_list(request):
    """Every list reported in the viewer's area, the latest first."""
    form = ListFilterForm(request.GET, rounds=MonthlyRound.objects.visible_to(request.user))
    found = (
        ReportedList.objects.visible_to(request.user)
        .defer("rows", "figures", "case_ids")
        .select_related("area", "round", "reported_by")
    )
    if form.is_valid():
        data = form.cleaned_data
        if data["round"]:
            found = found.filter(round=data["round"])
        if data["kind"]:
            found = found.filter(kind=data["kind"])
        if data["area"]:
            found = found.filter(area_id__startswith=data["area"])
    page = Paginator(found, PAGE_ROWS).get_page(request.GET.get("page"))
    context = {"form": form, "page_obj": page, "report_url": _report_url(request.user)}
    return render(request, "workflow/reported_list.html", context)


@require(Permission.CASE_VIEW)
def reported_list_detail(request, pk):
    """The list exactly as it was reported, to read and to print."""
    found = get_object_or_404(
        ReportedList.objects.visible_to(request.user).select_related(
            "area__parent", "round", "reported_by"
        ),
        pk=pk,
    )
    context = {
        "list": found,
        "next": _next(found, request.user),
        "rows": [_row(row) for row in found.rows],
        "is_intact": lists.verify_checksum(found),
        "by_risk": [
            (codes.label("risk", risk), count) for risk, count in found.figures["by_risk"].items()
        ],
    }
    return render(request, "workflow/reported_list_detail.html", context)


# Who works on a list once it is reported: the state its cases wait in, and the word for it.
TAKEN_UP = {
    (Level.VILLAGE, Kind.ADMISSION): (Status.REVIEWED, "复核"),
    (Level.VILLAGE, Kind.CLEARING): (Status.CLEARING_REVIEWED, "核查"),
    (Level.TOWNSHIP, Kind.ADMISSION): (Status.RECHECKED, "审定"),
    (Level.TOWNSHIP, Kind.CLEARING): (Status.CLEARING_RECHECKED, "认定"),
}


def _next(found: ReportedList, user) -> dict | None:
    """The obvious thing after this list, for whoever reads it: title and button."""
    status, word = TAKEN_UP.get((found.level, found.kind), (None, ""))
    waiting = (
        Case.objects.awaiting(user).filter(status=status, on_list=found).count() if word else 0
    )
    if waiting:
        url = f"{reverse('case_list')}?status={status}&village={found.area_id}"
        return {"title": f"名单上有 {waiting} 户等您{word}", "label": f"去{word}", "url": url}
    reporter = REPORTERS.get((found.level, found.stage))
    if not (reporter and access.may(user, reporter, area=found.area_id)):
        return None
    to_review = Case.objects.in_area(found.area_id).filter(status=Status.SCREENED).count()
    if found.kind == Kind.SCREENING and to_review:
        url = f"{reverse('meeting_new')}?area={found.area_id}"
        return {"title": f"已上报，下一步评议 {to_review} 户", "label": "记录评议会", "url": url}
    return {"title": "已上报", "label": "回到本月任务", "url": reverse("home")}


def _row(row: dict) -> dict:
    """A frozen row for the eye: words instead of codes, no ID number."""
    return row | {
        "category_label": Category(row["category"]).label,
        "risk_labels": "、".join(codes.labels("risk", row["risks"])),
        "names": "、".join(member["name"] for member in row["members"]),
    }


def _report_url(user) -> str:
    """The page that reports this month's list, for whoever reports one."""
    own = min((c for p in REPORTERS.values() for c in access.codes(user, p)), default="")
    round = own and rounds.current(rounds.county_of(own))
    return reverse("list_report", args=[round.pk]) if round else ""


def _area(request, round) -> Area:
    """The area asked for, if this person reports its lists; else the first of their own."""
    own = {code for p in REPORTERS.values() for code in access.codes(request.user, p)}
    code = request.GET.get("area") or min(own, default="")
    if code not in own or not code.startswith(round.county_id):
        raise Http404
    return get_object_or_404(Area.objects.select_related("parent"), code=code)
