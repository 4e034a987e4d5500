"""Shapes of the pages' input; no rules."""

from datetime import datetime

from django import forms

from accounts.models import Department
from households.forms.household import area_choices
from policy import codes
from screening import presenters
from screening.actions.applications import STATEMENT_LIMIT
from screening.models import Lead, LeadFile, LeadKind, Source
from workflow.forms import date_input

VILLAGE_DIGITS = 12
SHEETS = ".xlsx,.xls,.ods,.csv,.et"
MONTH = forms.DateInput(attrs={"type": "month"}, format="%Y-%m")


class MonthField(forms.CharField):
    """A month as the browser's month picker writes it; becomes its first day."""

    def __init__(self, **kwargs):
        super().__init__(max_length=7, widget=MONTH, **kwargs)

    def clean(self, value):
        text = super().clean(value)
        if not text:
            return None
        try:
            return datetime.strptime(text, "%Y-%m").date()
        except ValueError:
            raise forms.ValidationError("月份请写成 2021-03 的样子。") from None


class AnswerField(forms.ChoiceField):
    """Answer and reason in one pick; becomes the pair."""

    def __init__(self, *, has_true=False, **kwargs):
        super().__init__(**kwargs)
        self.has_true = has_true

    def __deepcopy__(self, memo):
        field = super().__deepcopy__(memo)
        # The reasons are a code table: read when a form is made, not when the module is loaded.
        true = [("true:", "属实，去入户核实")] if self.has_true else []
        field.choices = [*true, *presenters.answer_choices()]
        return field

    def clean(self, value):
        answer, _, reason = super().clean(value).partition(":")
        return answer, reason


class LeadFilterForm(forms.Form):
    """What the list of leads can be narrowed by."""

    STATES = [("", "待核实"), ("answered", "已核实"), ("all", "全部")]

    state = forms.ChoiceField(label="核实情况", required=False, choices=STATES)
    month = MonthField(label="线索月份", required=False)
    origin = forms.ChoiceField(label="来源", required=False)
    village = forms.CharField(required=False, max_length=12, widget=forms.HiddenInput)
    area = forms.ChoiceField(label="乡镇、村", required=False)

    def __init__(self, *args, codes_held, **kwargs):
        super().__init__(*args, **kwargs)
        departments = Department.objects.filter(lead_kinds__isnull=False).distinct()
        self.fields["origin"].choices = [
            ("", "全部"),
            *Lead.Source.choices[:2],
            (Lead.Source.SYSTEM.value, Lead.Source.SYSTEM.label),
            *departments.exclude(pk="fupin").values_list("pk", "name"),
        ]
        if len(codes_held) == 1 and len(codes_held[0]) == VILLAGE_DIGITS:
            del self.fields["area"]  # a single village has nothing to choose from
        else:
            areas = area_choices(codes_held, self.data.get("area", ""))
            self.fields["area"].choices = [("", "全部"), *areas]


class AnswerForm(forms.Form):
    """The answer to the leads of one household."""

    verdict = AnswerField(label="核实结果", has_true=True, widget=forms.RadioSelect)
    note = forms.CharField(
        label="补充说明", required=False, max_length=200, widget=forms.Textarea(attrs={"rows": 2}),
        help_text="可不填。",
    )  # fmt: skip

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        codes.explain(self, "lead")


class AnswerManyForm(forms.Form):
    """One answer for all that were ticked."""

    verdict = AnswerField(
        label="核实结果",
        error_messages={"required": "请选择结果和原因。", "invalid_choice": "请选择结果和原因。"},
    )


class ApplicationForm(forms.Form):
    """四（一）: what a farmer asks for, or what a cadre has seen; phone first."""

    source = forms.ChoiceField(
        label="谁提出的",
        choices=[("application", "农户申请"), ("cadre", "干部摸排发现")],
        initial="application",
        widget=forms.RadioSelect,
    )
    risks = forms.MultipleChoiceField(
        label="困难原因",
        widget=forms.CheckboxSelectMultiple(attrs={"class": "form-check-input"}),
        error_messages={"required": "请至少勾选一种困难原因。"},
    )
    statement = forms.CharField(
        label="情况",
        max_length=STATEMENT_LIMIT,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="什么人、什么事、花了多少钱或少收入多少。",
        error_messages={"required": "请写明情况，例如什么人、什么事、花了多少钱。"},
    )
    applied_on = forms.DateField(label="日期", widget=date_input())
    scan = forms.FileField(
        label="书面申请的照片（可不传）",
        required=False,
        widget=forms.ClearableFileInput(
            attrs={
                "accept": "image/jpeg,image/png,image/webp,application/pdf",
                "class": "form-control",
            }
        ),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["risks"].choices = codes.choices("risk")
        codes.explain(self, "application")


class LeadFileForm(forms.Form):
    """A department's list: which one, of which month."""

    kind = forms.ModelChoiceField(
        LeadKind.objects.none(),
        label="名单类型",
        empty_label="请选择",
        error_messages={"invalid_choice": "请重新选择名单类型。"},
    )
    month = MonthField(label="月份")
    file = forms.FileField(
        label="名单文件",
        error_messages={
            "required": "请选择要上传的文件。",
            "empty": "这个文件是空的，请选择有内容的工作簿。",
        },
        widget=forms.ClearableFileInput(attrs={"accept": SHEETS}),
    )

    def __init__(self, *args, kinds, **kwargs):
        super().__init__(*args, **kwargs)
        kinds = kinds.select_related("department")
        self.fields["kind"].queryset = kinds
        self.fields["kind"].label_from_instance = lambda kind: (
            f"{kind.department.name}　{kind.label}"
        )


class ManyFilesForm(forms.Form):
    """A month's lists together: one place for a file a kind, none of them required."""

    month = MonthField(label="月份")

    def __init__(self, *args, kinds, **kwargs):
        super().__init__(*args, **kwargs)
        self.kinds = kinds
        self.fields["month"].widget = forms.HiddenInput()
        for kind in kinds:
            self.fields[self.name_of(kind)] = forms.FileField(
                label=f"{kind.department.name}　{kind.label}",
                required=False,
                allow_empty_file=True,  # refused by itself, with the others received
                widget=forms.FileInput(attrs={"accept": SHEETS, "class": "form-control"}),
            )

    @staticmethod
    def name_of(kind) -> str:
        """The field of this kind."""
        return f"kind_{kind.pk}"

    def chosen(self) -> list[tuple[LeadKind, object]]:
        """The kinds whose file was chosen, with it."""
        found = [(kind, self.cleaned_data.get(self.name_of(kind))) for kind in self.kinds]
        return [(kind, file) for kind, file in found if file is not None]

    def clean(self):
        data = super().clean()
        if not self.files and not self.errors:
            raise forms.ValidationError("请至少选择一份名单文件，再点“全部上传”。")
        return data


class RecallForm(forms.Form):
    """Why one lead is taken back."""

    reason = forms.CharField(
        label="撤回原因", max_length=200,
        help_text="例如“认错了人”。原因会反馈给报送的部门。",
    )  # fmt: skip


class LeadFileFilterForm(forms.Form):
    """What the list of files can be narrowed by."""

    state = forms.ChoiceField(
        label="状态", required=False, choices=[("", "全部"), *LeadFile.State.choices]
    )
    month = MonthField(label="月份", required=False)
    doubtful = forms.BooleanField(label="只看有待认定行的", required=False)


class SourceForm(forms.ModelForm):
    """Where a department puts its lists; a stored password is never shown."""

    secret = forms.CharField(
        label="密码",
        required=False,
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    class Meta:
        model = Source
        fields = ["department", "kind", "protocol", "address", "pattern", "username", "host_key",
                  "is_active"]  # fmt: skip
        help_texts = {
            "kind": "不选的，按表头认出是哪种名单。",
            "address": "如 sftp://10.1.2.3/lists、https://主机/文件夹/；文件夹写收件目录下的名字。"
            "地址里可以写 {year}、{month}。",
            "pattern": "如 {year}{month}*.xlsx；* 代表任意字。",
            "host_key": "只有 SFTP 要填，SHA256: 开头，向对方索取。",
        }

    field_order = ["department", "kind", "protocol", "address", "pattern", "username", "secret"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        kinds = LeadKind.objects.delivered().select_related("department")
        self.fields["kind"].queryset = kinds
        self.fields["kind"].empty_label = "按表头认"
        self.fields["kind"].label_from_instance = lambda kind: (
            f"{kind.department.name}　{kind.label}"
        )
        self.fields["department"].queryset = Department.objects.filter(
            lead_kinds__in=kinds
        ).distinct()
        if self.instance.secret:
            self.fields["secret"].help_text = "已有密码，不显示；不改就不填。换了主机要重新填。"

    def _post_clean(self):
        """The action sets the values, so that the stored row is untouched until it agrees."""


class NamingForm(forms.Form):
    """Which of our columns each column of the sheet is; several may be none of ours."""

    row = forms.IntegerField(min_value=0, max_value=19, widget=forms.HiddenInput)

    def __init__(self, *args, kind, columns, **kwargs):
        super().__init__(*args, **kwargs)
        self.kind, self.columns = kind, columns
        choices = [("", "不是要用的列"), *((c["key"], _column_label(c)) for c in kind.columns)]
        for column in columns:
            self.fields[f"column_{column.index}"] = forms.ChoiceField(
                label=column.title, required=False, choices=choices, initial=column.key
            )

    def lines(self):
        """(sheet column, its bound field) in the sheet's order."""
        return [(column, self[f"column_{column.index}"]) for column in self.columns]

    def clean(self):
        data = super().clean()
        given = {data.get(f"column_{column.index}", "") for column in self.columns}
        required = [c for c in self.kind.columns if c.get("required")]
        if missing := [c["label"] for c in required if c["key"] not in given]:
            raise forms.ValidationError(
                f"还没有指认{'、'.join(f'“{label}”' for label in missing)}，请在对应的那一列后面选上；"
                "表里没有这一列的，请作废后补上再传。"
            )
        return data

    def names(self) -> dict[str, str]:
        """Title -> key for what differs from what was recognised."""
        return {
            column.title: self.cleaned_data[f"column_{column.index}"]
            for column in self.columns
            if self.cleaned_data[f"column_{column.index}"] != column.key
        }


def _column_label(column) -> str:
    return f"{column['label']}（必须有）" if column.get("required") else column["label"]


class CorrectionForm(forms.Form):
    """The cells of one row; an empty ID number leaves the one that was read."""

    def __init__(self, *args, row, **kwargs):
        super().__init__(*args, **kwargs)
        for column in row.file.kind.columns:
            is_id = column["type"] == "id"
            self.fields[column["key"]] = forms.CharField(
                label=column["label"],
                required=False,
                max_length=200,
                initial="" if is_id else row.raw.get(column["key"], ""),
                help_text=f"现在是 {presenters.id_shown(row) or '空的'}；不改就不填。"
                if is_id
                else "",
            )
        self.id_keys = {c["key"] for c in row.file.kind.columns if c["type"] == "id"}

    def cells(self) -> dict[str, str]:
        """What was typed, by column key."""
        return {
            key: value
            for key, value in self.cleaned_data.items()
            if value or key not in self.id_keys
        }
