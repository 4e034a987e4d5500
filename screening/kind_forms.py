"""Shapes of the pages that keep lead kinds, and try another line on past files."""

from django import forms

from policy import codes
from screening import rules
from screening.actions.kinds import MOST_COLUMNS, amount_parameters
from screening.forms import MonthField
from screening.models import LeadKind

COLUMN_TYPES = [
    ("name", "姓名"), ("id", "证件号码"), ("township", "乡镇"), ("village", "行政村"),
    ("text", "文字"), ("amount", "金额（元）"), ("date", "日期"), ("yes_no", "是或否"),
]  # fmt: skip
BASES = [("", "不分口径"), ("single_stay", "单次住院"), ("year_total", "全年累计")]


class LeadKindForm(forms.ModelForm):
    """A lead kind without its columns."""

    forget = forms.MultipleChoiceField(
        label="忘掉指认过的列名",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="勾选的，下次再遇到时重新问部门。",
    )

    class Meta:
        model = LeadKind
        fields = ["department", "label", "risk", "rule", "parameter", "basis", "cadence", "clause",
                  "is_active"]  # fmt: skip

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        choices = {
            "risk": [("", "不定"), *codes.choices("risk")],
            "rule": [(key, rule.label) for key, rule in rules.TYPES.items()],
            "parameter": [("", "不比较金额"), *amount_parameters().items()],
            "basis": BASES,
        }
        for name, of_field in choices.items():
            self.fields[name] = forms.ChoiceField(
                label=self.fields[name].label, required=name == "rule", choices=of_field
            )
        self.fields["parameter"].help_text = "标准的数值在“政策参数”里按年份填。"
        if self.instance.pk:
            del self.fields["department"]
        labels = {column["key"]: column["label"] for column in self.instance.columns or ()}
        titles = (self.instance.titles or {}).items() if self.instance.pk else ()
        self.fields["forget"].choices = [
            (title, f"{title} 就是 {labels.get(key, key)}" if key else f"{title} 不是要用的列")
            for title, key in titles
        ]
        if not self.fields["forget"].choices:
            del self.fields["forget"]

    def _post_clean(self):
        """The action sets the values, so that the stored row is untouched until it agrees."""


class ColumnForm(forms.Form):
    """One column of a lead kind."""

    key = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)
    label = forms.CharField(label="列名", required=False, max_length=40)
    type = forms.ChoiceField(label="内容", choices=COLUMN_TYPES, initial="text")
    synonyms = forms.CharField(
        label="别名", required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 2})
    )
    required = forms.BooleanField(label="必须有", required=False)


class BaseColumnFormSet(forms.BaseFormSet):
    def columns(self) -> list[dict]:
        """The columns as a lead kind keeps them; lines without a name are left out."""
        return [
            {
                "key": data["key"],
                "label": data["label"].strip(),
                "type": data["type"],
                "synonyms": [
                    s for s in data["synonyms"].replace("，", "、").split("、") if s.strip()
                ],
                "required": data["required"],
            }
            for data in self.cleaned_data
            if data.get("label", "").strip()
        ]


ColumnFormSet = forms.formset_factory(
    ColumnForm, formset=BaseColumnFormSet, extra=3, max_num=MOST_COLUMNS, validate_max=True
)


def initial_columns(kind) -> list[dict]:
    """What the formset begins with."""
    return [column | {"synonyms": "、".join(column["synonyms"])} for column in kind.columns]


class TrialForm(forms.Form):
    """Another line, and the past months it is tried on."""

    since = MonthField(label="从哪个月")
    until = MonthField(label="到哪个月")
    lifted = forms.DecimalField(
        label="脱贫户超过（元）", min_value=0, max_digits=12, decimal_places=2
    )
    general = forms.DecimalField(
        label="一般农户超过（元）", min_value=0, max_digits=12, decimal_places=2
    )
