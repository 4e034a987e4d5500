"""A household's page, and the one place where a whole ID number is shown."""

from django.db.models import Q
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache

from accounts import access
from accounts.access import require
from accounts.passwords import is_own
from accounts.permissions import Permission
from households import actions, presenters
from households.forms import RevealForm
from households.models import Household, NaturalChange, Person
from households.refusals import Refused
from households.sections import household_page
from policy import parameters


def find_household(request, pk) -> Household:
    """The household, or 404 when it is not there for this viewer."""
    households = Household.objects.visible_to(request.user).select_related("village__parent")
    return get_object_or_404(households, pk=pk)


def find_editable(request, pk) -> Household:
    """The household, or 404 when this viewer may not change it."""
    households = Household.objects.editable_by(request.user).select_related("village__parent")
    return get_object_or_404(households, pk=pk)


@never_cache
@require(Permission.REGISTER_VIEW)
def household_detail(request, pk):
    """Members, income, safeguards, what upper apps add; `household_more` follows further down."""
    household = find_household(request, pk)
    actions.view_household(household=household, by=request.user)
    members = list(household.members.in_family_order())
    active = [person for person in members if person.is_active]
    incomes = list(household.incomes.select_related("recorded_by")[:12])
    village = household.village_id
    context = {
        "household": household,
        "facts": presenters.household_facts(household),
        "members": presenters.member_rows(active),
        "departed": [person for person in members if not person.is_active],
        "incomes": incomes,
        "income_lines": presenters.income_lines(incomes[0]) if incomes else [],
        "safeguards": household.safeguards.select_related("recorded_by")[:12],
        "sections": _sections(request, household),
        "can_edit": not household.is_removed
        and access.may(request.user, Permission.REGISTER_EDIT, area=village),
        "can_reveal": access.may(request.user, Permission.ID_REVEAL, area=village),
    }
    return render(request, "households/household_detail.html", context)


@never_cache
@require(Permission.REGISTER_VIEW)
def household_more(request, pk):
    """What few ask for, so the household's page fetches it on the way down: departments, relief, edits."""
    household = find_household(request, pk)
    members = list(household.members.all())
    context = {
        "household": household,
        "sections": _sections(request, household, is_further_down=True),
        "changes": NaturalChange.objects.filter(
            Q(household=household) | Q(other_household=household)
        ).select_related("person", "household", "other_household")[:30],
        "history": presenters.history(household, members),
    }
    template = "_more.html" if request.htmx else "household_more.html"
    return render(request, f"households/{template}", context)


@never_cache
@require(Permission.ID_REVEAL)
def person_reveal(request, pk):
    """Show a whole ID number after a reason was given and recorded."""
    persons = Person.objects.visible_to(request.user).select_related("household__village__parent")
    person = get_object_or_404(
        persons.filter(access.scope(request.user, Permission.ID_REVEAL, "household__village_id")),
        pk=pk,
    )
    county = person.household.village_id[:6]
    asks_password = parameters.value("reveal_asks_password", county=county)
    form = RevealForm(request.POST or None, asks_password=asks_password)
    number = ""
    if request.method == "POST" and form.is_valid() and _is_confirmed(request, form):
        try:
            number = actions.reveal_id(
                person=person, reason=form.cleaned_data["reason"], by=request.user
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
    context = {
        "person": person,
        "form": form,
        "number": number,
        "masked": presenters.masked_id(person),
    }
    return render(request, "households/person_reveal.html", context)


def _is_confirmed(request, form) -> bool:
    """The password typed again is right, where the county asks for it; a wrong one is told."""
    if "password" not in form.fields or is_own(request, form.cleaned_data["password"]):
        return True
    form.add_error("password", "密码不对，请重新输入；连续错 5 次将锁定 15 分钟。")
    return False


def _sections(request, household, *, is_further_down=False):
    """Blocks of upper apps."""
    return household_page.rendered_for(
        request,
        household,
        lambda permission: access.may(request.user, permission, area=household.village_id),
        is_further_down=is_further_down,
    )
