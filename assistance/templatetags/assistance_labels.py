"""Words and tones of assistance for templates."""

from django import template

from policy import codes

register = template.Library()

TONES = {"planned": "plain", "active": "waiting", "done": "done", "withdrawn": "muted"}

RELIEF_TONES = {
    "reported": "waiting",
    "requested": "waiting",
    "inspected": "doing",
    "approved": "doing",
    "paid": "done",
    "refused": "muted",
}


@register.filter
def relief_tone(state):
    """The tone of a claim's or request's state."""
    return RELIEF_TONES[state]


@register.filter
def code_label(code, table):
    """The label of a code in a code table; an unknown code shows itself."""
    return codes.label(table, code)


@register.filter
def measure_tone(measure):
    return TONES[measure.state]
