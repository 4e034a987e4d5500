"""线索类型: columns, synonyms, rule and cadence kept by the administrator; another line tried."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from accounts import access
from accounts.access import require
from accounts.permissions import Permission
from audit import clock
from policy import parameters
from screening import actions, rules
from screening.columns import amount_key
from screening.kind_forms import ColumnFormSet, LeadKindForm, TrialForm, initial_columns
from screening.models import LeadKind
from screening.refusals import LeadRefused
from screening.rules import months_before
from screening.trying import try_line
from workflow import months

TRIED_MONTHS = 12
TRIERS = (Permission.POLICY_MANAGE, Permission.LEAD_SETTLE)


def _kinds():
    return LeadKind.objects.exclude(rule=LeadKind.COMPUTED).select_related("department")


@require_safe
@require(*TRIERS)
def lead_kind_list(request):
    """Every list of every department."""
    rows = [
        {
            "kind": kind,
            "rule": rules.TYPES[kind.rule].label if kind.rule in rules.TYPES else kind.rule,
            "can_try": bool(amount_key(kind)),
        }
        for kind in _kinds().order_by("department__order", "pk")
    ]
    context = {"rows": rows, "can_edit": access.holds(request.user, Permission.POLICY_MANAGE)}
    return render(request, "screening/lead_kind_list.html", context)


@require(Permission.POLICY_MANAGE)
def lead_kind_form(request, pk=None):
    """A kind to change, or a new one that begins as a copy of the one in `like`."""
    kind = get_object_or_404(_kinds(), pk=pk) if pk is not None else None
    pattern = kind or _pattern(request)
    form = LeadKindForm(
        request.POST or None, instance=kind, initial={} if kind else _copied(pattern)
    )
    columns = ColumnFormSet(
        request.POST or None, prefix="columns", initial=initial_columns(pattern)
    )
    if request.method == "POST" and form.is_valid() & columns.is_valid():
        try:
            kind = actions.save_kind(
                by=request.user, kind=kind, columns=columns.columns(), **form.cleaned_data
            )
        except LeadRefused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, f"已保存：{kind.label}")
            return redirect("lead_kind_list")
    context = {"form": form, "formset": columns, "kind": kind, "pattern": pattern}
    return render(request, "screening/lead_kind_form.html", context)


@require_safe
@require(*TRIERS)
def lead_kind_trial(request, pk):
    """How many would have been flagged with another line; nothing is changed."""
    kind = get_object_or_404(_kinds(), pk=pk)
    if not amount_key(kind):
        raise Http404
    counties = sorted({c[:6] for p in TRIERS for c in access.codes(request.user, p)})
    now = {group: _line(kind, group, counties) for group in rules.POPULATION_LABELS}
    this_month = months.first_day(clock.today())
    start = now | {
        "since": f"{months_before(this_month, TRIED_MONTHS - 1):%Y-%m}",
        "until": f"{this_month:%Y-%m}",
    }
    form = TrialForm(request.GET if "lifted" in request.GET else None, initial=start)
    tried = None
    if form.is_valid():
        tried = try_line(kind, counties, **form.cleaned_data)
    context = {
        "kind": kind,
        "form": form,
        "now": [
            (rules.POPULATION_LABELS[group], line and rules.money(line))
            for group, line in now.items()
        ],
        "tried": tried,
    }
    return render(request, "screening/lead_kind_trial.html", context)


def _line(kind, group, counties):
    if not kind.parameter:
        return None
    try:
        return parameters.value(
            kind.parameter, population=group, basis=kind.basis,
            county=counties[0] if counties else None,
        )  # fmt: skip
    except parameters.ParameterMissing:
        return None


def _pattern(request) -> LeadKind:
    like = request.GET.get("like", "")
    kinds = _kinds().order_by("department__order", "pk")
    if like.isdecimal() and len(like) < 19:
        return get_object_or_404(kinds, pk=int(like))
    kind = kinds.first()
    if kind is None:
        raise Http404
    return kind


def _copied(kind) -> dict:
    names = ("department", "risk", "rule", "parameter", "basis", "cadence", "clause")
    return {name: getattr(kind, name) for name in names}
