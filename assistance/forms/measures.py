"""Forms of 帮扶措施: set, answered by the department, many at once."""

from django import forms

from accounts.models import Department
from assistance.form_fields import GONE, ExplainedForm, FilesField, date_field, money_field
from assistance.models import Measure
from assistance.models.measure import DROPPED
from audit import clock
from households.models import Person
from policy import codes

PROOF_HINT = "政策兑现的发放表、转账单、合同等，照片或 PDF，可以一次选几个；没有可不传。"


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


class MeasureForm(forms.ModelForm):
    """One measure; the same form sets it and reports its progress."""

    kind = forms.ChoiceField(label="措施名称")
    starts_on = date_field("开始日期")
    due_on = date_field("计划完成日期", required=False)
    done_on = date_field("完成日期", required=False)
    amount_planned = money_field("计划金额（元）")
    amount_paid = money_field("落实金额（元）")
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    proofs = FilesField(label="印证材料", help_text=PROOF_HINT)

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

    def __init__(self, *args, case, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = kinds_by_group()
        self.fields["person"].queryset = Person.objects.filter(
            household_id=case.household_id, is_active=True
        )
        self.fields["person"].empty_label = "全户"
        self.fields["person"].error_messages["invalid_choice"] = f"受益人{GONE}"
        self.fields["department"].queryset = Department.objects.order_by("order")
        self.fields["department"].empty_label = "本村"
        self.fields["state"].choices = [c for c in Measure.State.choices if c[0] not in DROPPED]
        if self.instance.pk:
            self.initial["version"] = self.instance.version
            for name in ("kind", "person", "starts_on"):
                self.fields[name].disabled = True
        else:
            self.fields["starts_on"].initial = clock.today
        codes.explain(self, "measure")

    def values(self):
        """The cleaned fields without version and files, ready for the action."""
        return {key: self.cleaned_data[key] for key in self._meta.fields}


class MeasureAnswerForm(forms.ModelForm):
    """What the responsible department answers about its own task; nothing else is shown or changed."""

    done_on = date_field("完成日期", required=False)
    amount_paid = money_field("落实金额（元）")
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    proofs = FilesField(label="印证材料", help_text=PROOF_HINT)

    class Meta:
        model = Measure
        fields = ["state", "done_on", "amount_paid", "effect"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["state"].choices = [c for c in Measure.State.choices if c[0] not in DROPPED]
        self.initial["version"] = self.instance.version
        codes.explain(self, "measure")

    def values(self):
        """The cleaned fields without version and files, ready for the action."""
        return {key: self.cleaned_data[key] for key in self._meta.fields}


class MeasureFilterForm(forms.Form):
    """What the list of measures can be narrowed by."""

    state = forms.ChoiceField(
        label="状态",
        required=False,
        choices=[("", "未完成"), ("all", "全部"), *Measure.State.choices],
    )
    kind = forms.ChoiceField(label="措施", required=False)
    special = forms.ChoiceField(
        label="只看",
        required=False,
        choices=[("", "不限"), ("overdue", "已逾期"), ("no_proof", "已付款没有印证材料")],
    )
    area = forms.CharField(required=False, max_length=12, widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [("", "全部"), *codes.choices("measure_kind")]

    def narrowed(self, measures):
        """The measures that fit; an unreadable filter narrows nothing."""
        given = self.cleaned_data if self.is_valid() else {}
        if given.get("special") == "no_proof":
            measures = measures.paid_without_proof()
        elif given.get("special") == "overdue":
            measures = measures.overdue()
        elif not given.get("state"):
            measures = measures.unfinished()
        if given.get("state") not in ("", "all", None):
            measures = measures.filter(state=given["state"])
        if given.get("kind"):
            measures = measures.filter(kind=given["kind"])
        if given.get("area"):
            measures = measures.filter(case__village_id__startswith=given["area"])
        return measures


class MeasureBatchForm(forms.Form):
    """The same progress for many ticked measures."""

    START, FINISH = "start", "finish"
    step = forms.ChoiceField(choices=[(START, "开始实施"), (FINISH, "已落实")])
    done_on = date_field("完成日期", required=False)
    amount_paid = money_field("每项落实金额（元）")
    effect = forms.CharField(label="成效", max_length=300, required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["done_on"].initial = clock.today
        self.fields["amount_paid"].help_text = "不填的，按各项计划金额记。"

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("step") == self.FINISH and not cleaned.get("done_on"):
            self.add_error("done_on", "已落实的措施请填写完成日期。")
        return cleaned


class WithdrawForm(ExplainedForm):
    """Not carried out, and why."""

    explained_as = "measure_drop"
    reason = forms.CharField(label="原因", max_length=200, widget=forms.Textarea(attrs={"rows": 2}))


class MeasureSheetForm(ExplainedForm):
    """A department's filled-in work list."""

    explained_as = "measure_sheet"
    department = forms.ModelChoiceField(Department.objects.none(), label="部门", empty_label=None)
    file = forms.FileField(
        label="填好的措施进展表",
        help_text="xlsx、xls、ods 或 csv，不超过 10 MB。",
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.xls,.ods,.csv"}),
        error_messages={
            "required": "还没有选择文件，请先选择填好的表。",
            "empty": "这个文件是空的，请选择填好的表。",
        },
    )

    def __init__(self, *args, departments, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["department"].queryset = departments
        self.fields["department"].initial = departments.first()
