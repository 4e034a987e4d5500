"""The booklet and the 政策明白卡 on the case page."""

from django.db.models import OuterRef, Subquery
from django.db.models.functions import JSONObject

from accounts.permissions import Permission
from ledgers import exports, policy_card
from ledgers.models import Booklet
from workflow.sections import case_page


def context(request, case):
    """The latest printed booklet and the card; nothing for cases that were never monitored."""
    if not policy_card.has_card(case):
        return None
    return {
        "booklet": case.latest_booklet,
        "user_can_print": exports.may_export(request.user, case.village_id),
    }


def _latest_booklet() -> Subquery:
    printed = Booklet.objects.filter(case=OuterRef("pk")).order_by("-version")
    told = JSONObject(version="version", made_on="made_at__date", page_count="page_count")
    return Subquery(printed.values(told=told)[:1])


case_page.add(
    order=40,
    title="一户一册和明白卡",
    template="ledgers/_case_section.html",
    context=context,
    permission=Permission.CASE_VIEW,
    annotations={"latest_booklet": _latest_booklet()},
)
