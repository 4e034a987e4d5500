"""Forms over a household and its members; a stale form shows both values."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from accounts import access
from accounts.access import require
from accounts.permissions import Permission
from areas.models import Area
from households import actions, presenters
from households.actions.households import HOUSEHOLD_FACTS, PERSON_FACTS, WITHOUT_NUMBER
from households.forms import (
    HouseholdForm,
    NewHouseholdForm,
    NewPersonForm,
    PersonForm,
    UnnumberedPersonForm,
)
from households.models import Household, Person
from households.refusals import Refused, Stale
from households.views.detail import find_editable


@require(Permission.REGISTER_EDIT)
def household_new(request):
    """A household the register does not hold yet, with its head; members follow one by one."""
    villages = Area.objects.active().villages()
    villages = villages.filter(access.scope(request.user, Permission.REGISTER_EDIT, field="code"))
    form = NewHouseholdForm(request.POST or None, villages=villages)
    head_form = NewPersonForm(request.POST or None, prefix="head", initial={"relation": "户主"})
    if request.method == "POST" and form.is_valid() and head_form.is_valid():
        facts = form.cleaned_data
        try:
            household = actions.add_household(
                village=facts["village"],
                number=facts["number"],
                facts={"kind": facts["kind"]},
                members=[head_form.facts()],
                by=request.user,
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"{household}已登记，请继续添加其他成员。")
            return redirect("household_detail", pk=household.pk)
    context = {"form": form, "head_form": head_form}
    return render(request, "households/household_new.html", context)


@require(Permission.REGISTER_EDIT)
def household_edit(request, pk):
    """Change the household's own facts."""
    household = find_editable(request, pk)
    current = {name: getattr(household, name) for name in (*HOUSEHOLD_FACTS, "number")}
    form = HouseholdForm(request.POST or None, initial=current | {"version": household.version})
    context = {"form": form, "household": household, "title": "修改农户资料"}
    if request.method == "POST" and form.is_valid():
        facts = dict(form.cleaned_data)
        version = facts.pop("version")
        try:
            actions.edit_household(
                household=household, facts=facts, version=version, by=request.user
            )
        except Stale as stale:
            context["conflict"] = _conflict(form, stale.current, HOUSEHOLD_FACTS)
            form.add_error(None, str(stale))
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "农户资料已保存。")
            return redirect("household_detail", pk=household.pk)
    return render(request, "households/edit_form.html", context)


@require(Permission.REGISTER_EDIT)
def person_new(request, pk):
    """A member the register missed; births and arrivals are natural changes."""
    household = find_editable(request, pk)
    form = NewPersonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            person = actions.add_member(household=household, facts=form.facts(), by=request.user)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"已补登成员{person.name}。")
            return redirect("household_detail", pk=household.pk)
    context = {
        "form": form,
        "household": household,
        "title": "补登漏登的成员",
        "lead": "出生、婚入、迁入的，请到“登记自然增减”办理。",
    }
    return render(request, "households/edit_form.html", context)


@require(Permission.REGISTER_EDIT)
def person_edit(request, pk):
    """Correct a member's facts; an empty ID number keeps the one there is."""
    editable = Person.objects.filter(
        access.scope(request.user, Permission.REGISTER_EDIT, "household__village_id")
    )
    person = get_object_or_404(
        editable.active().select_related("household__village__parent"), pk=pk
    )
    facts = PERSON_FACTS if person.id_index else (*PERSON_FACTS, *WITHOUT_NUMBER)
    current = {name: getattr(person, name) for name in facts}
    shape = PersonForm if person.id_index else UnnumberedPersonForm
    form = shape(request.POST or None, initial=current | {"version": person.version})
    form.fields[
        "id_number"
    ].help_text = f"现为 {presenters.masked_id(person) or '未登记'}；不改请留空。"
    context = {
        "form": form,
        "household": person.household,
        "title": f"修改成员：{person.name}",
        "back": _back(request),
    }
    if request.method == "POST" and form.is_valid():
        version = form.cleaned_data["version"] or 0
        try:
            actions.edit_person(person=person, facts=form.facts(), version=version, by=request.user)
        except Stale as stale:
            context["conflict"] = _conflict(form, stale.current, facts)
            form.add_error(None, str(stale))
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"{person.name}的资料已保存。")
            return redirect(
                context["back"] or reverse("household_detail", args=[person.household_id])
            )
    return render(request, "households/edit_form.html", context)


def _back(request) -> str:
    """The page of ours from which the person came, if it said so."""
    wanted = request.GET.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, request.is_secure())
    return wanted if is_ours else ""


def _conflict(form, current, names):
    """(label, what the register holds now, what was typed) where they differ; the form may be sent again."""
    form.data = form.data.copy()
    form.data["version"] = str(current.version)
    model = type(current) if isinstance(current, Household) else Person
    return [
        (
            presenters.label_of(model, name),
            presenters.worded(name, getattr(current, name)),
            presenters.worded(name, form.cleaned_data.get(name)),
        )
        for name in names
        if name in form.cleaned_data and getattr(current, name) != form.cleaned_data[name]
    ]
