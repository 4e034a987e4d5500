"""Forms that record income and safeguards."""

import datetime

from django.contrib import messages
from django.shortcuts import redirect, render

from accounts.access import require
from accounts.permissions import Permission
from audit import clock
from households import actions
from households.forms import IncomeForm, SafeguardForm
from households.models import Safeguard
from households.refusals import Refused
from households.views.detail import find_editable


@require(Permission.REGISTER_EDIT)
def income_new(request, pk):
    """Income of a period, prefilled from the last statement so that only changes are typed."""
    household = find_editable(request, pk)
    form = IncomeForm(request.POST or None, initial=_income_initial(household))
    if request.method == "POST" and form.is_valid():
        try:
            income = actions.record_income(household=household, by=request.user, **form.facts())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"收支已登记，人均纯收入 {income.per_capita_net:,.2f} 元。")
            return redirect("household_detail", pk=household.pk)
    context = {
        "form": form,
        "household": household,
        "title": "登记收支",
        "lead": "填全家一个周期的金额，单位元；没有的留空。同一周期再登记一次就是更正。",
    }
    return render(request, "households/edit_form.html", context)


@require(Permission.REGISTER_EDIT)
def safeguard_new(request, pk):
    """三保障和饮水 as found on a day."""
    household = find_editable(request, pk)
    known = Safeguard.objects.known_of(household)
    form = SafeguardForm(request.POST or None, initial={"checked_on": clock.today()} | known)
    if request.method == "POST" and form.is_valid():
        try:
            actions.record_safeguard(household=household, by=request.user, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "三保障和饮水情况已登记。")
            return redirect("household_detail", pk=household.pk)
    context = {
        "form": form,
        "household": household,
        "title": "登记三保障和饮水",
        "lead": "有问题的勾选；上次核查有问题的已经勾好，解决了的去掉勾。",
    }
    return render(request, "households/edit_form.html", context)


def _income_initial(household):
    """The twelve months to the end of last month (domain §1), with the last statement's figures."""
    end = clock.today().replace(day=1) - datetime.timedelta(days=1)
    start = (end.replace(day=1) - datetime.timedelta(days=334)).replace(day=1)
    initial = {
        "period_start": start,
        "period_end": end,
        "member_count": max(household.member_count, 1),
    }
    last = household.incomes.first()
    if last:
        names = [name for name in IncomeForm.Meta.fields if name not in (*initial, "note")]
        initial |= {name: getattr(last, name) for name in names}
    return initial
