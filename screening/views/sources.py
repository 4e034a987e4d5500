"""名单来源: the system administrator says where each department puts its lists."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts import access
from accounts.access import require
from accounts.permissions import Permission
from areas.models import Area
from jobs.actions import enqueue
from screening import actions
from screening.forms import SourceForm
from screening.models import Source
from screening.refusals import LeadRefused


@require_safe
@require(Permission.SCHEDULE_MANAGE)
def source_list(request):
    """Every configured place and how the last look went."""
    sources = Source.objects.visible_to(request.user).select_related("department", "kind", "county")
    return render(request, "screening/source_list.html", {"sources": sources})


@require(Permission.SCHEDULE_MANAGE)
def source_form(request, pk=None):
    """A new place, or one to change."""
    source = None
    if pk is not None:
        source = get_object_or_404(Source.objects.visible_to(request.user), pk=pk)
    form = SourceForm(request.POST or None, instance=source)
    if request.method == "POST" and form.is_valid():
        county = source.county if source else _county(request.user)
        try:
            source = actions.save_source(
                county=county, source=source, by=request.user, **form.cleaned_data
            )
        except LeadRefused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, f"已保存：{source.department}的名单来源")
            return redirect("source_list")
    return render(request, "screening/source_form.html", {"form": form, "source": source})


@require_POST
@require(Permission.SCHEDULE_MANAGE)
def source_try(request, pk):
    """Does the place answer? By a worker, since it may hang."""
    source = get_object_or_404(Source.objects.visible_to(request.user), pk=pk)
    job = enqueue(
        "screening.try_source", by=request.user, title=f"试连{source.department}的名单来源",
        args={"source": source.pk},
    )  # fmt: skip
    return redirect("job_detail", pk=job.pk)


def _county(user) -> Area:
    counties = Area.objects.counties().filter(
        code__in=access.codes(user, Permission.SCHEDULE_MANAGE)
    )
    county = counties.order_by("code").first()
    if county is None:
        raise Http404
    return county
