"""自然增减: the form in its three shapes, and the list to be repeated in the national system."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from accounts import access
from accounts.access import require
from accounts.permissions import Permission
from households import actions
from households.forms import ArrivalForm, DepartureForm, NewHeadForm
from households.models import NaturalChange
from households.refusals import Refused
from households.views.detail import find_editable

PAGE_ROWS = 50
MOST_TICKED = 500


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
            return redirect("household_detail", pk=household.pk)
    context = {
        "form": form,
        "household": household,
        "title": shape["title"],
        "lead": "保存后请记得在国家系统里同步，同步完到“自然增减”里标注。",
        "what": what,
        "shapes": [(key, other["title"]) for key, other in SHAPES.items()],
    }
    return render(request, "households/edit_form.html", context)


@require(Permission.REGISTER_VIEW)
def natural_change_list(request):
    """What still has to be repeated in the national system, oldest first; or all, newest first."""
    is_all = request.GET.get("show") == "all"
    changes = NaturalChange.objects.visible_to(request.user)
    if is_all:
        changes = changes.order_by("-changed_on", "-pk")
    else:
        changes = changes.pending_in_national_system().order_by("changed_on", "pk")
    changes = changes.select_related("household__village__parent", "person", "recorded_by")
    context = {
        "page_obj": Paginator(changes, PAGE_ROWS).get_page(request.GET.get("page")),
        "is_all": is_all,
        "can_mark": access.holds(request.user, Permission.REGISTER_EDIT),
    }
    return render(request, "households/natural_change_list.html", context)


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
        relations=form.relations(),
        changed_on=facts["changed_on"],
        note=facts["note"],
        by=user,
    )


def _said(change):
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
        "title": "减少（死亡、迁出）",
        "form": lambda data, household: DepartureForm(data, members=_members(household)),
        "record": _departure,
    },
    "head": {
        "title": "户主变更",
        "form": lambda data, household: NewHeadForm(data, members=_members(household)),
        "record": _new_head,
    },
}
