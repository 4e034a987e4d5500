"""Addresses that home pages point to, with their query string."""

from urllib.parse import urlencode

from django.urls import reverse


def to(url_name: str, *args, **query) -> str:
    path = reverse(url_name, args=args)
    return f"{path}?{urlencode(query)}" if query else path


def to_report(round, area_code: str, kind: str) -> str:
    """The page that reports one list of one area."""
    return to("list_report", round.pk, area=area_code, kind=kind)
