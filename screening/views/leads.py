"""线索核实: the village's leads, one line a household; answered alone or many at once."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef, Prefetch
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from accounts import access
from accounts.access import require
from accounts.permissions import Permission
from screening import actions
from screening.forms import AnswerForm, AnswerManyForm, LeadFilterForm, RecallForm
from screening.models import Lead
from screening.presenters import LeadLine
from screening.refusals import LeadRefused
from workflow.actions.steps import BATCH_LIMIT
from workflow.models import Case
from workflow.presenters import risk_labels, status_label, status_tone
from workflow.states import Status

PAGE_ROWS = 50
OF_LEAD = ("kind__department", "person", "earlier", "scan")


@require(Permission.CASE_VIEW)
def lead_list(request):
    """Households with leads, unanswered ones first and alone until asked otherwise."""
    codes = access.codes(request.user, Permission.CASE_VIEW)
    form = LeadFilterForm(request.GET, codes_held=codes)
    cases = _filtered(form, request.user)
    page = Paginator(cases, PAGE_ROWS).get_page(request.GET.get("page"))
    can_answer = access.holds(request.user, Permission.CASE_SCREEN)
    context = {
        "form": form,
        "page_obj": page,
        "rows": [_row(case) for case in page],
        "answer_form": AnswerManyForm() if can_answer else None,
        "can_answer": can_answer,
    }
    return render(request, "screening/lead_list.html", context)


@require(Permission.CASE_VIEW)
def lead_answer(request, pk):
    """The leads of one household; whoever works there answers those ticked."""
    case = _find_case(request, pk)
    leads = list(case.leads.select_related(*OF_LEAD).order_by("-raised_on", "-pk"))
    if not leads:
        raise Http404
    may = access.may(request.user, Permission.CASE_SCREEN, area=case.village_id)
    is_open = may and any(not lead.answer for lead in leads)
    form = AnswerForm(request.POST or None, initial={"verdict": _proposed(leads)})
    if request.method == "POST" and not is_open:
        messages.warning(request, "该户的线索已经核实完，或不由您核实。")
        return redirect("lead_answer", pk=case.pk)
    if request.method == "POST" and form.is_valid():
        ticked = {pk for pk in request.POST.getlist("lead") if pk.isdecimal()}
        chosen = [lead for lead in leads if str(lead.pk) in ticked]
        if chosen:
            return _answer_one(request, case, chosen, form)
        form.add_error(None, "请至少勾选一条线索。")
    context = {
        "case": case,
        "lines": [LeadLine(lead) for lead in leads],
        "open_count": sum(not lead.answer for lead in leads),
        "form": form,
        "is_open": is_open,
        "is_lead": case.status == Status.LEAD,
        "status_label": status_label(case),
        "status_tone": status_tone(case),
    }
    return render(request, "screening/lead_answer.html", context)


@require_POST
@require(Permission.CASE_SCREEN)
def lead_answer_many(request):
    """One answer with its reason for every household ticked in the list."""
    back = request.POST.get("back", "")
    url = reverse("lead_list") + (f"?{back}" if back and "\n" not in back else "")
    form = AnswerManyForm(request.POST)
    ids = [int(pk) for pk in request.POST.getlist("case") if pk.isdecimal() and len(pk) < 19]
    cases = list(
        Case.objects.visible_to(request.user)
        .filter(pk__in=ids[:BATCH_LIMIT])
        .select_related("household")
    )
    if not cases or not form.is_valid():
        messages.error(request, "请先勾选户，再选择结果和原因。")
        return redirect(url)
    answer, reason = form.cleaned_data["verdict"]
    outcome = actions.answer_leads(cases=cases, answer=answer, reason=reason, by=request.user)
    done = len({lead.case_id for lead in outcome.done})
    messages.success(request, f"已答复 {done} 户、{len(outcome.done)} 条线索。")
    for case, why in outcome.refused[:10]:
        messages.warning(request, f"{case.household.head_name}户：{why}")
    return redirect(url)


@require(Permission.LEAD_SETTLE)
def lead_recall(request, pk):
    """The county takes back one lead before somebody has begun with it, and says why."""
    scope = access.scope(request.user, Permission.LEAD_SETTLE, field="village_id")
    leads = Lead.objects.filter(scope).select_related("household", "kind__department")
    lead = get_object_or_404(leads.select_related("village__parent"), pk=pk)
    row = lead.rows.order_by("pk").first()
    back = reverse("lead_file_detail", args=[row.file_id]) if row else reverse("lead_list")
    form = RecallForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.recall_lead(lead=lead, reason=form.cleaned_data["reason"], by=request.user)
        except LeadRefused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, f"已撤回{lead.household.head_name}户的这条线索。")
            return redirect(back)
    context = {"lead": lead, "line": LeadLine(lead), "form": form, "back": back}
    return render(request, "screening/lead_recall.html", context)


def _answer_one(request, case, leads, form):
    answer, reason = form.cleaned_data["verdict"]
    outcome = actions.answer_leads(
        cases=[case], leads=leads, answer=answer, reason=reason, note=form.cleaned_data["note"],
        by=request.user,
    )  # fmt: skip
    for _case, why in outcome.refused:
        messages.warning(request, why)
    if not outcome.done:
        return redirect("lead_answer", pk=case.pk)
    name = case.household.head_name
    if answer == Lead.Answer.TRUE and case.status == Status.LEAD:
        messages.success(request, f"{name}户：线索属实。请登记入户情况，再列入排查台账。")
        return redirect("visit_new", pk=case.pk)
    messages.success(request, f"{name}户：已答复 {len(outcome.done)} 条线索。")
    return redirect("lead_list")


def _find_case(request, pk) -> Case:
    cases = Case.objects.visible_to(request.user).select_related("household", "village__parent")
    return get_object_or_404(cases, pk=pk)


def _filtered(form, user):
    cases = Case.objects.visible_to(user)
    if not form.is_valid():
        return cases.none()
    data, leads = form.cleaned_data, Lead.objects.all()
    if data["state"] == "":
        leads = leads.unanswered()
    elif data["state"] == "answered":
        leads = leads.exclude(answer="")
    if data["month"]:
        leads = leads.filter(month=data["month"])
    if data["origin"] in Lead.Source.values:
        leads = leads.filter(source=data["origin"])
    elif data["origin"]:
        leads = leads.filter(kind__department=data["origin"])
    for code in (data["village"], data.get("area")):
        if code:
            cases = cases.in_area(code)
    shown = leads.select_related(*OF_LEAD).order_by("-raised_on", "-pk")
    return (
        cases.filter(Exists(leads.filter(case=OuterRef("pk"))))
        .select_related("household", "village__parent")
        .prefetch_related(Prefetch("leads", shown, to_attr="shown_leads"))
        .order_by("due_on", "village_id", "pk")
    )


def _row(case) -> dict:
    return {
        "case": case,
        "lines": [LeadLine(lead) for lead in case.shown_leads],
        "is_open": any(not lead.answer for lead in case.shown_leads),
        "risks": risk_labels(case.risks),
        "status_label": status_label(case),
        "status_tone": status_tone(case),
    }


def _proposed(leads) -> str:
    """The earlier answer, when every open lead had one and it was the same."""
    earlier = {
        f"{lead.earlier.answer}:{lead.earlier.answer_reason}" if lead.earlier else ""
        for lead in leads
        if not lead.answer
    }
    return earlier.pop() if len(earlier) == 1 else ""
