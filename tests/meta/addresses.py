"""Walking the URL patterns."""

import re
from dataclasses import dataclass

from django.urls import URLPattern, get_resolver, reverse

from tests.meta.nouns import NOUNS, Noun

API = "api/v1/"
ARGUMENT = re.compile(r"<(?:\w+:)?(\w+)>|\(\?P<(\w+)>")


@dataclass(frozen=True)
class Address:
    name: str
    route: str  # without the prefix of the API
    view: object
    is_api: bool

    @property
    def arguments(self) -> list[str]:
        return [plain or pattern for plain, pattern in ARGUMENT.findall(self.route)]

    @property
    def noun(self) -> Noun | None:
        """What the address is about; None for a list or a page of its own."""
        if not self.arguments:
            return None
        return NOUNS[re.split(r"[<(]", self.route)[0]]

    def url(self, found: dict) -> str:
        return reverse(self.name, kwargs={key: found[key] for key in self.arguments})


def every_address() -> list[Address]:
    return sorted(_walk(get_resolver().url_patterns, ""), key=lambda address: address.name or "")


def _walk(patterns, before: str):
    for pattern in patterns:
        route = before + str(pattern.pattern).lstrip("^").rstrip("$")
        if isinstance(pattern, URLPattern):
            short = route.removeprefix(API)
            yield Address(pattern.name, short, pattern.callback, is_api=short != route)
        else:
            yield from _walk(pattern.url_patterns, route)
