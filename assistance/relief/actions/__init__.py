"""Verbs of insurance and relief; each checks, changes, audits in one transaction."""

from assistance.relief.actions.claims import (
    inspect_claim,
    pay_claim,
    prove_claim,
    refuse_claim,
    report_claim,
)
from assistance.relief.actions.enrolment import enrol, insurable
from assistance.relief.actions.requests import (
    approve_relief,
    may_approve,
    pay_relief,
    prove_relief,
    refuse_relief,
    request_relief,
)

__all__ = [
    "approve_relief",
    "enrol",
    "insurable",
    "inspect_claim",
    "may_approve",
    "pay_claim",
    "pay_relief",
    "prove_claim",
    "prove_relief",
    "refuse_claim",
    "refuse_relief",
    "report_claim",
    "request_relief",
]
