"""What stands in a 《一户一册》: read set-based for many cases, one page tree for preview and PDF.

The content hash covers everything the booklet says and how it looks. Nothing in it may depend on
the day of printing: a household in which nothing changed is not printed again in the next month.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Prefetch
from django.template.loader import render_to_string

from assistance import clearing, rules
from assistance.models import (
    HelperAssignment,
    InsuranceClaim,
    InsuranceCover,
    Measure,
    Plan,
    ReliefRequest,
)
from assistance.relief import presenters as relief
from assistance.relief.household_section import totals
from audit import clock
from households.models import Income, Person, Safeguard
from ledgers import pdf, presenters
from ledgers.help_ledgers import found_words
from policy import codes, parameters
from policy.parameters import ParameterMissing
from screening.models import Lead
from workflow.models import Case, StatusChange, Visit
from workflow.rounds import county_of
from workflow.states import ON_REGISTER, Status

CASES_AT_ONCE = 200
STYLES = ("print.css", "booklet.css")
CLEARING_STEPS = ("propose_clearing", "endorse_clearing", "clear_risk", "undo_clearing")
CATEGORIES = {"1": "脱贫户", "2": "边缘易致贫户", "3": "突发严重困难户"}
HEALTHY = ("", "健康")


@dataclass(frozen=True)
class Content:
    """One booklet ready to be shown or printed."""

    case: Case
    body: str  # HTML of all pages
    content_hash: str
    missing: list[str]  # what is still to be filled in, as sentences


def loaded(cases):
    """The cases with everything a booklet needs; the number of queries is the same for any
    number of cases up to 200."""
    return cases.select_related(
        "household", "village__parent__parent", "previous_case", "attention"
    ).prefetch_related(
        Prefetch("household__members", Person.objects.active().in_family_order(), to_attr="family"),
        Prefetch("household__covers", InsuranceCover.objects.order_by("year"), to_attr="insured"),
        Prefetch(
            "household__claims",
            InsuranceClaim.objects.select_related("person")
            .prefetch_related("proofs")
            .order_by("happened_on", "pk"),
            to_attr="all_claims",
        ),
        Prefetch(
            "household__reliefs",
            ReliefRequest.objects.select_related("person")
            .prefetch_related("proofs")
            .order_by("requested_on", "pk"),
            to_attr="all_reliefs",
        ),
        Prefetch("household__incomes", Income.objects.order_by("period_end", "pk"), to_attr="periods"),
        Prefetch(
            "household__safeguards", Safeguard.objects.order_by("checked_on", "pk"), to_attr="checks"
        ),
        Prefetch(
            "helper_assignments",
            HelperAssignment.objects.select_related("helper").order_by("starts_on", "pk"),
            to_attr="helpers",
        ),
        Prefetch(
            "plans",
            Plan.objects.select_related("made_by", "checked_by", "returned_by", "approved_by")
            .prefetch_related("items")
            .order_by("-version"),
            to_attr="all_plans",
        ),
        Prefetch(
            "measures",
            Measure.objects.live()
            .select_related("department", "person")
            .prefetch_related("proofs")
            .order_by("starts_on", "pk"),
            to_attr="live_measures",
        ),
        Prefetch("visits", Visit.objects.order_by("visited_on", "pk"), to_attr="all_visits"),
        Prefetch("leads", Lead.objects.order_by("raised_on", "pk"), to_attr="all_leads"),
        Prefetch(
            "changes",
            StatusChange.objects.select_related("meeting", "clearing_check").order_by("pk"),
            to_attr="all_changes",
        ),
    )  # fmt: skip


def contents(cases, *, is_masked: bool = False) -> Iterator[Content]:
    """The booklets of a queryset of cases in its order; ID numbers in full unless masked."""
    ids = list(cases.values_list("pk", flat=True))
    for start in range(0, len(ids), CASES_AT_ONCE):
        chunk = ids[start : start + CASES_AT_ONCE]
        found = {case.pk: case for case in loaded(Case.objects.filter(pk__in=chunk))}
        checked = clearing.conditions([c for c in found.values() if c.status in ON_REGISTER])
        for pk in chunk:
            yield content(found[pk], is_masked=is_masked, conditions=checked.get(pk, []))


def content(
    case: Case, *, is_masked: bool = False, conditions: list[rules.Condition] | None = None
) -> Content:
    """The booklet of one case read by `loaded`; `conditions` are those of clearing, read along."""
    if conditions is None:
        is_watched = case.status in ON_REGISTER
        conditions = clearing.conditions([case])[case.pk] if is_watched else []
    facts = _facts(case, is_masked) | {"conditions": conditions or _at_recognition(case)}
    body = render_to_string("ledgers/booklet_body.html", facts)
    return Content(case, body, fingerprint(body), missing(case))


def fingerprint(body: str) -> str:
    """SHA-256 over what the booklet says and the look it is printed in."""
    digest = hashlib.sha256(body.encode())
    for name in STYLES:
        digest.update(pdf.stylesheet(name).encode())
    return digest.hexdigest()


def document(
    found: Content, *, version: int | None, printed_on: date, with_missing: bool = False
) -> str:
    """The whole HTML document to print; `with_missing` adds the list of what is missing, and
    without a version it is a preview."""
    return render_to_string(
        "ledgers/print/booklet.html",
        {
            "content": found,
            "version": version,
            "printed_on": printed_on,
            "with_missing": with_missing,
        },
    )


def _facts(case: Case, is_masked: bool) -> dict:
    household, village = case.household, case.village
    township = village.parent
    return {
        "case": case,
        "household": household,
        "village": village,
        "township": township,
        "county": township.parent if township else None,
        "document_number": parameters.value("document_number", county=county_of(village.pk)),
        "maker": parameters.value("leading_group_name", county=county_of(village.pk)).removeprefix(
            "县"
        ),
        "category": CATEGORIES.get(case.category, case.category),
        "status": Status(case.status).label,
        "is_on_register": case.status in ON_REGISTER,
        "risks": codes.labels("risk", case.risks),
        "leads": case.all_leads,
        "members": [_member(person, is_masked) for person in household.family],
        "incomes": [_income(income, village.pk) for income in household.periods[-2:]],
        "before": _before(case),
        "after": _after(case),
        "helpers": case.helpers,
        "helper": next((one.helper for one in case.helpers if one.ends_on is None), None),
        "attention": getattr(case, "attention", None),
        **_plans(case),
        "measures": [_measure(measure) for measure in case.live_measures],
        "covers": household.insured,
        "claims": [_claim(claim) for claim in household.all_claims],
        "reliefs": [_relief(one) for one in household.all_reliefs],
        "totals": totals(household.all_claims, household.all_reliefs),
        "visits": [(visit, found_words(visit)) for visit in case.all_visits],
        "changes": case.all_changes,
        "is_clearing_begun": any(change.step in CLEARING_STEPS for change in case.all_changes),
        "clearing_kind": codes.label("clearing_kind", case.clearing_kind)
        if case.clearing_kind
        else "",
        "proofs": _proofs(case),
        "effects": [measure for measure in case.live_measures if measure.effect],
    }


def _member(person: Person, is_masked: bool) -> dict:
    read = presenters.masked_id if is_masked else presenters.opened_id
    facts = [person.health if person.health not in HEALTHY else "", person.skill]
    if person.disability_category:
        kind = codes.label("disability_category", person.disability_category)
        facts.append(f"{kind}{codes.label('disability_grade', person.disability_grade)}")
    work = person.work_place and f"{person.work_place}务工{person.work_months or '若干'}个月"
    insured = [person.medical_insurance, person.pension_insurance, person.low_income_kind]
    return {
        "person": person,
        "number": read(person.id_cipher),
        "condition": "、".join(filter(None, [*facts, person.student_state, work])) or "健康",
        "insured": "、".join(filter(None, insured)) or "未登记",
    }


def _income(income: Income, village: str) -> dict:
    try:
        line = parameters.source("monitoring_line", on=income.period_end, county=county_of(village))
    except ParameterMissing:
        line = None
    return {"income": income, "line": line, "is_below": line and income.per_capita_net < line.value}


def _before(case: Case) -> Safeguard | None:
    """三保障 as known when the household was identified: the last check until then, else the first."""
    checks = case.household.checks
    until = [
        check for check in checks if case.identified_on and check.checked_on <= case.identified_on
    ]
    return (until or checks[:1] or [None])[-1]


def _after(case: Case) -> Safeguard | None:
    """The last check, when there is one after the first."""
    checks, before = case.household.checks, _before(case)
    return checks[-1] if checks and checks[-1] is not before else None


def _claim(claim: InsuranceClaim) -> dict:
    return {
        "claim": claim,
        "cause": codes.label("insurance_cause", claim.cause),
        "timeline": relief.claim_timeline(claim),
    }


def _relief(request: ReliefRequest) -> dict:
    return {
        "relief": request,
        "risk": codes.label("risk", request.risk),
        "timeline": relief.relief_timeline(request),
    }


def _plans(case: Case) -> dict:
    """The version in force (the approved one, else the latest) with its items, and all versions."""
    approved = next((plan for plan in case.all_plans if plan.approved_at), None)
    plan = approved or (case.all_plans[0] if case.all_plans else None)
    items = plan.items.all() if plan else ()
    return {
        "plan": plan,
        "versions": case.all_plans[::-1],
        "items": [
            {
                "item": item,
                "cause": codes.label("measure_proposal", item.cause) if item.cause else "其他需要",
                "kind": codes.label("measure_kind", item.kind),
                "is_development": codes.extra("measure_kind", item.kind).get("is_development"),
            }
            for item in items
        ],
        "items_total": sum((item.amount or Decimal(0) for item in items), Decimal(0)),
    }


def _at_recognition(case: Case) -> list[dict]:
    """The conditions as kept when the risk was recognised as cleared; nothing once that is undone."""
    if case.status != Status.RISK_CLEARED:
        return []
    last = next(one for one in reversed(case.all_changes) if one.step == "clear_risk")
    kept = getattr(last, "clearing_check", None)
    return kept.conditions if kept else []


def _proofs(case: Case) -> list[dict]:
    """印证材料目录: every measure, payout and relief, with the papers kept for it (六（二）)."""
    told = [
        (m.starts_on, f"{codes.label('measure_kind', m.kind)}：{m.description}", m.amount_paid, m)
        for m in case.live_measures
    ]
    told += [
        (c.happened_on, f"防贫保：{codes.label('insurance_cause', c.cause)}", c.amount_paid, c)
        for c in case.household.all_claims
    ]
    told += [
        (r.requested_on, f"{r.get_kind_display()}：{codes.label('risk', r.risk)}", r.amount_paid, r)
        for r in case.household.all_reliefs
    ]
    return [
        {"on": on, "what": what, "paid": paid, "papers": list(one.proofs.all())}
        for on, what, paid, one in sorted(told, key=lambda row: row[0])
    ]


def _measure(measure: Measure) -> dict:
    return {
        "measure": measure,
        "group": codes.label("measure_group", measure.group),
        "kind": codes.label("measure_kind", measure.kind),
    }


def _lacks_development(case: Case) -> bool:
    """The rule asked of what is carried out; without any measure that is said alone."""
    is_able = not case.household.has_no_labour and any(
        person.skill in clearing.LABOUR_SKILLS for person in case.household.family
    )
    problem = rules.lacks_development(
        has_labour=is_able,
        kinds_are_development=[measure.is_development for measure in case.live_measures],
        reason=case.all_plans[0].no_development_reason if case.all_plans else "",
    )
    return bool(case.live_measures and problem)


def missing(case: Case) -> list[str]:
    """What this booklet still lacks and who fills it in (六（三）); empty when complete."""
    household, today = case.household, clock.today()
    is_watched = case.status in ON_REGISTER
    wanted = (
        (not household.family, "家庭成员未登记，请村级在农户档案中补登"),
        (any(not p.id_cipher for p in household.family), "有成员没有证件号码，请村级补登"),
        (not household.phone, "户主联系电话未登记"),
        (not case.risks, "致贫/返贫风险未填写"),
        (not household.periods, "家庭收支未登记，请村级按周期补登"),
        (not household.checks, "“三保障”和饮水安全未核查"),
        (not any(one.ends_on is None for one in case.helpers), "未明确帮扶责任人，请县、乡明确"),
        (not case.all_plans, "未制定帮扶计划"),
        (case.all_plans and case.all_plans[0].approved_at is None, "帮扶计划尚未审批"),
        (not case.live_measures, "未安排帮扶措施"),
        (_lacks_development(case), "有劳动力，没有开发式帮扶措施，也没有写明原因"),
        (any(m.is_unfinished and m.person_id and not m.person.is_active for m in case.live_measures),
         "有措施的受益人已去世或迁出，请取消或另行安排"),
        (any(m.state == Measure.State.DONE and not m.effect for m in case.live_measures),
         "有已落实的措施没有填写成效"),
        (is_watched and not any(one.starts_on <= today <= one.ends_on for one in household.insured),
         "本年度没有登记防贫保参保，请县级核对"),
        (any(one["paid"] and not one["papers"] for one in _proofs(case)),
         "有已付款的措施、理赔或救助没有印证材料"),
        (any(one.lacks_procedure for one in household.all_reliefs), "先行救助尚未补办审批"),
        (not case.all_visits, "没有走访记录"),
    )  # fmt: skip
    return [sentence for is_missing, sentence in wanted if is_missing]
