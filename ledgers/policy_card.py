"""政策明白卡: what a household gets, from whom, and whom to call; one A4 in big type.

A card hangs on the wall of the house, so it is a whitelist: it knows no ID number, account,
illness or telephone of the household, and none of the free text in which they may stand.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from django.db import transaction
from django.db.models import Prefetch, Q
from django.template.loader import render_to_string

from accounts.models import Department, Post
from accounts.roles import CountyOffice, DepartmentClerk, TownshipOffice, VillageCadre
from assistance.models import HelperAssignment, InsuranceCover, Measure, ReliefRequest
from assistance.relief import desk
from assistance.relief.told_once import is_told_by_payout
from audit import clock
from audit.events import EventKind
from audit.record import record
from ledgers import pdf
from ledgers.sheets import full_name
from policy import codes, parameters
from screening.duties import desks
from workflow.rounds import county_of
from workflow.states import ON_REGISTER, Status

STYLES = ("print.css", "policy_card.css")
CASES_AT_ONCE = 200
# The type shrinks with the number of lines so that the card stays one page.
SIZES = ((3, "is-huge"), (4, "is-big"), (7, "is-middle"), (14, "is-small"))
# In words that a household understands; the offices say 计划, 实施中.
STATES = {
    Measure.State.PLANNED: "准备办理",
    Measure.State.ACTIVE: "办理中",
    Measure.State.DONE: "已落实",
}
MOST_LINES = SIZES[-1][0]


@dataclass(frozen=True)
class Help:
    """One line: what, how much, from whom, where it stands, and the telephone there."""

    what: str
    amount: str
    giver: str
    state: str
    phone: str


@dataclass(frozen=True)
class Contact:
    """Somebody to call."""

    office: str
    name: str
    phone: str


@dataclass(frozen=True)
class Card:
    """All that a card may say of a household."""

    place: str
    head_name: str
    helps: list[Help]
    helper: Contact | None
    offices: list[Contact]
    unlisted: int = 0  # lines that would not fit on the page

    @property
    def size(self) -> str:
        """The class of its type."""
        return next(name for most, name in SIZES if len(self.helps) <= most)


@dataclass
class Phones:
    """Who answers for a village, a township, a department of a county; first in office first."""

    of_area: dict[str, Contact] = field(default_factory=dict)
    of_desk: dict[tuple[str, str], str] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)


def has_card(case) -> bool:
    """Policies go on after clearing, and so does the card; before determination there is none."""
    return case.status in (*ON_REGISTER, Status.RISK_CLEARED)


def cards(cases) -> Iterator[Card]:
    """The cards of a queryset of cases in its order; queries do not grow with the cases."""
    ids = list(cases.values_list("pk", flat=True))
    for start in range(0, len(ids), CASES_AT_ONCE):
        chunk = ids[start : start + CASES_AT_ONCE]
        found = _loaded(cases.model.objects.filter(pk__in=chunk)).in_bulk()
        phones = _phones({case.village for case in found.values()})
        for pk in chunk:
            yield _card(found[pk], phones)


def html_of(found) -> str:
    """The document of these cards, a page and a bookmark each."""
    return render_to_string(
        "ledgers/print/policy_card.html",
        {"cards": found, "printed_on": clock.today()},
    )


def pdf_of(found) -> bytes:
    """The same as PDF. Raises FontMissing."""
    return pdf.of_html(html_of(found), *STYLES)


@transaction.atomic
def record_one(case, *, by) -> None:
    """A card that leaves the system is an event."""
    record(EventKind.CARD_EXPORTED, by=by, obj=case)


def _loaded(cases):
    today = clock.today()
    return cases.select_related("household", "village__parent__parent").prefetch_related(
        Prefetch(
            "helper_assignments",
            HelperAssignment.objects.filter(ends_on=None).select_related("helper"),
            to_attr="current_helpers",
        ),
        Prefetch(
            "measures",
            Measure.objects.live().select_related("department").order_by("starts_on", "pk"),
            to_attr="live_measures",
        ),
        Prefetch(
            "household__covers",
            InsuranceCover.objects.filter(starts_on__lte=today, ends_on__gte=today),
            to_attr="current_covers",
        ),
        Prefetch(
            "household__reliefs",
            ReliefRequest.objects.filter(
                state__in=(ReliefRequest.State.APPROVED, ReliefRequest.State.PAID)
            ).order_by("requested_on", "pk"),
            to_attr="granted",
        ),
    )


def _phones(villages) -> Phones:
    """Whom to call, from the accounts of those in office; one query for departments, one for people."""
    found = Phones(names=dict(Department.objects.values_list("key", "name")))
    areas = {village.pk for village in villages} | {village.parent_id for village in villages}
    counties = {county_of(village.pk) for village in villages}
    in_office = (
        Q(area__in=areas, role__in=(VillageCadre.key, TownshipOffice.key))
        | Q(area__in=counties, role=CountyOffice.key)
        | Q(department__isnull=False, role=DepartmentClerk.key)
    )
    posts = Post.objects.in_force().filter(in_office).exclude(user__phone="")
    for post in posts.select_related("user").order_by("starts_on", "pk"):
        if post.department_id:
            key = (post.department_id, (post.user.area_id or "")[:6])
            found.of_desk.setdefault(key, post.user.phone)
        elif post.role == CountyOffice.key:  # 县扶贫办 has no clerk, it is an office of its own
            found.of_desk.setdefault((desks.OFFICE, post.area_id), post.user.phone)
        else:
            contact = Contact("", post.user.full_name, post.user.phone)
            found.of_area.setdefault(post.area_id, contact)
    return found


def _card(case, phones: Phones) -> Card:
    county = county_of(case.village_id)
    helps = [
        *_standing(case, county, phones),
        *(
            _measure(m, county, phones)
            for m in case.live_measures
            if not is_told_by_payout(m, case.household.granted)
        ),
    ]
    helper = next((one.helper for one in case.current_helpers), None)
    return Card(
        place=full_name(case.village),
        head_name=case.household.head_name,
        helps=helps[:MOST_LINES],
        helper=helper
        and Contact(
            " ".join(filter(None, (helper.unit, helper.post_title))), helper.name, helper.phone
        ),
        offices=_offices(case, county, phones),
        unlisted=max(len(helps) - MOST_LINES, 0),
    )


def _offices(case, county: str, phones: Phones) -> list[Contact]:
    """The village, then the township office 四（四）."""
    named = [(case.village_id, case.village.short_name)]
    if case.village.parent_id:
        office = parameters.value("township_office_name", county=county)
        named.append(
            (
                case.village.parent_id,
                f"{case.village.parent.short_name}{office.removeprefix('乡镇')}",
            )
        )
    return [
        Contact(office, *((known.name, known.phone) if known else ("", "")))
        for code, office in named
        for known in [phones.of_area.get(code)]
    ]


def _standing(case, county: str, phones: Phones) -> list[Help]:
    """What the household has without a measure of its own: 防贫保 五（二）, 低保/特困 and 救助 五（三）."""
    insurer = parameters.value(desk.INSURANCE, county=county)
    giver = parameters.value(desk.RELIEF, county=county)
    lines = [
        _help(
            "防贫保（免费）",
            f"保到 {cover.ends_on}",
            insurer,
            "已参保",
            county,
            phones,
        )
        for cover in case.household.current_covers
    ]
    kinds = {one.protection for one in case.household.granted}
    if case.household.low_income_kind and case.household.low_income_kind not in kinds:
        lines.append(
            _help(case.household.low_income_kind, "按月发放", giver, "享受中", county, phones)
        )
    for one in case.household.granted:
        is_paid = one.state == ReliefRequest.State.PAID
        lines.append(
            _help(
                one.protection or one.get_kind_display(),
                f"每月 {_yuan(one.amount_approved)}"
                if one.protection
                else _yuan(one.amount_paid if is_paid else one.amount_approved),
                giver,
                "已发放" if is_paid else "已批准",
                county,
                phones,
            )
        )
    return lines


def _measure(measure: Measure, county: str, phones: Phones) -> Help:
    is_paid = measure.amount_paid is not None
    amount = _yuan(measure.amount_paid if is_paid else measure.amount_planned)
    return _help(
        codes.label("measure_kind", measure.kind),
        amount if is_paid or measure.amount_planned is None else f"计划 {amount}",
        measure.department_id or "",
        STATES[measure.state],
        county,
        phones,
    )


def _help(what: str, amount: str, giver: str, state: str, county: str, phones: Phones) -> Help:
    """`giver` is the key of a department; empty: the village itself."""
    phone = phones.of_desk.get((giver, county), "")
    return Help(what, amount, phones.names.get(giver, "村级"), state, phone)


def _yuan(amount: Decimal | None) -> str:
    if amount is None:
        return "不涉及资金"
    return f"{amount:,.2f}".removesuffix(".00") + " 元"
