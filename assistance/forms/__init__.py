"""Shape of input for the assistance pages; rules live in rules.py and actions."""

from assistance.forms.helpers import HandOverForm, HelperAssignForm, HelperForm
from assistance.forms.measures import (
    MeasureAnswerForm,
    MeasureBatchForm,
    MeasureFilterForm,
    MeasureForm,
    MeasureSheetForm,
    WithdrawForm,
)
from assistance.forms.plans import AttentionForm, PlanForm, ReturnForm

__all__ = [
    "AttentionForm",
    "HandOverForm",
    "HelperAssignForm",
    "HelperForm",
    "MeasureAnswerForm",
    "MeasureBatchForm",
    "MeasureFilterForm",
    "MeasureForm",
    "MeasureSheetForm",
    "PlanForm",
    "ReturnForm",
    "WithdrawForm",
]
