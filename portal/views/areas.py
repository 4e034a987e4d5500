"""行政区划: the tree by township, adding, changing, taking out of use, loading a list."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.shortcuts import get_object_or_404, redirect, render

from accounts import access
from accounts.access import require
from accounts.permissions import Permission
from areas.actions import load_divisions, save_area
from areas.divisions import DivisionsRefused
from areas.models import Area
from portal.forms import AreaFileForm, AreaForm
from portal.homes import links

PAGE_SIZE = 50


def _managed(user):
    return Area.objects.filter(access.scope(user, Permission.AREA_MANAGE, field="code"))


@require(Permission.AREA_MANAGE)
def area_list(request):
    """The areas inside one area (?parent=), at first those at the top of the viewer's own."""
    managed = _managed(request.user)
    words = request.GET.get("q", "").replace("\x00", "").strip()[:40]
    parent = None
    if words:
        found = managed.filter(Q(name__contains=words) | Q(code__startswith=words))
    elif request.GET.get("parent"):
        parent = get_object_or_404(managed.select_related("parent"), code=request.GET["parent"])
        found = managed.filter(parent=parent)
    else:
        tops = access.codes(request.user, Permission.AREA_MANAGE)
        parent = managed.filter(code__in=tops).first() if len(tops) == 1 else None
        found = managed.filter(parent=parent) if parent else managed.filter(code__in=tops)
    found = found.select_related("parent").annotate(
        inside=Count("children", filter=Q(children__is_active=True))
    )
    page = Paginator(found.order_by("code"), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"page_obj": page, "parent": parent, "words": words}
    return render(request, "portal/area_list.html", context)


@require(Permission.AREA_MANAGE)
def area_new(request):
    start = {"parent": request.GET.get("parent", "")}
    return _area_form(request, AreaForm(request.POST or None, initial=start, user=request.user))


@require(Permission.AREA_MANAGE)
def area_form(request, code):
    area = get_object_or_404(_managed(request.user), code=code)
    start = {
        "code": area.code,
        "name": area.name,
        "short_name": area.short_name,
        "parent": area.parent_id or "",
        "is_active": area.is_active,
    }
    form = AreaForm(request.POST or None, initial=start, user=request.user, area=area)
    return _area_form(request, form, area)


def _area_form(request, form, area=None):
    if request.method == "POST" and form.is_valid():
        try:
            saved = save_area(by=request.user, **form.cleaned_data)
        except DivisionsRefused as refused:
            for reason in refused.reasons:
                form.add_error(None, reason)
        else:
            messages.success(request, f"已保存 {saved.name}")
            return redirect(links.to("area_list", parent=saved.parent_id or ""))
    return render(request, "portal/area_form.html", {"form": form, "area": area})


@require(Permission.AREA_MANAGE)
def area_load(request):
    """Load a csv of divisions: all rows or none."""
    form = AreaFileForm(request.POST or None, request.FILES or None, user=request.user)
    reasons = []
    if request.method == "POST" and form.is_valid():
        try:
            loaded = load_divisions(data=form.cleaned_data["data"], by=request.user)
        except DivisionsRefused as refused:
            reasons = refused.reasons
        else:
            messages.success(
                request,
                f"共 {loaded.rows} 行：新增 {loaded.created}，修改 {loaded.updated}，没有变化 {loaded.unchanged}",
            )
            return redirect("area_list")
    return render(request, "portal/area_load.html", {"form": form, "reasons": reasons[:100]})
