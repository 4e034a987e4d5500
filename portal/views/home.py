"""首页: the work of every post the person holds, the most pressing task on top."""

from django.shortcuts import render

from accounts.access import signed_in
from audit import clock
from portal.homes import county, department, matters, offices, township, village
from portal.homes.pieces import next_of
from portal.tours import TOURS, tour_for
from workflow import months

HOMES = (
    village.sections,
    township.sections,
    county.office,
    county.leading_group,
    matters.sections,
    department.sections,
    offices.supervisor,
    offices.administrator,
)


@signed_in
def home(request):
    sections = [section for home_of in HOMES for section in home_of(request.user)]
    round = next((section.round for section in sections if section.round), None)
    tour = tour_for(request)
    context = {
        "tour": tour,
        "stops": TOURS.get(tour, ()),
        "heading": _heading(sections, round),
        "round": round,
        "round_line": _line(round) if round else "",
        "sections": sections,
        "has_tasks": any(section.tasks for section in sections),
        "next_task": next_of(sections),
    }
    return render(request, "portal/home.html", context)


def _heading(sections, round) -> str:
    """Who has tasks reads 本月任务; who only looks, how the month goes."""
    has_tasks = any(section.tasks for section in sections)
    if not (round or has_tasks):
        return "首页"
    month = months.label(round.month if round else clock.today())
    return f"{month} {'本月任务' if has_tasks else '监测情况'}"


def _line(round) -> str:
    """The month's gates in one sentence, 四（二）to 四（五）."""
    gates = (
        (round.screening_on, "村级排查"),
        (round.review_on, "村级评议"),
        (round.recheck_on, "乡镇复核"),
        (round.determination_on, "县级审定"),
    )
    return "，".join(f"{label}{day.day}日前" for day, label in gates) + "。"
