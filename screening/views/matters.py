"""部门事项: one list for whoever starts, holds or watches them; one page a matter."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accounts import access
from accounts.access import require
from accounts.permissions import Permission
from areas.models import Area
from households.forms.as_written import plain_words
from households.models import Household
from screening import actions
from screening.duties import desks, kinds
from screening.duties.forms import MatterFilterForm, MatterForm, StepForm
from screening.duties.kinds import DEPARTMENT, VILLAGE
from screening.duties.presenting import MatterLine, fact_lines
from screening.models import Matter
from screening.refusals import LeadRefused
from screening.views.applications import search_household
from workflow.actions import store_attachment
from workflow.actions.visits import MOST_PHOTOS
from workflow.outcomes import StepRefused
from workflow.views.visits import attachment_response

PAGE_ROWS = 50
READERS = (Permission.LEADFILE_UPLOAD, Permission.CASE_VIEW, Permission.SUPERVISION_VIEW)
RAISERS = (Permission.LEADFILE_UPLOAD, Permission.CASE_SCREEN)
TAKERS = (
    Permission.LEADFILE_UPLOAD, Permission.CASE_SCREEN, Permission.CASE_RECHECK,
    Permission.LEAD_SETTLE,
)  # fmt: skip
RELATED = ("department", "village__parent", "household")


@require(*READERS)
def matter_list(request):
    """What waits for the viewer; everything there is when asked for."""
    own = desks.departments(request.user)
    is_clerk = own and not access.holds(request.user, Permission.CASE_VIEW)
    shown = kinds.of_departments([d.pk for d in own]) if is_clerk else list(kinds.KINDS.values())
    form = MatterFilterForm(request.GET, shown=shown)
    matters, kind = _filtered(form, request.user)
    page = Paginator(matters.select_related(*RELATED), PAGE_ROWS).get_page(request.GET.get("page"))
    is_list = kind is not None and kind.raised_by == kinds.LIST
    can_answer = is_list and kind.department in desks.desks(request.user)
    context = {
        "form": form,
        "page_obj": page,
        "rows": [MatterLine(matter) for matter in page],
        "raisable": desks.raisable(request.user),
        "listable": desks.listable(request.user),
        "kind": kind,
        "can_answer": can_answer,
        "can_export": is_list and kind in desks.listable(request.user),
        "can_upload": kind is not None
        and (can_answer or kind.raised_by == DEPARTMENT)
        and kind.department in desks.desks(request.user),
        "only_waiting": form.is_valid() and not form.cleaned_data["state"],
    }
    return render(request, "screening/matter_list.html", context)


def _filtered(form, user):
    data = form.cleaned_data if form.is_valid() else {"state": "", "kind": ""}
    matters = Matter.objects.visible_to(user)
    if data["kind"]:
        matters = matters.filter(kind=data["kind"])
    if data["state"] == "open":
        matters = matters.open()
    elif data["state"] == "closed":
        matters = matters.filter(holder="")
    elif data["state"] == "differs":
        matters = matters.differing()
    elif not data["state"]:
        matters = matters.awaiting(user)
    return matters.order_by("due_at", "-raised_at", "pk"), kinds.KINDS.get(data["kind"])


@require(*RAISERS)
def matter_new(request, kind):
    """Enter one matter; a village that reports a house first says whose it is."""
    kind = _raisable(request.user, kind)
    household, villages = _place(request, kind)
    if kind.has_household and household is None:
        title = f"上报{kind.label}"
        return search_household(request, title=title, target=reverse("matter_new", args=[kind.key]))
    form = MatterForm(
        request.POST or None, kind=kind, villages=() if household else villages,
        county=desks.county_of(request.user),
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        try:
            made = _raise(request, kind, form, household, villages)
        except (LeadRefused, StepRefused) as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _raised_words(kind, made))
            return (
                redirect("matter_detail", made.pk)
                if isinstance(made, Matter)
                else redirect("matter_list")
            )
    context = {"kind": kind, "form": form, "household": household, "has_photos": kind.path}
    return render(request, "screening/matter_new.html", context)


@transaction.atomic
def _raise(request, kind, form, household, villages):
    data = form.cleaned_data
    facts, happened_on = form.facts(), data.get("happened_on")
    if kind.has_area:
        return actions.raise_in_areas(
            kind=kind, areas=data["areas"], facts=facts, by=request.user, happened_on=happened_on
        )
    by_code = {village.pk: village for village in villages}
    village = household.village if household else None
    if kind.raised_by == VILLAGE and village is None:
        village = by_code.get(data.get("village")) or next(iter(villages), None)
    files = _stored(request, village or Area.objects.get(pk=desks.county_of(request.user)))
    return actions.raise_matter(
        kind=kind, facts=facts, by=request.user, village=village, household=household,
        happened_on=happened_on, files=files, form_key=data.get("form_key"),
    )  # fmt: skip


def _raised_words(kind, made) -> str:
    if kind.has_area:
        return f"已登记，{len(made)} 个村收到排查任务。" if made else "这些村已经有同样的任务。"
    return (
        f"{kind.label}：已登记。"
        if not made.holder
        else f"{kind.label}：已上报，{MatterLine(made).holder}。"
    )


def _place(request, kind):
    """The household chosen on its own page, or the villages of the person's posts."""
    if kind.raised_by != VILLAGE:
        return None, ()
    scope = access.scope(request.user, Permission.CASE_SCREEN, field="code")
    villages = list(Area.objects.active().villages().filter(scope).order_by("code"))
    asked = request.GET.get("household", "")
    if not kind.has_household or not asked:
        return None, villages
    if not asked.isdecimal() or len(asked) > 18:
        raise PermissionDenied
    own = Household.objects.filter(access.scope(request.user, Permission.CASE_SCREEN)).active()
    return get_object_or_404(own.select_related("village__parent"), pk=int(asked)), villages


def _raisable(user, key):
    kind = next((k for k in desks.raisable(user) if k.key == key), None)
    if kind is None:
        raise Http404("没有这种事项，或不由您登记")
    return kind


@require(*READERS)
def matter_detail(request, pk):
    """What happened, who had it when, and what this viewer may do now."""
    matter = find_matter(request, pk)
    kind, may_take = matter.of_kind, desks.may_take(request.user, matter)
    asks_outcome = matter.holder == DEPARTMENT and bool(kind.outcomes)
    form = StepForm(request.POST or None, kind=kind, asks_outcome=asks_outcome)
    if request.method == "POST":
        if form.is_valid():
            try:
                _step(request, matter, form)
            except (LeadRefused, StepRefused) as refused:
                form.add_error(None, str(refused))
                if not may_take:  # no form is left to show it on
                    messages.warning(request, str(refused))
            else:
                messages.success(request, f"{kind.label}：{MatterLine(matter).holder}。")
                return redirect("matter_detail", pk=pk)
        matter.refresh_from_db()
        may_take = desks.may_take(request.user, matter)
    line = MatterLine(matter)
    pick = kind.has_area and may_take
    context = {
        "matter": matter,
        "line": line,
        "kind": kind,
        "facts": fact_lines(matter),
        "steps": [(s, kinds.outcome_label(matter.kind, s.outcome)) for s in
                  matter.steps.select_related("taken_by")],
        "files": matter.files.all(),
        "form": form if may_take else None,
        "verb": kind.verb(matter.holder) if matter.holder else "",
        "can_send_back": may_take and bool(kind.before(matter.holder)),
        "households": Household.objects.active().filter(village=matter.village_id)
        .order_by("natural_village", "head_name") if pick else None,
        "can_see_household": matter.household_id
        and access.may(request.user, Permission.REGISTER_VIEW, area=matter.village_id),
    }  # fmt: skip
    return render(request, "screening/matter_detail.html", context)


@transaction.atomic
def _step(request, matter, form) -> None:
    words = form.cleaned_data["words"]
    if request.POST.get("do") == "send_back":
        actions.send_back(matter=matter, by=request.user, words=words)
        return
    ticked = [pk for pk in request.POST.getlist("household") if pk.isdecimal() and len(pk) < 19]
    affected = Household.objects.active().filter(pk__in=ticked) if matter.of_kind.has_area else ()
    if matter.of_kind.has_area and not ticked and request.POST.get("do") != "none":
        raise LeadRefused("请勾选受影响的农户；没有受影响的，点“本村没有受影响的农户”。")
    actions.take_step(
        matter=matter, by=request.user, words=words, outcome=form.cleaned_data.get("outcome", ""),
        households=list(affected), files=_stored(request, matter.village or matter.county),
    )  # fmt: skip


@require_safe
@require(*READERS)
def matter_file(request, pk, file):
    """A photo of the matter, for whoever sees the matter."""
    attachment = get_object_or_404(find_matter(request, pk).files, pk=file)
    return attachment_response(attachment, by=request.user)


@require_POST
@require(*TAKERS)
def matter_answer_many(request, kind):
    """One answer for all ticked households of a list."""
    outcome, words = request.POST.get("outcome", ""), plain_words(request.POST, "words")
    ticked = [pk for pk in request.POST.getlist("matter") if pk.isdecimal() and len(pk) < 19]
    matters = list(Matter.objects.visible_to(request.user).filter(pk__in=ticked, kind=kind)[:500])
    if not matters:
        messages.warning(request, "请先勾选要答复的户。")
    else:
        answers = {matter.pk: (outcome, words) for matter in matters}
        refused = actions.take_steps(matters=matters, by=request.user, answers=answers)
        done = len(matters) - len(refused)
        if done:
            messages.success(request, f"已答复 {done} 户。")
        for why in sorted({why for _, why in refused})[:3]:
            messages.warning(request, why)
    return redirect(f"/matters/?kind={kind}" if kind in kinds.KINDS else "matter_list")


def find_matter(request, pk) -> Matter:
    """The matter, or 404 where it is not there for this viewer."""
    matters = Matter.objects.visible_to(request.user).select_related(
        *RELATED, "county", "raised_by"
    )
    return get_object_or_404(matters, pk=pk)


def _stored(request, area) -> list:
    files = request.FILES.getlist("photos")
    if len(files) > MOST_PHOTOS:
        raise StepRefused(f"一次最多上传 {MOST_PHOTOS} 张照片，请分次上传。")
    return [store_attachment(upload=file, area=area, by=request.user) for file in files]
