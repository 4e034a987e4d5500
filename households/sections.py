"""What upper apps add to the household page: leads, cases, measures, without a reverse import."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Section:
    """One block of a page: its template gets what `context(request, obj)` returns.

    `is_further_down` blocks are asked for only when the reader gets there; `annotations` are what
    a block wants to find on `obj`, so that it travels in the page's own query.
    """

    order: int
    title: str
    template: str
    context: Any
    permission: Any = None
    is_further_down: bool = False
    annotations: Mapping[str, Any] = field(default_factory=dict)


class Sections:
    """Registered blocks of one page, in order."""

    def __init__(self):
        self._sections = []

    def add(self, **section):
        """Register a block, from `AppConfig.ready()`; `context` returns a dict, or None to hide it."""
        self._sections = sorted(
            [*self._sections, Section(**section)], key=lambda section: section.order
        )

    def annotations(self) -> dict:
        """What all blocks together want to find on the object of the page."""
        found = {}
        for section in self._sections:
            found |= section.annotations
        return found

    def rendered_for(self, request, obj, may, *, is_further_down=False):
        """Blocks the viewer sees: dicts with title, template and context, for `{% draw %}`.

        `may(permission)` answers whether this viewer holds a permission here.
        """
        shown = []
        for section in self._sections:
            if section.is_further_down != is_further_down:
                continue
            if section.permission is not None and not may(section.permission):
                continue
            context = section.context(request, obj)
            if context is not None:
                shown.append(
                    {"title": section.title, "template": section.template, "context": context}
                )
        return shown


household_page = Sections()
