"""Looking people up, which leaves a trace: searches, opened households, revealed numbers."""

import datetime
from dataclasses import dataclass

from django.db import transaction

from audit import clock
from audit.events import EventKind
from audit.models import Event, Outcome
from audit.record import record, record_look
from households import idnumbers, search
from households.models import Household, Person
from households.refusals import Refused, TooMany

SHOWN = 50
HOUR = datetime.timedelta(hours=1)
# reliability A12: enumeration is stopped; a cadre at the door needs far fewer
SEARCHES_PER_HOUR = 200
REVEALS_PER_HOUR = 60
SHORTEST_REASON = 4


@dataclass(frozen=True)
class Answer:
    """What a search found: at most SHOWN persons, and whether there are more."""

    kind: search.Kind
    persons: list[Person]
    has_more: bool


@transaction.atomic
def look_up(*, text, by) -> Answer:
    """Search the register inside the user's areas; the event keeps the term as a keyed hash only.

    Raises TooMany above SEARCHES_PER_HOUR.
    """
    term = search.clean(text)
    kind = search.kind_of(term)
    if kind is search.Kind.TOO_SHORT:
        return Answer(kind, [], False)
    _within_limit(EventKind.PERSONS_SEARCHED, SEARCHES_PER_HOUR, "查询", by)
    found = list(search.search(by, term)[: SHOWN + 1])
    record(
        EventKind.PERSONS_SEARCHED,
        by=by,
        detail={
            "kind": kind.value,
            "term": idnumbers.blind_index(f"search:{term}").hex(),
            "found": min(len(found), SHOWN),
        },
    )
    return Answer(kind, found[:SHOWN], len(found) > SHOWN)


def reveal_id(*, person, reason, by) -> str:
    """The whole ID number of a person, for a stated reason.

    The event is committed before the number is read: if it cannot be written, nothing is
    revealed. Raises Refused without a reason or number, TooMany above REVEALS_PER_HOUR.
    """
    reason = search.clean(reason)
    if len(reason) < SHORTEST_REASON:
        raise Refused(f"请写明查看证件号码的理由（至少{SHORTEST_REASON}个字），系统会留下记录")
    if person.id_cipher is None:
        raise Refused(f"{person.name}还没有登记证件号码，请在“修改成员”里补填")
    with transaction.atomic():
        _within_limit(EventKind.ID_NUMBER_REVEALED, REVEALS_PER_HOUR, "查看证件号码", by)
        record(
            EventKind.ID_NUMBER_REVEALED,
            by=by,
            obj=person,
            area=person.household.village_id,
            detail={"reason": reason},
        )
    return idnumbers.decrypt(person.id_cipher)


def view_household(*, household, by) -> Household:
    """Leave the trace that somebody opened a household's page."""
    record_look(EventKind.HOUSEHOLD_VIEWED, by=by, obj=household)
    return household


def _within_limit(kind, limit, verb, by):
    """Count the user's events of the last hour; the log is the counter, so it cannot be lost."""
    done = Event.objects.filter(
        actor_id=by.pk, at__gt=clock.now() - HOUR, kind=kind, outcome=Outcome.OK
    ).count()
    if done >= limit:
        raise TooMany(f"一小时内{verb}已达{limit}次，请稍后再试；确有需要请联系县扶贫办")
