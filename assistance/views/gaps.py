"""What is missing and which visits are due, as lists by area (六（三）)."""

from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.http import Http404
from django.shortcuts import get_object_or_404, render

from accounts import access
from accounts.access import require
from accounts.permissions import Permission
from areas.models import Area, Level
from assistance import completeness, visiting
from assistance.models import HelperAssignment
from audit import clock
from workflow.models import Case
from workflow.states import Status

PAGE_SIZE = 50
DEEPER = {Level.COUNTY: 9, Level.TOWNSHIP: 12, Level.VILLAGE: 12}


def _area(request) -> Area | None:
    """?area= inside the viewer's own, else the only area of the posts; None = several."""
    scope = Area.objects.filter(access.scope(request.user, Permission.CASE_VIEW, field="code"))
    if asked := request.GET.get("area", ""):
        return get_object_or_404(scope.select_related("parent"), code=asked, level__in=DEEPER)
    codes = access.codes(request.user, Permission.CASE_VIEW)
    return scope.select_related("parent").filter(code=codes[0]).first() if codes else None


def _helper_now():
    current = HelperAssignment.objects.filter(ends_on=None).select_related("helper")
    return Prefetch("helper_assignments", current, to_attr="helpers_now")


@require(Permission.CASE_VIEW)
def gap_list(request):
    """户户有帮扶机制、人人有防贫措施: counts by area, then the households with what each lacks and its owner."""
    key = request.GET.get("check", "")
    if key and key not in completeness.CHECKS:
        raise Http404("没有这一项核对")
    area = _area(request)
    cases = Case.objects.visible_to(request.user)
    if area is not None:
        cases = cases.in_area(area.code)
    found = completeness.any_failing(cases)
    if key:
        found = found.filter(**{key: True})
    found = (
        found.select_related("household", "village__parent")
        .prefetch_related(_helper_now())
        .order_by("village_id", "pk")
    )
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    for case in page:
        case.lacking = completeness.words(case)
    context = {
        "area": area,
        "checks": completeness.CHECKS,
        "key": key,
        "label": completeness.CHECKS[key].label if key else "",
        "rows": _rows(cases, area),
        "page_obj": page,
    }
    return render(request, "assistance/gap_list.html", context)


def _rows(cases, area) -> list[dict]:
    """One line an area inside, one cell a check; two queries."""
    counted = completeness.by_area(cases, DEEPER[area.level] if area else 9)
    areas = Area.objects.in_bulk(list(counted))
    return [
        {
            "area": areas[code],
            "households": numbers["households"],
            "cells": [
                (key, check.short, numbers[key]) for key, check in completeness.CHECKS.items()
            ],
        }
        for code, numbers in counted.items()
        if code in areas
    ]


@require(Permission.CASE_VIEW)
def visit_due_list(request):
    """帮扶走访: every monitored household by the day its next visit is due."""
    area = _area(request)
    cases = Case.objects.visible_to(request.user).filter(status=Status.MONITORED)
    if area is not None:
        cases = cases.in_area(area.code)
    is_all = request.GET.get("all") == "1"
    due = visiting.with_due(cases)
    if not is_all:
        due = due.filter(visit_due_on__lte=visiting.soon())
    due = (
        due.select_related("household", "village__parent", "attention")
        .prefetch_related(_helper_now())
        .order_by("visit_due_on", "village_id", "pk")
    )
    page = Paginator(due, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "page_obj": page,
        "area": area,
        "is_all": is_all,
        "today": clock.today(),
        "user_can_print": access.holds(request.user, Permission.LEDGER_EXPORT),
        "user_can_visit": access.holds(request.user, Permission.ASSISTANCE_EDIT),
    }
    return render(request, "assistance/visit_due_list.html", context)
