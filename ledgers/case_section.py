"""The booklet and the 政策明白卡 on the case page."""

from accounts.permissions import Permission
from ledgers import exports, policy_card
from ledgers.models import Booklet
from workflow.sections import case_page


def context(request, case):
    """The latest printed booklet and the card; nothing for cases that were never monitored."""
    if not policy_card.has_card(case):
        return None
    return {
        "booklet": Booklet.objects.filter(case=case).order_by("-version").first(),
        "user_can_print": exports.may_export(request.user, case.village_id),
    }


case_page.add(
    order=40,
    title="一户一册和明白卡",
    template="ledgers/_case_section.html",
    context=context,
    permission=Permission.CASE_VIEW,
)
