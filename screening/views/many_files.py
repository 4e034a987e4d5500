"""一次报送多份: all of the month's lists that one person has, brought in together."""

from dataclasses import dataclass

from django.shortcuts import render

from accounts import access
from accounts.access import require
from accounts.permissions import Permission
from screening import actions, arrivals, presenters
from screening.actions.files import county_named
from screening.forms import ManyFilesForm
from screening.models import LeadFile, LeadKind
from screening.refusals import LeadRefused
from screening.views.arrivals import TONES, month_asked, whose_lists
from workflow import months

TAKEN = "已接收"


@dataclass(frozen=True)
class Brought:
    """What became of one chosen file."""

    kind: LeadKind
    name: str
    tone: str
    label: str
    file: LeadFile | None = None
    words: str = ""


@require(Permission.LEADFILE_UPLOAD)
def lead_file_many(request):
    """One line a list, what has come of it, and a place for its file; every file stands alone."""
    county, departments = whose_lists(request.user, (Permission.LEADFILE_UPLOAD,))
    kinds = LeadKind.objects.uploadable_by(request.user).select_related("department")
    kinds = list(kinds.order_by("department__order", "pk"))
    month = month_asked((request.POST or request.GET).get("month", ""))
    asked = {"kinds": kinds, "initial": {"month": f"{month:%Y-%m}"}}
    form, brought = ManyFilesForm(request.POST or None, request.FILES or None, **asked), []
    if request.method == "POST" and form.is_valid():
        month = form.cleaned_data["month"]
        for kind, file in form.chosen():
            brought.append(_bring(kind, file, month, county, request.user))
        form = ManyFilesForm(**asked)
    lines = [_line(form, a) for a in arrivals.arrivals(county, month, departments)]
    context = {
        "form": form,
        "month": month,
        "label": months.label(month),
        "lines": lines,
        "is_busy": any(line["is_busy"] for line in lines),
        "watched": ",".join(f"#came-{line['arrival'].kind.pk}" for line in lines),
        "brought": brought,
        "taken": sum(one.label == TAKEN for one in brought),
        "can_settle": access.holds(request.user, Permission.LEAD_SETTLE),
    }
    return render(request, "screening/lead_file_many.html", context)


def _bring(kind, file, month, county, by) -> Brought:
    """Received, or not and why; the others do not suffer."""
    name = file.name
    try:
        received = actions.receive_file(
            file=file, department=kind.department, kind=kind, month=month,
            county=county_named(county), by=by,
        )  # fmt: skip
    except actions.AlreadyReceived as known:
        return Brought(kind, name, "wait", "已报送过", known.lead_file, str(known))
    except LeadRefused as refused:
        return Brought(kind, name, "late", "没有接收", None, str(refused))
    return Brought(kind, name, "good", TAKEN, received)


def _line(form, arrival) -> dict:
    return {
        "arrival": arrival,
        "field": form[form.name_of(arrival.kind)],
        "tone": "late" if arrival.is_late else TONES.get(arrival.standing, "plain"),
        "files": [(file, presenters.FILE_TONES[file.state]) for file in arrival.files],
        "is_busy": any(file.state == LeadFile.State.RECEIVED for file in arrival.files),
    }
