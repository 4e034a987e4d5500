"""分户、并户: members move to another household of the same village; the case follows."""

from django.db import transaction
from django.db.models import F, Max

from audit import clock
from audit.events import EventKind
from audit.record import record
from households import doubt_facts, gone, regrouping, rules, summary
from households.actions.changes import lead, not_in_future, remove
from households.actions.households import HOUSEHOLD_FACTS
from households.models import Household, NaturalChange, Person
from households.refusals import Refused

Kind = NaturalChange.Kind
CARRIED = [name for name in HOUSEHOLD_FACTS if name not in ("phone", "has_no_labour")]


@transaction.atomic
def split_household(
    *, household, leaving, new_head, relations, changed_on, by, number="", stay_head=None,
    case_moves=False, note="",
) -> NaturalChange:  # fmt: skip
    """Some members found a household of their own; returns the change, `other_household` is new.

    `relations` gives relations by pk, towards the head of the household where each then lives.
    Without a number the new household gets one after the old until the national platform's is
    known. `case_moves`: an open case goes with the new household, else it stays.
    """
    household = _locked([household])[0]
    not_in_future(changed_on)
    members = list(household.members.active())
    leaving = [m for m in members if m.pk in {person.pk for person in leaving}]
    staying = [m for m in members if m not in leaving]
    if not leaving or not staying:
        raise Refused("分户要选出分出去的成员，原户至少留一人；整户迁出请登记“减少”")
    if new_head not in leaving:
        raise Refused("新户的户主要在分出去的成员里选")
    if not _has_head(staying) and stay_head not in staying:
        raise Refused("户主分出去了，请在留下的成员里选原户的新户主")
    number = number or _next_number(household)
    if Household.objects.filter(number=number).exists():
        raise Refused(f"户编号{number}已在册，请核对编号")
    new = Household.objects.create(
        village_id=household.village_id, number=number, phone=new_head.phone,
        **{name: getattr(household, name) for name in CARRIED},
    )  # fmt: skip
    _move(leaving, new, relations)
    lead(new, new_head, relations)
    if not _has_head(staying):
        lead(household, stay_head, relations)
    _settle(household, new)
    change = _change(household, new_head, Kind.SPLIT, new, changed_on, note, by)
    record(
        EventKind.HOUSEHOLD_SPLIT, by=by, obj=household,
        detail={"to": new.pk, "members": len(leaving), "on": changed_on.isoformat()},
    )  # fmt: skip
    if case_moves:
        regrouping.move_case(household=household, to=new, by=by)
    return change


@transaction.atomic
def merge_households(*, household, into, relations, changed_on, by, note="") -> NaturalChange:
    """All members of `household` join `into`, both of one village; `household` is no more.

    Its open case goes along when the other has none; else it is closed with the household.
    """
    if household.pk == into.pk:
        raise Refused("不能并入本户，请选另外一户")
    found = {one.pk: one for one in _locked([household, into])}
    household, into = found[household.pk], found[into.pk]
    not_in_future(changed_on)
    if household.village_id != into.village_id:
        raise Refused("两户不在同一个村，不能并户；请先办理迁出、迁入")
    coming = list(household.members.active())
    if not coming:
        raise Refused("这户没有在册成员，不能并户")
    missing = [m.name for m in coming if relations.get(m.pk, rules.HEAD) == rules.HEAD]
    if missing:
        raise Refused(f"请填写{'、'.join(missing)}与并入户户主的关系")
    _move(coming, into, relations)
    change = _change(into, coming[0], Kind.MERGE, household, changed_on, note, by)
    _settle(household, into)
    record(
        EventKind.HOUSEHOLDS_MERGED, by=by, obj=into,
        detail={"from": household.pk, "members": len(coming), "on": changed_on.isoformat()},
    )  # fmt: skip
    regrouping.move_case(household=household, to=into, by=by)
    remove(household, changed_on, f"并入{into}"[:60], by)
    gone.follow_up(household=household, reason=Kind.MERGE.label, by=by)
    return change


def _locked(households) -> list[Household]:
    """Locked in the order of their keys, so that two regroupings cannot deadlock."""
    rows = Household.objects.select_for_update(of=("self",)).order_by("pk")
    found = list(rows.filter(pk__in=[one.pk for one in households]))
    for one in found:
        if one.is_removed:
            raise Refused(f"{one}已销户，不能再修改；如有误请联系县扶贫办")
    return found


def _has_head(members) -> bool:
    return any(m.relation == rules.HEAD for m in members)


def _next_number(household) -> str:
    """Not the national platform's: shows where the household comes from until that is known."""
    base = household.number[:36]
    taken = set(Household.objects.filter(number__startswith=f"{base}-").values_list("number"))
    return next(f"{base}-{n}" for n in range(1, 1000) if (f"{base}-{n}",) not in taken)


def _move(members, to, relations) -> None:
    """The rows themselves move, so that a person's history stays one."""
    last = to.members.aggregate(last=Max("position"))["last"] or 0
    for position, member in enumerate(members, start=last + 1):
        given = relations.get(member.pk) or member.relation
        member.household = to
        # Whoever led the old household leads nobody until `lead` says so.
        member.relation = "其他" if given == rules.HEAD else given
        member.position, member.updated_at = position, clock.now()
    Person.objects.bulk_update(members, ["household", "relation", "position", "updated_at"])


def _settle(*households) -> None:
    """Figures, versions, and no relation that contradicts a sex."""
    pks = [one.pk for one in households]
    Household.objects.filter(pk__in=pks).update(version=F("version") + 1, updated_at=clock.now())
    summary.refresh(pks, now=clock.now())
    for one in households:
        if one.members.active().exists():
            doubt_facts.stop_hard(one, changed=("relation",))
        one.refresh_from_db()


def _change(household, person, kind, other, on, note, by) -> NaturalChange:
    change = NaturalChange.objects.create(
        household=household, person=person, kind=kind, other_household=other, changed_on=on,
        note=note, recorded_by=by,
    )  # fmt: skip
    record(
        EventKind.NATURAL_CHANGE_RECORDED, by=by, obj=household,
        detail={"kind": kind, "person": person.pk, "other": other.pk, "on": on.isoformat()},
    )  # fmt: skip
    return change
