"""Words and tones of assistance for templates."""

from django import template

from policy import codes

register = template.Library()

TONES = {"planned": "plain", "active": "waiting", "done": "done", "withdrawn": "muted"}


@register.filter
def code_label(code, table):
    """The label of a code in a code table; an unknown code shows itself."""
    return codes.label(table, code)


@register.filter
def measure_tone(measure):
    return TONES[measure.state]
