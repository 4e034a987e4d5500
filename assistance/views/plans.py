"""Pages of the plan: needs, measures, the township's check, the county's approval."""

from django.contrib import messages
from django.contrib.postgres.aggregates import JSONBAgg
from django.db.models import Count, Exists, JSONField, OuterRef, Prefetch, Q, Value
from django.db.models.functions import JSONObject
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from accounts import access
from accounts.access import require
from accounts.permissions import Permission as P
from assistance import actions, completeness, needs, rules, visiting
from assistance.actions.helpers import may_have_helper
from assistance.actions.plans import is_development
from assistance.budgets import set_beyond
from assistance.clearing import LABOUR_SKILLS
from assistance.forms import AttentionForm, PlanForm, ReturnForm
from assistance.models import Plan, PlanItem
from assistance.refusals import AssistanceRefused, PlanStale
from assistance.views.of_case import visible_case
from households.models import Person
from workflow.models import Case

# The proofs of each measure in the query of the measures themselves.
PAPERS = JSONBAgg(
    JSONObject(pk="proofs__pk", name="proofs__name"),
    filter=Q(proofs__isnull=False),
    default=Value([], JSONField()),
)

SIGNERS = ("made_by", "checked_by", "returned_by", "approved_by")
# Of those who signed only the names are wanted.
OF_PLAN = (
    *(field.name for field in Plan._meta.concrete_fields),
    *(f"{signer}__full_name" for signer in SIGNERS),
)


@require(P.CASE_VIEW)
def plan_detail(request, pk):
    """Everything of one household's assistance on one page (六（三）)."""
    case = _whole_case(request, pk)
    plans = list(
        case.plans.select_related(*SIGNERS)
        .only(*OF_PLAN)
        .prefetch_related(Prefetch("items", PlanItem.objects.order_by("pk")))
        .order_by("-version")
    )
    plan = plans[0] if plans else None
    measures = list(
        case.measures.select_related("person", "department")
        .annotate(papers=PAPERS)
        .order_by("starts_on", "pk")
    )
    for measure in measures:
        measure.case = case
    items = _items(plan, measures)
    context = {
        "case": case,
        "plan": plan,
        "items": items,
        "earlier": plans[1:],
        "assignments": case.helper_assignments.select_related("helper").order_by("-starts_on"),
        "measures": measures,
        "gaps": completeness.words(case),
        "development_problem": _development_problem(case, plan, measures) if plan else "",
        "money_problem": set_beyond(plan.items.all(), measures) if _is_open(plan) else "",
        **_rights(request.user, case, plan),
    }
    context["attention_form"] = AttentionForm(
        initial={"level": case.attention.level if hasattr(case, "attention") else visiting.DEFAULT}
    )
    context["return_form"] = ReturnForm()
    return render(request, "assistance/plan_detail.html", context)


def _whole_case(request, pk) -> Case:
    """The case with its flags, level and whether somebody can work: two queries."""
    able = Person.objects.filter(
        household=OuterRef("household_id"), is_active=True, skill__in=LABOUR_SKILLS
    )
    found = Case.objects.visible_to(request.user).annotate(is_able=Exists(able))
    case = get_object_or_404(found.select_related("household", "village", "attention"), pk=pk)
    completeness.flag(case)
    return case


def _rights(user, case, plan) -> dict[str, bool]:
    may = {key: access.may(user, key, area=case.village_id) for key in
           (P.ASSISTANCE_EDIT, P.MEASURE_SET, P.CASE_RECHECK, P.LEDGER_EXPORT)}  # fmt: skip
    is_open = _is_open(plan)
    is_mine = plan is not None and user.pk in (plan.made_by_id, plan.checked_by_id)
    can_check = is_open and not plan.checked_at and may[P.CASE_RECHECK] and not is_mine
    can_approve = is_open and bool(plan.checked_at) and may[P.MEASURE_SET] and not is_mine
    return {
        "user_can_edit": may[P.ASSISTANCE_EDIT] and case.is_open,
        "user_can_assign": may[P.ASSISTANCE_EDIT] and may_have_helper(case),
        "user_can_set": may[P.MEASURE_SET] and case.is_open,
        "user_can_check": can_check,
        "user_can_approve": can_approve,
        "user_can_print": may[P.LEDGER_EXPORT],
    }


def _is_open(plan) -> bool:
    return plan is not None and not plan.approved_at and not plan.returned_at


def _items(plan, measures) -> list[dict]:
    """What was planned beside what was set up for it."""
    if plan is None:
        return []
    return [
        {
            "item": item,
            "is_development": is_development(item.kind),
            "measures": [m for m in measures if m.kind == item.kind and m.is_live],
        }
        for item in plan.items.all()
    ]


def _development_problem(case, plan, measures) -> str:
    kinds = [item.kind for item in plan.items.all()]
    kinds += [measure.kind for measure in measures if measure.is_live]
    return rules.lacks_development(
        has_labour=case.is_able and not case.household.has_no_labour,
        kinds_are_development=[is_development(kind) for kind in kinds],
        reason=plan.no_development_reason,
    )


@require(P.ASSISTANCE_EDIT)
def plan_edit(request, pk):
    """Write the next version; one that somebody else changed meanwhile is shown beside."""
    case = visible_case(request, pk)
    latest = Plan.objects.filter(case=case).prefetch_related("items").first()
    found = needs.of_case(case)
    given = {
        "proposed": needs.proposed(found),
        "needs_text": "、".join(need.label for need in found),
        "latest": latest,
    }
    form, newer = PlanForm(request.POST or None, **given), None
    if request.method == "POST" and form.is_valid():
        try:
            actions.make_plan(case=case, by=request.user, **form.values())
        except PlanStale as stale:
            form.add_error(None, str(stale))
            newer = stale.latest
            form.data = form.data.copy()  # saved again, it knowingly follows the newer one
            form.data["based_on"] = newer.version if newer else 0
        except AssistanceRefused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, "帮扶计划已保存，等待乡镇审核。")
            return redirect("plan_detail", pk=case.pk)
    context = {"case": case, "form": form, "needs": found, "newer": newer}
    return render(request, "assistance/plan_edit.html", context)


def _plan(request, pk) -> Plan:
    plans = Plan.objects.visible_to(request.user).select_related("case__household")
    return get_object_or_404(plans, pk=pk)


@require_POST
@require(P.CASE_RECHECK)
def plan_check(request, pk):
    plan = _plan(request, pk)
    try:
        actions.check_plan(plan=plan, by=request.user)
        messages.success(request, "帮扶计划已审核，报县级审批。")
    except AssistanceRefused as refused:
        messages.error(request, str(refused))
    return redirect("plan_detail", pk=plan.case_id)


@require_POST
@require(P.CASE_RECHECK, P.MEASURE_SET)
def plan_return(request, pk):
    plan, form = _plan(request, pk), ReturnForm(request.POST)
    try:
        if not form.is_valid():
            raise AssistanceRefused("；".join(form.errors["reason"]))
        actions.return_plan(plan=plan, by=request.user, **form.cleaned_data)
        messages.success(request, "帮扶计划已退回修改。")
    except AssistanceRefused as refused:
        messages.error(request, str(refused))
    return redirect("plan_detail", pk=plan.case_id)


@require_POST
@require(P.MEASURE_SET)
def plan_approve(request, pk):
    plan = _plan(request, pk)
    try:
        actions.approve_plan(plan=plan, by=request.user)
        messages.success(request, "帮扶计划已审批。")
    except AssistanceRefused as refused:
        messages.error(request, str(refused))
    return redirect("plan_detail", pk=plan.case_id)


@require_POST
@require(P.MEASURE_SET)
def attention_set(request, pk):
    """风险等级, by the county."""
    case = visible_case(request, pk)
    form = AttentionForm(request.POST)
    try:
        if not form.is_valid():
            raise AssistanceRefused("没有这个风险等级，请重新选择。")
        actions.set_attention(case=case, by=request.user, **form.cleaned_data)
        messages.success(request, "风险等级已设定，走访期限随之调整。")
    except AssistanceRefused as refused:
        messages.error(request, str(refused))
    return redirect("plan_detail", pk=case.pk)


@require(P.CASE_VIEW)
def plan_list(request):
    """Plans that wait for somebody: the township's check, the county's approval, a correction."""
    stages = {
        "check": ("待乡镇审核", Plan.objects.to_check()),
        "approve": ("待县级审批", Plan.objects.to_approve()),
        "returned": ("退回待修改", Plan.objects.returned()),
    }
    chosen = request.GET.get("stage")
    if chosen not in stages:
        chosen = "approve" if access.holds(request.user, P.MEASURE_SET) else "check"
    plans = (
        stages[chosen][1]
        .visible_to(request.user)
        .select_related("case__household", "case__village__parent", "made_by")
        .annotate(n_items=Count("items"))
        .order_by("made_at")[:500]
    )
    context = {"plans": plans, "stages": stages, "chosen": chosen, "label": stages[chosen][0]}
    return render(request, "assistance/plan_list.html", context)
