"""Adding and editing households and their members."""

from django.db import transaction
from django.db.models import F, Max

from accounts import access
from accounts.permissions import Permission
from audit import clock
from audit.events import EventKind
from audit.record import record
from households import doubt_facts, idnumbers, pinyin, rules, summary
from households.models import Household, Person
from households.refusals import Refused, Stale

HOUSEHOLD_FACTS = ("kind", "natural_village", "address", "phone", "has_no_labour")
PERSON_FACTS = (
    "name",
    "relation",
    "ethnicity",
    "political_status",
    "education",
    "student_state",
    "health",
    "skill",
    "work_place",
    "work_months",
    "medical_insurance",
    "pension_insurance",
    "low_income_kind",
    "disability_category",
    "disability_grade",
    "phone",
)
# The number tells these; they are typed of who has none yet.
WITHOUT_NUMBER = ("birth_on", "sex")
# What a member who is entered says for the first time.
PERSON_SAYS = (*PERSON_FACTS, "sex")


@transaction.atomic
def add_household(*, village, number, facts, members, by) -> Household:
    """Enter a household that the register does not hold yet, with all its members.

    `facts` are HOUSEHOLD_FACTS, `members` dicts of PERSON_FACTS and `id_number` (normalised).
    Raises Refused for a number in use, no or two heads, or a member active elsewhere.
    """
    if Household.objects.filter(number=number).exists():
        raise Refused(f"户编号{number}已在册，请核对编号，或直接打开这一户修改")
    if problem := rules.head_problem([member["relation"] for member in members]):
        raise Refused(problem)
    household = Household.objects.create(
        village=village, number=number, **_only(facts, HOUSEHOLD_FACTS)
    )
    for position, member in enumerate(members, start=1):
        enter(household=household, facts=member, by=by, position=position)
    summary.refresh([household.pk], now=clock.now())
    doubt_facts.stop_hard(household, changed=PERSON_SAYS)
    record(EventKind.HOUSEHOLD_CREATED, by=by, obj=household, detail={"members": len(members)})
    household.refresh_from_db()
    return household


@transaction.atomic
def edit_household(*, household, facts, version, by) -> Household:
    """Change facts of a household, its number too. Raises Stale when `version` is no longer the current one."""
    current = claim(household, version)
    changed = _apply(current, facts, HOUSEHOLD_FACTS)
    if facts.get("number") and facts["number"] != current.number:
        changed += _set_number(current, facts["number"])
    current.save(update_fields=[*changed, "updated_at"])
    record(EventKind.HOUSEHOLD_CHANGED, by=by, obj=current, detail={"fields": changed})
    return current


@transaction.atomic
def add_member(*, household, facts, by) -> Person:
    """Enter a member whom the register missed (漏登); who is born or comes is a natural change."""
    household = locked(household)
    person = enter(household=household, facts=facts, by=by)
    doubt_facts.stop_hard(household, changed=PERSON_SAYS, person=person)
    touch(household)
    record(
        EventKind.PERSON_CHANGED,
        by=by,
        obj=person,
        area=household.village_id,
        detail={"added": True},
    )
    return person


@transaction.atomic
def edit_person(*, person, facts, version, by) -> Person:
    """Correct facts of a member; `id_number` in facts is normalised and replaces the old one.

    Raises Stale for an old version, Refused when the head would be lost or doubled, or the
    number belongs to another active person.
    """
    household = locked(person.household)
    current = claim(person, version)
    _keep_one_head(current, facts.get("relation", current.relation))
    changed = _apply(current, facts, PERSON_FACTS)
    if "name" in changed:
        current.initials, current.initials_other = pinyin.initials(current.name)
        changed += ["initials", "initials_other"]
    if facts.get("id_number"):
        changed += _set_id_number(current, facts["id_number"], by)
    elif current.id_index is None:
        changed += _apply(current, facts, WITHOUT_NUMBER)
    current.save(update_fields=[*changed, "updated_at"])
    doubt_facts.stop_hard(household, changed=changed, person=current)
    touch(household)
    record(
        EventKind.PERSON_CHANGED,
        by=by,
        obj=current,
        area=household.village_id,
        detail={
            "fields": [name for name in changed if not name.startswith(("initials", "id_tail"))]
        },
    )
    return current


def locked(household) -> Household:
    """The household, locked until the end of the transaction. Raises Refused when removed."""
    household = Household.objects.select_for_update(of=("self",)).get(pk=household.pk)
    if household.is_removed:
        raise Refused(f"{household}已销户，不能再修改；如有误请联系县扶贫办")
    return household


def claim(row, version):
    """Take the next version of a row. Raises Stale when somebody else has taken it."""
    model = type(row)
    taken = model.objects.filter(pk=row.pk, version=version).update(
        version=F("version") + 1, updated_at=clock.now()
    )
    current = model.objects.get(pk=row.pk)
    if not taken:
        raise Stale(current)
    if isinstance(current, Household) and current.is_removed:
        raise Refused(f"{current}已销户，不能再修改；如有误请联系县扶贫办")
    return current


def touch(*households):
    """Let everybody who has the households open know that their members changed."""
    ids = [household.pk for household in households]
    Household.objects.filter(pk__in=ids).update(version=F("version") + 1, updated_at=clock.now())
    summary.refresh(ids, now=clock.now())


def enter(*, household, facts, by, position=None) -> Person:
    """Insert a member; the caller holds the transaction, refreshes the figures and audits."""
    person = Person(household=household, **_only(facts, PERSON_FACTS))
    person.initials, person.initials_other = pinyin.initials(person.name)
    person.position = position or _next_position(household)
    if (
        person.relation == rules.HEAD
        and household.members.active().filter(relation=rules.HEAD).exists()
    ):
        raise Refused("本户已有户主，请改正与户主关系；换户主请登记“户主变更”")
    if facts.get("id_number"):
        _set_id_number(person, facts["id_number"], by)
    else:
        person.birth_on, person.sex = facts.get("birth_on"), facts.get("sex", "")
    person.save(force_insert=True)
    return person


def _set_id_number(person, number, by):
    """Store a normalised number encrypted, with its indexes; returns the fields changed."""
    index = idnumbers.blind_index(number)
    if person.id_index is not None and bytes(person.id_index) == index:
        return []
    holders = Person.objects.active().filter(id_index=index).select_related("household")
    if other := holders.exclude(pk=person.pk).first():
        raise Refused(_held_by(other, by))
    person.id_cipher = idnumbers.encrypt(number)
    person.id_index = index
    person.id_tail4 = idnumbers.tail_index(number, 4)
    person.id_tail6 = idnumbers.tail_index(number, 6)
    person.birth_on = idnumbers.birth_date(number)
    person.sex = idnumbers.sex(number)
    return ["id_cipher", "id_index", "id_tail4", "id_tail6", "birth_on", "sex"]


def _held_by(other, by):
    """Who holds the number already; a household outside one's own areas is not named."""
    if by is None or access.may(by, Permission.REGISTER_VIEW, area=other.household.village_id):
        return (
            f"该证件号码已登记在另一户（户编号{other.household.number}，{other.name}），"
            "一人只能在一户；请先在那一户登记减少"
        )
    return (
        "该证件号码已登记在您管辖范围以外的一户，一人只能在一户；"
        "请联系乡镇扶贫办，由那一户先登记减少"
    )


def _set_number(household, number):
    """The national platform has given the number (after a split), or it was mistyped."""
    if Household.objects.filter(number=number).exists():
        raise Refused(f"户编号{number}已在册，请核对编号")
    household.number = number
    return ["number"]


def _keep_one_head(person, relation):
    if person.is_active and (person.relation == rules.HEAD) != (relation == rules.HEAD):
        raise Refused("户主只能通过“户主变更”更换，请在自然增减里登记")


def _next_position(household):
    return (household.members.aggregate(last=Max("position"))["last"] or 0) + 1


def _only(facts, names):
    return {name: facts[name] for name in names if name in facts}


def _apply(row, facts, names):
    """Set the given facts on a row; returns the names of those that really changed."""
    changed = [name for name, value in _only(facts, names).items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, facts[name])
    row.updated_at = clock.now()
    return changed
