"""政策参数 and 代码表: what is in force, where it comes from, and the next year's value."""

from django.contrib import messages
from django.db.models import Q
from django.http import Http404
from django.shortcuts import redirect, render

from accounts import access
from accounts.access import require
from accounts.permissions import Permission
from areas.models import Area
from audit import clock
from policy import parameters
from policy.actions import save_code_item, set_parameter
from policy.definitions import DEFINITIONS
from policy.models import Basis, CodeItem, Parameter, Population
from policy.rules import Kind, ValueRefused, meant
from portal.code_tables import TABLE_LABELS
from portal.forms import CodeItemForm, ParameterForm
from portal.homes import links


def _county(user) -> Area | None:
    """The county the viewer sets values for; None above the counties: then for all of them."""
    counties = Area.objects.counties().filter(code__in=access.codes(user, Permission.POLICY_MANAGE))
    return counties.order_by("code").first()


@require(Permission.POLICY_MANAGE)
def parameter_list(request):
    county = _county(request.user)
    lines = [
        _line(definition, population, basis, county)
        for definition in DEFINITIONS.values()
        for population in definition.populations
        for basis in definition.bases
    ]
    return render(request, "portal/parameter_list.html", {"lines": lines, "county": county})


def _line(definition, population, basis, county) -> dict:
    try:
        source = parameters.source(
            definition.key, population=population, basis=basis, county=county and county.pk
        )
    except parameters.ParameterMissing:
        source = None
    return {
        "definition": definition,
        "kinds": _kinds(population, basis),
        "value": source and _shown(definition, source.value),
        "source": source,
    }


def _kinds(population, basis) -> str:
    words = (
        Population(population).label if population else "",
        Basis(basis).label if basis else "",
    )
    return "，".join(word for word in words if word)


def _shown(definition, value) -> str:
    if definition.kind is Kind.FLAG:
        return "是" if value else "否"
    if definition.kind is Kind.AMOUNT:
        return f"{value:,.2f}"
    return f"{value:f}" if definition.kind is Kind.RATIO else str(value)


@require(Permission.POLICY_MANAGE)
def parameter_form(request, key):
    """The values of one key by year, and a form for the next one."""
    if key not in DEFINITIONS:
        raise Http404("没有这个参数")
    definition, county = DEFINITIONS[key], _county(request.user)
    start = {"valid_from": clock.today().replace(month=1, day=1)}
    form = ParameterForm(request.POST or None, key=key, initial=start)
    if request.method == "POST" and form.is_valid():
        try:
            set_parameter(key=key, by=request.user, county=county, **form.cleaned_data)
        except ValueRefused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, f"已保存：{definition.label}")
            return redirect("parameter_form", key=key)
    rows = Parameter.objects.filter(Q(county=county) | Q(county=None), key=key).order_by(
        "population", "basis", "-valid_from"
    )
    for row in rows:
        row.shown = _shown(definition, meant(definition, row.value))
    context = {"definition": definition, "form": form, "rows": rows, "county": county}
    return render(request, "portal/parameter_form.html", context)


@require(Permission.POLICY_MANAGE)
def code_list(request):
    """All tables on the left, the entries of one on the right."""
    table = request.GET.get("table") or next(iter(TABLE_LABELS))
    if table not in TABLE_LABELS:
        raise Http404("没有这个代码表")
    context = {
        "tables": TABLE_LABELS.items(),
        "table": table,
        "label": TABLE_LABELS[table],
        "items": CodeItem.objects.filter(table=table),
    }
    return render(request, "portal/code_list.html", context)


@require(Permission.POLICY_MANAGE)
def code_form(request, table, code=""):
    if table not in TABLE_LABELS:
        raise Http404("没有这个代码表")
    item = CodeItem.objects.filter(table=table, code=code).first() if code else None
    if code and item is None:
        raise Http404("没有这个代码")
    names = ("code", "label", "order", "is_active", "note")
    start = {name: getattr(item, name) for name in names} | item.extra if item else {}
    form = CodeItemForm(request.POST or None, initial=start, is_new=item is None, table=table)
    if request.method == "POST" and form.is_valid():
        if (
            item is None
            and CodeItem.objects.filter(table=table, code=form.cleaned_data["code"]).exists()
        ):
            form.add_error("code", "这个代码已经有了，请换一个代码，或者回到列表修改原来的那一项")
        else:
            try:
                save_code_item(table=table, by=request.user, **form.values())
            except ValueRefused as refused:
                form.add_error(None, str(refused))
            else:
                messages.success(request, f"已保存：{form.cleaned_data['label']}")
                return redirect(links.to("code_list", table=table))
    context = {"form": form, "item": item, "table": table, "label": TABLE_LABELS[table]}
    return render(request, "portal/code_form.html", context)
