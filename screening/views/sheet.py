"""The village's monthly sheet: the list, one household's form, adding a household, handing in."""

import json
import uuid

import segno
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts import access
from accounts.access import require
from accounts.permissions import Permission
from areas.models import Area
from audit import clock
from households import search
from households.actions import look_up
from households.forms.as_written import plain_words
from households.models import Household
from households.refusals import TooMany
from screening.sheet import actions, forms, presenters, rows
from screening.sheet.columns import BY_KEY
from screening.sheet.models import CellChange
from screening.sheet.refusals import SheetRefused
from screening.sheet.rows import Row, State
from workflow import rounds
from workflow.models import MonthlyRound, ReportedList
from workflow.outcomes import StepRefused


@require(Permission.CASE_SCREEN)
@never_cache
@require_safe
def sheet(request):
    """The month's households of one village, each with its state; what is to do comes first."""
    village, villages = own_village(request)
    round = _round(village)
    found = rows.of_village(round, village.pk) if round else []
    context = {
        "village": village,
        "villages": villages,
        "round": round,
        "rows": sorted(found, key=lambda row: _ORDER[row.state]),
        "counts": presenters.counts(found),
        "is_all_done": bool(found) and all(row.state in _DONE for row in found),
        "handed_in": round and _handed_in(round, village),
    }
    return render(request, "screening/sheet.html", context)


@require(Permission.CASE_SCREEN)
@require_POST
def sheet_confirm(request):
    """无变化: the households named, or all that nobody has touched."""
    village, _ = own_village(request)
    round = round_or_404(village)
    found = rows.of_village(round, village.pk)
    named = {int(pk) for pk in request.POST.getlist("household") if pk.isdecimal()}
    chosen = [r.household.pk for r in found if not named or r.household.pk in named]
    try:
        count = actions.confirm_unchanged(round=round, household_ids=chosen, by=request.user)
    except SheetRefused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, f"已确认 {count} 户无变化。" if count else "没有要确认的户。")
    following = _next(found, chosen[0]) if len(chosen) == 1 else None
    if following and "go_on" in request.POST:
        return redirect("sheet_household", pk=following)
    return redirect(f"{reverse('sheet')}?village={village.pk}")


@require(Permission.CASE_SCREEN)
@never_cache
def sheet_household(request, pk):
    """One household, a screen for each of “五看”. Scripts save cell by cell; without, this POST does."""
    household = _household(request, pk)
    round = round_or_404(household.village)
    results = {}
    if request.method == "POST":
        typed = forms.changes_of(request.POST, household.pk)
        try:
            outcome = actions.save_cells(round=round, changes=typed, by=request.user)
        except SheetRefused as refused:
            messages.error(request, str(refused))
            return redirect("sheet")
        results = {result.change.key: result for result in outcome.results}
        open_ones = [r for r in outcome.results if r.status in forms.SHOWN_AGAIN]
        if not open_ones:
            messages.success(request, f"{household.head_name}户已保存。")
            return redirect("sheet_household", pk=pk)
    row = rows.of_households(round, [pk])[0]
    following = _next(rows.of_village(round, household.village_id), pk)
    context = {
        "row": row,
        "round": round,
        "household": household,
        "steps": forms.steps(row, results, presenters.times_changed(household)),
        "members": presenters.members(row),
        "errors": presenters.said(results),
        "form_key": uuid.uuid4(),
        "next": following,
        "doubts": row.doubts,
        "accepted": row.accepted,
        "photos": row.sheet.visit.photos.all() if row.sheet and row.sheet.visit else (),
    }
    return render(request, "screening/sheet_household.html", context)


@require(Permission.CASE_SCREEN)
@require_POST
def sheet_save(request):
    """Cells from a script: {"user", "round", "changes": [{id, household, key, seen, new}]}."""
    try:
        sent = json.loads(request.body)
        user, round_pk = int(sent["user"]), int(sent["round"])
        changes = forms.changes_of_json(sent["changes"])
        if not 0 <= round_pk < 2**63:
            raise ValueError("round")
    except (ValueError, KeyError, TypeError):
        return JsonResponse({"detail": "内容不完整，请刷新页面后重试"}, status=400)
    if user != request.user.pk:
        return JsonResponse({"detail": "已换了别人登录，请刷新页面"}, status=409)
    round = get_object_or_404(MonthlyRound.objects.visible_to(request.user), pk=round_pk)
    try:
        outcome = actions.save_cells(round=round, changes=changes, by=request.user)
    except SheetRefused as refused:
        return JsonResponse({"detail": str(refused)}, status=422)
    return JsonResponse(
        {
            "results": [presenters.result_json(result) for result in outcome.results],
            "rows": {pk: presenters.row_json(row) for pk, row in outcome.rows.items()},
            "at": clock.local(clock.now()).strftime("%H:%M"),
        }
    )


@require(Permission.CASE_SCREEN)
def sheet_doubts(request, pk):
    """The open doubts of a household, and 已核实，情况属实 with a note."""
    household = _household(request, pk)
    round = round_or_404(household.village)
    errors = []
    if request.method == "POST":
        try:
            actions.accept_doubt(
                round=round, household=household, key=plain_words(request.POST, "doubt", 60),
                note=plain_words(request.POST, "note"), by=request.user,
            )  # fmt: skip
        except SheetRefused as refused:
            errors = [str(refused)]
        else:
            if not request.htmx:
                return redirect(f"{reverse('sheet_household', args=[pk])}#risk")
    row = rows.of_households(round, [pk])[0]
    context = {
        "household": household,
        "doubts": row.doubts,
        "accepted": row.accepted,
        "doubt_errors": errors,
    }
    return render(request, "screening/sheet_doubts.html", context)


@require(Permission.CASE_SCREEN)
@require_POST
def sheet_photos(request, pk):
    """Pictures taken at the door; none are asked for."""
    household = _household(request, pk)
    try:
        count = actions.add_photos(
            round=round_or_404(household.village), household=household,
            uploads=request.FILES.getlist("photos"), by=request.user,
        )  # fmt: skip
    except (SheetRefused, StepRefused) as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, f"{household.head_name}户已传 {count} 张照片。")
    return redirect("sheet_household", pk=pk)


@require(Permission.CASE_SCREEN)
@require_safe
def sheet_history(request, pk):
    """Who wrote what in the household's cells, or in one of them, and when; each may be put back."""
    household = _household(request, pk)
    changes = (
        CellChange.objects.filter(row__household=household).select_related("by", "row__round")
    )  # fmt: skip
    if cell := BY_KEY.get(request.GET.get("cell")):
        changes = changes.filter(key=cell.key)
    context = {
        "household": household,
        "cell": cell,
        "lines": presenters.history(changes[:200]),
        "round": rounds.current(rounds.county_of(household.village_id)),
        "form_key": uuid.uuid4(),
    }
    return render(request, "screening/sheet_history.html", context)


@require(Permission.CASE_SCREEN)
@require_POST
def sheet_restore(request, pk):
    """恢复: the cell says again what it said before this change."""
    change = get_object_or_404(
        CellChange.objects.visible_to(request.user).select_related("row__round"), pk=pk
    )
    try:
        key = uuid.uuid5(uuid.UUID(request.POST.get("form_key", "")), str(pk))
    except ValueError:
        key = uuid.uuid4()
    try:
        result = actions.restore(change=change, id=key, by=request.user)
    except SheetRefused as refused:
        messages.error(request, str(refused))
    else:
        messages.info(request, presenters.restored(result))
    return redirect("sheet_history", pk=change.row.household_id)


@require(Permission.CASE_SCREEN)
def sheet_add(request):
    """Find a household of the village and put it on the sheet."""
    context = {"q": request.GET.get("q", "")}
    if request.method == "POST":
        wanted = request.POST.get("household", "")
        if not wanted.isdecimal() or len(wanted) > 18:
            raise PermissionDenied
        household = _household(request, int(wanted))
        try:
            actions.add_household(
                round=round_or_404(household.village), household=household, by=request.user
            )
        except SheetRefused as refused:
            messages.error(request, str(refused))
            return redirect("sheet")
        return redirect("sheet_household", pk=household.pk)
    if context["q"].strip():
        context |= {"is_search": True} | _found(request, context["q"])
    return render(request, "screening/sheet_add.html", context)


def _found(request, text) -> dict:
    try:
        answer = look_up(text=text, by=request.user)
    except TooMany as refused:
        return {"refusal": str(refused)}
    return {
        "is_too_short": answer.kind is search.Kind.TOO_SHORT,
        "has_more": answer.has_more,
        "persons": answer.persons,
    }


@require(Permission.CASE_SCREEN)
@never_cache
def sheet_hand_in(request):
    """Check the answers, then confirm what nobody touched and report the ledger 四（二）."""
    village, _ = own_village(request)
    round = round_or_404(village)
    errors = []
    if request.method == "POST":
        try:
            found = actions.hand_in(round=round, village=village, by=request.user)
        except (SheetRefused, StepRefused) as refused:
            errors = [str(refused)]
        else:
            messages.success(request, f"{found.title}已上报，编号 {found.number}。")
            return redirect("reported_list_detail", pk=found.pk)
    found = rows.of_village(round, village.pk)
    context = {
        "village": village,
        "round": round,
        "rows": found,
        "wrong": [row for row in found if row.errors],
        "doubtful": [row for row in found if row.doubts and not row.errors],
        "untouched": [row for row in found if row.state is State.UNCONFIRMED],
        "changed": [row for row in found if row.state is State.CHANGED],
        "ledger": presenters.ledger_lines(round, village),
        "is_late": clock.today() > round.screening_on,
        "handed_in": _handed_in(round, village),
        "errors": errors,
    }
    return render(request, "screening/sheet_hand_in.html", context)


@require(Permission.CASE_SCREEN)
@require_safe
def sheet_print(request, pk):
    """入户核查表: A4, one household, a blank box for every cell, a QR code that opens the form."""
    household = _household(request, pk)
    round = round_or_404(household.village)
    row = rows.of_households(round, [pk])[0]
    context = _visit_sheet(request, row) | {"round": round, "household": household}
    return render(request, "screening/sheet_print.html", context)


@require(Permission.CASE_SCREEN)
@require_safe
def sheet_print_all(request):
    """入户核查表 of every household that nobody has looked at yet, to take along."""
    village, _ = own_village(request)
    round = round_or_404(village)
    found = [row for row in rows.of_village(round, village.pk) if row.state not in _DONE]
    sheets = [_visit_sheet(request, row) for row in found[:MOST_SHEETS]]
    left = len(found) - len(sheets)
    context = {"village": village, "round": round, "sheets": sheets, "left": left}
    return render(request, "screening/sheet_print_all.html", context)


def _visit_sheet(request, row: Row) -> dict:
    """What one page shows; its QR code opens the form."""
    address = request.build_absolute_uri(reverse("sheet_household", args=[row.household.pk]))
    return {
        "row": row,
        "steps": forms.steps(row, {}),
        "members": presenters.members(row),
        "qr": segno.make(address, error="m").svg_data_uri(scale=3, border=2),
    }


MOST_SHEETS = 100
_ORDER = {State.DOUBTFUL: 0, State.UNCONFIRMED: 1, State.CHANGED: 2, State.CONFIRMED: 3}
_DONE = (State.CONFIRMED, State.CHANGED)


def own_village(request) -> tuple[Area, list[Area]]:
    """The village asked for, else the first of the person's own, and all of them."""
    codes = access.codes(request.user, Permission.CASE_SCREEN)
    villages = list(Area.objects.filter(pk__in=codes).select_related("parent").order_by("code"))
    wanted = request.POST.get("village") or request.GET.get("village")
    found = next((area for area in villages if wanted in (None, "", area.pk)), None)
    if found is None:
        raise Http404
    return found, villages


def _household(request, pk) -> Household:
    own = Household.objects.filter(access.scope(request.user, Permission.CASE_SCREEN))
    return get_object_or_404(own.select_related("village__parent"), pk=pk)


def _round(village) -> MonthlyRound | None:
    return rounds.current(rounds.county_of(village.pk))


def round_or_404(village) -> MonthlyRound:
    if (found := _round(village)) is None:
        raise Http404("本月监测还没有开始，请联系县扶贫办")
    return found


def _handed_in(round, village) -> ReportedList | None:
    found = ReportedList.objects.filter(round=round, area=village, kind="SCREENING")
    return found.defer("rows", "figures", "case_ids").order_by("-sequence").first()


def _next(found: list[Row], pk: int) -> int | None:
    """The following household that still needs somebody, going round once."""
    order = [row.household.pk for row in found]
    at = order.index(pk) + 1 if pk in order else 0
    circle = found[at:] + found[:at]
    return next(
        (r.household.pk for r in circle if r.state not in _DONE and r.household.pk != pk), None
    )
