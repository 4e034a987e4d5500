"""全部下发: every checked list of the month goes out together, looked at once before."""

from django.contrib import messages
from django.db.models import Count
from django.shortcuts import redirect, render
from django.urls import reverse

from accounts import access
from accounts.access import require
from accounts.permissions import Permission
from screening import actions
from screening.models import LeadFile, LeadRow
from screening.refusals import LeadRefused
from screening.views.arrivals import month_asked
from screening.views.files import AT_ONCE
from workflow import months

State = LeadFile.State
NOT_READY = (State.RECEIVED, State.UNNAMED, State.HELD)


@require(Permission.LEAD_SETTLE)
def lead_file_dispatch_all(request):
    """How many files and households; then each file by its own action, whatever others say."""
    month = month_asked((request.POST or request.GET).get("month", ""))
    files = _of_month(request.user, month)
    if request.method == "POST":
        asked = {int(pk) for pk in request.POST.getlist("file") if pk.isdecimal() and len(pk) < 19}
        _send(request, list(files.filter(pk__in=asked)))
        return redirect(f"{reverse('lead_file_list')}?month={month:%Y-%m}")
    checked = list(files.filter(state=State.CHECKED))
    waiting = _waiting(checked)
    ready = [file for file in checked if file.pk in waiting]
    rows = LeadRow.objects.to_dispatch().filter(file__in=ready)
    context = {
        "month": month,
        "label": months.label(month),
        "lines": [{"file": file, "leads": waiting[file.pk]} for file in ready],
        "empty": [file for file in checked if file.pk not in waiting],
        "not_ready": files.filter(state__in=NOT_READY),
        "households": rows.aggregate(n=Count("household", distinct=True))["n"],
        "areas": sum(file.kind.names_areas for file in ready),
        "later": len(ready) - len(_at_once(ready, waiting)),
    }
    return render(request, "screening/lead_file_dispatch_all.html", context)


def _of_month(user, month):
    scope = access.scope(user, Permission.LEAD_SETTLE, field="county_id")
    files = LeadFile.objects.filter(scope, month=month).select_related("kind", "department")
    return files.order_by("department__order", "pk")


def _waiting(files) -> dict[int, int]:
    """Rows that each file would send out."""
    rows = LeadRow.objects.to_dispatch().filter(file__in=files)
    return dict(rows.values_list("file").annotate(Count("pk")).order_by())


def _at_once(files, waiting) -> set[int]:
    """Those that one request can send, small ones first; the others are for workers."""
    found, left = set(), AT_ONCE
    for file in sorted(files, key=lambda file: waiting.get(file.pk, 0)):
        left -= waiting.get(file.pk, 0)
        if left < 0:
            break
        found.add(file.pk)
    return found


def _send(request, files) -> None:
    """Those that were shown and are still to be sent; a word for each that was not."""
    waiting = _waiting(files)
    now, sent, later = _at_once(files, waiting), 0, 0
    for file in files:
        if file.state != State.CHECKED:
            _tell(request, file, f"现在是“{file.get_state_display()}”，没有再下发")
        elif file.pk not in now:
            actions.dispatch_later(file=file, by=request.user)
            later += 1
        else:
            try:
                actions.dispatch_leads(file=file, by=request.user)
                sent += 1
            except LeadRefused as refused:
                _tell(request, file, str(refused))
    if sent:
        messages.success(request, f"已下发 {sent} 份名单，由各村核实。")
    if later:
        messages.info(request, f"{later} 份行数多，正在后台下发，进度看“后台任务”。")
    if not files:
        messages.warning(request, "没有可下发的名单。")


def _tell(request, file, why) -> None:
    messages.error(request, f"{file.department.name} {file.name}：{why}。")
