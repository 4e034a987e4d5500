"""The whole procedure in one table. Buttons, to-do, diagram and test matrix derive from it.

Only the level that holds a state may act on it; a row may name another level. 退回 (send back,
to be corrected) is not 不予纳入 (refuse). A clearing that proves wrong is undone (回退); a new
risk after clearing is a new case (再识别), so no row leads back to `LEAD`.
"""

from dataclasses import dataclass
from enum import StrEnum

from accounts.permissions import Permission
from audit.events import EventKind
from workflow.states import Gate, Level, Status


class Evidence(StrEnum):
    """What must be on record before a step is taken."""

    VISIT = "visit"  # a visit by the acting level in this round of the procedure
    MEETING = "meeting"  # a decision of a concluded meeting of the acting level
    LIST = "list"  # the level below has reported the list that carries the case
    UNREPORTED = "unreported"  # no reported list carries the case yet


# Who holds the pen in each state; every status, once.
HOLDER = {
    Status.LEAD: Level.VILLAGE,
    Status.SCREENED: Level.VILLAGE,
    Status.REVIEWED: Level.TOWNSHIP,
    Status.RECHECKED: Level.COUNTY,
    Status.MONITORED: Level.COUNTY,
    Status.CLEARING_REVIEWED: Level.TOWNSHIP,
    Status.CLEARING_RECHECKED: Level.COUNTY,
    Status.RISK_CLEARED: None,
    Status.NOT_ADMITTED: None,
    Status.CLOSED: None,
}

# The gate by which a state must be left; a state without one is nobody's to-do.
GATE = {
    Status.LEAD: Gate.SCREENING,  # 四（二）
    Status.SCREENED: Gate.REVIEW,  # 四（三）
    Status.REVIEWED: Gate.RECHECK,  # 四（四）
    Status.RECHECKED: Gate.DETERMINATION,  # 四（五）
    Status.CLEARING_REVIEWED: Gate.RECHECK,
    Status.CLEARING_RECHECKED: Gate.DETERMINATION,
}

# States that a level may act on only after the level below has reported its list.
LISTED = (
    Status.REVIEWED,
    Status.RECHECKED,
    Status.CLEARING_REVIEWED,
    Status.CLEARING_RECHECKED,
)

PERMISSIONS = {
    Level.VILLAGE: (Permission.CASE_SCREEN,),
    Level.TOWNSHIP: (Permission.CASE_RECHECK,),
    Level.COUNTY: (Permission.CASE_DETERMINE,),
}
# 四（五）: the county office compiles what townships report, so it too may hand a case back.
COUNTY_OFFICES = (Permission.CASE_COMPILE, Permission.CASE_DETERMINE)


@dataclass(frozen=True)
class Step:
    """One row of the procedure: who moves a case from where to where, and on what conditions."""

    key: str
    source: Status
    target: Status
    label: str
    event: EventKind
    level: Level | None = None  # filled from HOLDER unless the row names another
    comment_required: bool = False
    reason_table: str = ""  # code table the reason comes from
    needs: tuple[Evidence, ...] = ()
    facts: tuple[str, ...] = ()  # fields of the case this step may set
    permissions: tuple[Permission, ...] = ()  # filled from PERMISSIONS unless named
    told: tuple[Level, ...] = ()
    tone: str = "primary"  # look of the button; the one filled button is "primary"
    clause: str = ""

    def __post_init__(self):
        level = self.level or HOLDER[self.source]
        object.__setattr__(self, "level", level)
        object.__setattr__(self, "permissions", self.permissions or PERMISSIONS[level])

    @property
    def gate(self) -> Gate | None:
        """The gate that decides whether the step is late; closing and withdrawing never are."""
        return None if self.key in ("close", "withdraw") else GATE.get(self.source)

    def is_open_to(self, *, waiting_for_list: bool) -> bool:
        """Before its list is reported a case may only be withdrawn or closed; then, not withdrawn."""
        if waiting_for_list:
            return self.key == "close" or Evidence.UNREPORTED in self.needs
        return Evidence.UNREPORTED not in self.needs


V, T, C = Level.VILLAGE, Level.TOWNSHIP, Level.COUNTY
VISIT, MEETING, LIST = Evidence.VISIT, Evidence.MEETING, Evidence.LIST
UNREPORTED = Evidence.UNREPORTED
E = EventKind
SCREENING_FACTS = ("category", "risks", "per_capita_income", "remark", "is_urgent")


def _refuse(source: Status, needs: tuple[Evidence, ...] = ()) -> Step:
    told = (V,) if HOLDER[source] != V else ()
    return Step(
        "refuse",
        source,
        Status.NOT_ADMITTED,
        "不予纳入",
        E.CASE_REFUSED,
        needs=needs,
        reason_table="not_admitted_reason",
        told=told,
        tone="danger",
        clause="四",
    )


def _send_back(source: Status, target: Status, **extra) -> Step:
    return Step(
        "send_back",
        source,
        target,
        "退回",
        E.CASE_SENT_BACK,
        comment_required=True,
        needs=(LIST,),
        told=(HOLDER[source].below,),
        tone="warning",
        **extra,
    )


def _withdraw(source: Status, target: Status) -> Step:
    """The village takes back what its meeting passed, as long as nobody else works on it."""
    return Step(
        "withdraw",
        source,
        target,
        "撤回",
        E.CASE_WITHDRAWN,
        level=V,
        comment_required=True,
        needs=(UNREPORTED,),
        tone="warning",
        clause="四（三）",
    )


def _close(source: Status) -> Step:
    permissions = COUNTY_OFFICES if HOLDER[source] == C else ()
    return Step(
        "close",
        source,
        Status.CLOSED,
        "自然减少",
        E.CASE_CLOSED,
        reason_table="closed_reason",
        permissions=permissions,
        told=(V,),
        tone="secondary",
        clause="六（二）",
    )


S = Status
STEPS = (
    Step("screen", S.LEAD, S.SCREENED, "排查入台账", E.CASE_SCREENED, needs=(VISIT,),
         facts=SCREENING_FACTS, clause="四（二）"),
    _refuse(S.LEAD),
    _close(S.LEAD),
    Step("put_forward", S.SCREENED, S.REVIEWED, "评议通过", E.CASE_PUT_FORWARD, needs=(MEETING,),
         told=(T,), clause="四（三）"),
    _refuse(S.SCREENED),
    _close(S.SCREENED),
    Step("endorse", S.REVIEWED, S.RECHECKED, "复核通过", E.CASE_ENDORSED, needs=(LIST, VISIT),
         told=(C,), clause="四（四）"),
    _withdraw(S.REVIEWED, S.SCREENED),
    _send_back(S.REVIEWED, S.SCREENED),
    _refuse(S.REVIEWED, needs=(LIST,)),
    _close(S.REVIEWED),
    Step("determine", S.RECHECKED, S.MONITORED, "审定纳入", E.CASE_DETERMINED,
         needs=(LIST, MEETING), facts=("category", "per_capita_income"), told=(V, T),
         clause="四（五）"),
    _send_back(S.RECHECKED, S.REVIEWED, permissions=COUNTY_OFFICES),
    _refuse(S.RECHECKED, needs=(LIST,)),
    _close(S.RECHECKED),
    Step("propose_clearing", S.MONITORED, S.CLEARING_REVIEWED, "消除评议通过", E.CLEARING_PROPOSED,
         level=V, needs=(MEETING,), told=(T,), clause="四（六）"),
    _close(S.MONITORED),
    Step("endorse_clearing", S.CLEARING_REVIEWED, S.CLEARING_RECHECKED, "核查通过",
         E.CLEARING_ENDORSED, needs=(LIST, VISIT), told=(C,), clause="四（六）"),
    _withdraw(S.CLEARING_REVIEWED, S.MONITORED),
    _send_back(S.CLEARING_REVIEWED, S.MONITORED),
    _close(S.CLEARING_REVIEWED),
    Step("clear_risk", S.CLEARING_RECHECKED, S.RISK_CLEARED, "认定风险消除", E.RISK_CLEARED,
         needs=(LIST, MEETING), facts=("clearing_kind",), told=(V, T), clause="四（六）"),
    _send_back(S.CLEARING_RECHECKED, S.CLEARING_REVIEWED, permissions=COUNTY_OFFICES),
    _close(S.CLEARING_RECHECKED),
    Step("undo_clearing", S.RISK_CLEARED, S.MONITORED, "回退", E.CLEARING_UNDONE, level=C,
         reason_table="undo_reason", comment_required=True, told=(V, T), tone="warning", clause="四（六）"),
)  # fmt: skip

BY_KEY_AND_SOURCE = {(step.key, step.source): step for step in STEPS}
KEYS = tuple(dict.fromkeys(step.key for step in STEPS))
# Whoever may take any step at all.
ACTING = tuple(dict.fromkeys(p for step in STEPS for p in step.permissions))


def find(key: str, source: str) -> Step | None:
    """The row for this step from this state, or None: then the step is not possible there."""
    return BY_KEY_AND_SOURCE.get((key, source))


def steps_from(source: str) -> list[Step]:
    """Every row that leads out of a state, in the order of the table."""
    return [step for step in STEPS if step.source == source]
