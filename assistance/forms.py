"""Shape of input for the assistance pages; rules live in rules.py and actions."""

from django import forms
from django.db.models import Q

from accounts.models import Department
from areas.containment import ancestor
from assistance.form_fields import date_field, money_field
from assistance.models import Helper, Measure, Plan
from audit import clock
from households.models import Person
from policy import codes


def kinds_by_group():
    """The kinds of measures under their groups (五（四）), for a drop-down."""
    groups = [
        (
            label,
            [
                (code, name)
                for code, name in codes.choices("measure_kind")
                if codes.extra("measure_kind", code)["group"] == group
            ],
        )
        for group, label in codes.choices("measure_group")
    ]
    return [("", "请选择"), *groups]


class HelperAssignForm(forms.Form):
    """Choose a helper known in the area, or register a new one in the same step."""

    helper = forms.ModelChoiceField(
        Helper.objects.none(), label="帮扶责任人", required=False, empty_label="（登记新的责任人）"
    )
    name = forms.CharField(label="姓名", max_length=40, required=False)
    unit = forms.CharField(label="单位", max_length=80, required=False)
    post_title = forms.CharField(label="职务", max_length=40, required=False)
    phone = forms.RegexField(
        r"^1\d{10}$",
        label="联系电话",
        required=False,
        error_messages={"invalid": "手机号码应为11位数字，请核对。"},
    )
    starts_on = date_field("结对开始时间")

    def __init__(self, *args, case, user, **kwargs):
        super().__init__(*args, **kwargs)
        near = Q(area_id=case.village_id) | Q(area_id=ancestor(case.village_id, "township"))
        self.fields["helper"].queryset = Helper.objects.filter(near, is_active=True)
        self.fields["starts_on"].initial = clock.today

    def clean(self):
        cleaned = super().clean()
        if not cleaned.get("helper"):
            for field, label in (("name", "姓名"), ("unit", "单位")):
                if not cleaned.get(field):
                    self.add_error(field, f"登记新的责任人请填写{label}。")
        return cleaned


class PlanForm(forms.ModelForm):
    class Meta:
        model = Plan
        fields = ["needs", "goal"]
        widgets = {
            "needs": forms.Textarea(attrs={"rows": 3}),
            "goal": forms.Textarea(attrs={"rows": 3}),
        }
        help_texts = {
            "needs": "缺什么：收入、住房、教育、医疗、饮水、劳动力等方面的短板。",
            "goal": "扶什么：针对短板准备采取的办法。",
        }


class MeasureForm(forms.ModelForm):
    """One measure; the same form sets it and reports its progress."""

    kind = forms.ChoiceField(label="措施名称")
    starts_on = date_field("开始日期")
    due_on = date_field("计划完成日期", required=False)
    done_on = date_field("完成日期", required=False)
    amount_planned = money_field("计划金额（元）")
    amount_paid = money_field("落实金额（元）")
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Measure
        fields = [
            "kind",
            "description",
            "person",
            "department",
            "starts_on",
            "due_on",
            "amount_planned",
            "state",
            "done_on",
            "amount_paid",
            "effect",
        ]

    def __init__(self, *args, case, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = kinds_by_group()
        self.fields["person"].queryset = Person.objects.filter(
            household_id=case.household_id, is_active=True
        )
        self.fields["person"].empty_label = "全户"
        self.fields["department"].queryset = Department.objects.order_by("order")
        self.fields["department"].empty_label = "本村"
        self.fields["state"].choices = [
            c for c in Measure.State.choices if c[0] != Measure.State.WITHDRAWN
        ]
        if self.instance.pk:
            self.initial["version"] = self.instance.version
            for name in ("kind", "person", "starts_on"):
                self.fields[name].disabled = True
        else:
            self.fields["starts_on"].initial = clock.today

    def values(self):
        """The cleaned fields without the version, ready for the action."""
        return {key: value for key, value in self.cleaned_data.items() if key != "version"}


class WithdrawForm(forms.Form):
    reason = forms.CharField(
        label="取消原因", max_length=200, widget=forms.Textarea(attrs={"rows": 2})
    )
