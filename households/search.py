"""Finding a person by part of a name, pinyin initials, digits of the ID or the household number."""

import re
import unicodedata
from enum import Enum

from django.db.models import Q
from django.db.models.functions import Length, Substr
from django.db.models.lookups import Contains, GreaterThan, StartsWith

from households import idnumbers
from households.models import Person

SHORTEST = 2
LONGEST = 40
MOST_FOUND = 200  # more than anybody reads; the text is to be made longer then
_INITIALS = re.compile(r"[A-Za-z]+")
_TAIL = re.compile(r"[0-9]{3,5}[0-9Xx]")
_NUMBER = re.compile(r"(?=.*[0-9])[0-9A-Za-z-]+")


class Kind(Enum):
    """What a search text was taken for."""

    TOO_SHORT = "too_short"
    WHOLE_ID = "whole_id"
    ID_TAIL = "id_tail"
    HOUSEHOLD_NUMBER = "household_number"
    INITIALS = "initials"
    NAME = "name"


def clean(text: str) -> str:
    """The text as searched: half-width, without control characters and outer spaces."""
    plain = unicodedata.normalize("NFKC", text)
    return "".join(char for char in plain if unicodedata.category(char)[0] != "C").strip()[:LONGEST]


def kind_of(text: str) -> Kind:
    """What a cleaned text is taken for."""
    if len(text) < SHORTEST:
        return Kind.TOO_SHORT
    if _TAIL.fullmatch(text):
        return Kind.ID_TAIL
    if idnumbers.parse(text).is_usable:
        return Kind.WHOLE_ID
    if _NUMBER.fullmatch(text):
        return Kind.HOUSEHOLD_NUMBER
    if _INITIALS.fullmatch(text):
        return Kind.INITIALS
    return Kind.NAME


def search(user, text: str):
    """Active persons inside the user's areas that a text finds, with household and village.

    Fewer than two characters find nobody. Names, initials and last digits shared by more than
    MOST_FOUND persons give some of them.
    """
    text = clean(text)
    kind = kind_of(text)
    persons = Person.objects.visible_to(user).active().select_related("household__village__parent")
    if kind is Kind.TOO_SHORT:
        return persons.none()
    return _BY_KIND[kind](persons, text)


def _by_whole_id(persons, text):
    return persons.with_id_number(text)


def _by_tail(persons, text):
    tail = text.upper()
    ends_so = Q(id_tail4=idnumbers.tail_index(tail[-4:], 4))
    if len(tail) == 6:
        ends_so &= Q(id_tail6=idnumbers.tail_index(tail, 6))
    if len(tail) == 5:  # no index of five: the few with these last four are looked at
        numbers = persons.filter(ends_so).values_list("pk", "id_cipher")
        ends_so = Q(
            pk__in=[pk for pk, cipher in numbers if idnumbers.decrypt(cipher).endswith(tail)]
        )
    return _any_of(persons, ends_so)


def _by_household_number(persons, text):
    return persons.filter(household__number__startswith=text).in_family_order("household__number")


def _by_initials(persons, text):
    letters = text.lower()
    return _any_of(
        persons,
        Q(initials__startswith=letters),
        Q(initials_other__startswith=letters) & ~Q(initials_other=""),
    )


def _by_name(persons, text):
    part = "".join(text.split())
    return _any_of(
        persons,
        Q(name__startswith=part),
        Q(StartsWith(Substr("name", 2), part)),
        Q(StartsWith(Substr("name", 3), part)) & Q(GreaterThan(Length("name"), 3)),
        Q(Contains(Substr("name", 4), part)) & Q(GreaterThan(Length("name"), 4)),
    )


def _any_of(persons, *conditions):
    """Persons meeting any condition, at most MOST_FOUND by each.

    One limited query per condition in a single statement: each reads its own index and stops
    early, while OR would make the planner read a whole one.
    """
    bare = persons.select_related(None).order_by()
    first, *others = [bare.filter(where).values("pk")[:MOST_FOUND] for where in conditions]
    found = {row["pk"] for row in first.union(*others)}
    return persons.filter(pk__in=found).order_by("name", "pk")


_BY_KIND = {
    Kind.WHOLE_ID: _by_whole_id,
    Kind.ID_TAIL: _by_tail,
    Kind.HOUSEHOLD_NUMBER: _by_household_number,
    Kind.INITIALS: _by_initials,
    Kind.NAME: _by_name,
}
