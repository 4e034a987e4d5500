"""Pages of the visit and of what was photographed."""

import uuid
from datetime import timedelta

from django.contrib import messages
from django.db import transaction
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from accounts import access
from accounts.access import require, signed_in
from accounts.permissions import Permission
from audit import clock
from audit.events import EventKind
from audit.record import record
from households.forms import IncomeForm
from households.models import Income, Safeguard
from workflow import actions, findings
from workflow.actions.visits import MOST_PHOTOS, purpose_for, visiting_level
from workflow.forms import VisitForm
from workflow.models import Attachment, Visit
from workflow.outcomes import StepRefused
from workflow.states import ON_REGISTER, Level, Status
from workflow.transitions import ACTING
from workflow.views.cases import find_case


@require(*ACTING)
def visit_new(request, pk):
    """Record a visit at the door: one screen, phone first."""
    case = find_case(request, pk)
    level = visiting_level(case, request.user)
    if level is None or purpose_for(case) is None:
        raise Http404
    form = VisitForm(
        request.POST or None,
        purposes=_purposes(case, level),
        initial={
            "form_key": uuid.uuid4(),
            "visited_on": clock.today(),
            "people": request.user.full_name,
            **Safeguard.objects.known_of(case.household),
        },
    )
    if case.status not in ON_REGISTER:
        del form.fields["next_on"]
    income_form = _income_form(request, case)
    if request.method == "POST" and form.is_valid() and _is_sound(income_form):
        try:
            _record(request, case, form, income_form)
        except StepRefused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, f"{case.household.head_name}户：走访记录已保存。")
            return redirect("case_detail", pk=case.pk)
    looks = [form[key] for key, _, _ in findings.LOOKS]
    problems = [form[key] for key, _ in findings.PROBLEMS]
    context = {
        "case": case,
        "form": form,
        "income_form": income_form,
        "looks": looks,
        "problems": problems,
        "level": Level(level),
    }
    return render(request, "workflow/visit_new.html", context)


@require_safe
@signed_in
def attachment_file(request, pk):
    """The way to the files of the own area; upper apps serve theirs to whoever sees their page."""
    attachment = get_object_or_404(Attachment.objects.visible_to(request.user), pk=pk)
    return attachment_response(attachment, by=request.user)


def attachment_response(attachment, *, by) -> FileResponse:
    """A stored file for whoever was found to see it: logged, its type fixed, never cached by others."""
    with transaction.atomic():
        record(
            EventKind.ATTACHMENT_DOWNLOADED,
            by=by,
            obj=attachment,
            area=attachment.area_id,
        )
    try:
        content = attachment.file.open("rb")
    except FileNotFoundError as error:
        raise Http404("文件不在了") from error
    response = FileResponse(content, filename=attachment.name, content_type=attachment.content_type)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, no-store"
    return response


def _income_form(request, case) -> IncomeForm | None:
    """Income of the twelve months before, asked at the same visit where it changed."""
    if not access.may(request.user, Permission.REGISTER_EDIT, area=case.village_id):
        return None
    end = clock.today().replace(day=1) - timedelta(days=1)
    start = {
        "period_start": (end.replace(day=1) - timedelta(days=330)).replace(day=1),
        "period_end": end,
        "member_count": case.household.member_count,
        "source": Income.Source.CHECKED,
    }
    given = request.POST if request.POST.get("with_income") else None
    return IncomeForm(given, prefix="income", initial=start)


def _is_sound(income_form) -> bool:
    return income_form is None or not income_form.is_bound or income_form.is_valid()


@transaction.atomic
def _record(request, case, form, income_form) -> Visit:
    files = request.FILES.getlist("photos")
    if len(files) > MOST_PHOTOS:
        raise StepRefused(f"一次最多上传 {MOST_PHOTOS} 张照片，请分次登记。")
    sent = Visit.objects.filter(form_key=form.cleaned_data["form_key"], recorded_by=request.user)
    if found := sent.first():
        return found
    photos = [
        actions.store_attachment(upload=file, area=case.village, by=request.user) for file in files
    ]
    data = form.cleaned_data
    return actions.record_visit(
        case=case,
        by=request.user,
        kind=data["kind"],
        visited_on=data["visited_on"],
        people=data["people"],
        contacted=data["contacted"],
        findings=form.findings(),
        photos=photos,
        opinion=data["opinion"],
        purpose=data.get("purpose"),
        next_on=data.get("next_on"),
        income=income_form.facts() if income_form and income_form.is_bound else None,
        form_key=data["form_key"],
    )


def _purposes(case, level) -> list[tuple[str, str]]:
    """A monitored household is visited to help, or by the village to see whether risk is gone."""
    if case.status == Status.MONITORED and level == Level.VILLAGE:
        kinds = (Visit.Purpose.HELP, Visit.Purpose.CLEARING)
        return [(kind.value, kind.label) for kind in kinds]
    return []
