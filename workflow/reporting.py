"""What must be done before a village may report its list.

Notice and authorisation are asked for where the county's parameters say so: its own document asks
for neither, the national procedure for both. An upper app adds what only it knows with
`before_reporting`, from its `AppConfig.ready()`.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import QuerySet

from policy import parameters
from workflow.lists import Kind
from workflow.models import Case, PublicNotice, StatusChange
from workflow.states import Level

# The step whose meeting the notice is about.
PASSED_BY = {Kind.ADMISSION: "put_forward", Kind.CLEARING: "propose_clearing"}
NAMED_AT_MOST = 5


_asked: dict[str, list[Callable]] = defaultdict(list)


def before_reporting(kind: str):
    """Register `f(*, area, round) -> str`: why the list may not be reported yet, '' = it may."""

    def register(function):
        if function not in _asked[kind]:
            _asked[kind].append(function)
        return function

    return register


def asked_first(*, area, round, kind: str) -> str:
    """The first sentence of an upper app against reporting this list; '' = none."""
    return next((why for ask in _asked[kind] if (why := ask(area=area, round=round))), "")


@dataclass(frozen=True)
class Obstacle:
    """Why one household cannot be reported yet, and where that is put right."""

    case: Case
    reason: str
    meeting_id: int | None = None  # where the notice is posted; None: on the page of the case


def notice_days(code: str) -> int:
    """How many days a village's results hang before they are reported; 0 = no notice asked for."""
    return int(parameters.value("public_notice_days", county=code[:6]))


def needs_authorisation(code: str) -> bool:
    """Whether every household signs a 承诺授权书 before it is reported 四（一）."""
    return bool(parameters.value("authorisation_required", county=code[:6]))


def obstacles(*, area, kind: str, cases: QuerySet[Case]) -> list[Obstacle]:
    """What stands in the way of the area's next list of this kind, household by household."""
    if area.level != Level.VILLAGE or kind not in PASSED_BY:
        return []
    days = notice_days(area.code)
    wants_paper = kind == Kind.ADMISSION and needs_authorisation(area.code)
    if not (days or wants_paper):
        return []
    waiting = list(cases.select_related("household").order_by("household__number"))
    found = _without_notice(waiting, kind, days) if days else []
    return found + (_without_authorisation(waiting) if wants_paper else [])


def refusal(found: list[Obstacle]) -> str:
    """The obstacles as one sentence; empty = the list may be reported."""
    if not found:
        return ""
    told = "；".join(f"{o.case.household.head_name}户{o.reason}" for o in found[:NAMED_AT_MOST])
    more = f"；等共 {len(found)} 项" if len(found) > NAMED_AT_MOST else ""
    return f"名单还不能上报：{told}{more}。"


def _without_notice(cases, kind, days) -> list[Obstacle]:
    meeting_of = dict(
        StatusChange.objects.filter(case__in=cases, step=PASSED_BY[kind])
        .order_by("case_id", "-pk")
        .distinct("case_id")
        .values_list("case_id", "meeting_id")
    )
    notices = {
        notice.meeting_id: notice
        for notice in PublicNotice.objects.filter(meeting_id__in=set(meeting_of.values()))
    }
    found = []
    for case in cases:
        meeting = meeting_of.get(case.pk)
        notice = notices.get(meeting)
        if notice is None:
            reason = f"的评议结果还没有公示，请在会议记录里登记公示（{days} 天）"
            found.append(Obstacle(case, reason, meeting))
        elif not notice.is_over:
            reason = f"公示到 {notice.ends_on:%Y-%m-%d}，期满后的次日起可以上报"
            found.append(Obstacle(case, reason, meeting))
    return found


def _without_authorisation(cases) -> list[Obstacle]:
    filed = set(
        Case.objects.filter(
            pk__in=[case.pk for case in cases], authorisations__isnull=False
        ).values_list("pk", flat=True)
    )
    reason = "还没有承诺授权书，请在该户页面上传签字后的扫描件或照片"
    return [Obstacle(case, reason) for case in cases if case.pk not in filed]
