"""A row beside the persons it may mean, line by line, differences marked."""

from dataclasses import dataclass

from households import idnumbers
from households.models import Person
from households.presenters import masked_id
from screening import presenters
from screening.models import LeadRow

SUGGESTED = 20


@dataclass(frozen=True)
class Fact:
    """One line of the comparison."""

    label: str
    value: str
    is_same: bool | None = None  # None: the row says nothing about it


@dataclass(frozen=True)
class Candidate:
    """A person the row may mean, as seen beside it."""

    person: Person
    facts: list[Fact]
    is_gone: bool


def said(row: LeadRow) -> list[tuple[str, str]]:
    """What the department's row says, by column label; the ID number masked."""
    lines = []
    for column in row.file.kind.columns:
        value = presenters.id_shown(row) if column["type"] == "id" else row.raw.get(column["key"])
        lines.append((column["label"], value))
    return [*lines, *row.extra.items()]


def candidates(row: LeadRow, found, user) -> list[Candidate]:
    """Those suggested by name and village or by the number's former holder, then those looked for.

    Nobody outside the viewer's area is shown.
    """
    persons = Person.objects.visible_to(user).select_related("household__village__parent")
    inside = persons.filter(household__village__code__startswith=row.file.county_id)
    suggested = list(
        inside.active().filter(name=row.name, household__village=row.village)[:SUGGESTED]
        if row.village_id
        else ()
    )
    if row.id_index is not None:
        suggested += inside.filter(id_index=bytes(row.id_index), is_active=False)[:SUGGESTED]
    known = {person.pk for person in suggested}
    every = [*suggested, *(person for person in found if person.pk not in known)]
    # Only a number that could be read is compared.
    number = idnumbers.decrypt(row.id_cipher) if row.id_index is not None else ""
    return [_candidate(row, number, person) for person in every]


def _candidate(row, number, person) -> Candidate:
    village = person.household.village
    own = idnumbers.decrypt(person.id_cipher) if person.id_cipher else ""
    facts = [
        Fact("姓名", person.name, person.name == row.name),
        Fact("证件号码", masked_id(person), own == number if number and own else None),
        Fact("出生日期", f"{person.birth_on or '未填写'}", _same_birth(number, person)),
        Fact("性别", person.sex, idnumbers.sex(number) == person.sex if number else None),
        Fact(
            "乡镇、村",
            f"{village.parent.short_name} {village.short_name}",
            village.pk == row.village_id if row.village_id else None,
        ),
        Fact("户主", f"{person.household.head_name}（{person.relation}）"),
        Fact("户类型", person.household.get_kind_display()),
    ]
    if not person.is_active:
        facts.append(Fact("现状", f"{person.left_on} {person.left_reason}"))
    return Candidate(person, facts, is_gone=person.household.is_removed)


def _same_birth(number, person) -> bool | None:
    if not number or person.birth_on is None:
        return None
    return idnumbers.birth_date(number) == person.birth_on
