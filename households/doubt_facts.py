"""The facts that the rules of `doubts` ask for, read for any number of households at once."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date

from audit import clock
from households import doubts
from households.doubts import Doubt, Facts, Member
from households.models import DoubtAnswer, Household, Income, Person, Safeguard
from households.models.facts import AMOUNTS, PROBLEMS
from households.refusals import Refused
from policy import codes

_sources: list[Callable] = []


def source(read):
    """Register `read(household_ids) -> {id: {name of a fact: value}}` of an upper app; one query."""
    if read not in _sources:
        _sources.append(read)
    return read


def member(person: Person, *, on: date) -> Member:
    """A member as the rules see it."""
    return Member(
        pk=person.pk,
        name=person.name,
        relation=person.relation,
        relation_sex=codes.extra("relation", person.relation).get("sex", ""),
        sex=person.sex,
        age=None if person.birth_on is None else age(person.birth_on, on),
        has_id_number=person.id_index is not None,
        student_state=person.student_state,
        health=person.health,
        skill=person.skill,
        work_months=person.work_months,
        medical_insurance=person.medical_insurance,
        low_income_kind=person.low_income_kind,
        disability_category=person.disability_category,
        disability_grade=person.disability_grade,
        phone=person.phone,
    )


def age(born: date, on: date) -> int:
    """Whole years."""
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def of_households(households: Iterable[Household]) -> dict[int, Facts]:
    """Facts by household id; four queries whatever their number, and one a source."""
    found = {household.pk: household for household in households}
    ids, today = list(found), clock.today()
    members: dict[int, list[Member]] = {pk: [] for pk in ids}
    for person in Person.objects.active().filter(household_id__in=ids).in_family_order():
        members[person.household_id].append(member(person, on=today))
    incomes = _latest(Income, ids, "-period_end")
    checks = _latest(Safeguard, ids, "-checked_on")
    facts = {
        pk: Facts(
            household_id=pk,
            members=tuple(members[pk]),
            phone=household.phone,
            has_no_labour=household.has_no_labour,
            per_capita_income=household.per_capita_income,
            amounts=_values(incomes.get(pk), AMOUNTS),
            income_until=incomes[pk].period_end if pk in incomes else None,
            problems=_values(checks.get(pk), PROBLEMS),
        )
        for pk, household in found.items()
    }
    for pk, more in told_by_upper_apps(ids).items():
        facts[pk] = replace(facts[pk], **more)
    return facts


def told_by_upper_apps(household_ids, *, but=None) -> dict[int, dict]:
    """By household id what the apps above know: risks of the open case, measures; a query an app.

    `but` is the source that the caller has asked by itself.
    """
    found: dict[int, dict] = {}
    for read in _sources:
        if read is but:
            continue
        for pk, more in read(household_ids).items():
            found.setdefault(pk, {}).update(more)
    return found


def open_doubts(households: Iterable[Household]) -> dict[int, list[Doubt]]:
    """Doubts that nobody has answered, by household id; households without any are absent."""
    facts = of_households(households)
    answered = set(
        DoubtAnswer.objects.filter(household_id__in=list(facts)).values_list(
            "household_id", "digest"
        )
    )
    found = {}
    for pk, known in facts.items():
        left = [doubt for doubt in doubts.of(known) if (pk, doubt.digest) not in answered]
        if left:
            found[pk] = left
    return found


def stop_hard(household, *, changed, person=None):
    """Raise Refused when the changed facts of a member make a hard doubt; old ones stop nobody."""
    facts = of_households([household])[household.pk]
    for doubt in doubts.of(facts):
        member = doubt.found.member
        is_about = person is None or member is None or member.pk == person.pk
        # The head's sex speaks of the spouse as well.
        is_about |= doubt.rule.key == "spouse_sex"
        if doubt.is_hard and is_about and set(doubt.rule.fields) & set(changed):
            raise Refused(doubt.words)


def _latest(model, ids, order) -> dict[int, object]:
    rows = model.objects.filter(household_id__in=ids)
    rows = rows.order_by("household_id", order, "-pk").distinct("household_id")
    return {row.household_id: row for row in rows}


def _values(row, names) -> dict:
    return {} if row is None else {name: getattr(row, name) for name in names}
