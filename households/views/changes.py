"""自然增减: the form in its three shapes, and the list to be repeated in the national system."""

import csv
from urllib.parse import quote

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from accounts import access
from accounts.access import require
from accounts.permissions import Permission
from areas.containment import within
from households import actions
from households.forms import (
    AreaForm,
    ArrivalForm,
    DepartureForm,
    MergeForm,
    NewHeadForm,
    SplitForm,
    relations_of,
)
from households.models import Household, NaturalChange
from households.refusals import Refused
from households.views.detail import find_editable

PAGE_ROWS = 50
MOST_TICKED = 500
MOST_EXPORTED = 5_000
SHEET = (
    "发生日期",
    "类型",
    "姓名",
    "乡镇",
    "行政村",
    "户主",
    "户编号",
    "另一户编号",
    "原因",
    "国家系统",
)


@require(Permission.REGISTER_EDIT)
def natural_change_new(request, pk, what):
    """Record who came (arrival), who left (departure) or who leads the household now (head)."""
    household = find_editable(request, pk)
    shape = SHAPES.get(what)
    if shape is None:
        raise Http404
    form = shape["form"](request.POST or None, household)
    if request.method == "POST" and form.is_valid():
        try:
            change = shape["record"](form, household, request.user)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _said(change))
            return redirect("household_detail", pk=change.household_id)
    context = {
        "form": form,
        "household": household,
        "title": shape["title"],
        "lead": "保存后请记得在国家系统里同步，同步完到“自然增减”里标注。",
        "what": what,
        "confirm": shape.get("confirm", ""),
        "shapes": [(key, other["title"]) for key, other in SHAPES.items()],
    }
    return render(request, "households/edit_form.html", context)


@require(Permission.REGISTER_VIEW)
def natural_change_list(request):
    """What still has to be repeated in the national system, oldest first; or all, newest first."""
    changes, form, is_all = _listed(request)
    context = {
        "page_obj": Paginator(changes, PAGE_ROWS).get_page(request.GET.get("page")),
        "is_all": is_all,
        "form": form,
        "can_mark": access.holds(request.user, Permission.REGISTER_EDIT),
    }
    return render(request, "households/natural_change_list.html", context)


@require(Permission.REGISTER_VIEW)
def natural_change_sheet(request):
    """The same list as a csv that WPS opens, to type from into the national system."""
    changes, _form, _is_all = _listed(request)
    response = HttpResponse(content_type="text/csv; charset=utf-8-sig")
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote('自然增减.csv')}"
    writer = csv.writer(response)
    writer.writerow(SHEET)
    for change in changes[:MOST_EXPORTED]:
        household, other = change.household, change.other_household
        writer.writerow([
            change.changed_on, change.get_kind_display(), change.person.name,
            household.village.parent.short_name, household.village.short_name,
            household.head_name, f"\t{household.number}", f"\t{other.number}" if other else "",
            _plain(change.note), "已更新" if change.national_updated_at else "待更新",
        ])  # fmt: skip
    return response


def _plain(text):
    """No spreadsheet takes it for a formula."""
    return f"\t{text}" if text[:1] in ("=", "+", "-", "@") else text


def _listed(request):
    """The changes asked for, the form that narrows them by area, and whether all are shown."""
    is_all = request.GET.get("show") == "all"
    held = access.codes(request.user, Permission.REGISTER_VIEW)
    form = AreaForm(request.GET, codes_held=held)
    changes = NaturalChange.objects.visible_to(request.user)
    if form.is_valid() and form.cleaned_data["area"]:
        changes = changes.filter(within([form.cleaned_data["area"]], "household__village_id"))
    if is_all:
        changes = changes.order_by("-changed_on", "-pk")
    else:
        changes = changes.pending_in_national_system().order_by("changed_on", "pk")
    related = ("household__village__parent", "other_household", "person", "recorded_by")
    return changes.select_related(*related), form, is_all


@require_POST
@require(Permission.REGISTER_EDIT)
def natural_change_mark(request):
    """Ticked changes are now in the national system."""
    ids = [int(pk) for pk in request.POST.getlist("change") if pk.isdecimal() and len(pk) < 19]
    mine = NaturalChange.objects.filter(
        access.scope(request.user, Permission.REGISTER_EDIT, field="household__village_id")
    )
    changes = mine.filter(pk__in=ids[:MOST_TICKED])
    count = actions.mark_changes_in_national_system(changes=changes, by=request.user)
    if count:
        messages.success(request, f"已标注{count}条自然增减为国家系统已更新。")
    else:
        messages.error(request, "没有可标注的记录，请先勾选还没有标注的自然增减。")
    return redirect("natural_change_list")


def _members(household):
    return household.members.active().in_family_order()


def _arrival(form, household, user):
    facts = form.facts()
    kind, on, note = facts.pop("kind"), facts.pop("changed_on"), facts.pop("note")
    return actions.record_arrival(
        household=household, kind=kind, facts=facts, changed_on=on, note=note, by=user
    )


def _departure(form, household, user):
    return actions.record_departure(by=user, **form.cleaned_data)


def _new_head(form, household, user):
    facts = form.cleaned_data
    return actions.record_new_head(
        household=household,
        new_head=facts["new_head"],
        relations=relations_of(form),
        changed_on=facts["changed_on"],
        note=facts["note"],
        by=user,
    )


def _split(form, household, user):
    facts = {key: form.cleaned_data[key] for key in (
        "leaving", "new_head", "stay_head", "changed_on", "number", "case_moves", "note",
    )}  # fmt: skip
    return actions.split_household(
        household=household, relations=relations_of(form), by=user, **facts
    )


def _merge(form, household, user):
    facts = {key: form.cleaned_data[key] for key in ("into", "changed_on", "note")}
    return actions.merge_households(
        household=household, relations=relations_of(form), by=user, **facts
    )


def _others(household):
    return Household.objects.active().filter(village=household.village_id).exclude(pk=household.pk)


def _said(change):
    if change.kind == NaturalChange.Kind.SPLIT:
        return f"已分户，新户编号 {change.other_household.number}。"
    if change.kind == NaturalChange.Kind.MERGE:
        return f"已并入{change.household}，原户转为已销户。"
    if change.is_household_gone:
        return "已登记，整户已减少，本户转为已销户。"
    return f"已登记{change.get_kind_display()}：{change.person.name}。"


SHAPES = {
    "arrival": {
        "title": "增加（出生、婚入、迁入）",
        "form": lambda data, household: ArrivalForm(data),
        "record": _arrival,
    },
    "departure": {
        "title": "减少（死亡、迁出、婚出）",
        "form": lambda data, household: DepartureForm(data, members=_members(household)),
        "record": _departure,
    },
    "head": {
        "title": "户主变更",
        "form": lambda data, household: NewHeadForm(data, members=_members(household)),
        "record": _new_head,
    },
    "split": {
        "title": "分户",
        "form": lambda data, household: SplitForm(data, members=_members(household)),
        "record": _split,
    },
    "merge": {
        "title": "并户",
        "form": lambda data, household: MergeForm(
            data, members=_members(household), others=_others(household)
        ),
        "record": _merge,
        "confirm": "并户后本户销户，成员全部转到另一户，不能撤销。确定吗？",
    },
}
