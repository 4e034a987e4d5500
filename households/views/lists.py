"""Finding households: search first, then a list of an area."""

from django.core.paginator import Paginator
from django.shortcuts import render
from django.utils.functional import cached_property

from accounts import access
from accounts.access import require
from accounts.permissions import Permission
from households import actions, presenters, search
from households.forms import HouseholdFilterForm
from households.models import Household
from households.refusals import TooMany

PAGE_ROWS = 50
# Nobody reads further; counting all of a county would cost more than the page itself.
MOST_LISTED = 1_000
SORTS = {
    "number": ("number",),
    "-number": ("-number",),
    "head": ("head_name", "id"),
    "-head": ("-head_name", "-id"),
    "income": ("per_capita_income", "id"),
    "-income": ("-per_capita_income", "-id"),
}
COLUMNS = (("head", "户主"), ("number", "户编号"), ("income", "人均纯收入（元）"))


class ShortPaginator(Paginator):
    """Pages of the first MOST_LISTED rows."""

    @cached_property
    def found(self):
        return self.object_list[: MOST_LISTED + 1].count()

    @cached_property
    def count(self):
        return min(self.found, MOST_LISTED)

    @property
    def is_cut(self):
        return self.found > MOST_LISTED


@require(Permission.REGISTER_VIEW)
def household_list(request):
    """A search finds persons; without one the chosen area is listed."""
    text = request.GET.get("q", "").strip()
    held = access.codes(request.user, Permission.REGISTER_VIEW)
    form = HouseholdFilterForm(request.GET, codes_held=held)
    context = {
        "form": form,
        "q": search.clean(text),
        "can_add": access.holds(request.user, Permission.REGISTER_EDIT),
    }
    if text:
        context |= _searched(request, text)
    else:
        context |= _listed(request, form, held)
    return render(request, "households/household_list.html", context)


def _searched(request, text):
    try:
        answer = actions.look_up(text=text, by=request.user)
    except TooMany as refusal:
        return {"is_search": True, "refusal": str(refusal)}
    rows = [{"person": p, "id_number": presenters.masked_id(p)} for p in answer.persons]
    return {
        "is_search": True,
        "rows": rows,
        "has_more": answer.has_more,
        "shown": actions.lookups.SHOWN,
        "is_too_short": answer.kind is search.Kind.TOO_SHORT,
    }


def _listed(request, form, held):
    is_asked = any(request.GET.get(name) for name in form.fields)
    is_one_village = len(held) == 1 and len(held[0]) == 12
    if not form.is_valid() or not (is_asked or is_one_village):
        return {}
    sort = request.GET.get("sort", "")
    households = _filtered(form.cleaned_data, request.user).order_by(
        *SORTS.get(sort, SORTS["number"])
    )
    paginator = ShortPaginator(households.select_related("village__parent"), PAGE_ROWS)
    return {
        "is_list": True,
        "page_obj": paginator.get_page(request.GET.get("page")),
        "is_cut": paginator.is_cut,
        "most_listed": MOST_LISTED,
        "columns": [(key, label, f"-{key}" if sort == key else key) for key, label in COLUMNS],
        "sort": sort,
    }


def _filtered(wanted, user):
    households = Household.objects.visible_to(user)
    households = households.filter(state=wanted["state"] or Household.State.ACTIVE)
    if wanted["area"]:
        households = households.in_area(wanted["area"])
    if wanted["kind"]:
        households = households.filter(kind=wanted["kind"])
    if wanted["low_income"] == "any":
        households = households.exclude(low_income_kind="")
    elif wanted["low_income"]:
        households = households.filter(low_income_kind=wanted["low_income"])
    return households
