"""Matters by the hundred: every monitored household, every village of an area, a workbook of answers."""

from datetime import datetime, time

from django.db import transaction
from django.db.models import Q

from accounts import access
from accounts.permissions import Permission
from areas.models import Area, Level
from audit import clock
from audit.events import EventKind
from audit.record import record, record_many
from screening.actions.matter_checks import (
    area_of,
    check_day,
    check_holder,
    check_outcome,
    cleaned,
    start,
    told_of,
)
from screening.actions.matter_register import tell_register
from screening.duties import desks, rules
from screening.duties.kinds import DEPARTMENT, LIST
from screening.models import Matter, MatterStep
from screening.refusals import LeadRefused
from workflow.models import Case


@transaction.atomic
def raise_in_areas(*, kind, areas, facts, by, happened_on) -> list[Matter]:
    """附件1-2, 附件1-11: the department names townships or villages; every village of them gets
    one task instead of a lead for each of its households. Named again, only new ones are added.
    Raises LeadRefused."""
    if not desks.acts_for(by, kind.department, desks.county_of(by)) or not kind.has_area:
        raise LeadRefused("您的岗位不能登记这个部门的事项，请联系县扶贫办核对岗位。")
    check_day(kind, happened_on)
    county = desks.county_of(by)
    wanted = {a.pk for a in areas if a.level == Level.VILLAGE and a.pk.startswith(county)}
    for area in areas:
        if area.level == Level.TOWNSHIP and area.pk.startswith(county):
            wanted |= set(
                Area.objects.active().under(area.pk).villages().values_list("pk", flat=True)
            )
    if not wanted:
        raise LeadRefused("没有找到要排查的村，请重新写乡镇、村名。")
    there = matters_there(kind, wanted, facts, happened_on)
    return tasks_for(
        kind=kind, county=county, villages=wanted - there.keys(), facts=facts,
        happened_on=happened_on, by=by,
    )  # fmt: skip


def matters_there(kind, villages, facts, happened_on) -> dict[str, Matter]:
    """Village code -> its task of that day, not answered yet or about the very same."""
    same = Q(facts=facts) | ~Q(holder="")
    found = Matter.objects.filter(
        same, kind=kind.key, village__in=villages, happened_on=happened_on
    )
    return {matter.village_id: matter for matter in found.order_by("pk")}


def tasks_for(*, kind, county, villages, facts, happened_on, by, lead_file=None) -> list[Matter]:
    """One task for each of these villages. Inside the caller's transaction, who has asked `by`."""
    new = []
    for village in sorted(villages):
        matter = Matter(
            county_id=county, department_id=kind.department, kind=kind.key, village_id=village,
            facts=facts, happened_on=happened_on, raised_by=by, lead_file=lead_file,
            period=rules.first_of_period(clock.today(), kind.period),
        )  # fmt: skip
        start(matter)
        new.append(matter)
    Matter.objects.bulk_create(new, batch_size=1000)
    record_many(
        EventKind.MATTER_RAISED, by=by,
        rows=[{"obj": m, "area": m.village_id, "detail": told_of(m)} for m in new],
    )  # fmt: skip
    return new


@transaction.atomic
def raise_many(*, kind, rows, by) -> int:
    """Enter the rows of a department's own workbook: (facts, happened_on) each; the same row once
    more adds nothing. How many are new. Raises LeadRefused."""
    county = desks.county_of(by)
    if not desks.acts_for(by, kind.department, county) or kind.has_area:
        raise LeadRefused("您的岗位不能登记这个部门的事项，请联系县扶贫办核对岗位。")
    period = rules.first_of_period(clock.today(), kind.period)
    own = Matter.objects.filter(kind=kind.key, county=county, period=period)
    there = {(_same(facts), on) for facts, on in own.values_list("facts", "happened_on")}
    new = []
    for facts, happened_on in rows:
        if (_same(facts), happened_on) in there:
            continue
        there.add((_same(facts), happened_on))
        matter = Matter(
            county_id=county, department_id=kind.department, kind=kind.key, facts=facts,
            happened_on=happened_on, raised_by=by, period=period,
        )  # fmt: skip
        start(matter)
        new.append(matter)
    Matter.objects.bulk_create(new, batch_size=1000)
    record_many(
        EventKind.MATTER_RAISED, by=by,
        rows=[{"obj": m, "area": county, "detail": told_of(m)} for m in new],
    )  # fmt: skip
    return len(new)


@transaction.atomic
def make_list(*, kind, county, by) -> int:
    """One matter for every household on the register in the period 附件1-8, 附件1-14; made again,
    only households that came since are added. How many are new. Raises LeadRefused."""
    may = access.may(by, Permission.LEAD_SETTLE, area=county)
    if kind.raised_by != LIST or not (may or desks.acts_for(by, kind.department, county)):
        raise LeadRefused("这份清单由本部门或县扶贫办生成，您的岗位不能办理。")
    first = rules.first_of_period(clock.today(), kind.period)
    listed = Matter.objects.filter(kind=kind.key, period=first, is_listed=True, county=county)
    cases = (
        Case.objects.in_area(county).on_register()
        .exclude(household__in=listed.values("household"))
        .values_list("household_id", "village_id", "category")
    )  # fmt: skip
    due = _end_of(rules.last_of_period(first, kind.period))
    new = [
        Matter(
            county_id=county, department_id=kind.department, kind=kind.key, period=first,
            village_id=village, household_id=household, facts={"category": category},
            raised_by=by, holder=kind.path[0], due_at=due, is_listed=True,
        )
        for household, village, category in cases.order_by("village_id", "household_id")
    ]  # fmt: skip
    before = listed.count()
    Matter.objects.bulk_create(new, batch_size=2000, ignore_conflicts=True)
    made = listed.count() - before
    record(
        EventKind.MATTER_LIST_MADE, by=by, area=county,
        detail={"kind": kind.key, "period": f"{first}", "households": made},
    )  # fmt: skip
    return made


@transaction.atomic
def take_steps(*, matters, by, answers) -> list[tuple[Matter, str]]:
    """Many answers of one list at once, `answers` by matter id: (outcome, words). Set-based.

    Returns what was refused, with the reason; the good ones go in.
    """
    refused, good = [], []
    for matter in matters:
        outcome, words = answers[matter.pk]
        try:
            check_holder(matter, by)
            words = cleaned(words)
            check_outcome(matter.of_kind, outcome, words)
        except LeadRefused as why:
            refused.append((matter, str(why)))
        else:
            matter.outcome, matter.words = outcome, words
            good.append(matter)
    now = clock.now()
    taken = set(
        Matter.objects.select_for_update(of=("self",))
        .filter(pk__in=[matter.pk for matter in good], holder=DEPARTMENT)
        .values_list("pk", flat=True)
    )
    refused += [(matter, "已经办结，请刷新。") for matter in good if matter.pk not in taken]
    good = [matter for matter in good if matter.pk in taken]
    for matter in good:
        matter.holder, matter.closed_at, matter.closed_by = "", now, by
    fields = ["outcome", "words", "holder", "closed_at", "closed_by"]
    Matter.objects.bulk_update(good, fields, batch_size=1000)
    MatterStep.objects.bulk_create(
        [
            MatterStep(matter=m, holder=DEPARTMENT, label=m.of_kind.verb(DEPARTMENT),
                       outcome=m.outcome, words=m.words, taken_at=now, taken_by=by)
            for m in good
        ],
        batch_size=1000,
    )  # fmt: skip
    record_many(
        EventKind.MATTER_CLOSED, by=by,
        rows=[{"obj": m, "area": area_of(m), "detail": told_of(m)} for m in good],
    )  # fmt: skip
    tell_register(good, by)
    return refused


def _end_of(day) -> datetime:
    return datetime.combine(day, time(23, 59), tzinfo=clock.local(clock.now()).tzinfo)


def _same(facts: dict) -> tuple:
    return tuple(sorted(facts.items()))
