"""Words of the register's pages: masked numbers, the income worked out, the history of edits."""

from dataclasses import dataclass

from django.contrib.auth import get_user_model

from households import idnumbers
from households.models import Household, Income, Person
from policy import codes

UNREAD = "无法读取，请联系系统管理员"
HISTORY_SHOWN = 40
CODED = {
    "education": "education",
    "student_state": "student_state",
    "health": "health",
    "skill": "skill",
    "ethnicity": "ethnicity",
    "disability_category": "disability_category",
    "disability_grade": "disability_grade",
}
# Never shown in a history: only that it changed.
SECRET = ("id_cipher",)
_SHARED = ("created_at", "updated_at", "version", "id", "household", "removed_on", "removed_reason")


def masked_id(person: Person) -> str:
    """The ID number fit for a page, empty when none is known."""
    if person.id_cipher is None:
        return ""
    try:
        return idnumbers.masked(idnumbers.decrypt(person.id_cipher))
    except idnumbers.IdNumberUnreadable:
        return UNREAD


def member_rows(members) -> list[dict]:
    """Members as the page shows them."""
    return [
        {
            "person": person,
            "id_number": masked_id(person),
            "health": codes.label("health", person.health),
            "skill": codes.label("skill", person.skill),
            "disability": disability(person),
        }
        for person in members
    ]


def disability(person: Person) -> str:
    """视力残疾一级, or empty."""
    category = codes.label("disability_category", person.disability_category)
    return category + codes.label("disability_grade", person.disability_grade)


def person_facts(person: Person) -> list[tuple[str, str]]:
    """Further facts of a member as (label, value), only those filled in."""
    names = (
        "ethnicity", "political_status", "education", "student_state", "work_place", "work_months",
        "medical_insurance", "pension_insurance", "phone",
    )  # fmt: skip
    return [
        (label_of(Person, name), worded(name, getattr(person, name)))
        for name in names
        if getattr(person, name) not in ("", None)
    ]


def household_facts(household: Household) -> list[tuple[str, object]]:
    """The household's own facts for a definition list."""
    income = household.per_capita_income
    return [
        ("户编号", household.number),
        ("户类型", household.get_kind_display()),
        ("乡镇、村", f"{household.village.parent.short_name} {household.village.short_name}"),
        ("自然村（组）", household.natural_village),
        ("家庭住址", household.address),
        ("家庭人口", f"{household.member_count} 人"),
        ("低保", household.get_low_income_kind_display()),
        ("人均纯收入", "" if income is None else f"{income:,.2f} 元（{household.income_year} 年）"),
        ("整户无劳动能力", "是" if household.has_no_labour else "否"),
        ("联系电话", household.phone),
    ]


def income_lines(income: Income) -> list[tuple[str, str]]:
    """The formula with this period's figures (domain §0.3, §4)."""
    return [
        (
            "纯收入",
            f"工资性 {income.wage:,.2f} + 生产经营性 {income.business:,.2f} + 财产性 "
            f"{income.property:,.2f} + 转移性 {income.transfer:,.2f} − 生产经营性支出 "
            f"{income.business_expense:,.2f} = {income.net:,.2f} 元",
        ),
        (
            "人均纯收入",
            f"{income.net:,.2f} ÷ {income.member_count} 人 = {income.per_capita_net:,.2f} 元",
        ),
        (
            "监测收入参考",
            f"纯收入 {income.net:,.2f} + 理赔 {income.payout:,.2f} − 合规自付 "
            f"{income.compliant_self_paid:,.2f} = {income.reference:,.2f} 元",
        ),
        (
            "人均参考收入",
            f"{income.reference:,.2f} ÷ {income.member_count} 人 = "
            f"{income.per_capita_reference:,.2f} 元",
        ),
    ]


@dataclass(frozen=True)
class Edit:
    """One past edit: when, by whom, of what, and what it changed."""

    at: object
    by: str
    subject: str
    changes: list[str]


def history(household: Household, members) -> list[Edit]:
    """The latest edits of the household and its members, newest first; four queries."""
    edits = []
    names = {person.pk: person.name for person in members}
    past = household.past.filter(pgh_label="update").select_related("pgh_context")
    edits += _edits(past, {household.pk: household}, lambda _row: "本户")
    of_members = (
        Person.pgh_event_model.objects.filter(pgh_obj__household=household, pgh_label="update")
        .select_related("pgh_context")
    )  # fmt: skip
    edits += _edits(
        of_members,
        {person.pk: person for person in members},
        lambda row: names.get(row.pgh_obj_id, row.name),
    )
    edits.sort(key=lambda edit: edit[0], reverse=True)
    users = _names({user for _at, user, *_rest in edits[:HISTORY_SHOWN]})
    return [
        Edit(at, users.get(user, "系统"), subject, changes)
        for at, user, subject, changes in edits[:HISTORY_SHOWN]
    ]


def _edits(events, current, subject):
    """(at, user pk, subject, changes) per event: a row before is compared with the one after it."""
    following = dict(current)
    found = []
    for event in events.order_by("-pgh_created_at", "-pgh_id"):
        after = following.get(event.pgh_obj_id)
        following[event.pgh_obj_id] = event
        if after is None:
            continue
        changes = _differences(event, after)
        if changes:
            metadata = event.pgh_context.metadata if event.pgh_context else {}
            found.append((event.pgh_created_at, metadata.get("user"), subject(event), changes))
    return found


def _differences(before, after):
    model = Household if hasattr(before, "number") else Person
    changes = []
    for field in before._meta.fields:
        name = field.name
        if name.startswith("pgh_") or name in _SHARED:
            continue
        old, new = getattr(before, field.attname), getattr(after, field.attname)
        if name in SECRET:
            if (old is None) != (new is None) or (old is not None and bytes(old) != bytes(new)):
                changes.append("证件号码：已修改")
        elif old != new:
            label = label_of(model, name)
            changes.append(f"{label}：{worded(name, old)} → {worded(name, new)}")
    return changes


def label_of(model, name: str) -> str:
    """The Chinese label of a field."""
    return str(model._meta.get_field(name).verbose_name)


def worded(name: str, value) -> str:
    """A stored value in words; 未填写 for nothing."""
    if value in ("", None):
        return "未填写"
    if isinstance(value, bool):
        return "是" if value else "否"
    if name == "kind":
        return str(dict(Household.Kind.choices).get(value, value))
    if name == "state":
        return str(dict(Household.State.choices).get(value, value))
    if name in CODED:
        return codes.label(CODED[name], value)
    return str(value)


def _names(pks):
    users = get_user_model().objects.filter(pk__in=[pk for pk in pks if pk])
    return {user.pk: user.full_name or user.get_username() for user in users}
