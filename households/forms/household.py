"""Shapes of the pages over a household; no rules."""

from django import forms

from areas.models import Area, Level
from households.forms.as_written import MoneyField, PhoneField
from households.models import Household, Income, Safeguard
from households.models.facts import AMOUNTS
from policy import codes

ANY = ("", "全部")


def date_input():
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class HouseholdFilterForm(forms.Form):
    """What the list of households can be narrowed by."""

    area = forms.ChoiceField(label="乡镇、村", required=False)
    kind = forms.ChoiceField(label="户类型", required=False, choices=[ANY, *Household.Kind.choices])
    low_income = forms.ChoiceField(
        label="低保、特困",
        required=False,
        choices=[ANY, ("any", "低保或特困"), ("低保", "低保"), ("特困", "特困")],
    )
    state = forms.ChoiceField(
        label="状态", required=False, choices=[("", "在册"), ("removed", "已销户")]
    )

    def __init__(self, *args, codes_held, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["area"].choices = [ANY, *area_choices(codes_held, self.data.get("area", ""))]


class AreaForm(forms.Form):
    """One area inside those that the viewer holds; `show` is carried along."""

    area = forms.ChoiceField(label="乡镇、村", required=False)
    show = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, codes_held, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["area"].choices = [ANY, *area_choices(codes_held, self.data.get("area", ""))]


def area_choices(codes_held, chosen=""):
    """Townships of a county, villages of a township; of the chosen township its villages too."""
    wanted = Area.objects.active().filter(level__in=[Level.TOWNSHIP, Level.VILLAGE])
    choices = []
    for area in wanted.order_by("code").only("code", "short_name", "level"):
        inside = any(area.code.startswith(code) for code in codes_held)
        near = (
            area.level == Level.TOWNSHIP
            or area.code[:9] == chosen[:9]
            or any(len(code) >= 9 for code in codes_held)
        )
        if inside and near:
            indent = "" if area.level == Level.TOWNSHIP else "　"
            choices.append((area.code, f"{indent}{area.short_name}"))
    return choices


class HouseholdForm(forms.Form):
    """Facts of a household."""

    kind = forms.ChoiceField(label="户类型", choices=Household.Kind.choices)
    natural_village = forms.CharField(label="自然村（组）", max_length=60, required=False)
    address = forms.CharField(label="家庭住址", max_length=200, required=False)
    phone = PhoneField(label="联系电话", required=False, max_length=40)
    has_no_labour = forms.BooleanField(label="整户无劳动能力", required=False)
    number = forms.CharField(
        label="户编号", max_length=40, help_text="国家平台的户编号；分户后平台给了编号，在这里改。"
    )
    version = forms.IntegerField(min_value=1, max_value=2**31 - 1, widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        codes.explain(self, "household")


class NewHouseholdForm(forms.Form):
    """Where a household new to the register belongs."""

    village = forms.ModelChoiceField(
        label="行政村", queryset=Area.objects.none(), empty_label="请选择"
    )
    number = forms.CharField(label="户编号", max_length=40, help_text="国家平台的户编号。")
    kind = forms.ChoiceField(label="户类型", choices=Household.Kind.choices)

    def __init__(self, *args, villages, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["village"].queryset = villages
        codes.explain(self, "household")


class IncomeForm(forms.ModelForm):
    """Income and expense of a period, 元 for the whole household."""

    class Meta:
        model = Income
        fields = [
            "period_start", "period_end", "wage", "business", "property", "transfer",
            "business_expense", "insurance_payout", "compliant_self_paid", "member_count",
            "source", "note",
        ]  # fmt: skip
        widgets = {"period_start": date_input(), "period_end": date_input()}
        field_classes = dict.fromkeys(AMOUNTS, MoneyField)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            if name in AMOUNTS:
                field.label = f"{field.label}（元）"
                field.required = False
            if name == "member_count":
                field.min_value = 1
                field.validators.append(forms.fields.validators.MinValueValidator(1))
        codes.explain(self, "income")

    def clean(self):
        cleaned = super().clean()
        start, end = cleaned.get("period_start"), cleaned.get("period_end")
        if start and end and start >= end:
            self.add_error("period_end", "周期止应晚于周期起。")
        return cleaned

    def facts(self):
        """What record_income takes; an empty amount is nothing."""
        return {name: 0 if value is None else value for name, value in self.cleaned_data.items()}


class SafeguardForm(forms.ModelForm):
    """三保障和饮水 as found; only problems are ticked."""

    class Meta:
        model = Safeguard
        fields = [
            "checked_on", "housing_problem", "education_problem", "medical_problem",
            "water_problem", "note",
        ]  # fmt: skip
        widgets = {"checked_on": date_input()}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        codes.explain(self, "safeguard")


class RevealForm(forms.Form):
    """Why the whole ID number is needed."""

    reason = forms.CharField(
        label="查看理由",
        min_length=4,
        max_length=40,
        help_text="例如：核对医保报销单。系统会记录查看人、时间和理由。",
    )
    password = forms.CharField(
        label="您的登录密码",
        max_length=128,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        help_text="再输一次，防止别人用您打开的电脑查看。",
    )

    def __init__(self, *args, asks_password, **kwargs):
        super().__init__(*args, **kwargs)
        if not asks_password:
            del self.fields["password"]


class RegisterFileForm(forms.Form):
    """A register workbook."""

    file = forms.FileField(
        label="农户档案工作簿",
        help_text="xlsx、xls、ods 或 csv；一人一行，须有行政村、户编号、姓名、与户主关系、证件号码各列。",
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.xls,.ods,.csv"}),
        error_messages={"empty": "这个文件是空的，请选择有内容的工作簿。"},
    )
