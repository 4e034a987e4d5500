"""Fills villages with synthetic households by COPY: a whole county in minutes on two cores."""

from collections.abc import Iterator
from random import Random

from django.db import connection, transaction

from areas.models import Area, Level
from audit import clock
from demo import people
from households import idnumbers, pinyin
from households.models import Household, Person

HOUSEHOLD = ("id", "number", "village_id", "kind", "head_name", "member_count", "phone", "per_capita_income",
             "income_year", "low_income_kind", "has_no_labour", "created_at", "updated_at")  # fmt: skip
PERSON = ("household_id", "name", "initials", "initials_other", "relation", "id_cipher", "id_index", "id_tail4",
          "id_tail6", "birth_on", "sex", "ethnicity", "education", "student_state", "health", "skill", "work_place",
          "work_months", "medical_insurance", "low_income_kind", "disability_category", "disability_grade", "phone",
          "position", "created_at", "updated_at")  # fmt: skip
PERSON_TYPES = ["int8", "text", "text", "text", "text", "bytea", "bytea", "bytea", "bytea", "date", "text", "text",
                "text", "text", "text", "text", "text", "int2", "text", "text", "text", "text", "text", "int2",
                "timestamptz", "timestamptz"]  # fmt: skip
HOUSEHOLD_TYPES = ["int8", "text", "text", "text", "text", "int2", "text", "numeric", "int2", "text", "bool",
                   "timestamptz", "timestamptz"]  # fmt: skip
CAPABLE = ("普通劳动力", "技能劳动力", "弱劳动力或半劳动力")
BATCH = 5_000


@transaction.atomic
def fill(
    *, county: str, households: int, at_least=None, seed: int = 410922, as_of=people.AS_OF
) -> dict[str, int]:
    """Spread so many synthetic households over all villages of a county; returns what was written.

    Ages and last year's income are those of the day `as_of`.
    `at_least`: {village code: households} for villages that must be larger than their share.
    """
    villages = list(
        Area.objects.filter(code__startswith=county, level=Level.VILLAGE, is_active=True)
        .order_by("code")
        .values_list("code", flat=True)
    )
    written = {"villages": len(villages), "households": 0, "persons": 0}
    next_id = 1 + (Household.objects.order_by("-pk").values_list("pk", flat=True).first() or 0)
    for batch in _batches(_families(villages, households, at_least or {}, Random(seed), as_of)):
        _copy(
            Household,
            HOUSEHOLD,
            HOUSEHOLD_TYPES,
            [_household(next_id + n, f, as_of.year - 1) for n, f in enumerate(batch)],
        )
        persons = [row for n, made in enumerate(batch) for row in _persons(next_id + n, made)]
        _copy(Person, PERSON, PERSON_TYPES, persons)
        next_id += len(batch)
        written["households"] += len(batch)
        written["persons"] += len(persons)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT setval(pg_get_serial_sequence('households_household', 'id'), %s)", [next_id]
        )
        cursor.execute("ANALYZE households_household, households_person")
    return written


def _families(villages, households, at_least, rng, as_of) -> Iterator[people.Family]:
    registry = people.Registry()
    share, rest = divmod(households, len(villages))
    for place, village in enumerate(villages):
        number = max(share + (place < rest), at_least.get(village, 0))
        for serial in range(1, number + 1):
            yield people.family(village, serial, rng, registry, as_of=as_of)


def _batches(families) -> Iterator[list[people.Family]]:
    batch = []
    for made in families:
        batch.append(made)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _copy(model, columns, types, rows):
    names = ", ".join(columns)
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY {model._meta.db_table} ({names}) FROM STDIN (FORMAT BINARY)") as copy,
    ):
        copy.set_types(types)
        for row in rows:
            copy.write_row(row)


def _household(pk, made, income_year):
    now = clock.now()
    return (pk, made.number, made.village, made.kind, made.head.name, len(made.members), made.head.phone,
            made.per_capita_income, income_year, made.low_income_kind,
            not any(member.skill in CAPABLE for member in made.members), now, now)  # fmt: skip


def _persons(household_id, made):
    now = clock.now()
    for position, member in enumerate(made.members, start=1):
        number = member.id_number
        initials, other = pinyin.initials(member.name)
        yield (household_id, member.name, initials, other, member.relation, idnumbers.encrypt(number),
               idnumbers.blind_index(number), idnumbers.tail_index(number, 4), idnumbers.tail_index(number, 6),
               member.birth_on, member.sex, "汉族", member.education, member.student_state, member.health,
               member.skill, member.work_place, member.work_months, "居民医保", member.low_income_kind,
               member.disability_category, member.disability_grade, member.phone, position, now, now)  # fmt: skip
