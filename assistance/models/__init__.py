"""Assistance for a monitored household: who helps, what is planned, what was done.

Visits are `workflow.Visit` rows (purpose HELP); measures point at the case, never the other way round.
"""

from assistance.models.attention import Attention
from assistance.models.helper import Helper, HelperAssignment
from assistance.models.measure import Measure
from assistance.models.measure_sheet import MeasureSheet, MeasureSheetRow
from assistance.models.plan import Plan, PlanItem

__all__ = [
    "Attention",
    "Helper",
    "HelperAssignment",
    "Measure",
    "MeasureSheet",
    "MeasureSheetRow",
    "Plan",
    "PlanItem",
]
