"""The floor of a page: a bare view behind the same middleware and resolver, its context constants.

It is the site's URLconf with one more address, so the floor's request takes the same way as ours.
"""

from django.shortcuts import render
from django.urls import path

from accounts.access import signed_in
from qingfeng_monitor import urls

ADDRESS = "/bench-floor/"
OF_THE_REQUEST = {"request", "csrf_token", "messages", "user", "perms"}  # each request's own
_shown = {}


def take_over(template: str, context) -> None:
    """From now on the floor shows this template with what the page's own view filled it with."""
    constants = context.flatten()
    _shown.update(
        template=template,
        context={key: constants[key] for key in constants.keys() - OF_THE_REQUEST},
    )


@signed_in
def floor(request):
    return render(request, _shown["template"], _shown["context"])


urlpatterns = [path(ADDRESS.strip("/") + "/", floor, name="bench_floor"), *urls.urlpatterns]
