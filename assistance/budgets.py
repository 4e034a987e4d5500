"""Money of measures against the approved plans of their cases: read once for any number of cases."""

from collections import defaultdict
from decimal import Decimal

from assistance import rules
from assistance.models import Measure, Plan
from policy import codes
from workflow.models import Case

NOTHING = Decimal(0)


class Budgets:
    """What the approved plans of some cases allow and what is set so far. Four queries.

    Holds the cases until the transaction ends, so that two sums of one plan take turns.
    """

    def __init__(self, case_ids):
        case_ids = set(case_ids)
        cases = Case.objects.filter(pk__in=case_ids).order_by("pk")
        list(cases.select_for_update().values_list("pk"))
        self.plans = {}
        plans = Plan.objects.approved().filter(case__in=case_ids).order_by("version")
        for plan in plans.prefetch_related("items"):
            self.plans[plan.case_id] = (plan.version, {i.kind: i.amount for i in plan.items.all()})
        self.amounts = defaultdict(dict)
        rows = Measure.objects.live().filter(case__in=case_ids, is_ahead_of_procedure=False)
        for case, kind, pk, *both in rows.values_list(
            "case_id", "kind", "pk", "amount_planned", "amount_paid"
        ):
            self.amounts[case, kind][pk] = both

    def problem(self, measure) -> str:
        """Why this measure's amounts go beyond the plan; empty when they do not.

        先行帮扶 and cases whose plan names no measures are free. A sound measure is counted from now on.
        """
        version, planned = self.plans.get(measure.case_id, (0, {}))
        if measure.is_ahead_of_procedure or not planned:
            return ""
        own = {measure.pk: (measure.amount_planned, measure.amount_paid)}
        of_kind = self.amounts[measure.case_id, measure.kind] | own
        total = _total(of_kind.values())
        found = rules.over_plan(kind=measure.kind, total=total, planned=planned, version=version)
        if not found:
            self.amounts[measure.case_id, measure.kind] |= own
        return found


def set_beyond(items, measures) -> str:
    """Why a plan of these items cannot follow: its measures have more money already; empty when it can.

    Otherwise everything that is set would stand outside the plan from the day of its approval. A
    kind that the plan leaves out may have been delivered under an earlier one.
    """
    amounts = defaultdict(list)
    planned = {item.kind: item.amount for item in items}
    for measure in measures:
        counts = measure.is_live if measure.kind in planned else measure.is_unfinished
        if counts and not measure.is_ahead_of_procedure:
            amounts[measure.kind].append((measure.amount_planned, measure.amount_paid))
    told = [
        f"{codes.label('measure_kind', kind)}已安排 {_total(both):,.2f} 元，"
        f"计划只有 {planned.get(kind) or NOTHING:,.2f} 元"
        for kind, both in amounts.items()
        if rules.is_beyond(kind, _total(both), planned)
    ]
    if not told:
        return ""
    return f"{'；'.join(told)}。请先调减或取消已安排的措施，或者把计划金额改到不少于已安排的。"


def _total(both) -> Decimal:
    """Of (planned, paid) amounts: what is set apart, or paid out where that is more."""
    both = list(both)
    set_apart = sum((planned or paid or NOTHING for planned, paid in both), NOTHING)
    return max(set_apart, sum((paid or NOTHING for _, paid in both), NOTHING))
