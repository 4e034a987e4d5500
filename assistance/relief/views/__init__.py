"""Pages of insurance and relief."""

from assistance.relief.views.ahead import ahead_list
from assistance.relief.views.claims import (
    claim_detail,
    claim_list,
    claim_new,
    claim_proof,
    claim_prove,
    claim_step,
)
from assistance.relief.views.insured import cover_list, enrol
from assistance.relief.views.requests import (
    relief_detail,
    relief_list,
    relief_new,
    relief_proof,
    relief_prove,
    relief_step,
)

__all__ = [
    "ahead_list",
    "claim_detail",
    "claim_list",
    "claim_new",
    "claim_proof",
    "claim_prove",
    "claim_step",
    "cover_list",
    "enrol",
    "relief_detail",
    "relief_list",
    "relief_new",
    "relief_proof",
    "relief_prove",
    "relief_step",
]
