"""Matters are raised, passed on, sent back, closed. Each step is one conditional UPDATE."""

from django.db import IntegrityError, transaction

from accounts import access
from accounts.permissions import Permission
from audit import clock
from audit.events import EventKind
from audit.record import record
from screening import rules as lead_rules
from screening.actions.applications import take_application
from screening.actions.matter_checks import (
    area_of,
    check_day,
    check_holder,
    check_outcome,
    cleaned,
    hours,
    start,
    told_of,
)
from screening.actions.matter_register import tell_register
from screening.duties import desks, rules
from screening.duties.kinds import DEPARTMENT, LIST, VILLAGE
from screening.merging import open_for
from screening.models import Lead, LeadKind, Matter, MatterStep
from screening.refusals import LeadRefused
from workflow import months
from workflow.states import Source

NOTE_LIMIT = 300


@transaction.atomic
def raise_matter(
    *, kind, facts, by, village=None, household=None, happened_on=None, files=(), form_key=None
) -> Matter:
    """Enter one matter; it is then in the hands of the first of its path. Raises LeadRefused.

    A household with a bad house becomes a lead of the village at once: the fact is typed once.
    """
    if form_key and (sent := Matter.objects.filter(form_key=form_key, raised_by=by).first()):
        return sent
    _check(kind, facts, by, village, household, happened_on)
    county = village.pk[:6] if village else desks.county_of(by)
    matter = Matter(
        county_id=county, department_id=kind.department, kind=kind.key, village=village,
        household=household, facts=facts, happened_on=happened_on, raised_by=by, form_key=form_key,
        period=rules.first_of_period(clock.today(), kind.period),
    )  # fmt: skip
    start(matter)
    if household and kind.risk:
        matter.lead = _lead_of(matter, by)
    try:
        with transaction.atomic():
            matter.save(force_insert=True)
    except IntegrityError:  # the same form at the same moment
        return Matter.objects.get(form_key=form_key)
    matter.files.add(*files)
    record(EventKind.MATTER_RAISED, by=by, obj=matter, area=area_of(matter), detail=told_of(matter))
    return matter


@transaction.atomic
def take_step(*, matter, by, words="", outcome="", households=(), files=()) -> Matter:
    """Whoever holds the matter answers it: on to the next hand, or closed. Raises LeadRefused.

    For a task that names an area, `households` of the village found affected become leads.
    """
    kind, holder = matter.of_kind, matter.holder
    words = cleaned(words)
    check_holder(matter, by)
    if holder == DEPARTMENT and kind.outcomes:
        check_outcome(kind, outcome, words)
    elif not words and not kind.has_area:
        raise LeadRefused("请写明办理情况，例如做了什么、什么时候办好的。")
    else:
        outcome = ""
    if kind.has_area:
        outcome = "affected" if households else "none"
        found = f"受影响 {len(households)} 户" if households else "本村没有受影响的农户"
        words = cleaned(f"{found}，{words}" if words else found)
    to = kind.after(holder)
    _move(matter, to, by, words, outcome)
    _stepped(matter, holder, to, kind.verb(holder), by, words, outcome)
    tell_register([matter], by)
    if households:
        _leads_of(matter, households, by)
    matter.files.add(*files)
    return matter


@transaction.atomic
def send_back(*, matter, by, words) -> Matter:
    """The answer will not do: back to the hand before, with the reason. Raises LeadRefused."""
    kind, holder = matter.of_kind, matter.holder
    words = cleaned(words)
    check_holder(matter, by)
    to = kind.before(holder)
    if not to:
        raise LeadRefused("这个事项没有上一手，不能退回。")
    if not words:
        raise LeadRefused("请写明退回原因，例如还缺什么。")
    _move(matter, to, by, words, "")
    _stepped(matter, holder, to, "退回", by, words, "", event=EventKind.MATTER_SENT_BACK)
    return matter


def _move(matter, to, by, words, outcome) -> None:
    """One conditional UPDATE: a double click or a race loses politely."""
    now = clock.now()
    due = now + hours("matter_handling_hours", matter.county_id) if to else matter.due_at
    closed = {} if to else {"closed_at": now, "closed_by": by}
    taken = Matter.objects.filter(pk=matter.pk, holder=matter.holder).update(
        holder=to, words=words, outcome=outcome, due_at=due, **closed
    )
    if not taken:
        raise LeadRefused("这个事项刚刚被别人办理过，请刷新后查看。")
    matter.refresh_from_db()


def _stepped(matter, holder, to, label, by, words, outcome, event=None) -> None:
    MatterStep.objects.create(
        matter=matter, holder=holder, to=to, label=label, outcome=outcome, words=words, taken_by=by
    )
    event = event or (EventKind.MATTER_MOVED if to else EventKind.MATTER_CLOSED)
    record(event, by=by, obj=matter, area=area_of(matter), detail=told_of(matter))


def _lead_of(matter, by) -> Lead:
    told = "，".join([matter.get_kind_display(), *map(str, matter.facts.values())])
    return take_application(
        household=matter.household, applied_on=matter.happened_on, statement=told[:NOTE_LIMIT],
        risks=[matter.of_kind.risk], source=Lead.Source.CADRE, by=by,
    )  # fmt: skip


def _leads_of(matter, households, by) -> None:
    """The households found affected become leads of the department's own kind, with their cases."""
    kind = matter.of_kind
    if any(household.village_id != matter.village_id for household in households):
        raise LeadRefused("只能选本村的农户，请刷新后重选。")
    lead_kind = LeadKind.objects.get(department=kind.department, key=kind.lead_kind)
    told = "，".join(f"{v}" for v in matter.facts.values())
    leads = [
        Lead(
            source=Lead.Source.DEPARTMENT, kind=lead_kind, household=household,
            village_id=matter.village_id, month=months.first_day(clock.today()),
            risks=[kind.risk], facts={**matter.facts, "matter": str(matter.pk)},
            explanation=f"{matter.happened_on} {kind.label}，{told}，{kind.clause}"[:400],
            clause=kind.clause, raised_on=clock.today(), raised_by=by,
            fact_hash=lead_rules.fact_hash(
                lead_kind.pk, [household.pk], {"matter": str(matter.pk)}
            ),
        )
        for household in households
    ]  # fmt: skip
    Lead.objects.bulk_create(leads, ignore_conflicts=True)
    new = dict(
        Lead.objects.filter(fact_hash__in=[lead.fact_hash for lead in leads], case=None)
        .values_list("pk", "household_id")
    )  # fmt: skip
    open_for(new, source=Source.DEPARTMENT, risks=[kind.risk], county=matter.county_id, by=by)


def _check(kind, facts, by, village, household, happened_on) -> None:
    if kind.has_area or kind.raised_by == LIST:
        raise LeadRefused("这种事项不能逐条登记，请从部门事项页面生成。")
    if kind.raised_by == VILLAGE:
        if village is None or not access.may(by, Permission.CASE_SCREEN, area=village.pk):
            raise LeadRefused("请选择您负责的村，别的村由当地登记。")
    elif not desks.acts_for(by, kind.department, desks.county_of(by)):
        raise LeadRefused("您的岗位不能登记这个部门的事项，请联系县扶贫办核对岗位。")
    if kind.has_household and (household is None or household.village_id != village.pk):
        raise LeadRefused("请先选定本村的一户。")
    missing = [f.label for f in kind.fields if f.is_required and not facts.get(f.key)]
    if missing:
        raise LeadRefused(f"请填写：{'、'.join(missing)}。")
    check_day(kind, happened_on)
