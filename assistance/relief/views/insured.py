"""参保名册 of 防贫保, and the county's step that insures a whole group at once."""

from datetime import date

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Sum
from django.shortcuts import redirect, render

from accounts import access
from accounts.access import require
from accounts.permissions import Permission
from areas.models import Area
from assistance.refusals import AssistanceRefused
from assistance.relief import actions
from assistance.relief.forms import EnrolForm
from assistance.relief.models import InsuranceCover
from audit import clock

PAGE_ROWS = 50


@require(Permission.CASE_VIEW, Permission.LEADFILE_UPLOAD)
def cover_list(request):
    """Who is insured in a year, this year unless asked."""
    asked = request.GET.get("year", "")
    year = int(asked) if asked.isdecimal() and len(asked) == 4 else clock.today().year
    visible = InsuranceCover.objects.visible_to(request.user)
    covers = visible.filter(year=year)
    page = Paginator(
        covers.select_related("household__village__parent").order_by(
            "household__village_id", "household__number"
        ),
        PAGE_ROWS,
    )
    context = {
        "year": year,
        "years": sorted({year, *visible.values_list("year", flat=True).distinct().order_by()}),
        "figures": covers.aggregate(households=Count("pk"), persons=Sum("member_count")),
        "page_obj": page.get_page(request.GET.get("page")),
        "may_enrol": access.holds(request.user, Permission.MEASURE_SET),
    }
    return render(request, "assistance/cover_list.html", context)


@require(Permission.MEASURE_SET)
def enrol(request):
    """Insure every household of a group that is not insured this year yet."""
    codes = access.codes(request.user, Permission.MEASURE_SET)
    today = clock.today()
    form = EnrolForm(request.POST or None, initial={"starts_on": today})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            added = sum(
                actions.enrol(
                    county=code, group=data["group"], year=data["starts_on"].year,
                    starts_on=data["starts_on"], by=request.user,
                )
                for code in codes
            )  # fmt: skip
        except AssistanceRefused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, f"新参保 {added} 户，已参保的户不变。")
            return redirect("cover_list")
    waiting = [
        (label, sum(
            actions.insurable(county=code, group=group, year=today.year).count() for code in codes
        ))
        for group, label in InsuranceCover.Group.choices
    ]  # fmt: skip
    context = {
        "form": form,
        "waiting": waiting,
        "year": today.year,
        "ends_on": date(today.year, 12, 31),
        "areas": Area.objects.filter(pk__in=codes),
    }
    return render(request, "assistance/enrol.html", context)
