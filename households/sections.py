"""What upper apps add to the household page: leads, cases, measures, without a reverse import."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Section:
    """One block of a page: its template gets what `context(request, obj)` returns."""

    order: int
    title: str
    template: str
    context: Any
    permission: Any = None


class Sections:
    """Registered blocks of one page, in order."""

    def __init__(self):
        self._sections = []

    def add(self, *, order, title, template, context, permission=None):
        """Register a block, from `AppConfig.ready()`; `context` returns a dict, or None to hide it."""
        self._sections = sorted(
            [*self._sections, Section(order, title, template, context, permission)],
            key=lambda section: section.order,
        )

    def rendered_for(self, request, obj, may):
        """Blocks the viewer sees: dicts with title, template and context.

        `may(permission)` answers whether this viewer holds a permission here.
        """
        shown = []
        for section in self._sections:
            if section.permission is not None and not may(section.permission):
                continue
            context = section.context(request, obj)
            if context is not None:
                shown.append(
                    {"title": section.title, "template": section.template, "context": context}
                )
        return shown


household_page = Sections()
