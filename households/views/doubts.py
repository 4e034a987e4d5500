"""数据体检: what is left to be checked, as work; and answering for one doubt."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Min, Sum
from django.db.models.functions import Substr
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from accounts import access
from accounts.access import require
from accounts.permissions import Permission
from areas.models import Area, Level
from areas.rules import LENGTHS, level_of
from households import actions, data_check, doubt_facts, doubts
from households.forms.as_written import plain_words
from households.models import DoubtCount, Household
from households.refusals import Refused
from households.views.detail import find_editable, find_household

PAGE_ROWS = 50
# An area is shown by the areas one level below it.
LEVELS = (Level.PROVINCE, Level.CITY, Level.COUNTY, Level.TOWNSHIP, Level.VILLAGE)
BELOW = dict(zip(LEVELS, LEVELS[1:], strict=False))


@require(Permission.REGISTER_VIEW)
def data_health(request):
    """Of a village what is left right now, by rule; above it last night's counts by area."""
    held = access.codes(request.user, Permission.REGISTER_VIEW)
    code = request.GET.get("area", "") or (held[0] if len(held) == 1 else "")
    if code and not access.may(request.user, Permission.REGISTER_VIEW, area=code):
        raise Http404
    area = Area.objects.select_related("parent").filter(code=code).first() if code else None
    if code and area is None:
        raise Http404
    if area and area.level == Level.VILLAGE:
        return _village(request, area)
    return _areas(request, area, held)


def _village(request, area):
    households = Household.objects.active().filter(village=area).order_by("number")
    by_pk = {household.pk: household for household in households}
    left = doubt_facts.open_doubts(by_pk.values())
    if access.may(request.user, Permission.REGISTER_EDIT, area=area.code):
        data_check.keep_if_changed(area.code, left)  # the home page need not wait for the night
    wanted = request.GET.get("rule", "")
    by_rule = {one.key: [] for one in doubts.CATALOGUE}
    for pk, found in left.items():
        for doubt in found:
            by_rule[doubt.rule.key].append((by_pk[pk], doubt))
    rows = by_rule.get(wanted, []) if wanted else [row for some in by_rule.values() for row in some]
    context = {
        "area": area,
        "rules": [
            (one, len(by_rule[one.key])) for one in doubts.CATALOGUE if by_rule[one.key]
        ],
        "rule": wanted,
        "rule_label": doubts.labels().get(wanted, ""),
        "household_count": len(left),
        "page_obj": Paginator(rows, PAGE_ROWS).get_page(request.GET.get("page")),
    }  # fmt: skip
    return render(request, "households/data_health_village.html", context)


def _areas(request, area, held):
    """One level below the area, or below what the viewer holds; last night's counts."""
    counts = DoubtCount.objects.visible_to(request.user)
    if area:
        counts = counts.filter(village__code__startswith=area.code)
    level = area.level if area else level_of(min(held, key=len))
    below = BELOW.get(level, Level.VILLAGE)
    by_area = dict(
        counts.values(part=Substr("village__code", 1, LENGTHS[below]))
        .annotate(n=Sum("open"))
        .order_by()
        .values_list("part", "n")
    )
    names = Area.objects.filter(code__in=list(by_area)).order_by("code")
    labels = doubts.labels()
    by_rule = dict(
        counts.values("rule").annotate(n=Sum("open")).order_by().values_list("rule", "n")
    )
    context = {
        "area": area,
        "areas": [(one, by_area[one.code]) for one in names],
        "rules": [(label, by_rule[key]) for key, label in labels.items() if by_rule.get(key)],
        "total": sum(by_area.values()),
        "checked_at": counts.aggregate(first=Min("checked_at"))["first"],
    }
    return render(request, "households/data_health.html", context)


@require(Permission.REGISTER_VIEW)
def household_doubts(request, pk):
    """What is open or answered for at one household; its page fetches this."""
    household = find_household(request, pk)
    context = {
        "household": household,
        "doubts": doubt_facts.open_doubts([household]).get(household.pk, []),
        "answers": household.doubt_answers.select_related("by")[:20],
        "can_answer": not household.is_removed
        and access.may(request.user, Permission.REGISTER_EDIT, area=household.village_id),
    }
    template = "_doubts.html" if request.htmx else "household_doubts.html"
    return render(request, f"households/{template}", context)


@require_POST
@require(Permission.REGISTER_EDIT)
def doubt_accept(request, pk):
    """已核实，情况属实 for one doubt, found again by its key and facts."""
    household = find_editable(request, pk)
    left = doubt_facts.open_doubts([household]).get(household.pk, [])
    asked = (request.POST.get("doubt"), request.POST.get("digest"))
    doubt = next((one for one in left if (one.key, one.digest) == asked), None)
    if doubt is None:
        messages.error(request, "这处疑点已经没有了，或情况刚有变化，请看下面现在的内容。")
    else:
        try:
            actions.accept_doubt(
                household=household,
                doubt=doubt,
                note=plain_words(request.POST, "note"),
                by=request.user,
            )
        except Refused as refusal:
            messages.error(request, f"{refusal}。")
        else:
            messages.success(request, "已记下核实情况，事实不变就不再提示。")
    return redirect("household_doubts", pk=household.pk)
