"""监测看板: tables first; the charts ask for the same numbers as JSON."""

from django.core.paginator import Paginator
from django.db.models import F
from django.http import Http404, JsonResponse
from django.shortcuts import get_object_or_404, render

from accounts import access
from accounts.access import require
from accounts.permissions import Permission
from areas.models import Area, Level
from screening.models import Lead
from screening.presenters import LeadLine
from supervision import board as figures
from workflow import rounds
from workflow.models import MonthlyRound

PAGE_SIZE = 50
BIGGEST = 19  # digits of an id
DEEPEST = (Level.COUNTY, Level.TOWNSHIP, Level.VILLAGE)


def _area(request) -> Area:
    """The area looked at: ?area=, else the first of the viewer's posts; 404 outside them."""
    asked = request.GET.get("area", "")
    scope = Area.objects.filter(
        access.scope(request.user, Permission.SUPERVISION_VIEW, field="code")
    )
    if asked:
        return get_object_or_404(scope.select_related("parent"), code=asked, level__in=DEEPEST)
    area = scope.filter(level__in=DEEPEST).select_related("parent").order_by("code").first()
    if area is None:
        raise Http404("没有可以查看的区划")
    return area


def _round(request, area: Area) -> MonthlyRound | None:
    """The month looked at: ?month=2021-03, else the current one."""
    asked = request.GET.get("month", "")
    if not asked:
        return rounds.current(rounds.county_of(area.code))
    found = MonthlyRound.objects.filter(county_id=rounds.county_of(area.code))
    if not (len(asked) == 7 and asked.replace("-", "").isdigit() and asked.isascii()):
        raise Http404("月份应为2021-03这样的格式")
    return get_object_or_404(found, month__year=asked[:4], month__month=asked[5:])


def _inside(area: Area):
    """The next level down: townships of a county, villages of a township, a village itself."""
    if area.level == Level.VILLAGE:
        return [area.code]
    return area.children.filter(is_active=True).values("code")


@require(Permission.SUPERVISION_VIEW)
def board(request):
    area = _area(request)
    round = _round(request, area)
    if round is None:
        return render(request, "supervision/board_empty.html", {"area": area})
    flow = figures.flow(request.user, area.code, round.month)
    on_register, pressing = figures.standing(request.user, round, area.code)
    context = {
        "area": area,
        "round": round,
        "months": MonthlyRound.objects.filter(county_id=round.county_id)[:24],
        "on_register": on_register,
        "funnel": figures.funnel(flow, round.month),
        "pressing": pressing,
        "states": rounds.area_states(round, _inside(area)),
        "causes": figures.leads_by_cause(request.user, round, area.code),
        "trend": figures.trend(flow, round.month),
    }
    return render(request, "supervision/board.html", context)


@require(Permission.SUPERVISION_VIEW)
def board_data(request):
    """The numbers of the two charts; the page's tables show the same ones."""
    area = _area(request)
    round = _round(request, area)
    if round is None:
        raise Http404("没有这个月份")
    flow = figures.flow(request.user, area.code, round.month)
    funnel, trend = figures.funnel(flow, round.month), figures.trend(flow, round.month)
    return JsonResponse(
        {
            "funnel": [{"label": line.label, "number": line.number} for line in funnel],
            "trend": [{**row, "month": f"{row['month']:%Y-%m}"} for row in trend],
        }
    )


@require(Permission.SUPERVISION_VIEW)
def board_rows(request, key):
    """The households behind one figure."""
    area = _area(request)
    if key in figures.PRESSING:
        title, query = figures.PRESSING[key]
        found, round = query(figures.cases_of(request.user, area.code)), None
    elif key in figures.LABELS:
        title, round = figures.LABELS[key], _round(request, area)
        if round is None:
            raise Http404("没有这个月份")
        found = figures.funnel_cases(request.user, round, area.code, key)
    else:
        raise Http404("没有这一项")
    found = found.select_related("household", "village__parent").order_by(
        F("due_on").asc(nulls_last=True), "village_id", "pk"
    )
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"area": area, "round": round, "title": title, "page_obj": page}
    return render(request, "supervision/board_rows.html", context)


@require(Permission.SUPERVISION_VIEW)
def board_leads(request):
    """The leads behind one figure of the table by cause and department."""
    area = _area(request)
    round = _round(request, area)
    source, kind = request.GET.get("source", ""), request.GET.get("kind", "")
    label, where = figures.PARTS.get(request.GET.get("part", "total"), ("", None))
    is_number = kind.isascii() and kind.isdecimal() and len(kind) < BIGGEST
    if round is None or where is None or source not in ("", *Lead.Source.values):
        raise Http404("没有这一项")
    if kind and not is_number:
        raise Http404("没有这一项")
    found = figures.leads_of(request.user, round, area.code).filter(where)
    if source:  # one line of the table; a lead of no department's kind has none
        found = found.filter(source=source, kind=int(kind) if kind else None)
    found = found.select_related("household", "village__parent", "kind__department", "case")
    page = Paginator(found.order_by("village_id", "-raised_on", "pk"), PAGE_SIZE).get_page(
        request.GET.get("page")
    )
    context = {
        "area": area,
        "round": round,
        "title": label,
        "page_obj": page,
        "lines": [LeadLine(lead) for lead in page],
    }
    return render(request, "supervision/board_leads.html", context)
