"""审计日志: read-only, filtered, at most 5,000 rows; looking at it is itself on record."""

import io

import xlsxwriter
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from accounts import access
from accounts.access import require
from accounts.permissions import Permission
from audit.events import EventKind
from audit.models import Event
from audit.record import record
from portal.forms import AuditFilterForm
from portal.presenters import detail_lines, object_label

MOST_ROWS = 5000
PAGE_SIZE = 50
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _visible(user):
    """Events inside the viewer's areas, and those that belong to no area (signing in, posts)."""
    return Event.objects.filter(
        access.scope(user, Permission.AUDIT_VIEW, field="area_code") | Q(area_code="")
    )


@require(Permission.AUDIT_VIEW)
@transaction.atomic
def audit_log(request):
    form = AuditFilterForm(request.GET or None)
    found = form.narrowed(_visible(request.user)).order_by("-at", "-id")
    if "export" in request.GET and form.is_valid():
        record(
            EventKind.AUDIT_VIEWED,
            by=request.user,
            detail={"filters": form.said(), "is_export": True},
        )
        return _workbook(found[:MOST_ROWS])
    page = Paginator(found[:MOST_ROWS], PAGE_SIZE).get_page(request.GET.get("page"))
    if form.said() and page.number == 1:
        record(EventKind.AUDIT_VIEWED, by=request.user, detail={"filters": form.said()})
    for event in page:
        event.object_label = object_label(event.object_type)
        event.lines = detail_lines(event.detail)
    context = {"form": form, "page_obj": page, "is_cut": page.paginator.count == MOST_ROWS}
    return render(request, "portal/audit_log.html", context)


def _workbook(events) -> HttpResponse:
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(
        buffer,
        {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False},
    )
    sheet = book.add_worksheet("审计日志")
    head = (
        "时间",
        "操作人",
        "岗位",
        "地址",
        "事项",
        "对象",
        "对象编号",
        "区划代码",
        "结果",
        "详情",
    )
    sheet.write_row(0, 0, head, book.add_format({"bold": True}))
    sheet.set_column(0, len(head) - 1, 18)
    sheet.freeze_panes(1, 0)
    for number, event in enumerate(events, start=1):
        sheet.write_row(number, 0, _cells(event))
    book.close()
    response = HttpResponse(buffer.getvalue(), content_type=WORKBOOK)
    response["Content-Disposition"] = (
        "attachment; filename*=UTF-8''%E5%AE%A1%E8%AE%A1%E6%97%A5%E5%BF%97.xlsx"
    )
    return response


def _cells(event) -> tuple:
    return (
        timezone.localtime(event.at).strftime("%Y-%m-%d %H:%M:%S"),
        event.actor_name,
        event.post,
        event.ip or "",
        EventKind(event.kind).label,
        object_label(event.object_type),
        event.object_id,
        event.area_code,
        event.get_outcome_display(),
        "；".join(detail_lines(event.detail)),
    )
