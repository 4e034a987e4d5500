"""Words and tones of assistance for templates."""

from django import template

from assistance.models import Measure
from policy import codes

register = template.Library()

TONES = {
    "planned": "plain",
    "active": "waiting",
    "done": "good",
    "refused": "late",
    "withdrawn": "muted",
}
PLAN_TONES = {"已审批": "good", "已退回": "late"}
SHEET_FIELDS = {"state": "状态", "done_on": "完成日期", "amount_paid": "落实金额", "effect": "成效"}
ATTENTION_TONES = {"red": "late", "yellow": "waiting", "green": "good"}

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


@register.filter
def plan_tone(plan):
    return PLAN_TONES.get(plan.state_label, "waiting")


@register.filter
def attention_tone(attention):
    return ATTENTION_TONES[attention.level]


@register.filter
def sheet_changes(row):
    """What a row of a work list would change, in words."""
    shown = dict(row.values)
    if "state" in shown:
        shown["state"] = Measure.State(shown["state"]).label
    return "；".join(f"{SHEET_FIELDS[key]} {value or '清空'}" for key, value in shown.items())
