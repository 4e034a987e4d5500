"""Pages of assistance: plan, helper, measures, clearing conditions, what is missing."""

from assistance.views.clearing import clearing_check, risk_ended
from assistance.views.gaps import gap_list
from assistance.views.helpers import helper_assign
from assistance.views.measures import measure_edit, measure_list, measure_new, measure_withdraw
from assistance.views.plans import plan_approve, plan_detail, plan_edit

__all__ = [
    "clearing_check",
    "gap_list",
    "helper_assign",
    "measure_edit",
    "measure_list",
    "measure_new",
    "measure_withdraw",
    "plan_approve",
    "plan_detail",
    "plan_edit",
    "risk_ended",
]
