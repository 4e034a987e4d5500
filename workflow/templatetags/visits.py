"""How a visit's findings are shown."""

from django import template

from workflow import findings

register = template.Library()


@register.filter
def finding_lines(found: dict) -> list[tuple[str, str]]:
    """Label and text of everything found."""
    return findings.lines(found)
