from django.http import Http404
from django.shortcuts import render

from accounts.access import signed_in
from portal.help_texts import HELP


@signed_in
def help_index(request):
    return render(request, "portal/help_index.html", {"texts": HELP.items()})


@signed_in
def help_page(request, key):
    if key not in HELP:
        raise Http404("没有这一页的帮助")
    return render(request, "portal/help_page.html", {"text": HELP[key]})
