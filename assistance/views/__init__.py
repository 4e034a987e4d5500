"""Pages of assistance: plan, helper, measures, clearing conditions, what is missing."""

from assistance.views.clearing import clearing_check, risk_ended
from assistance.views.gaps import gap_list, visit_due_list
from assistance.views.helpers import helper_assign, helper_detail, helper_edit, helper_list
from assistance.views.measure_sheets import (
    measure_sheet_apply,
    measure_sheet_detail,
    measure_sheet_download,
    measure_sheet_list,
)
from assistance.views.measures import (
    measure_batch,
    measure_edit,
    measure_list,
    measure_new,
    measure_proof,
    measure_withdraw,
)
from assistance.views.plans import (
    attention_set,
    plan_approve,
    plan_check,
    plan_detail,
    plan_edit,
    plan_list,
    plan_return,
)

__all__ = [
    "attention_set",
    "clearing_check",
    "gap_list",
    "helper_assign",
    "helper_detail",
    "helper_edit",
    "helper_list",
    "measure_batch",
    "measure_edit",
    "measure_list",
    "measure_new",
    "measure_proof",
    "measure_sheet_apply",
    "measure_sheet_detail",
    "measure_sheet_download",
    "measure_sheet_list",
    "measure_withdraw",
    "plan_approve",
    "plan_check",
    "plan_detail",
    "plan_edit",
    "plan_list",
    "plan_return",
    "risk_ended",
    "visit_due_list",
]
