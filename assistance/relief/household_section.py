"""What the household page shows of insurance and relief, and what the register learns of payouts."""

from decimal import Decimal

from django.urls import reverse

from accounts import access
from accounts.permissions import Permission
from assistance.relief import presenters
from assistance.relief.actions.claims import paid_to
from assistance.relief.models import InsuranceClaim, ReliefRequest
from households.payouts import payouts_known
from households.sections import household_page
from policy import codes

payouts_known(paid_to)


def of_household(request, household):
    """Insurance by year, claims and requests with their days; nothing where there is nothing to do."""
    claims = list(household.claims.select_related("person"))
    reliefs = list(household.reliefs.select_related("person"))
    covers = list(household.covers.order_by("-year")[:3])
    can_file = not household.is_removed and access.may(
        request.user, Permission.ASSISTANCE_EDIT, area=household.village_id
    )
    if not (claims or reliefs or covers or can_file):
        return None
    rows = [*map(_claim, claims), *map(_relief, reliefs)]
    return {
        "covers": covers,
        "rows": sorted(rows, key=lambda row: row["on"], reverse=True),
        "totals": totals(claims, reliefs),
        "can_file": can_file,
        "household": household,
    }


def totals(claims, reliefs) -> dict[str, Decimal]:
    """元 paid to a household by 防贫保 and by relief."""
    return {
        "claims": sum((one.amount_paid or Decimal(0) for one in claims), Decimal(0)),
        "reliefs": sum((one.amount_paid or Decimal(0) for one in reliefs), Decimal(0)),
    }


def _claim(claim: InsuranceClaim) -> dict:
    return {
        "on": claim.happened_on,
        "what": f"防贫保：{codes.label('insurance_cause', claim.cause)}",
        "timeline": presenters.claim_timeline(claim),
        "amount": claim.amount_paid,
        "state": claim.get_state_display(),
        "tone": claim.state,
        "url": reverse("claim_detail", args=[claim.pk]),
    }


def _relief(relief: ReliefRequest) -> dict:
    return {
        "on": relief.requested_on,
        "what": f"{relief.get_kind_display()}：{codes.label('risk', relief.risk)}",
        "timeline": presenters.relief_timeline(relief),
        "amount": relief.amount_paid,
        "state": relief.get_state_display(),
        "tone": relief.state,
        "lacks_procedure": relief.lacks_procedure,
        "url": reverse("relief_detail", args=[relief.pk]),
    }


household_page.add(
    order=25,
    title="防贫保和救助",
    template="assistance/_relief_section.html",
    context=of_household,
    permission=Permission.CASE_VIEW,
    is_further_down=True,
)
