"""What must be known before a risk is recognised as cleared, for many cases at once (四（六）).

Each fact is one query whatever the number of cases: a meeting clears a whole list.
"""

from collections import defaultdict

from assistance import rules
from assistance.models import (
    HelperAssignment,
    InsuranceClaim,
    Measure,
    PlanItem,
    ReliefRequest,
    RiskEnded,
)
from audit import clock
from households.models import Income, Person, Safeguard
from policy import codes, parameters
from policy.parameters import ParameterMissing
from workflow.models import Visit
from workflow.rounds import county_of

LABOUR_SKILLS = ("普通劳动力", "技能劳动力", "弱劳动力或半劳动力")
FLOOR_GROUPS = ("security", "floor")  # 综合保障, 兜底


def of_cases(cases) -> dict[int, rules.ClearingFacts]:
    """The facts of these cases today by case id; the cases carry their household."""
    today = clock.today()
    safeguards, measures = _latest_safeguards(cases), _measures(cases)
    visits, helped, skills = _clearing_visits(cases), _with_helper(cases), _skills(cases)
    incomes, open_money, answers = _incomes(cases), *_money(cases)
    planned, ended = _planned_causes(cases), _ended(cases)
    facts = {}
    for case in cases:
        own = measures[case.pk]
        delivered = [m for m in own if m["state"] == Measure.State.DONE]
        facts[case.pk] = rules.ClearingFacts(
            identified_on=case.identified_on,
            today=today,
            per_capita_income=case.household.per_capita_income,
            incomes=tuple(_income(one, case) for one in incomes[case.household_id]),
            safeguard_problems=safeguards.get(case.household_id),
            measures_delivered=len(delivered),
            measures_open=sum(m["state"] in ("planned", "active") for m in own),
            has_helper=case.pk in helped,
            has_labour=not case.household.has_no_labour
            and not skills[case.household_id].isdisjoint(LABOUR_SKILLS),
            is_labour_known=case.household.has_no_labour or bool(skills[case.household_id]),
            has_other_support=any(m["group"] not in FLOOR_GROUPS for m in delivered),
            low_income_kind=case.household.low_income_kind,
            clearing_visit_on=visits.get(case.pk),
            open_money=tuple(open_money[case.household_id]),
            answers={
                **answers[case.household_id],
                **_measure_answers(case, delivered, planned[case.pk]),
                **ended[case.pk],
            },
            risks=tuple(case.risks),
            **_required(county_of(case.village_id), today),
        )
    return facts


def _required(county: str, today) -> dict:
    """What the policy asks of the county's households today; parameters are remembered, no query."""
    return {
        "months_required": int(parameters.value("months_before_clearing", on=today, county=county)),
        "periods_required": int(parameters.value("stable_income_periods", on=today, county=county)),
        "line": _line(today, county),
    }


def _line(on, county):
    try:
        return parameters.value("monitoring_line", on=on, county=county)
    except ParameterMissing:
        return None


def _incomes(cases) -> dict[int, list[Income]]:
    """The statements of each household, newest first."""
    found = defaultdict(list)
    for income in Income.objects.filter(household__in=_households(cases)).order_by("-period_end"):
        found[income.household_id].append(income)
    return found


def _income(income: Income, case) -> rules.IncomeFact:
    return rules.IncomeFact(
        period_end=income.period_end,
        per_capita=income.per_capita_net,
        per_capita_reference=income.per_capita_reference,
        line=_line(income.period_end, county_of(case.village_id)),
    )


def _latest_safeguards(cases) -> dict[int, frozenset[str]]:
    """What the last check of 三保障 found, by household."""
    latest = (
        Safeguard.objects.filter(household__in=_households(cases))
        .order_by("household_id", "-checked_on", "-pk")
        .distinct("household_id")
    )
    return {
        found.household_id: frozenset(
            key for key in rules.SAFEGUARDS if getattr(found, f"{key}_problem")
        )
        for found in latest
    }


def _measures(cases) -> dict[int, list[dict]]:
    found = defaultdict(list)
    rows = Measure.objects.live().filter(case__in=cases).order_by("done_on", "pk")
    for row in rows.values("case_id", "state", "group", "kind", "done_on"):
        found[row["case_id"]].append(row)
    return found


def _measure_answers(case, delivered, planned) -> dict[str, str]:
    """Risk -> the delivered measure that answers it: proposed by the county's table for that risk,
    or set against it in the approved plan."""
    found = {}
    for risk in case.risks:
        kinds = {*codes.extra("measure_proposal", risk).get("kinds", ()), *planned[risk]}
        for measure in delivered:
            if measure["kind"] in kinds:
                name = codes.label("measure_kind", measure["kind"])
                found[risk] = f"{name}（{measure['done_on']} 已落实）"
    return found


def _planned_causes(cases) -> dict[int, dict[str, set]]:
    """By case: cause -> kinds of the approved plans."""
    found = defaultdict(lambda: defaultdict(set))
    items = PlanItem.objects.filter(plan__case__in=cases, plan__approved_at__isnull=False)
    for pk, cause, kind in items.values_list("plan__case_id", "cause", "kind"):
        found[pk][cause].add(kind)
    return found


def _money(cases) -> tuple[dict, dict]:
    """By household: what is still open of insurance and relief, and which risks payouts answered.

    Only what was paid since this case was opened answers its risks; an earlier one had its own.
    """
    waiting, answers = defaultdict(list), defaultdict(dict)
    households = _households(cases)
    since = {case.household_id: _began(case) for case in cases}
    claims = InsuranceClaim.objects.filter(household__in=households).order_by("pk")
    for claim in claims:
        if claim.state in InsuranceClaim.OPEN:
            waiting[claim.household_id].append(
                f"{claim.happened_on} 防贫保（{claim.get_state_display()}）"
            )
        elif _is_paid_since(claim, since):
            for risk in codes.extra("insurance_cause", claim.cause).get("risks", ()):
                answers[claim.household_id][risk] = f"防贫保赔付 {claim.amount_paid:,.2f} 元"
    for relief in ReliefRequest.objects.filter(household__in=households).order_by("pk"):
        if relief.is_open:
            words = "程序待补" if relief.lacks_procedure else relief.get_state_display()
            waiting[relief.household_id].append(f"{relief.requested_on} 救助（{words}）")
        elif _is_paid_since(relief, since):
            answers[relief.household_id][relief.risk] = f"救助 {relief.amount_paid:,.2f} 元"
    return waiting, answers


def _began(case):
    opened = clock.local(case.opened_at).date()
    return min(opened, case.identified_on or opened)


def _is_paid_since(one, since) -> bool:
    return one.paid_on is not None and one.paid_on >= since[one.household_id]


def _ended(cases) -> dict[int, dict[str, str]]:
    """By case: risks found to be gone of themselves."""
    found = defaultdict(dict)
    for ended in RiskEnded.objects.filter(case__in=cases):
        found[ended.case_id][ended.risk] = f"{ended.found_on} 核实已消失（{ended.note}）"
    return found


def _clearing_visits(cases) -> dict[int, object]:
    """The day of the last visit that looked at clearing since the case was determined, by case."""
    since = {case.pk: case.identified_on or clock.today() for case in cases}
    visits = Visit.objects.filter(case__in=cases, purpose=Visit.Purpose.CLEARING)
    found = {}
    for pk, day in visits.order_by("visited_on").values_list("case_id", "visited_on"):
        if day >= since[pk]:
            found[pk] = day
    return found


def _with_helper(cases) -> set[int]:
    current = HelperAssignment.objects.filter(case__in=cases, ends_on__isnull=True)
    return set(current.values_list("case_id", flat=True))


def _skills(cases) -> dict[int, set[str]]:
    """The 劳动技能 on record in each household."""
    found = defaultdict(set)
    known = Person.objects.filter(household__in=_households(cases), is_active=True)
    for household, skill in known.exclude(skill="").values_list("household_id", "skill"):
        found[household].add(skill)
    return found


def _households(cases) -> list[int]:
    return [case.household_id for case in cases]
