"""自然增减: who came, who went, who leads the household now (domain §4)."""

from django.db import transaction

from audit import clock
from audit.events import EventKind
from audit.record import record, record_many
from households import doubt_facts, gone, rules
from households.actions.households import PERSON_SAYS, enter, locked, touch
from households.models import Household, NaturalChange, Person
from households.refusals import Refused

Kind = NaturalChange.Kind


@transaction.atomic
def record_arrival(*, household, kind, facts, changed_on, by, note="") -> NaturalChange:
    """A birth, marriage or move into the household; `facts` as in `add_member`."""
    if kind not in NaturalChange.ARRIVALS:
        raise ValueError(f"{kind} is not an arrival")
    household = locked(household)
    not_in_future(changed_on)
    person = enter(household=household, facts=facts, by=by)
    doubt_facts.stop_hard(household, changed=PERSON_SAYS, person=person)
    touch(household)
    return _record(household, person, kind, changed_on, note, by)


@transaction.atomic
def record_departure(
    *, person, kind, changed_on, by, new_head=None, relations=None, note=""
) -> NaturalChange:
    """A death or move out. Who led the household names `new_head`, unless nobody stays.

    `relations` maps the pk of a staying member to the relation towards the new head. The change
    says `is_household_gone` when the last member left; the household is then removed and
    upper apps follow in the same transaction. Raises Refused when a head is missing.
    """
    if kind not in NaturalChange.DEPARTURES:
        raise ValueError(f"{kind} is not a departure")
    household = locked(person.household)
    person = _active(household, person)
    not_in_future(changed_on)
    staying = list(household.members.active().exclude(pk=person.pk))
    if person.relation == rules.HEAD and staying and new_head is None:
        raise Refused(f"{person.name}是户主，请同时指定新的户主")
    label = Kind(kind).label
    Person.objects.filter(pk=person.pk).update(
        is_active=False, left_on=changed_on, left_reason=label, updated_at=clock.now()
    )
    if person.relation == rules.HEAD and staying:
        lead(household, new_head, relations or {})
    touch(household)
    change = _record(household, person, kind, changed_on, note, by, is_household_gone=not staying)
    if not staying:
        remove(household, changed_on, f"整户{label}", by)
        gone.follow_up(household=household, reason=label, by=by)
    return change


@transaction.atomic
def record_new_head(*, household, new_head, relations, changed_on, by, note="") -> NaturalChange:
    """Another member leads the household; `relations` gives everybody's new relation by pk.

    Raises Refused when the former head gets no relation or a second head is named.
    """
    household = locked(household)
    not_in_future(changed_on)
    former = household.members.active().filter(relation=rules.HEAD).first()
    if former and former.pk == new_head.pk:
        raise Refused(f"{former.name}已经是户主")
    if former and not relations.get(former.pk):
        raise Refused(f"请填写原户主{former.name}与新户主的关系")
    lead(household, new_head, relations)
    doubt_facts.stop_hard(household, changed=("relation",))
    touch(household)
    return _record(household, new_head, Kind.NEW_HEAD, changed_on, note, by)


@transaction.atomic
def mark_changes_in_national_system(*, changes, by) -> int:
    """Note that these changes were repeated in the national system; returns how many were new."""
    pending = list(changes.pending_in_national_system().select_related("household").order_by("pk"))
    NaturalChange.objects.filter(pk__in=[change.pk for change in pending]).update(
        national_updated_at=clock.now(), national_updated_by=by
    )
    record_many(
        EventKind.NATURAL_CHANGE_MARKED,
        by=by,
        rows=[{"obj": change, "area": change.household.village_id} for change in pending],
    )
    return len(pending)


def lead(household, new_head, relations):
    """Make one member the head and give the others their relation towards it."""
    new_head = _active(household, new_head)
    if rules.HEAD in {value for pk, value in relations.items() if pk != new_head.pk}:
        raise Refused("一户只能有一名户主，请改正其他成员的关系")
    members = list(household.members.active())
    for member in members:
        member.relation = relations.get(member.pk) or (
            "其他" if member.relation == rules.HEAD else member.relation
        )
        member.updated_at = clock.now()
    others = [member for member in members if member.pk != new_head.pk]
    # The former head steps down first: the database never sees two.
    Person.objects.bulk_update(others, ["relation", "updated_at"])
    Person.objects.filter(pk=new_head.pk).update(relation=rules.HEAD, updated_at=clock.now())


def _active(household, person):
    found = household.members.active().filter(pk=person.pk).first()
    if found is None:
        raise Refused(f"{person.name}现在不是这一户的成员，请刷新页面后重试")
    return found


def not_in_future(changed_on):
    """Raise Refused for a day to come."""
    if changed_on > clock.today():
        raise Refused("发生日期不能晚于今天，请核对")


def remove(household, on, reason, by):
    """Nobody lives there any more; the caller tells the upper apps."""
    Household.objects.filter(pk=household.pk).update(
        state=Household.State.REMOVED,
        removed_on=on,
        removed_reason=reason,
        updated_at=clock.now(),
    )
    record(EventKind.HOUSEHOLD_REMOVED, by=by, obj=household, detail={"reason": reason})


def _record(household, person, kind, changed_on, note, by, is_household_gone=False):
    change = NaturalChange.objects.create(
        household=household,
        person=person,
        kind=kind,
        changed_on=changed_on,
        note=note,
        is_household_gone=is_household_gone,
        recorded_by=by,
    )
    record(
        EventKind.NATURAL_CHANGE_RECORDED,
        by=by,
        obj=household,
        detail={"kind": kind, "person": person.pk, "on": changed_on.isoformat()},
    )
    return change
