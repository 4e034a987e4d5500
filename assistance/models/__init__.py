"""Assistance for a monitored household: who helps, what is planned, what was done.

Visits are `workflow.Visit` rows (purpose HELP); measures point at the case, never the other way round.
"""

from assistance.models.attention import Attention
from assistance.models.clearing_check import ClearingCheck
from assistance.models.helper import Helper, HelperAssignment
from assistance.models.measure import Measure
from assistance.models.measure_sheet import MeasureSheet, MeasureSheetRow
from assistance.models.plan import Plan, PlanItem
from assistance.models.risk_ended import RiskEnded
from assistance.relief.models import InsuranceClaim, InsuranceCover, ReliefRequest

__all__ = [
    "Attention",
    "ClearingCheck",
    "Helper",
    "HelperAssignment",
    "InsuranceClaim",
    "InsuranceCover",
    "Measure",
    "MeasureSheet",
    "MeasureSheetRow",
    "Plan",
    "PlanItem",
    "ReliefRequest",
    "RiskEnded",
]
