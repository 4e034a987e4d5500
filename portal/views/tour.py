"""The first-use tour was gone through or declined: it is not shown to this person again."""

from django.http import Http404
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from accounts.access import signed_in
from portal.tours import TOURS, mark_seen


@require_POST
@signed_in
def tour_seen(request, name):
    if name not in TOURS:
        raise Http404("没有这个引导")
    mark_seen(request, name)
    return redirect("home")
